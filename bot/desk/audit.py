"""The audit log: who looked at, changed or exported what; written once, and tampering shows.

Every record carries the hash of the one before it and its own: SHA-256 over the one before it and
the record as canonical JSON. The end of the log is noted a second time in the file of keys, under a
keyed hash, so that whoever can write the files but lacks the master key can change nothing unseen.
A store that is put back as a whole to an earlier state shows against heads kept elsewhere
(:func:`note_head`).

A record holds codes, ids and figures in ASCII; anything else, and whatever looks like personal data,
is refused, so that the log needs no erasure.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.desk.account_ports import AuditHead, AuditRecord, AuditStore
from bot.desk.errors import DeskError
from bot.privacy import find

#: What is noted where the end of the log was not what it should have been.
GAP: Final = "audit_gap"
_PLAIN: Final = re.compile(r"[!-~][ -~]{0,199}|")
_PAGE: Final = 1_000


class AuditRefused(DeskError):  # noqa: N818 - named for what it is
    """Something cannot stand in the audit log, or a file of heads cannot be used."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: ``web:10.0.0.7``, ``telegram``, ``cli``."""

    who: str
    origin: str


def record(
    store: AuditStore,
    actor: Actor,
    what: str,
    at: dt.datetime,
    *,
    ticket: str = "",
    customer: str = "",
    **detail: str | int,
) -> None:
    """Append a record, in the transaction of what it tells of.

    Raises:
        AuditRefused: a value is not plain ASCII or looks like personal data.

    """
    told = " ".join(f"{key}={value}" for key, value in sorted(detail.items()) if value != "")
    plain = all(map(_PLAIN.fullmatch, (actor.who, what, ticket, customer, actor.origin, told)))
    if not plain or any(find(str(value)) for value in detail.values()):
        raise AuditRefused(f"审计日志只记编号和代码，不能写入“{what}”的这项内容")
    with store.atomic():
        last = store.audit_last()
        _, noted = store.audit_noted()
        position = last.position + 1
        if noted != last:  # the next record must not hide it
            store.begin_audit()  # a store from before there was a log; the gap tells of it
            position = max(position, noted.position + 1 if noted else 0)
            gap = f"found={last.position} noted={noted.position if noted else 'none'}"
            last = _put(store, position, at, Actor("huashu", "store"), GAP, "", "", gap, last.hash)
            position += 1
        _put(store, position, at, actor, what, ticket, customer, told, last.hash)


def _put(
    store: AuditStore,
    position: int,
    at: dt.datetime,
    actor: Actor,
    what: str,
    ticket: str,
    customer: str,
    detail: str,
    previous: bytes,
) -> AuditHead:
    args = (at, actor.who, what, ticket, customer, actor.origin, detail, previous)
    made = AuditRecord(position, *args, hash=b"")
    sealed = AuditRecord(position, *args, hash=digest(made))
    store.put_audit(sealed)
    return AuditHead(position, sealed.hash)


def digest(r: AuditRecord) -> bytes:
    """The hash a record must have."""
    moment = r.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    text = json.dumps(
        [moment, r.who, r.what, r.ticket, r.customer, r.origin, r.detail], separators=(",", ":")
    )
    return hashlib.sha256(r.previous + text.encode()).digest()


def records(store: AuditStore, after: int = 0) -> Iterator[AuditRecord]:
    """All records after a position, in order."""
    while page := store.audit(after, _PAGE):
        yield from page
        after = page[-1].position


def faults(store: AuditStore) -> Iterator[str]:
    """What was done to the log, each in one Chinese sentence; nothing where it is whole.

    Finds records that were changed, removed, put in, moved, or cut off at the end.
    """
    base, noted = store.audit_noted()
    if base is None:
        yield "审计日志的起点记录被改动过，无法确认开头是否完整"
    last = base or AuditHead(0, b"")
    first_missing = base is None
    for r in records(store, last.position):
        if digest(r) != r.hash:
            yield f"第 {r.position} 条（{r.at:%Y-%m-%d %H:%M:%S}）的内容被改动过"
        if r.previous != last.hash and not first_missing:
            yield _broken(store, last, r)
        elif r.position != last.position + 1 and not first_missing:
            yield f"第 {last.position + 1}–{r.position - 1} 条不见了"
        if r.what == GAP:
            yield f"第 {r.position} 条：写入它时发现日志结尾与 keys.db 中的记录不符（{r.detail}）"
        first_missing = False
        last = AuditHead(r.position, r.hash)
    yield from _at_the_end(store, last, noted)


def _broken(store: AuditStore, last: AuditHead, r: AuditRecord) -> str:
    """What the order of hashes tells where a record does not follow the one before it."""
    found = store.audit_position(r.previous)
    if found is not None and found > r.position:
        return f"第 {r.position} 条的位置被调换过，它原在第 {found} 条之后"
    if found is not None:
        return f"第 {found + 1}–{last.position} 条是后来插入或调换过来的"
    if r.position > last.position + 1:
        return f"第 {last.position + 1}–{r.position - 1} 条被删除"
    return f"第 {r.position} 条之前的记录被删除或替换过"


def _at_the_end(store: AuditStore, last: AuditHead, noted: AuditHead | None) -> Iterator[str]:
    if noted is None:
        yield "keys.db 中的日志结尾记录被改动过或不见了，无法确认结尾是否完整"
    elif noted != last:
        place = store.audit_position(noted.hash)
        if place is None:
            yield (
                f"日志被截断：应有 {noted.position} 条，现在到第 {last.position} 条为止"
                "（断电时未写完的最后几条也会如此）"
            )
        elif place < last.position:
            yield f"第 {place + 1}–{last.position} 条是绕过程序添加的"
        else:
            yield f"记录的编号被改动过：最后一条应是第 {noted.position} 条，现在是第 {place} 条"


def note_head(store: AuditStore, file: Path, at: dt.datetime) -> AuditHead:
    """Add the end of the log to a file kept elsewhere; gives it.

    Raises:
        OSError: the file cannot be written.

    """
    head = store.audit_last()
    line = {"at": at.isoformat(), "position": head.position, "hash": head.hash.hex()}
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
    return head


def missing_heads(store: AuditStore, file: Path) -> Iterator[str]:
    """Noted heads that the log no longer has: it was put back, cut off or written anew.

    Raises:
        AuditRefused: a line of the file is none.
        OSError: the file cannot be read.

    """
    base, _ = store.audit_noted()
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            item = json.loads(line)
            position, found = int(item["position"]), bytes.fromhex(item["hash"])
        except (ValueError, KeyError, TypeError) as error:
            raise AuditRefused(f"{file}:{number} 不是日志结尾记录。请检查文件") from error
        if base is not None and position <= base.position:
            continue  # removed in time, or before the first record
        if store.audit_position(found) != position:
            yield f"{item.get('at', '')} 记下的第 {position} 条已不在日志中"
