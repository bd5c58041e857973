"""处理表: from the first judgement to the plan for what is still to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Unpack

from bot.desk.forms.form import Form, Section
from bot.desk.forms.names import LEVEL_NAMES
from bot.desk.forms.pending import measures, pending
from bot.desk.forms.view import Options, View, fit, money, person
from bot.desk.house import House
from bot.domain.events import AgentSaid, BotSaid, CustomerSaid, Event, IdentityVerified
from bot.domain.matters import Approval, Call, WorkOrder
from bot.domain.terms import Act, Intent, Level, Rule
from bot.domain.ticket import Ticket
from kb.terms import ROLE_NAMES
from prompts.terms import Kind

_PLANS: Final = frozenset({Kind.ANSWER, Kind.CONFIRM, Kind.PROMISE})
#: Checks of which our lines tell the customer.
_CHECKS: Final = {
    Act.VERIFIED: "身份核实",
    Act.REVIEWED: "质量问题审核",
    Act.CHECKED: "技术检测",
    Act.RESULT: "核实结果",
}
_REMINDERS: Final = frozenset({Rule.CLOCK, Rule.WAITING})


def form(ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]) -> Form:
    """The process form of a ticket."""
    see = View.of(ticket, events, house, **options)
    judged = Section(
        "初步判断（一线）",
        (
            see.number(),
            see.plain("类别", see.classed()),
            see.plain("优先级", see.priority()),
            see.field("初判原因", "cause"),
            see.plain("判断时间", see.at(ticket.marks.classified_at)),
            see.plain("核实情况", "\n".join(_verified(see))),
        ),
    )
    solved = Section(
        "解决方案",
        (
            see.plain("方案", measures(see)),
            see.row("具体措施", _measure(see)),
            see.plain("客户意见", consent(see)),
            see.field("联系时间", "contact_time"),
        ),
    )
    open_matters = [(p.what, see.at(p.due) or "未定", p.owner) for p in pending(see)]
    return see.form(
        "process",
        judged,
        solved,
        tables=(
            *see.table("升级与协同", ("时间", "对象", "原因或要求", "时限", "结果"), _raised(see)),
            *see.table("后续计划", ("事项", "时间", "负责人"), open_matters),
        ),
    )


def _verified(see: View) -> Iterator[str]:
    """How something was checked and with what result, in order of time."""
    for event in see.events:
        if isinstance(event, IdentityVerified):
            result = "通过" if event.passed else "未通过"
            who = person(event.by)
            yield f"{see.at(event.at)} 身份核实（{see.words(event.method)}）：{result}，{who}"
        elif isinstance(event, AgentSaid):
            for act in sorted(event.acts & _CHECKS.keys(), key=list(_CHECKS).index):
                yield f"{see.at(event.at)} {_CHECKS[act]}：{see.words(event.text)}"


def _measure(see: View) -> str:
    """What the customer was last told would be done."""
    told = [e.text for e in see.events if isinstance(e, AgentSaid | BotSaid) and e.kinds & _PLANS]
    return told[-1] if told else ""


def consent(see: View) -> str:
    """The customer's last word on a plan: agreed, or to be adjusted.

    A yes counts where a plan was put before him in the lines just before it; a no, as in the
    escalation rules, from the time he was first asked.
    """
    verdict, asked, just_told = "", False, False
    for event in see.events:
        if isinstance(event, AgentSaid):
            asked = asked or Kind.CONFIRM in event.kinds
            just_told = just_told or bool(event.kinds & _PLANS)
        elif isinstance(event, CustomerSaid):
            if asked and Intent.REFUSE in event.intents:
                verdict = f"需调整（{see.at(event.at)}：{see.words(event.text)}）"
            elif just_told and Intent.CONFIRM in event.intents:
                verdict = f"同意（{see.at(event.at)}：{see.words(event.text)}）"
            just_told = False
    return verdict or ("已征询，客户未答复" if asked else "未征询")


def _raised(see: View) -> Iterator[tuple[str, ...]]:
    """Escalations, approvals and work orders in order of time; mere reminders are left out."""
    t = see.ticket
    rows = [
        (call.fired.at, _call(see, call))
        for call in t.calls
        if call.fired.level is not Level.AGENT or call.fired.rule not in _REMINDERS
    ]
    rows += [(approval.asked.at, _approval(see, approval)) for approval in t.approvals]
    rows += [(order.opened.at, _order(see, order)) for order in t.orders]
    for at, cells in sorted(rows, key=lambda row: row[0]):
        yield see.at(at), *cells


def _call(see: View, call: Call) -> tuple[str, ...]:
    taken = call.answered_at
    result = f"{person(call.answered_by)}于 {see.at(taken)} 响应" if taken else "待响应"
    return f"升级{LEVEL_NAMES[call.fired.level]}", see.words(call.fired.reason), "", result


def _approval(see: View, approval: Approval) -> tuple[str, ...]:
    asked, decided = approval.asked, approval.decided
    amount = f" {money(asked.amount)}" if asked.amount is not None else ""
    reason = f"{see.words(asked.remedy)}{amount}：{see.words(asked.reason)}"
    return (
        f"{ROLE_NAMES[asked.role][0]}审批",
        reason,
        "",
        verdict(see, approval) if decided else "待审批",
    )


def verdict(see: View, approval: Approval) -> str:
    """Who decided on a request, how, and why."""
    decided = approval.decided
    if decided is None:
        return f"待{ROLE_NAMES[approval.asked.role][0]}审批"
    word = "同意" if decided.approved else "不同意"
    reason = f"：{see.words(decided.reason)}" if decided.reason else ""
    return f"{person(decided.by)}{word}{reason}"


def _order(see: View, order: WorkOrder) -> tuple[str, ...]:
    opened, answered, verified = order.opened, order.answered, order.verified
    contact = f"（联系人 {see.words(opened.contact)}）" if opened.contact else ""
    result = f"{person(answered.by)}答复：{see.words(answered.result)}" if answered else "待答复"
    if verified:
        result += f"；{'已核实' if verified.accepted else '退回'}"
        result += f"（{see.words(verified.remark)}）" if verified.remark else ""
    asked = f"{fit(opened.number)}：{see.words(opened.requirement)}"
    return see.words(opened.department) + contact, asked, see.at(opened.due), result
