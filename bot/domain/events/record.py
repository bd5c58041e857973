"""What people wrote into the ticket, and how tickets hang together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.domain.events.talk import Value
from kb.terms import Category, ContactType, Priority


@dataclass(frozen=True, slots=True)
class Opened:
    """The first event of a ticket.

    Attributes:
        at: when.
        ticket: its id.
        customer: id of the customer (channel, bot and external id stand with the customer).
        channel: where he came from: web, telegram, phone, email …
        by: the person who opened it by hand, or "" when the customer wrote.
        visit: how many tickets the customer has, this one included.
        earlier: the ticket before, "" for a first visit.
        known: what is known of the customer from before (name, phone), not asked again.

    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"known"})

    at: dt.datetime
    ticket: str
    customer: str
    channel: str
    by: str = ""
    visit: int = 1
    earlier: str = ""
    known: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Classified:
    """A person set class, contact type or priority; None leaves it. It is never overwritten."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    by: str
    category: Category | None = None
    contact_type: ContactType | None = None
    priority: Priority | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FieldCorrected:
    """A person set a field; the machine never overwrites it. None empties it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"value"})

    at: dt.datetime
    code: str
    value: Value | None
    by: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A note for colleagues; the customer never sees it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class NoteConfirmed:
    """The agent confirmed or changed the drafted service note (服务小结)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """A promise (by its number, from 0) was carried out."""

    at: dt.datetime
    number: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A person linked another ticket."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"why"})

    at: dt.datetime
    other: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """Another ticket of the same customer was merged into this one; its log stays readable."""

    at: dt.datetime
    other: str
    by: str


@dataclass(frozen=True, slots=True)
class MergedInto:
    """This ticket went on in another; it is closed."""

    at: dt.datetime
    target: str
    by: str


@dataclass(frozen=True, slots=True)
class ScoreAppealed:
    """An agent says why a deduction of the score sheet (by its key) is not right."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    deduction: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScoreOverruled:
    """A supervisor decided how many points a deduction (by its key) counts; the last word stands."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    deduction: str
    points: int
    by: str
    reason: str
