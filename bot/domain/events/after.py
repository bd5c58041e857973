"""The end of a ticket and what comes after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Resolved:
    """The problem is solved; the customer's confirmation and rating are asked for."""

    at: dt.datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The ticket is closed and why."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A closed or resolved ticket goes on."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpPlanned:
    """A dated task: ``what`` is callback, progress, call or care."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"remark"})

    at: dt.datetime
    number: str
    what: str
    due: dt.datetime
    owner: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpDone:
    """A dated task was carried out: asked, answered, result, next step."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"asked", "answered", "result", "next_step"})

    at: dt.datetime
    number: str
    by: str
    result: str
    asked: str = ""
    answered: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """The survey: 1 to 5 each, None where it was left out; ``tags`` are option tags."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})

    at: dt.datetime
    overall: int
    attitude: int | None = None
    efficiency: int | None = None
    solution: int | None = None
    tags: tuple[str, ...] = ()
    recommend: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RatingSkipped:
    """The customer passed the survey over."""

    at: dt.datetime
