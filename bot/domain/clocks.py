"""Every clock of a ticket: when it started, when it ends, what stopped it.

Starts, stops and limits are the service manuals'; :mod:`bot.domain.policy` holds the limits,
:mod:`bot.domain.marks` the moments.

| clock | starts | stops |
|---|---|---|
| classification | a need is stated | class known |
| first_response | a need is stated | first reply of a person, or an answer of the bot |
| first_plan | a need is stated | first answer, plan to consent to, or promise |
| progress_update | a need is stated, then each report of progress | solved |
| upgrade_request | no solution matches | the request is handed in |
| knowledge | the request is handed in | the knowledge owner answers |
| quality_check | a product-quality claim | its review is told |
| technical_check | order number and evidence are there | its result is told |
| exchange | the exchange is decided | it is arranged |
| department_reply | a matter goes to another department or needs consent | its result is told |
| urgent_action | P1, or a complaint reaches a supervisor | first line of a person after it |
| resolution | a need that is no mere question | solved |
| callback | solved | the call-back |
| waiting | the customer waits for a person | a reply; the last wait stays on show |
| promise | it is made | it is kept |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.marks import Marks
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import ClockName
from bot.domain.ticket import Ticket
from kb.terms import ContactType

_ASKED_ONLY: Final = frozenset({ContactType.CONSULT, ContactType.SUGGESTION})


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    MET = "met"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock.

    Attributes:
        name: which.
        key: unique within the ticket and the clock's cycle; it survives restarts.
        started: when it started, with zone.
        due: when it ends; None for a promise that named no time.
        warn: when the agent is warned; None where nobody is.
        stopped: when it was met or given up, None while it runs.

    """

    name: ClockName
    key: str
    started: dt.datetime
    due: dt.datetime | None
    warn: dt.datetime | None
    stopped: dt.datetime | None

    def state(self, now: dt.datetime) -> ClockState:
        """How it stands at ``now``; it breaks when its time is up, not only after."""
        if self.due is None:
            return ClockState.RUNNING if self.stopped is None else ClockState.MET
        if self.stopped is not None:
            return ClockState.MET if self.stopped <= self.due else ClockState.BROKEN
        return ClockState.BROKEN if now >= self.due else ClockState.RUNNING


def clocks(ticket: Ticket, policy: Policy = STANDARD) -> list[Clock]:
    """Every clock that has started, in the order of :class:`ClockName`, promises last."""
    order = list(ClockName)
    return sorted(_clocks(ticket, policy), key=lambda clock: order.index(clock.name))


def _clocks(t: Ticket, policy: Policy) -> Iterator[Clock]:
    m, end = t.marks, _ended(t)
    waiting = (t.waiting_since, None) if t.waiting_since else t.waited or (None, None)
    yield from _of_the_need(t, policy)
    for name, start, stop in (
        (ClockName.UPGRADE_REQUEST, m.no_solution_at, m.upgraded_at),
        (ClockName.KNOWLEDGE, m.upgraded_at, m.knowledge_at),
        (ClockName.QUALITY_CHECK, m.claim_at, m.reviewed_at or _solved(m, m.claim_at)),
        (ClockName.TECHNICAL_CHECK, m.evidence_at, m.checked_at or _solved(m, m.evidence_at)),
        (ClockName.EXCHANGE, m.exchange_at, m.arranged_at or _solved(m, m.exchange_at)),
        (ClockName.URGENT_ACTION, m.urgent_at, m.acted_at),
        (ClockName.CALLBACK, m.resolved_at, m.called_back_at),
        (ClockName.WAITING, *waiting),
    ):
        if start is not None:
            ends = stop if name in _AFTER_THE_END else stop or end
            yield _limited(name, start, ends, policy)
    if m.beyond_at is not None:
        stop = m.result_at or _solved(m, m.beyond_at) or end
        yield _in_working_days(ClockName.DEPARTMENT_REPLY, m.beyond_at, stop, policy)
    yield from _promises(t, policy)


def _solved(m: Marks, start: dt.datetime | None) -> dt.datetime | None:
    """When the problem was solved, unless the matter came up only afterwards."""
    return m.resolved_at if m.resolved_at and start and m.resolved_at >= start else None


