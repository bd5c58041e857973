"""Tickets: events, rows, cards, look-ups and timers."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bot.desk.ports import Conflict, RowFilter, TicketCard, TicketRow, Timer
from bot.domain.events import Event
from bot.domain.wire import decode, encode
from bot.storage import rows as columns
from bot.storage.errors import StoreDamaged, StoreFailed
from bot.storage.sealing import Seal, ascii_json
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros

_PUT_EVENT: Final = (
    "INSERT INTO events (ticket, seq, customer, name, v, at, public, sealed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
#: Fewer than SQLite's limit of variables in a statement.
_AT_ONCE: Final = 500


class TicketTables(Tables):
    """The tickets' part of :class:`bot.desk.ports.Store`."""

    def append(
        self,
        row: TicketRow,
        card: TicketCard,
        events: Sequence[Event],
        timers: Mapping[str, dt.datetime],
        lookups: Iterable[tuple[str, str]] = (),
    ) -> None:
        """See the port."""
        seal = self.seal_of(row.customer)
        before = row.seq - len(events)
        found = self.db.one("SELECT seq FROM tickets WHERE id = ?", (row.id,))
        if (found[0] if found else 0) != before:
            raise Conflict(row.id, before, found[0] if found else 0)
        written = [_event(row, seal, before + n, e) for n, e in enumerate(events, 1)]
        with self.atomic():
            try:
                self.db.many(_PUT_EVENT, written)
            except sqlite3.IntegrityError as error:
                raise StoreFailed(
                    f"工单 {row.id} 的列表记录与事件不一致。请停止服务并运行 huashu store rebuild"
                ) from error
            self.put_ticket(row, card, timers, lookups, seal)

    def put_ticket(
        self,
        row: TicketRow,
        card: TicketCard,
        timers: Mapping[str, dt.datetime],
        lookups: Iterable[tuple[str, str]],
        seal: Seal | None,
    ) -> None:
        """Put what follows from a ticket's events; runs within a transaction."""
        sealed = None
        if seal and card != TicketCard():
            sealed = seal.close_json([card.name, card.problem, card.last], f"card|{row.id}")
        self.db.run(columns.PUT, (*columns.to_columns(row), sealed))
        self._put_timers(row.id, timers)
        hashes = [(self.keys.hashed(kind, value), row.id) for kind, value in lookups]
        if hashes and seal:
            self.db.many("INSERT OR IGNORE INTO lookups VALUES (?, ?)", hashes)

    def _put_timers(self, ticket: str, timers: Mapping[str, dt.datetime]) -> None:
        """Write only what differs; most messages leave most timers as they were."""
        old = dict(self.db.rows("SELECT key, due FROM timers WHERE ticket = ?", (ticket,)))
        new = {key: micros(due) for key, due in timers.items()}
        gone = [(ticket, key) for key in old if key not in new]
        put = [(ticket, key, due) for key, due in new.items() if old.get(key) != due]
        if gone:
            self.db.many("DELETE FROM timers WHERE ticket = ? AND key = ?", gone)
        if put:
            self.db.many("INSERT OR REPLACE INTO timers VALUES (?, ?, ?)", put)

    def events(self, ticket: str) -> list[Event]:
        """See the port."""
        found = self.db.rows(
            "SELECT ticket, seq, customer, name, v, public, sealed FROM events"
            " WHERE ticket = ? ORDER BY seq",
            (ticket,),
        )
        return [self.read_event(row) for row in found]

    def read_event(self, stored: Sequence[Any]) -> Event:
        """One event of (ticket, seq, customer, name, v, public, sealed).

        Raises:
            StoreDamaged: its personal part does not open.
            BadEvent: it is none.

        """
        ticket, seq, customer, name, version, public, sealed = stored
        personal, what = None, f"工单 {ticket} 的第 {seq} 个事件"
        if sealed is not None and (seal := self.seal_of(customer)):
            personal = self.unsealed(seal, sealed, _place(ticket, seq, name), what)
        try:
            return decode(name, version, json.loads(public), personal)
        except ValueError as error:
            raise StoreDamaged(what) from error

    def row(self, ticket: str) -> TicketRow | None:
        """See the port."""
        found = self.db.one(f"SELECT {columns.COLUMNS} FROM tickets WHERE id = ?", (ticket,))  # noqa: S608 - constant columns
        return columns.from_columns(found, self.zone) if found else None

    def rows(self, wanted: RowFilter, limit: int = 50, offset: int = 0) -> list[TicketRow]:
        """See the port."""
        source, values = columns.source(wanted)
        found = self.db.rows(
            f"SELECT {columns.OF_T} FROM (SELECT t.rowid AS place {source} {columns.ORDER}"  # noqa: S608 - constant parts, values bound
            " LIMIT ? OFFSET ?) CROSS JOIN tickets t ON t.rowid = place " + columns.ORDER,
            (*values, limit, offset),
        )
        return [columns.from_columns(row, self.zone) for row in found]

    def count(self, wanted: RowFilter) -> int:
        """See the port."""
        source, values = columns.source(wanted)
        return int(self.db.one(f"SELECT COUNT(*) {source}", values)[0])

    def cards(self, tickets: Sequence[str]) -> dict[str, TicketCard]:
        """See the port."""
        cards = {}
        for start in range(0, len(tickets), _AT_ONCE):
            some = tickets[start : start + _AT_ONCE]
            for ticket, customer, sealed in self.db.rows(
                f"SELECT id, customer, card FROM tickets WHERE id IN ({','.join('?' * len(some))})",  # noqa: S608
                some,
            ):
                cards[ticket] = self._card(ticket, customer, sealed)
        return cards

    def _card(self, ticket: str, customer: str, sealed: bytes | None) -> TicketCard:
        seal = self.seal_of(customer) if sealed is not None else None
        if seal is None or sealed is None:
            return TicketCard()
        return TicketCard(*self.unsealed(seal, sealed, f"card|{ticket}", f"工单 {ticket} 的摘要"))

    def newest_of(self, customer: str, limit: int = 10) -> list[TicketRow]:
        """See the port."""
        found = self.db.rows(
            f"SELECT {columns.COLUMNS} FROM tickets WHERE customer = ?"  # noqa: S608 - constant columns
            " ORDER BY opened_at DESC, id DESC LIMIT ?",
            (customer, limit),
        )
        return [columns.from_columns(row, self.zone) for row in found]

    def find(self, kind: str, value: str) -> list[str]:
        """See the port."""
        found = self.db.rows(
            "SELECT id FROM lookups JOIN tickets ON id = ticket WHERE hash = ?"
            " ORDER BY opened_at DESC, id DESC",
            (self.keys.hashed(kind, value),),
        )
        return [row[0] for row in found]

    def due_timers(self, now: dt.datetime, limit: int = 500) -> list[Timer]:
        """See the port."""
        found = self.db.rows(
            "SELECT ticket, key, due FROM timers WHERE due <= ? ORDER BY due, ticket, key LIMIT ?",
            (micros(now), limit),
        )
        return [Timer(ticket, key, from_micros(due, self.zone)) for ticket, key, due in found]

    def next_due(self) -> dt.datetime | None:
        """See the port."""
        return self.time(self.db.one("SELECT MIN(due) FROM timers")[0])


def _event(row: TicketRow, seal: Seal | None, seq: int, event: Event) -> tuple[Any, ...]:
    name, version, public, personal = encode(event)
    sealed = None
    if personal is not None and seal is not None:
        sealed = seal.close_json(personal, _place(row.id, seq, name))
    text = ascii_json(public)
    return row.id, seq, row.customer, name, version, micros(event.at), text, sealed


def _place(ticket: str, seq: int, name: str) -> str:
    return f"{ticket}|{seq}|{name}"
