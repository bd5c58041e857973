"""The use case *complaint*: register, judge, review (service manuals: listen, align, restate, solve)."""

from __future__ import annotations

import datetime as dt

from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow, TextRefused
from bot.domain.escalation import escalated
from bot.domain.events import ComplaintJudged, ComplaintRegistered, ComplaintReviewed
from bot.domain.terms import Level, Rule
from bot.domain.ticket import Ticket


def register(desk: Desk, ticket_id: str, content: str, by: str, at: dt.datetime) -> Ticket:
    """Open the complaint of a ticket.

    Raises:
        NotNow: it has one.
        TextRefused: its content is empty.

    """
    if desk.ticket(ticket_id).complaint is not None:
        raise NotNow("这张工单已登记投诉，请在原投诉上继续处理")
    if not content.strip():
        raise TextRefused("请写明投诉内容（客户原话）")
    return desk.change(ticket_id, ComplaintRegistered(at, content.strip(), by))


def judge(desk: Desk, ticket_id: str, judged: ComplaintJudged) -> Ticket:
    """Say whether the complaint stands; one that stands goes to the manager.

    Raises:
        NotNow: there is no complaint, or it was reviewed.
        TextRefused: why is missing; it stands but cause, department or plan is missing.

    """
    complaint = desk.ticket(ticket_id).complaint
    if complaint is None or complaint.reviewed is not None:
        raise NotNow("没有待判定的投诉，请先登记投诉")
    if not judged.why.strip():
        raise TextRefused("请写明判定理由")
    if judged.stands and not (judged.cause and judged.department and judged.plan):
        raise TextRefused("投诉成立时请写明原因、责任部门和处理方案")
    draft = Draft(desk.ticket(ticket_id))
    draft.add(judged)
    if judged.stands:
        why = f"投诉成立：{judged.cause}"
        draft.add(
            escalated(judged.at, Rule.AUTHORITY, Level.MANAGER, why, desk.policy, "complaint")
        )
    return desk.commit(draft)


def review(
    desk: Desk, ticket_id: str, text: str, by: str, at: dt.datetime, *, consent: bool | None
) -> Ticket:
    """End a complaint with the customer's word and what was learned.

    Raises:
        NotNow: it was not judged yet.
        TextRefused: the review is empty.

    """
    complaint = desk.ticket(ticket_id).complaint
    if complaint is None or complaint.judged is None:
        raise NotNow("投诉还没有判定，请先判定再复盘")
    if not text.strip():
        raise TextRefused("请写明复盘结论")
    return desk.change(ticket_id, ComplaintReviewed(at, consent, text.strip(), by))
