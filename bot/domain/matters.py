"""What hangs on a ticket beside the conversation: calls, approvals, work orders, promises, tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.events import (
    ApprovalAsked,
    ApprovalDecided,
    ComplaintJudged,
    ComplaintRegistered,
    ComplaintReviewed,
    Escalated,
    FollowUpDone,
    FollowUpPlanned,
    Promise,
    WorkOrderAnswered,
    WorkOrderOpened,
    WorkOrderVerified,
)


@dataclass(frozen=True, slots=True)
class Call:
    """An escalation and whether someone took notice."""

    fired: Escalated
    answered_at: dt.datetime | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A request for consent and its decision."""

    asked: ApprovalAsked
    decided: ApprovalDecided | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decided is None


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A department's task, its answer, and whether the agent accepted it."""

    opened: WorkOrderOpened
    answered: WorkOrderAnswered | None = None
    verified: WorkOrderVerified | None = None

    @property
    def open(self) -> bool:
        """Whether it is not done, or its result not accepted."""
        return self.verified is None or not self.verified.accepted


@dataclass(frozen=True, slots=True)
class PromiseState:
    """A promise, when it was made and whether it was kept."""

    promise: Promise
    made_at: dt.datetime
    kept_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A dated task and its outcome."""

    planned: FollowUpPlanned
    done: FollowUpDone | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """The record of a complaint."""

    registered: ComplaintRegistered
    judged: ComplaintJudged | None = None
    reviewed: ComplaintReviewed | None = None

    @property
    def state(self) -> str:
        """``open``, ``stands``, ``unfounded`` or ``reviewed``."""
        if self.reviewed:
            return "reviewed"
        if self.judged is None:
            return "open"
        return "stands" if self.judged.stands else "unfounded"
