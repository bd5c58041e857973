"""The audit log: what it tells, what it refuses to hold, and that tampering shows."""

# ruff: noqa: S608 - whoever tampers writes his own SQL

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.account_ports import AuditRecord
from bot.desk.audit import (
    GAP,
    Actor,
    AuditRefused,
    digest,
    faults,
    missing_heads,
    note_head,
    record,
)
from bot.desk.looking import look_in_full
from bot.desk.people_errors import NotAllowed
from bot.desk.ports import Party
from bot.desk.projecting import project_events
from bot.domain.events import Assigned, Event, Noted, Opened
from bot.domain.people import Person, Role
from bot.storage.backup import back_up, restore
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore
from tests.security.when import AT, later

ZHANG = Actor("zhang", "web:10.0.0.7")
COLUMNS = "at, who, what, ticket, customer, origin, detail, previous, hash"


def fill(store: SqliteStore | MemoryStore, count: int = 8) -> None:
    for number in range(1, count + 1):
        record(
            store, ZHANG, "read_full", later(number), ticket=f"T{number}", customer="C1", n=number
        )


def sql(store: SqliteStore, *statements: str) -> None:
    """Go behind the program's back: the triggers are no obstacle to whoever has the file."""
    for trigger in ("audit_stays", "audit_lasts"):
        store.db.run(f"DROP TRIGGER IF EXISTS {trigger}")
    for statement in statements:
        store.db.run(statement)


def forged(store: SqliteStore, position: int, **change: str) -> AuditRecord:
    """A record changed with its hash made anew, as far as that can be done without the key."""
    (old,) = store.audit(position - 1, 1)
    new = replace(old, **change)  # type: ignore[arg-type]
    return replace(new, hash=digest(new))


def test_a_whole_log_has_no_faults_in_any_store(disk: SqliteStore, store: MemoryStore) -> None:
    for each in (disk, store):
        assert list(faults(each)) == []
        fill(each)
        assert list(faults(each)) == []


def test_the_hash_covers_every_part_of_a_record(store: MemoryStore) -> None:
    fill(store, 1)
    (made,) = store.audit()
    changes = {"at": later(9), "previous": b"x"} | dict.fromkeys(
        ("who", "what", "ticket", "customer", "origin", "detail"), "x"
    )
    seen = {digest(replace(made, **{key: value})) for key, value in changes.items()}
    assert len(seen | {made.hash}) == len(changes) + 1
    assert digest(replace(made, who="a", what="b")) != digest(replace(made, who="ab", what=""))


def changed(store: SqliteStore) -> None:
    sql(store, "UPDATE audit SET who = 'li' WHERE position = 3")


def changed_with_its_hash(store: SqliteStore) -> None:
    new = forged(store, 3, who="li")
    sql(store, f"UPDATE audit SET who = 'li', hash = x'{new.hash.hex()}' WHERE position = 3")


def deleted(store: SqliteStore) -> None:
    sql(store, "DELETE FROM audit WHERE position = 3")


def deleted_and_numbered_anew(store: SqliteStore) -> None:
    deleted(store)
    for position in range(4, 9):
        sql(store, f"UPDATE audit SET position = {position - 1} WHERE position = {position}")


def deleted_at_the_beginning(store: SqliteStore) -> None:
    sql(store, "DELETE FROM audit WHERE position <= 2")


def deleted_in_the_name_of_retention(store: SqliteStore) -> None:
    store.db.run("INSERT OR REPLACE INTO meta VALUES ('audit_base', '3')")
    store.db.run("DELETE FROM audit WHERE position <= 3")


def inserted(store: SqliteStore) -> None:
    for position in range(8, 3, -1):
        sql(store, f"UPDATE audit SET position = {position + 1} WHERE position = {position}")
    new = replace(forged(store, 3, what="sign_in"), previous=store.audit(2, 1)[0].hash)
    new = replace(new, hash=digest(new))
    sql(
        store,
        f"INSERT INTO audit (position, {COLUMNS}) SELECT 4, at, who, 'sign_in', ticket, customer,"
        f" origin, detail, x'{new.previous.hex()}', x'{new.hash.hex()}' FROM audit"
        " WHERE position = 3",
    )


