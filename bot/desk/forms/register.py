"""登记表: who, when, where, what, and what the customer expects; required places are marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from bot.desk.forms.form import MISSING, Form, Row, Section
from bot.desk.forms.view import Options, View
from bot.desk.house import House
from bot.domain.events import AgentSaid, BotSaid, CustomerSaid, Event
from bot.domain.ticket import Ticket


def form(ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]) -> Form:
    """The register form of a ticket."""
    see = View.of(ticket, events, house, **options)
    return see.form(
        "register",
        Section("受理", _reception(see)),
        Section("客户", _customer(see)),
        Section("问题", _problem(see)),
        Section("经办", _handled(see)),
    )


def _reception(see: View) -> tuple[Row, ...]:
    t = see.ticket
    linked = dict.fromkeys(filter(None, (t.earlier, *t.links, *t.merged, t.merged_into)))
    return (
        see.number(),
        see.plain("登记时间", see.at(t.opened_at)),
        see.plain("渠道", see.channel(), required=True),
        see.plain("接触类型", t.talk.contact_type.value, required=True),
        see.plain("类别", see.classed()),
        see.plain("优先级", see.priority()),
        see.plain("关联工单", "、".join(linked)),
    )


def _customer(see: View) -> tuple[Row, ...]:
    contact = "phone" if see.value("phone") else "email"
    return (
        see.field("客户姓名", "customer_name", required=True),
        see.field("联系方式", contact, required=True),
        _checked(see),
        see.field("账号或订单号", "account", "order_no", required=True),
        see.field("地址", "address"),
        see.plain("客户编号", see.ticket.customer),
    )


def _checked(see: View) -> Row:
    """The four digits that are read out to the customer, and whether he was identified."""
    tail = see.value("phone", masked=False)[-4:]
    verified = "身份已核实" if see.ticket.talk.verified else "身份未核实"
    return see.plain("核对", f"尾号 {tail}，{verified}" if tail else verified)


def _problem(see: View) -> tuple[Row, ...]:
    problem = see.problem()
    source = see.source("problem") if see.value("problem") else ""
    attached = sum(len(e.attachments) for e in see.events if isinstance(e, CustomerSaid))
    return (
        Row("问题描述", problem or MISSING, source),
        see.field("客户诉求", "expectation"),
        see.field("期望时限", "deadline"),
        see.field("发生时间", "happened_at", "happened_on"),
        see.field("产品", "product"),
        see.field("故障代码", "fault_code"),
        see.field("涉及金额", "amount"),
        see.field("已尝试操作", "tried"),
        see.plain("附件", f"{attached} 个" if attached else ""),
    )


def _handled(see: View) -> tuple[Row, ...]:
    """Who handled it and when: what a person wrote into the fields, else his last line."""
    t, fixed = see.ticket, see.ticket.talk.fixed
    lines = [e for e in see.events if isinstance(e, AgentSaid | BotSaid)]
    agent = t.agent or t.talk.agent or t.opened_by or ("机器人" if lines else "")
    by_hand = t.opened_at if t.opened_by else None
    last = max((line.at for line in lines), default=by_hand)
    return (
        see.plain("工号", see.value("agent_no") if "agent_no" in fixed else agent, required=True),
        see.plain(
            "处理时间",
            see.value("handled_at") if "handled_at" in fixed else see.at(last),
            required=True,
        ),
    )
