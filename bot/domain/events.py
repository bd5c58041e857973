"""What happened in a conversation, in the past tense and stamped once.

State is a fold of these (:mod:`bot.domain.conversation`); nothing else changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.terms import Emotion, Intent, Level, Rule
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind

#: A field's value: text, or a number for amounts (yuan).
Value = str | float


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """A customer's message as it was read and matched.

    Attributes:
        at: when it was written, with zone.
        text: the customer's words.
        fields: field code -> value read out of it.
        corrections: codes among ``fields`` by which the customer corrects an earlier value.
        has_need: states a question, problem or wish.
        solution: id of the matched solution, or None when none reaches the *suggest* band.
        answerable: whether the first-line bot could have answered by itself.

    """

    at: dt.datetime
    text: str
    emotion: Emotion
    intents: frozenset[Intent]
    category: Category
    contact_type: ContactType
    priority: Priority
    priority_reason: str
    has_need: bool
    fields: Mapping[str, Value] = field(default_factory=dict)
    corrections: frozenset[str] = frozenset()
    solution: str | None = None
    answerable: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """Something we said we would do; ``due`` is None where no time was named."""

    text: str
    due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """A line sent to the customer, with what it did (its kinds) and what it promised."""

    at: dt.datetime
    text: str
    kinds: frozenset[Kind]
    agent: str = ""
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalated:
    """A rule fired: to whom it goes and, in Chinese, why."""

    at: dt.datetime
    rule: Rule
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Suggestions shown to the agent, by the ids of their lines, in order."""

    at: dt.datetime
    lines: tuple[str, ...]


Event = CustomerSaid | AgentSaid | Escalated | Offered