def swapped(store: SqliteStore) -> None:
    sql(
        store,
        "UPDATE audit SET position = 99 WHERE position = 3",
        "UPDATE audit SET position = 3 WHERE position = 4",
        "UPDATE audit SET position = 4 WHERE position = 99",
    )


def truncated(store: SqliteStore) -> None:
    sql(store, "DELETE FROM audit WHERE position > 6")


def emptied(store: SqliteStore) -> None:
    sql(store, "DELETE FROM audit")


def appended(store: SqliteStore) -> None:
    last = store.audit(7, 1)[0]
    new = replace(last, position=9, what="sign_out", previous=last.hash)
    new = replace(new, hash=digest(new))
    sql(
        store,
        f"INSERT INTO audit (position, {COLUMNS}) SELECT 9, at, who, 'sign_out', ticket, customer,"
        f" origin, detail, x'{new.previous.hex()}', x'{new.hash.hex()}' FROM audit"
        " WHERE position = 8",
    )


def written_anew(store: SqliteStore) -> None:
    """Every hash made again, and the end noted as well as it can be without the key."""
    previous = b""
    for old in store.audit():
        new = replace(old, previous=previous, who="li" if old.position == 3 else old.who)
        previous = digest(new)
        sql(
            store,
            f"UPDATE audit SET who = '{new.who}', previous = x'{new.previous.hex()}',"
            f" hash = x'{previous.hex()}' WHERE position = {old.position}",
        )
    rows = store.db.key_rows("SELECT value FROM meta WHERE name = 'audit end'")
    _, _, seal = json.loads(rows[0][0])
    note = json.dumps([8, previous.hex(), seal]).encode()
    store.db.key_rows("UPDATE meta SET value = ? WHERE name = 'audit end'", (note,))


def emptied_with_its_end(store: SqliteStore) -> None:
    emptied(store)
    store.db.key_rows("DELETE FROM meta WHERE name LIKE 'audit %'")


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (changed, ["第 3 条（2026-03-10 01:33:00）的内容被改动过"]),
        (changed_with_its_hash, ["第 4 条之前的记录被删除或替换过"]),
        (deleted, ["第 3–3 条被删除"]),
        (deleted_and_numbered_anew, ["第 3 条之前的记录被删除", "应是第 8 条，现在是第 7 条"]),
        (deleted_at_the_beginning, ["第 1–2 条被删除"]),
        (deleted_in_the_name_of_retention, ["第 1–3 条被删除"]),
        (inserted, ["第 4–4 条是后来插入", "应是第 8 条，现在是第 9 条"]),
        (swapped, ["第 3 条的位置被调换过", "第 3–3 条是后来插入", "第 4–4 条是后来插入"]),
        (truncated, ["日志被截断：应有 8 条，现在到第 6 条为止"]),
        (emptied, ["日志被截断：应有 8 条，现在到第 0 条为止"]),
        (appended, ["第 9–9 条是绕过程序添加的"]),
        (written_anew, ["无法确认结尾是否完整"]),
        (emptied_with_its_end, ["无法确认开头是否完整", "无法确认结尾是否完整"]),
    ],
)
def test_tampering_is_found_and_named(
    disk: SqliteStore, tamper: Callable[[SqliteStore], None], told: list[str]
) -> None:
    fill(disk)
    tamper(disk)
    found = list(faults(disk))
    assert len(found) == len(told), found
    for sentence, part in zip(found, told, strict=True):
        assert part in sentence


def test_the_program_itself_can_neither_change_nor_delete_a_record(disk: SqliteStore) -> None:
    fill(disk)
    for statement in ("UPDATE audit SET who = 'li'", "DELETE FROM audit WHERE position = 8"):
        with pytest.raises(Exception, match="never"):
            disk.db.run(statement)
    assert list(faults(disk)) == []


def test_a_record_after_a_truncation_does_not_hide_it(disk: SqliteStore) -> None:
    fill(disk)
    truncated(disk)
    fill(disk, 2)
    found = list(faults(disk))
    assert [r.what for r in disk.audit(6)] == [GAP, "read_full", "read_full"]
    assert disk.audit(6)[0].position == 9
    assert any("第 7–8 条不见了" in sentence for sentence in found)
    assert any("found=6 noted=8" in sentence for sentence in found)