#: Clocks that run on when the ticket is closed.
_AFTER_THE_END: Final = frozenset({ClockName.CALLBACK, ClockName.KNOWLEDGE})


def _of_the_need(t: Ticket, policy: Policy) -> Iterator[Clock]:
    m, end = t.marks, _ended(t)
    start = m.need_at
    if start is None:
        return
    yield _limited(ClockName.CLASSIFICATION, start, m.classified_at or end, policy)
    limit = policy.first_response[m.replied_priority or t.talk.priority]
    yield _clock(ClockName.FIRST_RESPONSE, start, start + limit, m.replied_at or end, policy)
    yield _limited(ClockName.FIRST_PLAN, start, m.plan_at or m.resolved_at or end, policy)
    yield _progress(t, start, policy)
    if t.talk.contact_type not in _ASKED_ONLY:
        yield _in_working_days(ClockName.RESOLUTION, start, m.resolved_at or end, policy)


def _progress(t: Ticket, start: dt.datetime, policy: Policy) -> Clock:
    """Restarts at each report; a question that was answered needs no further ones."""
    m = t.marks
    asked_only = t.talk.contact_type in _ASKED_ONLY
    # a question that was answered and then goes to others begins anew with them
    since = (m.progress_at, m.beyond_at if asked_only and t.talk.answered else None)
    last = max((start, *(at for at in since if at)))
    limit, warns = policy.limits[ClockName.PROGRESS_UPDATE], policy.progress_warns
    if m.rhythm:
        limit = dt.timedelta(hours=m.rhythm)
        warns = limit * policy.warn_at
    answered = asked_only and t.talk.answered and not t.has_open_matter
    stop = last if answered else m.resolved_at or _ended(t)
    return Clock(
        ClockName.PROGRESS_UPDATE,
        _key(ClockName.PROGRESS_UPDATE, last),
        last,
        last + limit,
        last + warns,
        stop,
    )


def _promises(t: Ticket, policy: Policy) -> Iterator[Clock]:
    for number, state in enumerate(t.promises):
        due = state.promise.due
        ends = (state.kept_at, t.marks.resolved_at, _ended(t))
        stop = next((at for at in ends if at and at >= state.made_at), None)
        warn = due and state.made_at + (due - state.made_at) * policy.warn_at
        yield Clock(
            ClockName.PROMISE,
            f"{ClockName.PROMISE}{number}",
            state.made_at,
            due,
            warn,
            stop,
        )


def _limited(
    name: ClockName, start: dt.datetime, stop: dt.datetime | None, policy: Policy
) -> Clock:
    return _clock(name, start, start + policy.limits[name], stop, policy)


def _in_working_days(
    name: ClockName, start: dt.datetime, stop: dt.datetime | None, policy: Policy
) -> Clock:
    """Due at the end of business of the last working day; warned by business time."""
    due = policy.calendar.add_working_days(start, policy.working_days[name])
    inside = policy.calendar.between(start, due)
    warn = policy.calendar.add(start, inside * policy.warn_at)
    return Clock(name, _key(name, start), start, due, warn, stop)


def _clock(
    name: ClockName,
    start: dt.datetime,
    due: dt.datetime,
    stop: dt.datetime | None,
    policy: Policy,
) -> Clock:
    warn = start + (due - start) * policy.warn_at
    if name is ClockName.WAITING:
        warn = start + policy.waiting_line
    return Clock(name, _key(name, start), start, due, warn, stop)


def _key(name: ClockName, start: dt.datetime) -> str:
    return f"{name}@{start.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}"


def _ended(t: Ticket) -> dt.datetime | None:
    return t.closed.at if t.closed else None


def next_due(ticket: Ticket, now: dt.datetime, policy: Policy = STANDARD) -> Clock | None:
    """The running clock that ends first."""
    running = [c for c in clocks(ticket, policy) if c.due and c.stopped is None and c.due > now]
    return min(running, key=lambda c: c.due or now, default=None)


def broken(ticket: Ticket, now: dt.datetime, policy: Policy = STANDARD) -> tuple[str, ...]:
    """Names of the clocks that are broken, each once."""
    names = [c.name.value for c in clocks(ticket, policy) if c.state(now) is ClockState.BROKEN]
    return tuple(dict.fromkeys(names))
