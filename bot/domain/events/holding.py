"""Who holds a conversation, who was told, and which timers fired."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.terms import Level, Rule


@dataclass(frozen=True, slots=True)
class Escalated:
    """A rule fired: to whom it goes and, in Chinese, why.

    ``cause`` tells two firings of one rule apart (the clock and its cycle, the remedy); nobody is
    escalated twice for the same rule and cause at the same level. ``limit`` is how many seconds may
    pass before an unanswered one goes one level up, 0 for never.
    """

    at: dt.datetime
    rule: Rule
    level: Level
    reason: str
    cause: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer fell due and was handled; ``key`` names clock, cycle and step."""

    at: dt.datetime
    key: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Someone took notice of an escalation (all of them that are open, if ``rule`` is None)."""

    at: dt.datetime
    by: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The bot gave the conversation to the people's queue."""

    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """A person is to handle the ticket; ``by`` is a person or "" for the machine."""

    at: dt.datetime
    agent: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A person took the conversation; the bot is silent until it is handed back."""

    at: dt.datetime
    agent: str


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The person let go: to the bot, or to the queue."""

    at: dt.datetime
    by: str
    to_bot: bool = True