def test_an_emptied_log_never_looks_new_again(disk: SqliteStore) -> None:
    fill(disk)
    emptied_with_its_end(disk)
    fill(disk, 1)
    (told,) = faults(disk)
    assert "found=0 noted=none" in told
    assert [r.what for r in disk.audit()] == [GAP, "read_full"]


def test_a_log_that_was_put_back_as_a_whole_shows_against_heads_kept_elsewhere(
    disk: SqliteStore, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.jsonl"
    fill(disk, 3)
    note_head(disk, heads, AT)
    old = back_up(disk, tmp_path / "backups", AT)
    fill(disk, 2)
    note_head(disk, heads, later(60))
    assert list(missing_heads(disk, heads)) == []
    restore(old, tmp_path / "old", MasterKey(b"k" * 32))
    with SqliteStore(tmp_path / "old", MasterKey(b"k" * 32)) as again:
        assert list(faults(again)) == [], "it is whole in itself"
        (told,) = missing_heads(again, heads)
        assert "记下的第 5 条已不在日志中" in told
    heads.write_text("x\n", encoding="utf-8")
    with pytest.raises(AuditRefused, match=r"heads\.jsonl:1"):
        list(missing_heads(disk, heads))


def test_what_was_removed_in_time_is_no_fault_and_stays_verifiable(
    disk: SqliteStore, tmp_path: Path
) -> None:
    heads = tmp_path / "heads.jsonl"
    fill(disk, 3)
    note_head(disk, heads, AT)
    fill(disk, 8)
    assert disk.prune_audit(later(1.5)) == 1
    assert list(faults(disk)) == []
    assert disk.prune_audit(later(99)) == 9
    fill(disk, 2)
    assert list(faults(disk)) == []
    assert list(missing_heads(disk, heads)) == []
    sql(disk, "DELETE FROM audit WHERE position = 11")
    assert list(faults(disk)) == ["第 11–11 条被删除"]


def test_records_and_what_they_tell_of_stand_or_fall_together(disk: SqliteStore) -> None:
    fill(disk, 2)
    with pytest.raises(RuntimeError), disk.atomic():  # noqa: PT012
        fill(disk, 2)
        raise RuntimeError
    assert len(disk.audit()) == 2
    assert list(faults(disk)) == []


@pytest.mark.parametrize(
    "value",
    ["李小明", "13800001111", "li@example.com", "京A12345", "\n", "x" * 201],
)
def test_a_personal_value_cannot_be_written_into_the_log(store: MemoryStore, value: str) -> None:
    with pytest.raises(AuditRefused, match="只记编号和代码"):
        record(store, ZHANG, "note", AT, text=value)
    assert store.audit() == []


# looks -------------------------------------------------------------------------------------------


def put(store: MemoryStore, *more: Event) -> None:
    customer = store.customer_of(Party("web", "", "v1"), AT)
    events: list[Event] = [Opened(AT, "T1", customer, "web"), Noted(AT, "电话13800001111", "1")]
    row, card, timers, lookups = project_events([*events, *more])
    store.append(row, card, [*events, *more], timers, lookups)


def test_every_look_at_full_data_is_written_down_and_a_refused_one_too(store: MemoryStore) -> None:
    put(store, Assigned(AT, "1001"))
    for name, number in (("zhang", "1001"), ("li", "1002")):
        who = Person(name, Role.AGENT, number)
        if name == "zhang":
            assert len(look_in_full(store, who, "web:10.0.0.7", "T1", {}, AT)) == 3
        else:
            with pytest.raises(NotAllowed):
                look_in_full(store, who, "telegram", "T1", {}, AT)
    assert [(r.who, r.what, r.ticket, r.customer, r.origin) for r in store.audit()] == [
        ("zhang", "read_full", "T1", "C1", "web:10.0.0.7"),
        ("li", "refused", "T1", "", "telegram"),
    ]
    assert "13800001111" not in repr(store.audit())
