"""The vocabulary of a conversation: moods, intents, stages, escalation rules and levels.

The codes are those of the command line's machine-readable output.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Emotion(StrEnum):
    """The mood of a customer's message."""

    CALM = "calm"
    ANXIOUS = "anxious"
    ANGRY = "angry"


#: How the reason of a priority ends that only the customer's anger raised.
RAISED_BY_ANGER: Final = "客户情绪激动,升一级"


class Intent(StrEnum):
    """What a message does beside stating a need; listed in this order wherever several hold."""

    WANTS_HUMAN = "wants_human"
    THREAT = "threat"
    SAFETY = "safety"
    THANKS = "thanks"
    GREETING = "greeting"
    GOODBYE = "goodbye"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    URGE = "urge"


class Stage(StrEnum):
    """Where a live conversation stands."""

    GREETING = "greeting"
    UNDERSTANDING = "understanding"
    HANDLING = "handling"
    FOLLOWING_UP = "following_up"
    WRAPPING_UP = "wrapping_up"
    CLOSED = "closed"


class Speaker(StrEnum):
    """Who wrote a line."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Level(StrEnum):
    """To whom an escalation goes."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DEPARTMENT = "department"


class Rule(StrEnum):
    """Why a conversation is escalated."""

    WANTS_HUMAN = "wants_human"
    THREAT = "threat"
    SAFETY = "safety"
    ANGRY = "angry"
    P1 = "p1"
    REPEATED_QUESTION = "repeated_question"
    BOT_MISSED = "bot_missed"
    AUTHORITY = "authority"
    CLOCK = "clock"
    WAITING = "waiting"
    REFUSED_PLAN = "refused_plan"
    REOPENED = "reopened"
    NO_SOLUTION = "no_solution"


class Act(StrEnum):
    """What a line of ours tells the customer was done behind the scenes."""

    VERIFIED = "verified"
    """Identity checked and passed."""
    REVIEWED = "reviewed"
    """A quality claim was reviewed."""
    CHECKED = "checked"
    """The result of a technical check is known."""
    EXCHANGE_DUE = "exchange_due"
    """The goods are to be exchanged."""
    EXCHANGE_ARRANGED = "exchange_arranged"
    """The exchange is on its way."""
    UPGRADED = "upgraded"
    """An upgrade request was handed in."""
    TRANSFERRED = "transferred"
    """Another department was asked."""
    RESULT = "result"
    """The result of what was asked of others, or promised, is told."""
    APPROVED = "approved"
    """A supervisor agreed to the remedy."""
    CALLED_BACK = "called_back"
    """A service call-back."""
    PROGRESS = "progress"
    """How the matter stands is told."""


class Holder(StrEnum):
    """Who holds a conversation."""

    BOT = "bot"
    QUEUE = "queue"
    PERSON = "person"


class ClockName(StrEnum):
    """The clocks of a ticket; one ``promise`` for each promise."""

    CLASSIFICATION = "classification"
    FIRST_RESPONSE = "first_response"
    FIRST_PLAN = "first_plan"
    PROGRESS_UPDATE = "progress_update"
    UPGRADE_REQUEST = "upgrade_request"
    KNOWLEDGE = "knowledge"
    QUALITY_CHECK = "quality_check"
    TECHNICAL_CHECK = "technical_check"
    EXCHANGE = "exchange"
    DEPARTMENT_REPLY = "department_reply"
    URGENT_ACTION = "urgent_action"
    RESOLUTION = "resolution"
    CALLBACK = "callback"
    WAITING = "waiting"
    PROMISE = "promise"
