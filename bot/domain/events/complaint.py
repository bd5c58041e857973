"""The register of a complaint: registered, judged, reviewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ComplaintRegistered:
    """A complaint was opened: by the machine ("" in ``by``) or by a person."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"content"})

    at: dt.datetime
    content: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintJudged:
    """Whether the complaint stands and why, its cause, who answers for it, and the plan."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"why", "plan", "person"})

    at: dt.datetime
    stands: bool
    why: str
    by: str
    cause: str = ""
    department: str = ""
    person: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintReviewed:
    """The end of a complaint: the customer's word on it and what was learned."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"review"})

    at: dt.datetime
    consent: bool | None
    review: str
    by: str
