"""What was said, by whom, and what was offered beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from bot.domain.terms import Act, Emotion, Intent
from kb.terms import Category, ContactType, Priority, Role
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
        remedy: the remedy wished for that is beyond an agent's authority, or "".
        approver: who may approve that remedy.
        evidence: brings a picture, a video or a file.
        order_known: an order number is on the ticket, this message included.
        rhythm: hours between two reports of progress that the customer asks for, 0 for none named.
        says_no: the whole message is a no.
        nothing_more: the whole message says that there is nothing else.
        attachments: names by which the channel can fetch what was attached.
        message: the channel's own id of the message, or "".

    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text", "fields", "attachments"})

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
    remedy: str = ""
    approver: Role = Role.AGENT
    evidence: bool = False
    order_known: bool = False
    rhythm: float = 0.0
    says_no: bool = False
    nothing_more: bool = False
    attachments: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something we said we would do; ``due`` is None where no time was named."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """A line a person sent to the customer: its kinds, its promises, what it tells was done."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    text: str
    kinds: frozenset[Kind]
    agent: str = ""
    promises: tuple[Promise, ...] = ()
    acts: frozenset[Act] = frozenset()
    message: str = ""


@dataclass(frozen=True, slots=True)
class BotSaid:
    """A line of the first-line bot, or of the system.

    ``choices`` are the titles offered; ``waits_since`` is set by a line that asks for patience: the
    customer still waits since then.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    text: str
    kinds: frozenset[Kind]
    solution: str | None = None
    choices: tuple[str, ...] = ()
    waits_since: dt.datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The customer changed a message afterwards; what was read of it before stands."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Suggestions shown to the agent, by the ids of their lines, in order."""

    at: dt.datetime
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chose:
    """What became of the suggestions on show: ``how`` is sent, edited or passed."""

    at: dt.datetime
    line: str
    how: str
    agent: str = ""
