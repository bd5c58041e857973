"""What happened, in the past tense and stamped once; state is a fold of these and of nothing else.

Every event is a frozen dataclass with ``at`` (with zone). ``PERSONAL`` names the attributes that hold
people's words or data: they are stored encrypted and are empty after a customer's erasure, so a fold
must give the same figures without them. :data:`WIRE_NAMES` are the names in the store; they never
change.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bot.domain.events.after import (
    Closed,
    FollowUpDone,
    FollowUpPlanned,
    Rated,
    RatingSkipped,
    Reopened,
    Resolved,
)
from bot.domain.events.complaint import ComplaintJudged, ComplaintRegistered, ComplaintReviewed
from bot.domain.events.holding import (
    Acknowledged,
    Assigned,
    Escalated,
    HandedBack,
    HandedOver,
    TakenOver,
    TimerFired,
)
from bot.domain.events.orders import (
    ApprovalAsked,
    ApprovalDecided,
    IdentityVerified,
    UpgradeAnswered,
    UpgradeRequested,
    WorkOrderAnswered,
    WorkOrderOpened,
    WorkOrderVerified,
)
from bot.domain.events.record import (
    Classified,
    FieldCorrected,
    Linked,
    Merged,
    MergedInto,
    NoteConfirmed,
    Noted,
    Opened,
    PromiseKept,
    ScoreAppealed,
    ScoreOverruled,
)
from bot.domain.events.talk import (
    AgentSaid,
    BotSaid,
    Chose,
    CustomerSaid,
    Edited,
    Offered,
    Promise,
    Value,
)

Event = (
    Opened
    | CustomerSaid
    | AgentSaid
    | BotSaid
    | Edited
    | Offered
    | Chose
    | Escalated
    | TimerFired
    | Acknowledged
    | HandedOver
    | Assigned
    | TakenOver
    | HandedBack
    | Classified
    | FieldCorrected
    | Noted
    | NoteConfirmed
    | PromiseKept
    | Linked
    | Merged
    | MergedInto
    | IdentityVerified
    | ApprovalAsked
    | ApprovalDecided
    | WorkOrderOpened
    | WorkOrderAnswered
    | WorkOrderVerified
    | UpgradeRequested
    | UpgradeAnswered
    | ComplaintRegistered
    | ComplaintJudged
    | ComplaintReviewed
    | Resolved
    | Closed
    | Reopened
    | FollowUpPlanned
    | FollowUpDone
    | Rated
    | RatingSkipped
    | ScoreAppealed
    | ScoreOverruled
)

#: Event class -> its name in the store.
WIRE_NAMES: Final = MappingProxyType(
    {
        Opened: "opened",
        CustomerSaid: "customer_said",
        AgentSaid: "agent_said",
        BotSaid: "bot_said",
        Edited: "edited",
        Offered: "offered",
        Chose: "chose",
        Escalated: "escalated",
        TimerFired: "timer_fired",
        Acknowledged: "acknowledged",
        HandedOver: "handed_over",
        Assigned: "assigned",
        TakenOver: "taken_over",
        HandedBack: "handed_back",
        Classified: "classified",
        FieldCorrected: "field_corrected",
        Noted: "noted",
        NoteConfirmed: "note_confirmed",
        PromiseKept: "promise_kept",
        Linked: "linked",
        Merged: "merged",
        MergedInto: "merged_into",
        IdentityVerified: "identity_verified",
        ApprovalAsked: "approval_asked",
        ApprovalDecided: "approval_decided",
        WorkOrderOpened: "work_order_opened",
        WorkOrderAnswered: "work_order_answered",
        WorkOrderVerified: "work_order_verified",
        UpgradeRequested: "upgrade_requested",
        UpgradeAnswered: "upgrade_answered",
        ComplaintRegistered: "complaint_registered",
        ComplaintJudged: "complaint_judged",
        ComplaintReviewed: "complaint_reviewed",
        Resolved: "resolved",
        Closed: "closed",
        Reopened: "reopened",
        FollowUpPlanned: "follow_up_planned",
        FollowUpDone: "follow_up_done",
        Rated: "rated",
        RatingSkipped: "rating_skipped",
        ScoreAppealed: "score_appealed",
        ScoreOverruled: "score_overruled",
    }
)

__all__ = [
    "WIRE_NAMES",
    "Acknowledged",
    "AgentSaid",
    "ApprovalAsked",
    "ApprovalDecided",
    "Assigned",
    "BotSaid",
    "Chose",
    "Classified",
    "Closed",
    "ComplaintJudged",
    "ComplaintRegistered",
    "ComplaintReviewed",
    "CustomerSaid",
    "Edited",
    "Escalated",
    "Event",
    "FieldCorrected",
    "FollowUpDone",
    "FollowUpPlanned",
    "HandedBack",
    "HandedOver",
    "IdentityVerified",
    "Linked",
    "Merged",
    "MergedInto",
    "NoteConfirmed",
    "Noted",
    "Offered",
    "Opened",
    "Promise",
    "PromiseKept",
    "Rated",
    "RatingSkipped",
    "Reopened",
    "Resolved",
    "ScoreAppealed",
    "ScoreOverruled",
    "TakenOver",
    "TimerFired",
    "UpgradeAnswered",
    "UpgradeRequested",
    "Value",
    "WorkOrderAnswered",
    "WorkOrderOpened",
    "WorkOrderVerified",
]
