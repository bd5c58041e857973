"""The desk: what every use case works with, and the one way a ticket changes.

A use case is a function of this and its arguments, in a module of its own. It reads tickets, drafts
events and commits them; nothing is written before everything was decided, so a refused request
changes nothing. All of it runs in one thread (:mod:`bot.desk.service`).
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from bot.desk.account_ports import OfficeStore
from bot.desk.choices import ChoiceLog, Offers
from bot.desk.errors import NoSuchTicket
from bot.desk.house import House
from bot.desk.ids import new_id
from bot.desk.ports import Outgoing
from bot.desk.projecting import project
from bot.desk.roster import Roster
from bot.desk.suggest import Suggester
from bot.domain.events import Escalated, Event
from bot.domain.policy import STANDARD, Policy
from bot.domain.ticket import Ticket, fold
from bot.quality import Checker

#: Tickets kept folded in memory.
_KEPT: Final = 5_000
#: The channel on which people of the desk are told something; ``chat`` is a level or a number.
NOTIFY: Final = "notify"


class Draft:
    """A ticket and the events that are about to happen to it."""

    __slots__ = ("before", "events", "outgoing", "ticket")

    def __init__(self, ticket: Ticket) -> None:
        self.before = ticket
        self.ticket = ticket
        self.events: list[Event] = []
        self.outgoing: list[Outgoing] = []

    def add(self, *events: Event) -> Ticket:
        """Let events happen; returns the ticket after them."""
        for event in map(_by_offset, events):
            self.ticket = self.ticket.apply(event)
            self.events.append(event)
        return self.ticket

    @property
    def escalated(self) -> list[Escalated]:
        """The escalations drafted."""
        return [e for e in self.events if isinstance(e, Escalated)]


@dataclass(slots=True)
class Desk:
    """What the use cases share.

    Attributes:
        store: where everything is kept.
        suggester: reads, matches and proposes.
        checker: the check of outgoing lines.
        house: the desk's names and habits.
        policy: its limits and switches.
        roster: who works here and is there.
        speaks: whether the first-line bot says anything; in a replay it is played silently.
        log: where agents' choices are kept, or None.
        make_id: gives a ticket's id from the moment it opens.

    """

    store: OfficeStore
    suggester: Suggester
    checker: Checker
    house: House
    policy: Policy = STANDARD
    roster: Roster = field(default_factory=Roster)
    speaks: bool = False
    log: ChoiceLog | None = None
    make_id: Callable[[dt.datetime], str] = new_id
    offers: OrderedDict[str, Offers] = field(default_factory=OrderedDict)
    _live: OrderedDict[str, Ticket] = field(default_factory=OrderedDict)

    def ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it stands.

        Raises:
            NoSuchTicket: there is none with this id.

        """
        known = self._live.get(ticket_id)
        if known is None:
            events = self.store.events(ticket_id)
            if not events:
                raise NoSuchTicket(ticket_id)
            known = fold(events)
            self._keep(known)
        self._live.move_to_end(ticket_id)
        return known

    def commit(self, draft: Draft) -> Ticket:
        """Make the drafted events happen: append them, put what follows from them, queue messages."""
        after = draft.ticket
        row, card, timers, lookups = project(after, self.policy)
        self.store.append(row, card, draft.events, timers, lookups)
        for outgoing in (*draft.outgoing, *self._notices(draft)):
            self.store.put(outgoing)
        self._keep(after)
        return after

    def change(self, ticket_id: str, *events: Event) -> Ticket:
        """Let events happen to a ticket."""
        draft = Draft(self.ticket(ticket_id))
        draft.add(*events)
        return self.commit(draft)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """One transaction; when it fails, what is remembered of tickets is forgotten, too."""
        try:
            with self.store.atomic():
                yield
        except BaseException:
            self._live.clear()
            raise

    def forget(self, tickets: Iterable[str]) -> None:
        """Remember nothing of these tickets: their customer was erased."""
        for ticket in tickets:
            self._live.pop(ticket, None)
            self.offers.pop(ticket, None)

    def _keep(self, ticket: Ticket) -> None:
        self._live[ticket.id] = ticket
        self._live.move_to_end(ticket.id)
        while len(self._live) > _KEPT:
            self._live.popitem(last=False)

    def _notices(self, draft: Draft) -> Iterator[Outgoing]:
        """Whoever an escalation goes to is told."""
        first = draft.before.seq + 1
        for place, event in enumerate(draft.events):
            if isinstance(event, Escalated):
                yield Outgoing(
                    key=f"{draft.ticket.id}:{first + place}",
                    channel=NOTIFY,
                    chat=event.level.value,
                    ticket=draft.ticket.id,
                    customer=draft.ticket.customer,
                    body={"rule": event.rule.value, "reason": event.reason},
                    at=event.at,
                )


def _by_offset(event: Event) -> Event:
    """The event as the store gives it back, its time by the offset from UTC.

    Times of one zone are reckoned by the wall clock, so that a change of the clocks would move what
    a ticket that is remembered expects, and not what the same one expects once it was read again.
    """
    offset = event.at.utcoffset()
    if offset is None:
        return event  # the store refuses it
    return replace(event, at=event.at.replace(tzinfo=dt.timezone(offset)))
