"""The use cases *resolve*, *close*, *reopen*, *rate* and *follow up*."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.desk import bot
from bot.desk.after_solving import plan_callback
from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow, TextRefused
from bot.desk.notices import Notice, notice
from bot.desk.returning import comes_back
from bot.domain.escalation import escalated
from bot.domain.events import (
    BotSaid,
    Closed,
    FollowUpDone,
    FollowUpPlanned,
    Rated,
    RatingSkipped,
    Reopened,
    Resolved,
)
from bot.domain.terms import Level, Rule
from bot.domain.ticket import Ticket
from prompts.terms import Kind

#: Overall ratings that bring the supervisor in.
_DISSATISFIED: Final = 2
_SUPERVISOR: Final = "supervisor"


def resolve(desk: Desk, ticket_id: str, by: str, at: dt.datetime) -> Ticket:
    """The problem is solved: the customer is asked to confirm and to rate.

    Raises:
        NotNow: it is closed, or a promise, a request or a work order is still open.

    """
    ticket = desk.ticket(ticket_id)
    if ticket.is_closed:
        raise NotNow("工单已经关闭，需要继续处理时请先重新打开")
    if any(o.open for o in ticket.orders) or any(a.open for a in ticket.approvals):
        raise NotNow("还有未完成的工作单或审批，请处理完再标记解决")
    draft = Draft(ticket)
    draft.add(Resolved(at, by))
    if desk.speaks:
        bot.say(
            draft, BotSaid(at, notice(Notice.RESOLVED), frozenset({Kind.CLOSING})), announces=True
        )
        bot.say(draft, BotSaid(at, notice(Notice.SURVEY), frozenset({Kind.SURVEY})), announces=True)
    plan_callback(desk, draft, at)
    return desk.commit(draft)


def close(desk: Desk, ticket_id: str, reason: str, by: str, at: dt.datetime) -> Ticket:
    """A person closes a ticket.

    Raises:
        NotNow: it is closed.
        TextRefused: the reason is missing.

    """
    if desk.ticket(ticket_id).is_closed:
        raise NotNow("工单已经关闭，无需再关")
    if not reason.strip():
        raise TextRefused("请写明关闭原因")
    return desk.change(ticket_id, Closed(at, reason.strip(), by))


def reopen(desk: Desk, ticket_id: str, reason: str, by: str, at: dt.datetime) -> Ticket:
    """A person reopens a ticket; the supervisor is told.

    Raises:
        NotNow: it is open, or it went on in another.

    """
    ticket = desk.ticket(ticket_id)
    if ticket.merged_into:
        raise NotNow(f"这张工单已并入 {ticket.merged_into}，请在那里继续")
    if not ticket.is_closed:
        raise NotNow("工单没有关闭，无需重新打开")
    draft = Draft(ticket)
    _, *told = comes_back(ticket, at, desk.policy)
    draft.add(Reopened(at, reason.strip() or "人工重新打开", by), *told)
    return desk.commit(draft)


def rate(desk: Desk, ticket_id: str, rating: Rated) -> Ticket:
    """The customer rates; 1 or 2 brings the ticket back as a task of the supervisor.

    Raises:
        TextRefused: a rating is not 1 to 5.
        NotNow: this resolution was rated before.

    """
    given = (rating.overall, rating.attitude, rating.efficiency, rating.solution)
    if any(one is not None and not 1 <= one <= 5 for one in given):
        raise TextRefused("评分请用 1 到 5 的整数")
    ticket = desk.ticket(ticket_id)
    solved = ticket.marks.resolved_at
    if ticket.rating is not None and (solved is None or ticket.rating.at >= solved):
        raise NotNow("这次服务已经评价过了，无需再评，谢谢")
    draft = Draft(ticket)
    draft.add(rating)
    if rating.overall <= _DISSATISFIED:
        why = f"客户评价 {rating.overall} 分，请主管回访"
        draft.add(Reopened(rating.at, why))
        if Rule.REOPENED not in desk.policy.switched_off:
            cause = f"rated{ticket.reopened + 1}"
            told = escalated(rating.at, Rule.REOPENED, Level.SUPERVISOR, why, desk.policy, cause)
            draft.add(told)
        due = desk.policy.rest.after_rest(rating.at + dt.timedelta(hours=1))
        number = f"F{len(draft.ticket.follow_ups) + 1}"
        draft.add(FollowUpPlanned(rating.at, number, "call", due, _SUPERVISOR, why))
    return desk.commit(draft)


def skip_rating(desk: Desk, ticket_id: str, at: dt.datetime) -> Ticket:
    """The customer passes the survey over."""
    return desk.change(ticket_id, RatingSkipped(at))


def plan(
    desk: Desk,
    ticket_id: str,
    what: str,
    due: dt.datetime,
    owner: str,
    at: dt.datetime,
    remark: str = "",
) -> Ticket:
    """Plan a dated task; calls are moved out of the customer's rest hours.

    Raises:
        TextRefused: it is not a known sort of task, or lies in the past.

    """
    if what not in {"callback", "progress", "call", "care"}:
        raise TextRefused("任务类型请选择：callback 回访、progress 进度通报、call 电话、care 关怀")
    if due <= at:
        raise TextRefused("时间须晚于现在，请修改")
    ticket = desk.ticket(ticket_id)
    when = due if what == "progress" else desk.policy.rest.after_rest(due)
    number = f"F{len(ticket.follow_ups) + 1}"
    return desk.change(ticket_id, FollowUpPlanned(at, number, what, when, owner, remark.strip()))


def finish(desk: Desk, ticket_id: str, done: FollowUpDone) -> Ticket:
    """A dated task was carried out.

    Raises:
        NotNow: there is no such task, or it is done.
        TextRefused: the result is missing.

    """
    tasks = desk.ticket(ticket_id).follow_ups
    found = next((f for f in tasks if f.planned.number == done.number), None)
    if found is None or found.done is not None:
        raise NotNow(f"没有编号为 {done.number[:20]} 的待办任务，请刷新页面后重试")
    if not done.result.strip():
        raise TextRefused("请写明结果")
    return desk.change(ticket_id, done)
