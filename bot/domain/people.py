"""Who works at the desk and what each role may do: the one table that every channel asks.

Sources: spec 5 (roles), spec 3 (work orders, approvals, complaints), spec 4 (scores and rules). A role
reaches an operation on some tickets only: those the person holds, those nobody holds, those of the
person's team, those with a work order for the person's department, or all. Operations that concern
no ticket are reached with :attr:`Reach.ANY` or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What a person at the desk is; a customer is none of these."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DEPARTMENT = "department"
    KNOWLEDGE = "knowledge"
    ADMIN = "admin"


ROLE_NAMES: Final = MappingProxyType(
    {
        Role.AGENT: "坐席",
        Role.SUPERVISOR: "主管",
        Role.MANAGER: "经理",
        Role.DEPARTMENT: "部门专员",
        Role.KNOWLEDGE: "知识管理员",
        Role.ADMIN: "系统管理员",
    }
)


class Operation(StrEnum):
    """Everything that is authorised; the value stands in the audit log and in scopes of tokens."""

    READ = "read"
    """A conversation with personal data masked."""
    READ_FULL = "read_full"
    SUGGEST = "suggest"
    REPLY = "reply"
    OVERRIDE = "override"
    """Send a line that the quality check blocks, with a reason."""
    TAKE_OVER = "take_over"
    HAND_BACK = "hand_back"
    ASSIGN = "assign"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    ASK_APPROVAL = "ask_approval"
    APPROVE = "approve"
    APPROVE_AS_MANAGER = "approve_as_manager"
    """Decide what the solution reserves to the manager."""
    WORK_ORDER_OPEN = "work_order_open"
    WORK_ORDER_READ = "work_order_read"
    WORK_ORDER_ANSWER = "work_order_answer"
    WORK_ORDER_VERIFY = "work_order_verify"
    COMPLAINT_REGISTER = "complaint_register"
    COMPLAINT_JUDGE = "complaint_judge"
    COMPLAINT_REVIEW = "complaint_review"
    OPEN_BY_HAND = "open_by_hand"
    NOTE = "note"
    CORRECT = "correct"
    """Correct a field, the class, the type or the priority."""
    VERIFY_IDENTITY = "verify_identity"
    LINK = "link"
    """Link or merge tickets."""
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    """Resolve or close."""
    REOPEN = "reopen"
    SURVEY_VIEW = "survey_view"
    EXPORT_TICKET = "export_ticket"
    """The masked forms of a ticket as a file."""
    UPGRADE_REQUEST = "upgrade_request"
    UPGRADE_ANSWER = "upgrade_answer"
    SCORE_VIEW = "score_view"
    SCORE_APPEAL = "score_appeal"
    SCORE_OVERRULE = "score_overrule"
    REPORT_OWN = "report_own"
    REPORT_TEAM = "report_team"
    REPORT_ALL = "report_all"
    KNOWLEDGE_READ = "knowledge_read"
    KNOWLEDGE_LOAD = "knowledge_load"
    KNOWLEDGE_RELOAD = "knowledge_reload"
    KNOWLEDGE_ROLLBACK = "knowledge_rollback"
    KNOWLEDGE_EDIT = "knowledge_edit"
    GAPS_HANDLE = "gaps_handle"
    RULES_EDIT = "rules_edit"
    USERS_MANAGE = "users_manage"
    SETTINGS = "settings"
    MAINTAIN = "maintain"
    """Back up, restore, change the master key, stop the service."""
    AUDIT_READ = "audit_read"
    EXPORT_CUSTOMER = "export_customer"
    ERASE_CUSTOMER = "erase_customer"


class Reach(Flag):
    """On which tickets an operation is reached."""

    NONE = 0
    OWN = auto()
    """The person holds the ticket; a score or report is about the person."""
    QUEUE = auto()
    """Nobody holds it: the bot does, or it waits in the queue."""
    TEAM = auto()
    """Somebody of the person's team holds it."""
    ASSIGNED = auto()
    """It has a work order for the person's department; only that order is meant."""
    ANY = auto()


_NO, _OWN, _QUEUE, _ANY = Reach.NONE, Reach.OWN, Reach.QUEUE, Reach.ANY
_FREE = _OWN | _QUEUE
_TEAM = _OWN | Reach.TEAM
_FLOOR = _TEAM | _QUEUE
_ORDER = Reach.ASSIGNED

