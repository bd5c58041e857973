"""A store in memory, for replays and tests: the same promises, nothing on the disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final

from bot.desk.ports import (
    Conflict,
    Incoming,
    NoSuchCustomer,
    NoSuchMessage,
    Outgoing,
    OutState,
    Party,
    RowFilter,
    TicketCard,
    TicketRow,
    Timer,
)
from bot.domain.events import Event
from bot.domain.wire import encode, erased
from bot.storage.gaps_memory import GapsInMemory
from bot.storage.people_memory import PeopleInMemory
from bot.storage.retention_memory import RetentionInMemory
from bot.storage.rows import matches

_UNSENT: Final = frozenset({OutState.READY, OutState.SENDING, OutState.UNCERTAIN})
_LATEST: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class _Ticket:
    row: TicketRow
    card: TicketCard
    events: tuple[Event, ...]
    timers: Mapping[str, dt.datetime]
    lookups: frozenset[tuple[str, str]] = field(default_factory=frozenset)


class MemoryStore(PeopleInMemory, RetentionInMemory, GapsInMemory):
    """See :class:`bot.desk.ports.Store`.

    Args:
        new_id: makes a customer's id from the time and his number, from 1; by default ``C1``,
            ``C2`` …, so that a replay gives the same ids again.

    """

    def __init__(self, new_id: Callable[[dt.datetime, int], str] = lambda _, n: f"C{n}") -> None:
        super().__init__()
        self._new_id = new_id
        #: None where the customer was erased
        self._parties: dict[str, Party | None] = {}
        self._customers: dict[Party, str] = {}
        self._seen: dict[str, dt.datetime] = {}
        self._tickets: dict[str, _Ticket] = {}
        #: None where the message was handled
        self._inbox: dict[tuple[str, str], Incoming | None] = {}
        self._outbox: dict[str, Outgoing] = {}
        self._position = 0

    def atomic(self) -> AbstractContextManager[None]:
        """See the port."""
        return self._undo.atomic()

    def customer_of(self, party: Party, at: dt.datetime) -> str:
        """See the port."""
        if party not in self._customers:
            customer = self._new_id(at, len(self._parties) + 1)
            self._undo.put(self._parties, customer, party)
            self._undo.put(self._customers, party, customer)
            self._undo.put(self._seen, customer, at)
        return self._customers[party]

    def known_customer(self, party: Party) -> str | None:
        """See the port."""
        return self._customers.get(party)

    def party_of(self, customer: str) -> Party | None:
        """See the port."""
        return self._parties.get(customer)

    def erase(self, customer: str, at: dt.datetime) -> bool:
        """See the port."""
        if customer not in self._parties:
            return False
        party = self._parties[customer]
        with self.atomic():
            if party is not None:
                self._undo.put(self._parties, customer, None)
                self._undo.drop(self._customers, party)
            for key, ticket in list(self._tickets.items()):
                if ticket.row.customer == customer:
                    events = tuple(map(erased, ticket.events))
                    empty = replace(ticket, card=TicketCard(), events=events, lookups=frozenset())
                    self._undo.put(self._tickets, key, empty)
            self._forget_gaps(customer)
            for o in list(self._outbox.values()):
                if o.customer == customer:
                    left = replace(o, chat="", body={})
                    if o.state in _UNSENT:
                        left = replace(left, state=OutState.FAILED, error="erased")
                    self._undo.put(self._outbox, o.key, left)
        return True

    def append(
        self,
        row: TicketRow,
        card: TicketCard,
        events: Sequence[Event],
        timers: Mapping[str, dt.datetime],
        lookups: Iterable[tuple[str, str]] = (),
    ) -> None:
        """See the port."""
        known = self._known(row.customer)
        old = self._tickets.get(row.id)
        before, found = row.seq - len(events), old.row.seq if old else 0
        if before != found:
            raise Conflict(row.id, before, found)
        for event in events:
            encode(event)  # refuses what no store could keep
        ticket = _Ticket(
            row,
            card if known else TicketCard(),
            (*(old.events if old else ()), *(events if known else map(erased, events))),
            dict(timers),
            (old.lookups if old else frozenset()) | frozenset(lookups if known else ()),
        )
        self._undo.put(self._tickets, row.id, ticket)

    def _known(self, customer: str) -> bool:
        """Whether a customer is there, and not erased."""
        if customer not in self._parties:
            raise NoSuchCustomer(customer)
        return self._parties[customer] is not None

    def events(self, ticket: str) -> list[Event]:
        """See the port."""
        return list(self._tickets[ticket].events) if ticket in self._tickets else []

    def row(self, ticket: str) -> TicketRow | None:
        """See the port."""
        return self._tickets[ticket].row if ticket in self._tickets else None

    def rows(self, wanted: RowFilter, limit: int = 50, offset: int = 0) -> list[TicketRow]:
        """See the port."""
        found = _newest_first(filter(matches(wanted), self._rows()))
        found.sort(key=lambda row: row.due or _LATEST)
        return found[offset : offset + limit]

    def count(self, wanted: RowFilter) -> int:
        """See the port."""
        return sum(map(matches(wanted), self._rows()))

    def _rows(self) -> Iterable[TicketRow]:
        return (ticket.row for ticket in self._tickets.values())

    def cards(self, tickets: Sequence[str]) -> dict[str, TicketCard]:
        """See the port."""
        return {key: self._tickets[key].card for key in tickets if key in self._tickets}

    def newest_of(self, customer: str, limit: int = 10) -> list[TicketRow]:
        """See the port."""
        return _newest_first(r for r in self._rows() if r.customer == customer)[:limit]

    def find(self, kind: str, value: str) -> list[str]:
        """See the port."""
        found = (t.row for t in self._tickets.values() if (kind, value) in t.lookups)
        return [row.id for row in _newest_first(found)]

    def due_timers(self, now: dt.datetime, limit: int = 500) -> list[Timer]:
        """See the port."""
        due = [timer for timer in self._timers() if timer.due <= now]
        return sorted(due, key=lambda t: (t.due, t.ticket, t.key))[:limit]

    def next_due(self) -> dt.datetime | None:
        """See the port."""
        return min((timer.due for timer in self._timers()), default=None)

    def _timers(self) -> Iterable[Timer]:
        return (
            Timer(ticket, key, due)
            for ticket, held in self._tickets.items()
            for key, due in held.timers.items()
        )

    def receive(self, incoming: Incoming) -> bool:
        """See the port."""
        key = incoming.source, incoming.update
        if key in self._inbox:
            return False
        self._undo.put(self._inbox, key, incoming)
        return True

    def unhandled(self, limit: int = 500) -> list[Incoming]:
        """See the port."""
        return [incoming for incoming in self._inbox.values() if incoming][:limit]

    def handled(self, source: str, update: str) -> None:
        """See the port."""
        if (source, update) in self._inbox:
            self._undo.put(self._inbox, (source, update), None)

    def put(self, outgoing: Outgoing) -> None:
        """See the port."""
        if (outgoing.customer and not self._known(outgoing.customer)) or (
            outgoing.key in self._outbox
        ):
            return
        self._position += 1
        self._undo.put(self._outbox, outgoing.key, replace(outgoing, position=self._position))

    def sendable(self, now: dt.datetime, limit: int = 100, channel: str = "") -> list[Outgoing]:
        """See the port."""
        heads: dict[tuple[str, str], Outgoing] = {}
        for o in self._outbox.values():
            if o.state in _UNSENT and channel in {"", o.channel}:
                heads.setdefault((o.channel, o.chat), o)
        ready = [
            o
            for o in heads.values()
            if o.state is OutState.READY and (o.not_before is None or o.not_before <= now)
        ]
        return ready[:limit]

    def standing(self, state: OutState, limit: int = 500) -> list[Outgoing]:
        """See the port."""
        return [o for o in self._outbox.values() if o.state is state][:limit]

    def mark(
        self,
        key: str,
        state: OutState,
        *,
        error: str = "",
        not_before: dt.datetime | None = None,
    ) -> None:
        """See the port."""
        old = self._outbox.get(key)
        if old is None:
            raise NoSuchMessage(key)
        attempts = old.attempts + (state is OutState.SENDING)
        new = replace(old, state=state, error=error, not_before=not_before, attempts=attempts)
        self._undo.put(self._outbox, key, new)

    def outgoing(self, ticket: str) -> list[Outgoing]:
        """See the port."""
        return [o for o in self._outbox.values() if o.ticket == ticket]


def _newest_first(rows: Iterable[TicketRow]) -> list[TicketRow]:
    return sorted(rows, key=lambda row: (row.opened_at, row.id), reverse=True)
