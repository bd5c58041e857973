"""The moments from which clocks run and at which they stop, kept while events are folded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.conversation import Conversation
from bot.domain.events import (
    AgentSaid,
    ApprovalAsked,
    ApprovalDecided,
    BotSaid,
    Classified,
    ComplaintRegistered,
    CustomerSaid,
    Escalated,
    Event,
    FollowUpDone,
    Reopened,
    Resolved,
    UpgradeAnswered,
    UpgradeRequested,
    WorkOrderOpened,
    WorkOrderVerified,
)
from bot.domain.terms import Act, Level, Rule, Stage
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind

_PLANS: Final = frozenset({Kind.ANSWER, Kind.CONFIRM, Kind.PROMISE})
#: Kinds of line that tell the customer how the matter stands.
_TELLS: Final = frozenset({Kind.ANSWER, Kind.PROMISE, Kind.ESCALATION, Kind.URGE, Kind.CONFIRM})
_DONE: Final = frozenset({Stage.WRAPPING_UP, Stage.CLOSED})

Moment = dt.datetime | None


@dataclass(frozen=True, slots=True)
class Marks:
    """Moments with zone; None where it did not happen (yet)."""

    need_at: Moment = None
    classified_at: Moment = None
    replied_at: Moment = None
    replied_priority: Priority | None = None
    plan_at: Moment = None
    progress_at: Moment = None
    rhythm: float = 0.0
    """Hours between two reports that the customer named, 0 for the desk's own."""
    no_solution_at: Moment = None
    upgraded_at: Moment = None
    knowledge_at: Moment = None
    claim_at: Moment = None
    reviewed_at: Moment = None
    evidence: bool = False
    evidence_at: Moment = None
    checked_at: Moment = None
    exchange_at: Moment = None
    arranged_at: Moment = None
    beyond_at: Moment = None
    result_at: Moment = None
    owed: bool = False
    """Whether the customer was told that others act, and not yet how it ended."""
    urgent_at: Moment = None
    acted_at: Moment = None
    resolved_at: Moment = None
    called_back_at: Moment = None

    @property
    def with_others(self) -> bool:
        """Whether others act or decide, and the result was not told yet."""
        return self.beyond_at is not None and self.result_at is None

    def after(self, event: Event, talk: Conversation, *, promised: bool = False) -> Marks:
        """The marks after an event.

        Args:
            event: what happened.
            talk: the conversation after it.
            promised: whether the time of something promised is still to come.

        """
        if isinstance(event, CustomerSaid):
            return _after_customer(self, event, talk, promised=promised)
        if isinstance(event, AgentSaid):
            return _after_agent(self, event, talk)
        if isinstance(event, BotSaid):
            return _after_bot(self, event, talk)
        return _after_desk(self, event, talk)


def _after_customer(m: Marks, event: CustomerSaid, talk: Conversation, *, promised: bool) -> Marks:
    at = event.at
    if event.has_need:
        m = replace(m, need_at=at) if m.need_at is None else _anew(m, at) if m.resolved_at else m
    m = _classified(m, at, talk)
    seen = m.evidence or event.evidence
    m = replace(m, evidence=seen, rhythm=event.rhythm or m.rhythm)
    if seen and event.order_known and m.claim_at:
        m = replace(m, evidence_at=m.evidence_at or at)
    # thanks for a promise are no word that it was kept
    if m.need_at and talk.stage in _DONE and not (promised or m.owed):
        m = replace(m, resolved_at=m.resolved_at or at)
    return m


