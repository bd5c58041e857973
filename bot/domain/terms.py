"""The vocabulary of a conversation: moods, intents, stages, escalation rules and levels.

The codes are those of the command line's machine-readable output.
"""

from __future__ import annotations

from enum import StrEnum


class Emotion(StrEnum):
    """The mood of a customer's message."""

    CALM = "calm"
    ANXIOUS = "anxious"
    ANGRY = "angry"


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
