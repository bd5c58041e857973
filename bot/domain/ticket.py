"""The ticket: a fold over its events, and of nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

from bot.domain.conversation import Conversation
from bot.domain.events import (
    Acknowledged,
    AgentSaid,
    ApprovalAsked,
    ApprovalDecided,
    Assigned,
    Closed,
    ComplaintJudged,
    ComplaintRegistered,
    ComplaintReviewed,
    CustomerSaid,
    Escalated,
    Event,
    FollowUpDone,
    FollowUpPlanned,
    HandedBack,
    HandedOver,
    Linked,
    Merged,
    MergedInto,
    NoteConfirmed,
    Noted,
    Opened,
    PromiseKept,
    Rated,
    RatingSkipped,
    Reopened,
    Resolved,
    TakenOver,
    TimerFired,
    UpgradeAnswered,
    UpgradeRequested,
    WorkOrderAnswered,
    WorkOrderOpened,
    WorkOrderVerified,
)
from bot.domain.marks import Marks
from bot.domain.matters import Approval, Call, Complaint, FollowUp, PromiseState, WorkOrder
from bot.domain.terms import Act, Emotion, Holder, Level, Rule, Stage


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is known after some events; ``Ticket()`` is one in which nothing happened yet."""

    id: str = ""
    customer: str = ""
    channel: str = ""
    opened_by: str = ""
    earlier: str = ""
    opened_at: dt.datetime | None = None
    last_at: dt.datetime | None = None
    seq: int = 0
    talk: Conversation = field(default_factory=Conversation)
    marks: Marks = field(default_factory=Marks)
    holder: Holder = Holder.BOT
    agent: str = ""
    queued_at: dt.datetime | None = None
    calls: tuple[Call, ...] = ()
    calls_before: int = 0
    """How many of ``calls`` are of the time before the last reopening."""
    approvals: tuple[Approval, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    promises: tuple[PromiseState, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    complaint: Complaint | None = None
    upgrade: UpgradeRequested | None = None
    upgrade_answer: UpgradeAnswered | None = None
    notes: tuple[Noted, ...] = ()
    note: str = ""
    rating: Rated | None = None
    rating_skipped: bool = False
    closed: Closed | None = None
    reopened: int = 0
    links: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    merged_into: str = ""
    timers: frozenset[str] = frozenset()
    """Keys of the timers that fired."""
    waited: tuple[dt.datetime, dt.datetime] | None = None
    """From when to when the customer waited before our last reply to him."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is expected any more."""
        return self.closed is not None

    @property
    def waiting_since(self) -> dt.datetime | None:
        """Since when the customer waits for a person; None while the bot holds the talk."""
        since = self.talk.waiting_since
        if since is None or self.holder is Holder.BOT or self.is_closed:
            return None
        return max(since, self.queued_at) if self.queued_at else since

    @property
    def take_over_wanted(self) -> bool:
        """Two angry messages in a row: the supervisor is asked to take over."""
        return self.talk.angry_in_row > 1 and self.talk.emotion is Emotion.ANGRY

    @property
    def has_open_matter(self) -> bool:
        """Whether something was promised, asked of others or planned and is not done."""
        return (
            any(p.kept_at is None for p in self.promises)
            or any(a.open for a in self.approvals)
            or any(o.open for o in self.orders)
            or self.marks.with_others
            or self.marks.owed
        )

    @property
    def locked(self) -> bool:
        """Whether a remedy waits for consent or was refused, so that it may not be promised."""
        refused = any(a.decided and not a.decided.approved for a in self.approvals[-1:])
        return refused or any(a.open for a in self.approvals)

    def has_fired(self, rule: Rule, cause: str = "", level: Level | None = None) -> bool:
        """Whether the rule fired for this cause (and at this level, where one is named)."""
        return any(
            c.fired.rule is rule
            and c.fired.cause == cause
            and (level is None or c.fired.level is level)
            for c in self.calls[self.calls_before :]
        )

    def apply(self, event: Event) -> Ticket:
        """The ticket after one more event."""
        talk = self.talk.apply(event)
        promised = any(
            p.kept_at is None and p.promise.due and p.promise.due > event.at for p in self.promises
        )
        ticket = replace(
            self,
            seq=self.seq + 1,
            last_at=event.at if self.last_at is None else max(self.last_at, event.at),
            talk=talk,
            marks=self.marks.after(event, talk, promised=promised),
            waited=self._waited(event),
        )
        change = _CHANGES.get(type(event))
        return change(ticket, event) if change else ticket

    def _waited(self, event: Event) -> tuple[dt.datetime, dt.datetime] | None:
        since = self.waiting_since
        return (since, event.at) if since and isinstance(event, AgentSaid) else self.waited


def fold(events: Iterable[Event]) -> Ticket:
    """The ticket after all events, from the beginning."""
    return reduce(Ticket.apply, events, Ticket())


def _opened(t: Ticket, e: Opened) -> Ticket:
    return replace(
        t,
        id=e.ticket,
        customer=e.customer,
        channel=e.channel,
        opened_by=e.by,
        earlier=e.earlier,
        opened_at=e.at,
        holder=Holder.PERSON if e.by else Holder.BOT,
        agent=e.by,
    )


def _customer_said(t: Ticket, e: CustomerSaid) -> Ticket:
    owed = t.marks.need_at is not None and t.marks.resolved_at is None
    if t.talk.stage is Stage.CLOSED and t.closed is None and not owed:
        return replace(t, closed=Closed(e.at, "客户确认无其他问题"))
    return t


def _agent_said(t: Ticket, e: AgentSaid) -> Ticket:
    """A person's line answers whoever was called at the agent's level, and keeps promises."""
    kept = e.acts & {Act.RESULT, Act.CALLED_BACK, Act.EXCHANGE_ARRANGED}
    promises = tuple(
        replace(p, kept_at=e.at) if kept and p.kept_at is None else p for p in t.promises
    )
    promises += tuple(PromiseState(p, e.at) for p in e.promises)
    calls = tuple(
        replace(c, answered_at=e.at, answered_by=e.agent)
        if c.answered_at is None and c.fired.level is Level.AGENT
        else c
        for c in t.calls
    )
    agent = e.agent or t.agent
    return replace(t, promises=promises, calls=calls, agent=agent, queued_at=None)


def _escalated(t: Ticket, e: Escalated) -> Ticket:
    return replace(t, calls=(*t.calls, Call(e)))


def _acknowledged(t: Ticket, e: Acknowledged) -> Ticket:
    calls = tuple(
        replace(c, answered_at=e.at, answered_by=e.by)
        if c.answered_at is None and e.rule in (None, c.fired.rule)
        else c
        for c in t.calls
    )
    return replace(t, calls=calls)


def _handed_over(t: Ticket, e: HandedOver) -> Ticket:
    return replace(t, holder=Holder.QUEUE, queued_at=e.at)


def _assigned(t: Ticket, e: Assigned) -> Ticket:
    return replace(t, agent=e.agent, holder=Holder.PERSON)


def _taken_over(t: Ticket, e: TakenOver) -> Ticket:
    taken = replace(t, agent=e.agent, holder=Holder.PERSON)
    return _acknowledged(taken, Acknowledged(e.at, e.agent))


def _handed_back(t: Ticket, e: HandedBack) -> Ticket:
    holder = Holder.BOT if e.to_bot else Holder.QUEUE
    return replace(t, holder=holder, agent="", queued_at=None if e.to_bot else e.at)


def _noted(t: Ticket, e: Noted) -> Ticket:
    return replace(t, notes=(*t.notes, e))


def _note_confirmed(t: Ticket, e: NoteConfirmed) -> Ticket:
    return replace(t, note=e.text)


def _promise_kept(t: Ticket, e: PromiseKept) -> Ticket:
    promises = tuple(
        replace(p, kept_at=p.kept_at or e.at) if i == e.number else p
        for i, p in enumerate(t.promises)
    )
    return replace(t, promises=promises)


def _linked(t: Ticket, e: Linked) -> Ticket:
    return replace(t, links=(*t.links, e.other))


def _merged(t: Ticket, e: Merged) -> Ticket:
    return replace(t, merged=(*t.merged, e.other))


def _merged_into(t: Ticket, e: MergedInto) -> Ticket:
    return replace(_closed(t, Closed(e.at, f"并入工单 {e.target}", e.by)), merged_into=e.target)


def _approval_asked(t: Ticket, e: ApprovalAsked) -> Ticket:
    return replace(t, approvals=(*t.approvals, Approval(e)))


def _approval_decided(t: Ticket, e: ApprovalDecided) -> Ticket:
    approvals = tuple(
        replace(a, decided=e) if a.asked.number == e.number and a.open else a for a in t.approvals
    )
    return _acknowledged(replace(t, approvals=approvals), Acknowledged(e.at, e.by, Rule.AUTHORITY))


def _order_opened(t: Ticket, e: WorkOrderOpened) -> Ticket:
    return replace(t, orders=(*t.orders, WorkOrder(e)))


def _order_answered(t: Ticket, e: WorkOrderAnswered) -> Ticket:
    return replace(
        t,
        orders=tuple(
            replace(o, answered=e, verified=None) if o.opened.number == e.number else o
            for o in t.orders
        ),
    )


def _order_verified(t: Ticket, e: WorkOrderVerified) -> Ticket:
    return replace(
        t,
        orders=tuple(
            replace(o, verified=e) if o.opened.number == e.number else o for o in t.orders
        ),
    )


def _upgrade_requested(t: Ticket, e: UpgradeRequested) -> Ticket:
    return replace(t, upgrade=e, upgrade_answer=None)


def _upgrade_answered(t: Ticket, e: UpgradeAnswered) -> Ticket:
    answered = replace(t, upgrade_answer=e)
    return _acknowledged(answered, Acknowledged(e.at, e.by, Rule.NO_SOLUTION))


def _complaint_registered(t: Ticket, e: ComplaintRegistered) -> Ticket:
    return replace(t, complaint=t.complaint or Complaint(e))


def _complaint_judged(t: Ticket, e: ComplaintJudged) -> Ticket:
    return replace(t, complaint=replace(t.complaint, judged=e)) if t.complaint else t


def _complaint_reviewed(t: Ticket, e: ComplaintReviewed) -> Ticket:
    return replace(t, complaint=replace(t.complaint, reviewed=e)) if t.complaint else t


def _resolved(t: Ticket, e: Resolved) -> Ticket:
    return replace(t, talk=replace(t.talk, stage=Stage.WRAPPING_UP, waiting_since=None))


def _closed(t: Ticket, e: Closed) -> Ticket:
    talk = replace(t.talk, stage=Stage.CLOSED, waiting_since=None)
    return replace(t, closed=t.closed or e, talk=talk)


def _reopened(t: Ticket, e: Reopened) -> Ticket:
    return replace(
        t,
        closed=None,
        reopened=t.reopened + 1,
        rating_skipped=False,
        calls_before=len(t.calls),
    )


def _planned(t: Ticket, e: FollowUpPlanned) -> Ticket:
    return replace(t, follow_ups=(*t.follow_ups, FollowUp(e)))


def _done(t: Ticket, e: FollowUpDone) -> Ticket:
    return replace(
        t,
        follow_ups=tuple(
            replace(f, done=e) if f.planned.number == e.number else f for f in t.follow_ups
        ),
    )


def _rated(t: Ticket, e: Rated) -> Ticket:
    return replace(t, rating=e)


def _rating_skipped(t: Ticket, e: RatingSkipped) -> Ticket:
    return replace(t, rating_skipped=True)


def _timer_fired(t: Ticket, e: TimerFired) -> Ticket:
    return replace(t, timers=t.timers | {e.key})


#: Event class -> what it changes beside the conversation and the marks.
_CHANGES: Final[MappingProxyType[type, Callable[[Ticket, Any], Ticket]]] = MappingProxyType(
    {
        Opened: _opened,
        CustomerSaid: _customer_said,
        AgentSaid: _agent_said,
        Escalated: _escalated,
        Acknowledged: _acknowledged,
        HandedOver: _handed_over,
        Assigned: _assigned,
        TakenOver: _taken_over,
        HandedBack: _handed_back,
        Noted: _noted,
        NoteConfirmed: _note_confirmed,
        PromiseKept: _promise_kept,
        Linked: _linked,
        Merged: _merged,
        MergedInto: _merged_into,
        ApprovalAsked: _approval_asked,
        ApprovalDecided: _approval_decided,
        WorkOrderOpened: _order_opened,
        WorkOrderAnswered: _order_answered,
        WorkOrderVerified: _order_verified,
        UpgradeRequested: _upgrade_requested,
        UpgradeAnswered: _upgrade_answered,
        ComplaintRegistered: _complaint_registered,
        ComplaintJudged: _complaint_judged,
        ComplaintReviewed: _complaint_reviewed,
        Resolved: _resolved,
        Closed: _closed,
        Reopened: _reopened,
        FollowUpPlanned: _planned,
        FollowUpDone: _done,
        Rated: _rated,
        RatingSkipped: _rating_skipped,
        TimerFired: _timer_fired,
    }
)