#: Operation -> what agent, supervisor, manager, department, knowledge owner and admin reach.
_TABLE: Final[Mapping[Operation, tuple[Reach, ...]]] = MappingProxyType(
    {
        # What agents do, supervisors do for their team and managers everywhere; a line to the
        # customer is written by whoever holds the talk, so that two never write at once.
        Operation.READ: (_FREE, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.READ_FULL: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.SUGGEST: (_OWN, _OWN, _OWN, _NO, _NO, _NO),
        Operation.REPLY: (_OWN, _OWN, _OWN, _NO, _NO, _NO),
        Operation.OVERRIDE: (_OWN, _OWN, _OWN, _NO, _NO, _NO),
        Operation.TAKE_OVER: (_QUEUE, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.HAND_BACK: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.ASSIGN: (_NO, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.ESCALATE: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.ACKNOWLEDGE: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.ASK_APPROVAL: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.APPROVE: (_NO, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.APPROVE_AS_MANAGER: (_NO, _NO, _ANY, _NO, _NO, _NO),
        Operation.WORK_ORDER_OPEN: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.WORK_ORDER_READ: (_OWN, _TEAM, _ANY, _ORDER, _NO, _NO),
        Operation.WORK_ORDER_ANSWER: (_NO, _NO, _NO, _ORDER, _NO, _NO),
        Operation.WORK_ORDER_VERIFY: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.COMPLAINT_REGISTER: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.COMPLAINT_JUDGE: (_NO, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.COMPLAINT_REVIEW: (_NO, _NO, _ANY, _NO, _NO, _NO),
        Operation.OPEN_BY_HAND: (_ANY, _ANY, _ANY, _NO, _NO, _NO),
        Operation.NOTE: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.CORRECT: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.VERIFY_IDENTITY: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.LINK: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.FOLLOW_UP: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.CLOSE: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.REOPEN: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.SURVEY_VIEW: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.EXPORT_TICKET: (_OWN, _FLOOR, _ANY, _NO, _NO, _NO),
        Operation.UPGRADE_REQUEST: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.UPGRADE_ANSWER: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        # A score is overruled by somebody else than it is about.
        Operation.SCORE_VIEW: (_OWN, _TEAM, _ANY, _NO, _NO, _NO),
        Operation.SCORE_APPEAL: (_OWN, _OWN, _OWN, _NO, _NO, _NO),
        Operation.SCORE_OVERRULE: (_NO, Reach.TEAM, _ANY, _NO, _NO, _NO),
        Operation.REPORT_OWN: (_OWN, _OWN, _OWN, _NO, _NO, _NO),
        Operation.REPORT_TEAM: (_NO, Reach.TEAM, _ANY, _NO, _NO, _NO),
        Operation.REPORT_ALL: (_NO, _NO, _ANY, _NO, _NO, _NO),
        # What is known and said belongs to the knowledge owner; the admin keeps the house.
        Operation.KNOWLEDGE_READ: (_ANY, _ANY, _ANY, _NO, _ANY, _ANY),
        Operation.KNOWLEDGE_LOAD: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        Operation.KNOWLEDGE_RELOAD: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        Operation.KNOWLEDGE_ROLLBACK: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        Operation.KNOWLEDGE_EDIT: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        Operation.GAPS_HANDLE: (_NO, _NO, _NO, _NO, _ANY, _ANY),
        Operation.RULES_EDIT: (_NO, _NO, _NO, _NO, _NO, _ANY),
        Operation.USERS_MANAGE: (_NO, _NO, _NO, _NO, _NO, _ANY),
        Operation.SETTINGS: (_NO, _NO, _NO, _NO, _NO, _ANY),
        Operation.MAINTAIN: (_NO, _NO, _NO, _NO, _NO, _ANY),
        Operation.AUDIT_READ: (_NO, _NO, _ANY, _NO, _NO, _ANY),
        # The admin reads no customer's words, so he may erase but not export them.
        Operation.EXPORT_CUSTOMER: (_NO, _NO, _ANY, _NO, _NO, _NO),
        Operation.ERASE_CUSTOMER: (_NO, _NO, _ANY, _NO, _NO, _ANY),
    }
)

#: Role -> operation -> on which tickets; operations that a role never reaches are not listed.
PERMISSIONS: Final[Mapping[Role, Mapping[Operation, Reach]]] = MappingProxyType(
    {
        role: MappingProxyType(
            {operation: row[column] for operation, row in _TABLE.items() if row[column]}
        )
        for column, role in enumerate(Role)
    }
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks for something.

    Attributes:
        name: the user name.
        role: the role.
        number: the agent number (工号), under which tickets are held.
        team: the team; "" is the team of all that have none.
        department: the department whose work orders a department member sees.
        scopes: what an API token is limited to; None where a person is there in person.

    """

    name: str
    role: Role
    number: str = ""
    team: str = ""
    department: str = ""
    scopes: frozenset[Operation] | None = None


def may(
    person: Person,
    operation: Operation,
    *,
    own: bool = False,
    queued: bool = False,
    team: str | None = None,
    assigned: bool = False,
    department: str = "",
) -> bool:
    """Whether a person may do something in these circumstances; whatever is not listed is refused.

    Args:
        person: who asks.
        operation: for what.
        own: the person holds the ticket, or the score or report is about the person.
        queued: nobody holds the ticket.
        team: the team of whoever holds it, or which a report is about; None where there is none.
        assigned: a work order of the ticket is asked for, and it was given to ``department``.
        department: that department.

    """
    if person.scopes is not None and operation not in person.scopes:
        return False
    reach = PERMISSIONS[person.role].get(operation, Reach.NONE)
    return bool(
        reach & Reach.ANY
        or (reach & Reach.OWN and own)
        or (reach & Reach.QUEUE and queued)
        or (reach & Reach.TEAM and team == person.team)
        or (reach & Reach.ASSIGNED and assigned and department and department == person.department)
    )
