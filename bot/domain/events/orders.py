"""What others must decide, do or add: approvals, work orders, upgrade requests, identity checks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from kb.terms import Role


@dataclass(frozen=True, slots=True)
class IdentityVerified:
    """The customer's identity was checked: how, with what result."""

    at: dt.datetime
    method: str
    passed: bool
    by: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A remedy beyond the agent's authority waits for someone's consent.

    ``amount`` is in yuan, None where money is not the matter; ``solution`` the id of the solution.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    number: str
    remedy: str
    role: Role
    reason: str
    amount: float | None = None
    solution: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """A supervisor or manager approved or refused, with a reason."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    at: dt.datetime
    number: str
    approved: bool
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WorkOrderOpened:
    """A department is asked to do something by ``due``."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"requirement", "contact"})

    at: dt.datetime
    number: str
    department: str
    requirement: str
    due: dt.datetime
    contact: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class WorkOrderAnswered:
    """The department answered with a result; the agent verifies it before the customer hears."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"result"})

    at: dt.datetime
    number: str
    result: str
    by: str


@dataclass(frozen=True, slots=True)
class WorkOrderVerified:
    """The agent accepted the result, or sent it back."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"remark"})

    at: dt.datetime
    number: str
    accepted: bool
    by: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class UpgradeRequested:
    """No solution matched; the knowledge owner is asked for one (问题升级申请)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"question"})

    at: dt.datetime
    question: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class UpgradeAnswered:
    """The knowledge owner added a solution, or said why there is none (``solution`` None)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"remark"})

    at: dt.datetime
    solution: str | None
    by: str
    remark: str = ""
