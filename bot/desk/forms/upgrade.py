"""问题升级申请: what the knowledge base has no solution for, and what its owner answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from bot.desk.forms.form import Form, Row, Section
from bot.desk.forms.view import Options, View, fit, person
from bot.desk.house import House
from bot.domain.clocks import ClockState
from bot.domain.events import Event
from bot.domain.terms import ClockName
from bot.domain.ticket import Ticket


def form(
    ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]
) -> Form | None:
    """The upgrade request of a ticket; None where none was handed in."""
    request = ticket.upgrade
    if request is None:
        return None
    see = View.of(ticket, events, house, **options)
    return see.form(
        "upgrade",
        Section(
            "申请",
            (
                see.number(),
                see.row("申请问题", request.question),
                Row("客户原话", see.problem()),
                see.plain("类别", see.classed()),
                see.plain("优先级", see.priority()),
                see.field("产品", "product"),
                see.field("故障代码", "fault_code"),
                see.field("客户诉求", "expectation"),
                see.field("已尝试操作", "tried"),
                see.plain("申请人", person(request.by)),
                see.plain("发现无方案", see.at(ticket.marks.no_solution_at)),
                see.plain("申请时间", _kept(see, ClockName.UPGRADE_REQUEST)),
            ),
        ),
        Section("知识负责人答复", _answer(see)),
    )


def _kept(see: View, name: ClockName) -> str:
    """When a clock stopped, and whether in time; its limit where it runs on."""
    clock = see.clock(name)
    if clock is None or clock.stopped is None:
        return f"未完成，时限 {see.at(clock.due)}" if clock else ""
    word = "按时" if clock.state(clock.stopped) is ClockState.MET else "超时"
    return f"{see.at(clock.stopped)}（{word}，时限 {see.at(clock.due)}）"


def _answer(see: View) -> tuple[Row, ...]:
    answer = see.ticket.upgrade_answer
    if answer is None:
        return (see.plain("答复时间", _kept(see, ClockName.KNOWLEDGE)),)
    found = fit(answer.solution) if answer.solution else ""
    title = fit(see.titles.get(found, ""))
    shown = f"{found} {title}".strip() if found else "没有可用方案"
    return (
        see.plain("补充方案", shown),
        see.row("说明", answer.remark),
        see.plain("答复人", person(answer.by)),
        see.plain("答复时间", _kept(see, ClockName.KNOWLEDGE)),
    )
