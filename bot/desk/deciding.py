"""The use cases *approve or refuse* and *ask for approval*."""

from __future__ import annotations

import datetime as dt

from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow, TextRefused
from bot.domain.escalation import escalated
from bot.domain.events import ApprovalAsked, ApprovalDecided, CustomerSaid
from bot.domain.terms import Level, Rule
from bot.domain.ticket import Ticket
from kb.terms import Role


def ask_approval(
    desk: Desk,
    ticket_id: str,
    remedy: str,
    reason: str,
    by: str,
    at: dt.datetime,
    *,
    role: Role = Role.SUPERVISOR,
    amount: float | None = None,
) -> Ticket:
    """An agent asks for consent to a remedy; whoever may give it is told.

    Raises:
        TextRefused: the remedy or the reason is missing, or the amount is not positive.

    """
    if not remedy.strip() or not reason.strip():
        raise TextRefused("请写明申请的处理办法和原因")
    if amount is not None and amount <= 0:
        raise TextRefused("金额须大于 0，请修改")
    draft = Draft(desk.ticket(ticket_id))
    number = f"A{len(draft.ticket.approvals) + 1}"
    level = Level.MANAGER if role is Role.MANAGER else Level.SUPERVISOR
    why = f"“{remedy}”超出坐席权限，需要审批"
    draft.add(escalated(at, Rule.AUTHORITY, level, why, desk.policy, number))
    draft.add(
        ApprovalAsked(at, number, remedy, role, reason, amount, draft.ticket.talk.solution, by)
    )
    return desk.commit(draft)


def approval_wished(ticket: Ticket, event: CustomerSaid) -> ApprovalAsked:
    """The request for a remedy that a customer wishes for and no agent may grant."""
    amount = ticket.talk.fields.get("amount")
    return ApprovalAsked(
        at=event.at,
        number=f"A{len(ticket.approvals) + 1}",
        remedy=event.remedy,
        role=event.approver,
        reason=f"客户要求{event.remedy}：{event.text[:80]}",
        amount=amount if isinstance(amount, float) else None,
        solution=ticket.talk.solution,
    )


def decide(
    desk: Desk,
    ticket_id: str,
    number: str,
    by: str,
    at: dt.datetime,
    *,
    approved: bool,
    reason: str = "",
) -> Ticket:
    """A supervisor approves or refuses; a refusal needs a reason.

    Raises:
        NotNow: there is no such request, or it was decided before.
        TextRefused: a refusal without a reason.

    """
    found = next((a for a in desk.ticket(ticket_id).approvals if a.asked.number == number), None)
    if found is None:
        raise NotNow(f"没有编号为 {number[:20]} 的审批申请，请刷新页面后重试")
    if not found.open:
        raise NotNow("这个申请已经有人处理，请刷新页面查看结果")
    if not approved and not reason.strip():
        raise TextRefused("拒绝时请写明原因，以便向客户解释")
    return desk.change(ticket_id, ApprovalDecided(at, number, approved, by, reason.strip()))
