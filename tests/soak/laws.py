"""What is true of every ticket at every moment, each law as a function that tells what breaks it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from bot.desk.desk import Desk
from bot.desk.ports import RowFilter
from bot.desk.projecting import project
from bot.domain.clocks import ClockState, broken, clocks
from bot.domain.events import (
    AgentSaid,
    BotSaid,
    Classified,
    CustomerSaid,
    Event,
    TimerFired,
)
from bot.domain.policy import Policy
from bot.domain.terms import ClockName
from bot.domain.ticket import Ticket, fold
from bot.domain.timers import timers

#: Timers that a closed ticket may still have, beside those of promises made after it was closed.
_AFTER_CLOSING = (f"{ClockName.CALLBACK}@", f"{ClockName.KNOWLEDGE}@", "follow_up:")
_FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def broken_laws(desk: Desk, tickets: Iterable[str] | None = None) -> list[str]:
    """Every law that a ticket breaks as it now stands, each as a sentence; [] where all hold."""
    due: dict[str, dict[str, dt.datetime]] = {}
    for timer in desk.store.due_timers(_FAR, limit=1_000_000):
        due.setdefault(timer.ticket, {})[timer.key] = timer.due
    ids = all_tickets(desk) if tickets is None else tickets
    return [f"{one}: {what}" for one in ids for what in _of(desk, one, due.get(one, {}))]


def broken_in_history(events: Sequence[Event], policy: Policy) -> list[str]:
    """Every law that a ticket broke at some moment: all its prefixes are folded and looked at."""
    states = list(accumulate(events, Ticket.apply, initial=Ticket()))
    return [*_priorities(states, events), *_clocks(states, events, policy)]


def all_tickets(desk: Desk) -> list[str]:
    """Ids of all tickets."""
    return [row.id for row in desk.store.rows(RowFilter(), limit=1_000_000)]


def _of(desk: Desk, ticket_id: str, due: dict[str, dt.datetime]) -> Iterator[str]:
    events = desk.store.events(ticket_id)
    ticket = fold(events)
    erased = desk.store.party_of(ticket.customer) is None  # what is added later is stored wordless
    if not erased and ticket != desk.ticket(ticket_id):
        yield "what is remembered is not what its events say"
    if ticket.seq != len(events):
        yield f"{len(events)} events, the last is number {ticket.seq}"
    row, card, wanted, _ = project(ticket, desk.policy)
    if desk.store.row(ticket_id) != row:
        yield f"its row is {desk.store.row(ticket_id)}, not {row}"
    if desk.store.cards([ticket_id])[ticket_id] != card:
        yield "its card is not what its events say"
    if due != wanted:
        yield f"its timers are {due}, not {wanted}"
    fired = Counter(e.key for e in events if isinstance(e, TimerFired))
    yield from (f"timer {key} fired {n} times" for key, n in fired.items() if n > 1)
    yield from _after_closing(ticket, desk.policy)
    said = Counter(e.message for e in events if isinstance(e, CustomerSaid) and e.message)
    yield from (f"message {m} stands {n} times" for m, n in said.items() if n > 1)
    if not erased:  # else nothing was queued
        yield from _queued(desk, ticket_id, events)
    yield from _recoveries(ticket, desk.policy)


def _recoveries(ticket: Ticket, policy: Policy) -> Iterator[str]:
    """What is broken stays so, however long one waits."""
    all_clocks = clocks(ticket, policy)
    moments = {m for c in all_clocks for m in (c.started, c.due) if m} | {_FAR}
    worse = [set(broken(ticket, moment, policy)) for moment in sorted(moments)]
    for earlier, later in pairwise(worse):
        yield from (f"{name} was broken and recovered by waiting" for name in earlier - later)
    for clock in all_clocks:
        stood = [clock.state(moment) for moment in sorted(moments)]
        if any(a is not b is ClockState.RUNNING for a, b in pairwise(stood)):
            yield f"{clock.key} was over and runs again by waiting"


def _after_closing(ticket: Ticket, policy: Policy) -> Iterator[str]:
    if ticket.closed is None:
        return
    allowed = _AFTER_CLOSING + tuple(
        f"{ClockName.PROMISE}{number}:"
        for number, state in enumerate(ticket.promises)
        if state.made_at > ticket.closed.at
    )
    for timer in timers(ticket, policy):
        if not timer.key.startswith(allowed):
            yield f"closed, but {timer.key} is to fire"


def _queued(desk: Desk, ticket_id: str, events: Sequence[Event]) -> Iterator[str]:
    """Every line of ours is queued once, and nothing else that has a text."""
    lines = Counter(e.text for e in events if isinstance(e, AgentSaid | BotSaid))
    bodies = (o.body for o in desk.store.outgoing(ticket_id))
    queued = Counter(str(body["text"]) for body in bodies if "text" in body)
    if lines != queued:
        yield f"said but not queued: {lines - queued}; queued but not said: {queued - lines}"


def _priorities(states: Sequence[Ticket], events: Sequence[Event]) -> Iterator[str]:
    for (before, after), event in zip(pairwise(states), events, strict=True):
        if after.talk.priority > before.talk.priority and not isinstance(event, Classified):
            yield f"{type(event).__name__} lowered the priority to {after.talk.priority}"


def _clocks(states: Sequence[Ticket], events: Sequence[Event], policy: Policy) -> Iterator[str]:
    """A clock that was stopped stays so within its cycle, and none recovers by waiting.

    A need stated after the problem was solved, or by who comes back, takes up the clocks again, and so
    may a line older than what is known; the reports on a question that was answered rest until it
    becomes more than a question.
    """
    stopped: set[str] = set()
    for (before, state), event in zip(pairwise(states), events, strict=True):
        late = before.last_at is not None and event.at < before.last_at
        if late or before.closed or (before.marks.resolved_at and not state.marks.resolved_at):
            stopped.clear()
        for clock in clocks(state, policy):
            if clock.stopped is not None:
                stopped.add(clock.key)
            elif clock.name is ClockName.PROGRESS_UPDATE:
                continue
            elif clock.key in stopped:
                yield f"{clock.key} was stopped and runs again after {type(event).__name__}"
                stopped.discard(clock.key)