def _after_agent(m: Marks, event: AgentSaid, talk: Conversation) -> Marks:
    at, acts = event.at, event.acts
    if m.need_at and not m.replied_at:
        m = replace(m, replied_at=at, replied_priority=talk.priority)
    if m.urgent_at and not m.acted_at:
        m = replace(m, acted_at=at)
    if m.need_at and _PLANS & event.kinds:
        m = replace(m, plan_at=m.plan_at or at)
    if _TELLS & event.kinds or acts - {Act.VERIFIED} or event.promises:
        m = replace(m, progress_at=at)
    if acts & {Act.REVIEWED, Act.CHECKED} and m.claim_at:
        m = replace(m, reviewed_at=m.reviewed_at or at)
    if Act.CHECKED in acts and m.evidence_at:
        m = replace(m, checked_at=m.checked_at or at)
    if Act.EXCHANGE_DUE in acts:
        m = replace(m, exchange_at=m.exchange_at or at, owed=m.arranged_at is None)
    if Act.EXCHANGE_ARRANGED in acts:
        m = replace(m, exchange_at=m.exchange_at or at, arranged_at=m.arranged_at or at)
    if Act.UPGRADED in acts and m.no_solution_at:
        m = replace(m, upgraded_at=m.upgraded_at or at)
    if Act.TRANSFERRED in acts and Act.RESULT not in acts:
        m = replace(_beyond(m, at), owed=True)
    elif Act.RESULT in acts and m.beyond_at:
        m = replace(m, result_at=m.result_at or at)
    if acts & {Act.RESULT, Act.EXCHANGE_ARRANGED} and not acts & {
        Act.TRANSFERRED,
        Act.EXCHANGE_DUE,
    }:
        m = replace(m, owed=False)
        if m.need_at and talk.stage in _DONE and not event.promises:
            m = replace(m, resolved_at=m.resolved_at or at)
    if Act.CALLED_BACK in acts and m.resolved_at:
        m = replace(m, called_back_at=m.called_back_at or at)
    return m


def _after_bot(m: Marks, event: BotSaid, talk: Conversation) -> Marks:
    if m.need_at and Kind.ANSWER in event.kinds:
        return replace(
            m,
            replied_at=m.replied_at or event.at,
            replied_priority=m.replied_priority or talk.priority,
            plan_at=m.plan_at or event.at,
            progress_at=event.at,
        )
    return m


def _after_desk(m: Marks, event: Event, talk: Conversation) -> Marks:
    at = event.at
    match event:
        case Classified():
            return _classified(m, at, talk)
        case Escalated():
            return _after_escalation(m, event, talk)
        case ComplaintRegistered() if talk.level in {Level.SUPERVISOR, Level.MANAGER}:
            return replace(m, urgent_at=m.urgent_at or at)
        case UpgradeRequested() if m.knowledge_at:  # another one, with hours of its own
            return replace(m, no_solution_at=at, upgraded_at=at, knowledge_at=None)
        case UpgradeRequested():
            return replace(
                m, no_solution_at=m.no_solution_at or at, upgraded_at=m.upgraded_at or at
            )
        case UpgradeAnswered():
            return replace(m, knowledge_at=m.knowledge_at or at)
        case ApprovalAsked() | WorkOrderOpened():
            return _beyond(m, at)
        case ApprovalDecided() | WorkOrderVerified():
            return m  # the clock stops when the customer is told
        case Resolved():
            return replace(m, resolved_at=m.resolved_at or at)
        case FollowUpDone() if m.resolved_at:
            return replace(m, called_back_at=m.called_back_at or at)
        case Reopened():
            return replace(
                _anew(m, at),
                classified_at=m.classified_at and at,
                urgent_at=at if talk.priority is Priority.P1 else None,
            )
        case _:
            return m


def _anew(m: Marks, at: dt.datetime) -> Marks:
    """A need after the one before was solved, or a reopening: the clocks begin again.

    What the knowledge owner was asked for, and how often the customer wants to hear, stand.
    """
    return Marks(
        need_at=at,
        evidence=m.evidence,
        rhythm=m.rhythm,
        upgraded_at=None if m.knowledge_at else m.upgraded_at,
    )


def _after_escalation(m: Marks, event: Escalated, talk: Conversation) -> Marks:
    if event.rule is Rule.NO_SOLUTION:
        m = replace(m, no_solution_at=m.no_solution_at or event.at)
    complaint = talk.contact_type is ContactType.COMPLAINT
    if complaint and event.level in {Level.SUPERVISOR, Level.MANAGER}:
        m = replace(m, urgent_at=m.urgent_at or event.at)
    return m


def _classified(m: Marks, at: dt.datetime, talk: Conversation) -> Marks:
    """Class and priority as they now stand start what hangs on them."""
    if m.need_at and talk.category is not Category.UNKNOWN:
        m = replace(m, classified_at=m.classified_at or at)
        if talk.category is Category.PRODUCT_QUALITY:
            m = replace(m, claim_at=m.claim_at or at)
    if m.need_at and talk.priority is Priority.P1:
        m = replace(m, urgent_at=m.urgent_at or at)
    return m


def _beyond(m: Marks, at: dt.datetime) -> Marks:
    """A matter goes to others; after a result was told it begins anew."""
    return m if m.with_others else replace(m, beyond_at=at, result_at=None)
