"""投诉处理记录: the complaint, whether it stands and why, who answers for it, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Unpack

from bot.desk.forms.form import Form, Section
from bot.desk.forms.process import verdict
from bot.desk.forms.view import Options, View, person
from bot.desk.house import House
from bot.domain.events import ComplaintJudged, ComplaintReviewed, Event
from bot.domain.matters import Complaint
from bot.domain.ticket import Ticket

_CONSENT: Final = {True: "认可", False: "不认可", None: "未表态"}


def form(
    ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]
) -> Form | None:
    """The complaint record of a ticket; None where nobody complained."""
    if ticket.complaint is None:
        return None
    see = View.of(ticket, events, house, **options)
    return see.form(
        "complaint",
        _registered(see, ticket.complaint),
        _judged(see, ticket.complaint.judged),
        _reviewed(see, ticket.complaint.reviewed),
    )


def _registered(see: View, complaint: Complaint) -> Section:
    registered = complaint.registered
    contact = "phone" if see.value("phone") else "email"
    return Section(
        "登记",
        (
            see.number(),
            see.field("投诉人", "customer_name", required=True),
            see.field("联系方式", contact, required=True),
            see.plain("投诉时间", see.at(registered.at)),
            see.plain("登记人", person(registered.by)),
            see.row("投诉内容", registered.content),
            see.field("客户诉求", "expectation"),
        ),
    )


def _judged(see: View, judged: ComplaintJudged | None) -> Section:
    """The approver is whoever decided last on what was asked for this ticket."""
    approvals = see.ticket.approvals
    approved = verdict(see, approvals[-1]) if approvals else ""
    if judged is None:
        stood = (see.plain("是否成立", "待判定"),)
        return Section("判定", (*stood, see.plain("审批", approved)))
    return Section(
        "判定",
        (
            see.plain("是否成立", "成立" if judged.stands else "不成立"),
            see.row("判定理由", judged.why),
            see.row("原因", judged.cause),
            see.row("责任部门", judged.department),
            see.row("责任人", judged.person),
            see.row("处理方案", judged.plan),
            see.plain("判定人", person(judged.by)),
            see.plain("判定时间", see.at(judged.at)),
            see.plain("审批", approved),
        ),
    )


def _reviewed(see: View, reviewed: ComplaintReviewed | None) -> Section:
    if reviewed is None:
        return Section("复盘", (see.plain("复盘状态", "未复盘"),))
    return Section(
        "复盘",
        (
            see.plain("复盘状态", f"{person(reviewed.by)} {see.at(reviewed.at)}"),
            see.plain("客户意见", _CONSENT[reviewed.consent]),
            see.row("复盘内容", reviewed.review),
        ),
    )
