"""Whether a store is whole: a quick look after a crash, a thorough one on demand.

SQLite repairs its own files after a crash. Opening therefore looks only at the newest events, in time
that does not grow with the store; going through everything takes seconds per million events and is
left to ``huashu store check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.desk.errors import DeskError
from bot.domain.errors import DomainError
from bot.storage.errors import StorageError, StoreDamaged
from bot.storage.tickets import TicketTables

#: Newest events looked at after a crash.
TAIL: Final = 500

_EVENT: Final = "ticket, seq, customer, name, v, public, sealed"


def check_tail(store: TicketTables) -> None:
    """See that the newest events can be read and have no gaps.

    Raises:
        StoreDamaged: they cannot, or have.

    """
    newest = store.db.rows(f"SELECT {_EVENT} FROM events ORDER BY position DESC LIMIT ?", (TAIL,))  # noqa: S608
    following: dict[str, int] = {}
    for stored in newest:
        ticket, seq = stored[:2]
        if following.get(ticket, seq + 1) != seq + 1:
            raise StoreDamaged(f"工单 {ticket} 的第 {seq + 1} 个事件不见了")
        following[ticket] = seq
        try:
            store.read_event(stored)
        except DomainError as error:
            raise StoreDamaged(f"工单 {ticket} 的第 {seq} 个事件（{error}）") from error


def faults(store: TicketTables) -> Iterator[str]:
    """Everything that is wrong with a store, each in one Chinese sentence; nothing where it is whole.

    Reads both files completely and opens every sealed event.
    """
    for name, rows in (
        ("store.db", store.db.rows("PRAGMA integrity_check(20)")),
        ("keys.db", store.db.key_rows("PRAGMA integrity_check(20)")),
    ):
        yield from (f"{name}：{text}" for (text,) in rows if text != "ok")
    for table, parent, row in (r[:3] for r in store.db.rows("PRAGMA foreign_key_check")):
        yield f"{table} 第 {parent} 行引用的 {row} 不存在"
    gaps = store.db.rows(
        "SELECT ticket, COUNT(*), MAX(seq) FROM events GROUP BY ticket"
        " HAVING COUNT(*) <> MAX(seq) OR MIN(seq) <> 1"
    )
    yield from (f"工单 {t} 的事件有缺口：{n} 个，最后一个编号 {last}" for t, n, last in gaps)
    ends = store.db.rows(
        "SELECT t.id, t.seq, (SELECT COALESCE(MAX(seq), 0) FROM events WHERE ticket = t.id) AS last"
        " FROM tickets t WHERE t.seq <> last"
    )
    yield from (f"工单 {t} 的列表记录停在 {row}，事件到 {last}" for t, row, last in ends)
    missing = store.db.rows(
        "SELECT DISTINCT ticket FROM events WHERE ticket NOT IN (SELECT id FROM tickets)"
    )
    yield from (f"工单 {t} 有事件却没有列表记录" for (t,) in missing)
    yield from _unreadable(store)


def _unreadable(store: TicketTables) -> Iterator[str]:
    last = 0
    while some := store.db.rows(
        f"SELECT {_EVENT}, position FROM events WHERE position > ? ORDER BY position LIMIT 5000",  # noqa: S608
        (last,),
    ):
        for *stored, last in some:  # noqa: B007 - the last one is where the next batch begins
            try:
                store.read_event(stored)
            except (DomainError, DeskError, StorageError) as error:
                yield f"工单 {stored[0]} 的第 {stored[1]} 个事件：{error}"
