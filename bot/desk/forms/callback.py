"""回访记录: every call to the customer that was planned or made, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Unpack

from bot.desk.forms.form import Form, Section
from bot.desk.forms.names import FOLLOW_UP_NAMES
from bot.desk.forms.view import Options, View, fit, person
from bot.desk.house import House
from bot.domain.events import AgentSaid, Event
from bot.domain.matters import FollowUp
from bot.domain.terms import Act, ClockName
from bot.domain.ticket import Ticket

#: A report of progress is no call-back.
_NO_CALLS: Final = frozenset({"progress"})
_COLUMNS: Final = (
    "事项",
    "约定时间",
    "负责人",
    "回访时间",
    "回访人",
    "询问",
    "客户答复",
    "结果",
    "下一步",
)


def form(
    ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]
) -> Form | None:
    """The call-back record of a ticket; None where no call was planned or made."""
    see = View.of(ticket, events, house, **options)
    calls = [*_planned(see), *_in_the_chat(see)]
    if not calls:
        return None
    clock = see.clock(ClockName.CALLBACK)
    contact = "phone" if see.value("phone") else "email"
    done = sum(bool(call[3]) for call in calls)
    return see.form(
        "callback",
        Section(
            "回访",
            (
                see.number(),
                see.field("客户", "customer_name"),
                see.field("联系方式", contact),
                see.field("方便联系时间", "contact_time"),
                see.plain("解决时间", see.at(ticket.marks.resolved_at)),
                see.plain("回访时限", see.at(clock.due) if clock else ""),
                see.plain("完成情况", f"{len(calls)} 次中完成 {done} 次"),
            ),
        ),
        tables=see.table("回访", _COLUMNS, calls),
    )


def _planned(see: View) -> Iterator[tuple[str, ...]]:
    for task in see.ticket.follow_ups:
        if task.planned.what not in _NO_CALLS:
            yield _call(see, task)


def _call(see: View, task: FollowUp) -> tuple[str, ...]:
    plan, done = task.planned, task.done
    name = FOLLOW_UP_NAMES.get(plan.what, fit(plan.what))
    remark = f"：{see.words(plan.remark)}" if plan.remark else ""
    planned = name + remark, see.at(plan.due), person(plan.owner) if plan.owner else "待分配"
    if done is None:
        return *planned, "", "", "", "", "待回访", ""
    said = (see.words(text) for text in (done.asked, done.answered, done.result, done.next_step))
    return *planned, see.at(done.at), person(done.by), *said


def _in_the_chat(see: View) -> Iterator[tuple[str, ...]]:
    """Lines in which the customer was asked afterwards in the conversation itself."""
    for event in see.events:
        if isinstance(event, AgentSaid) and Act.CALLED_BACK in event.acts:
            asked = see.words(event.text)
            yield "会话内回访", "", "", see.at(event.at), person(event.agent), asked, "", "", ""
