"""Who may do what, written out a second time, beside the program's own table."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.desk.access import allowed, require
from bot.desk.people_errors import NotAllowed
from bot.domain.events import Assigned, Closed, HandedOver, Opened, WorkOrderOpened
from bot.domain.people import PERMISSIONS, Operation, Person, Role, may
from bot.domain.ticket import fold
from tests.security.when import AT

#: Letters: o the ticket is the person's own, q nobody holds it, t a colleague of the team holds it,
#: w it has a work order for the person's department, * always; - never.
MATRIX = """
                      agent  supervisor  manager  department  knowledge  admin
read                  oq     oqt         *        -           -          -
read_full             o      ot          *        -           -          -
suggest               o      o           o        -           -          -
reply                 o      o           o        -           -          -
override              o      o           o        -           -          -
take_over             q      oqt         *        -           -          -
hand_back             o      ot          *        -           -          -
assign                -      oqt         *        -           -          -
escalate              o      oqt         *        -           -          -
acknowledge           o      oqt         *        -           -          -
ask_approval          o      ot          *        -           -          -
approve               -      oqt         *        -           -          -
approve_as_manager    -      -           *        -           -          -
work_order_open       o      ot          *        -           -          -
work_order_read       o      ot          *        w           -          -
work_order_answer     -      -           -        w           -          -
work_order_verify     o      ot          *        -           -          -
complaint_register    o      oqt         *        -           -          -
complaint_judge       -      ot          *        -           -          -
complaint_review      -      -           *        -           -          -
open_by_hand          *      *           *        -           -          -
note                  o      oqt         *        -           -          -
correct               o      oqt         *        -           -          -
verify_identity       o      ot          *        -           -          -
link                  o      oqt         *        -           -          -
follow_up             o      oqt         *        -           -          -
close                 o      oqt         *        -           -          -
reopen                o      oqt         *        -           -          -
survey_view           o      oqt         *        -           -          -
export_ticket         o      oqt         *        -           -          -
upgrade_request       o      ot          *        -           -          -
upgrade_answer        -      -           -        -           *          *
score_view            o      ot          *        -           -          -
score_appeal          o      o           o        -           -          -
score_overrule        -      t           *        -           -          -
report_own            o      o           o        -           -          -
report_team           -      t           *        -           -          -
report_all            -      -           *        -           -          -
knowledge_read        *      *           *        -           *          *
knowledge_load        -      -           -        -           *          *
knowledge_reload      -      -           -        -           *          *
knowledge_rollback    -      -           -        -           *          *
knowledge_edit        -      -           -        -           *          *
gaps_handle           -      -           -        -           *          *
rules_edit            -      -           -        -           -          *
users_manage          -      -           -        -           -          *
settings              -      -           -        -           -          *
maintain              -      -           -        -           -          *
audit_read            -      -           *        -           -          *
export_customer       -      -           *        -           -          -
erase_customer        -      -           *        -           -          *
"""
ROLES, *ROWS = (line.split() for line in MATRIX.strip().splitlines())
CELLS = {(row[0], role): cell for row in ROWS for role, cell in zip(ROLES, row[1:], strict=True)}
TEAM, OTHER, DEPARTMENT = "一组", "二组", "物流部"


def person(role: str, **change: Any) -> Person:
    return Person(role, Role(role), "1001", TEAM, DEPARTMENT, **change)


def circumstances() -> list[dict[str, Any]]:
    return [
        {"own": own, "queued": queued, "team": team, "assigned": bool(department)}
        | {"department": department}
        for own, queued, team, department in itertools.product(
            (False, True), (False, True), (None, TEAM, OTHER), ("", DEPARTMENT, "财务部")
        )
    ]


def test_the_matrix_names_every_role_and_operation() -> None:
    assert [role.value for role in Role] == ROLES
    assert [row[0] for row in ROWS] == [operation.value for operation in Operation]


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("role", Role)
def test_every_role_reaches_every_operation_where_the_matrix_says(
    role: Role, operation: Operation
) -> None:
    cell = CELLS[operation, role]
    for c in circumstances():
        expected = (
            "*" in cell
            or ("o" in cell and c["own"])
            or ("q" in cell and c["queued"])
            or ("t" in cell and c["team"] == TEAM)
            or ("w" in cell and c["department"] == DEPARTMENT)
        )
        assert may(person(role), operation, **c) == expected, (c, cell)


def test_the_table_lists_only_what_is_reached() -> None:
    listed = {(operation, role) for role, row in PERMISSIONS.items() for operation in row}
    assert listed == {key for key, cell in CELLS.items() if cell != "-"}


def test_a_department_member_without_a_department_sees_no_work_order() -> None:
    lost = Person("x", Role.DEPARTMENT)
    for department in ("", DEPARTMENT):
        assert not may(lost, Operation.WORK_ORDER_READ, assigned=True, department=department)
    member = person("department")
    assert not may(member, Operation.WORK_ORDER_READ, department=DEPARTMENT), "no order of it"


def test_a_token_never_reaches_beyond_its_scopes_nor_beyond_the_role() -> None:
    scoped = person("manager", scopes=frozenset({Operation.REPORT_ALL, Operation.USERS_MANAGE}))
    assert may(scoped, Operation.REPORT_ALL)
    assert not may(scoped, Operation.READ)
    assert not may(scoped, Operation.USERS_MANAGE)


# about a ticket as it stands ---------------------------------------------------------------------

OPENED = Opened(AT, "T1", "C1", "web")
TEAMS = {"1001": TEAM, "2002": OTHER, "1003": TEAM}


@pytest.mark.parametrize(
    ("events", "operation", "agent", "supervisor"),
    [
        ((OPENED,), Operation.READ, True, True),
        ((OPENED, HandedOver(AT, "x")), Operation.TAKE_OVER, True, True),
        ((OPENED, HandedOver(AT, "x")), Operation.READ_FULL, False, False),
        ((OPENED, Assigned(AT, "1001")), Operation.READ_FULL, True, True),
        ((OPENED, Assigned(AT, "1001"), Closed(AT, "x")), Operation.REOPEN, True, True),
        ((OPENED, Assigned(AT, "1003")), Operation.READ_FULL, False, True),
        ((OPENED, Assigned(AT, "2002")), Operation.READ, False, False),
        ((OPENED, Assigned(AT, "2002")), Operation.TAKE_OVER, False, False),
    ],
)
def test_a_ticket_tells_whose_it_is(
    events: tuple[Any, ...], operation: Operation, agent: bool, supervisor: bool
) -> None:
    ticket = fold(events)
    found = [
        allowed(who, operation, ticket, teams=TEAMS)
        for who in (person("agent"), Person("s", Role.SUPERVISOR, "9000", TEAM))
    ]
    assert found == [agent, supervisor]


def test_nobody_without_a_number_holds_a_ticket_without_an_agent() -> None:
    nobody = Person("x", Role.AGENT, "")
    held = cast("Any", SimpleNamespace(agent="", holder="person", orders=()))
    assert not allowed(nobody, Operation.REPLY, held)


def test_a_department_member_sees_the_order_of_the_department_and_no_other() -> None:
    ticket = fold(
        (
            OPENED,
            WorkOrderOpened(AT, "W1", DEPARTMENT, "查件", AT),
            WorkOrderOpened(AT, "W2", "财务部", "退款", AT),
        )
    )
    member = person("department")
    for order, expected in (("W1", True), ("W2", False), ("W9", False), ("", False)):
        assert allowed(member, Operation.WORK_ORDER_READ, ticket, order=order) == expected
        assert not allowed(member, Operation.READ, ticket, order=order)
    require(member, Operation.WORK_ORDER_ANSWER, ticket, order="W1")
    with pytest.raises(NotAllowed, match="部门专员"):
        require(member, Operation.WORK_ORDER_ANSWER, ticket, order="W2")
