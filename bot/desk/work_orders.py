"""The use cases of work orders: to a department, its answer, the agent's check of it."""

from __future__ import annotations

import datetime as dt

from bot.desk.desk import NOTIFY, Desk, Draft
from bot.desk.errors import NotNow, TextRefused
from bot.desk.ports import Outgoing
from bot.domain.events import WorkOrderAnswered, WorkOrderOpened, WorkOrderVerified
from bot.domain.matters import WorkOrder
from bot.domain.terms import ClockName
from bot.domain.ticket import Ticket


def open_order(
    desk: Desk,
    ticket_id: str,
    department: str,
    requirement: str,
    by: str,
    at: dt.datetime,
    *,
    contact: str = "",
    due: dt.datetime | None = None,
) -> Ticket:
    """Ask a department to do something; without ``due`` the manuals' two working days count.

    Raises:
        TextRefused: department or requirement is missing, or the limit lies in the past.

    """
    if not department.strip() or not requirement.strip():
        raise TextRefused("请写明部门和要求")
    days = desk.policy.working_days[ClockName.DEPARTMENT_REPLY]
    limit = due or desk.policy.calendar.add_working_days(at, days)
    if limit <= at:
        raise TextRefused("时限须晚于现在，请修改")
    draft = Draft(desk.ticket(ticket_id))
    number = f"W{len(draft.ticket.orders) + 1}"
    draft.add(
        WorkOrderOpened(at, number, department.strip(), requirement.strip(), limit, contact, by)
    )
    draft.outgoing.append(
        Outgoing(
            key=f"{ticket_id}:{number}",
            channel=NOTIFY,
            chat=f"department:{department.strip()}",
            ticket=ticket_id,
            customer=draft.ticket.customer,
            body={"order": number},
            at=at,
        )
    )
    return desk.commit(draft)


def answer_order(
    desk: Desk, ticket_id: str, number: str, result: str, by: str, at: dt.datetime
) -> Ticket:
    """The department answers with a result.

    Raises:
        NotNow: there is no such order, or its result was accepted.
        TextRefused: the result is empty.

    """
    order = _order(desk, ticket_id, number)
    if not order.open:
        raise NotNow("这个工作单已经完成，无需再答复")
    if not result.strip():
        raise TextRefused("请填写处理结果")
    return desk.change(ticket_id, WorkOrderAnswered(at, number, result.strip(), by))


def verify_order(
    desk: Desk,
    ticket_id: str,
    number: str,
    by: str,
    at: dt.datetime,
    *,
    accepted: bool,
    remark: str = "",
) -> Ticket:
    """The agent accepts the result, or sends it back with a remark.

    Raises:
        NotNow: there is no such order or no result to check.
        TextRefused: it is sent back without a remark.

    """
    order = _order(desk, ticket_id, number)
    if order.answered is None or order.verified is not None:
        raise NotNow("这个工作单还没有待核实的结果，请等部门答复后再核实")
    if not accepted and not remark.strip():
        raise TextRefused("退回时请写明哪里不符合要求")
    return desk.change(ticket_id, WorkOrderVerified(at, number, accepted, by, remark.strip()))


def _order(desk: Desk, ticket_id: str, number: str) -> WorkOrder:
    orders = desk.ticket(ticket_id).orders
    found = next((o for o in orders if o.opened.number == number), None)
    if found is None:
        raise NotNow(f"没有编号为 {number[:20]} 的工作单，请刷新页面后重试")
    return found
