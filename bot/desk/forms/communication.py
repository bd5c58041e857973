"""沟通记录: what was said on both sides, what was promised, and how the matter stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, Unpack

from bot.desk.forms.form import Form, Row, Section
from bot.desk.forms.pending import Pending, measures, pending
from bot.desk.forms.veil import hidden
from bot.desk.forms.view import Options, View, person
from bot.desk.house import House
from bot.domain.clocks import next_due
from bot.domain.events import AgentSaid, BotSaid, CustomerSaid, Edited, Event
from bot.domain.terms import Emotion, Intent, Stage
from bot.domain.ticket import Ticket
from bot.domain.timers import CLOCK_NAMES
from prompts.terms import Kind

#: Overall rating -> the three grades of the manual; none is 未评价.
_GRADES: Final = {5: "满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "不满意"}
#: Lines of ours that only keep the talk going.
_COURTESY: Final = frozenset(
    {
        Kind.OPENING,
        Kind.REASSURANCE,
        Kind.WAITING,
        Kind.CLOSING,
        Kind.THANKS_REPLY,
        Kind.ACK,
        Kind.SURVEY,
    }
)
_TELLING: Final = frozenset(Intent) - {Intent.THANKS, Intent.GREETING, Intent.GOODBYE}
_Said = CustomerSaid | AgentSaid | BotSaid


def form(ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]) -> Form:
    """The communication record of a ticket; who the customer is stands masked in any case."""
    see = View.of(ticket, events, house, **options)
    matters = pending(see)
    contact = next((p for p in matters if p.contact and p.due), None)
    told = f"{see.minute(contact.due)} {contact.what}" if contact else ""
    return see.form(
        "communication",
        Section(
            "沟通",
            (
                see.number(),
                see.plain("沟通时间", _span(see)),
                _hidden(see, "客户", "customer_name"),
                _hidden(see, "联系方式", "phone" if see.value("phone") else "email"),
                see.plain("渠道", see.channel()),
                see.plain("类型", see.classed()),
                Row("问题", see.problem()),
            ),
        ),
        Section(
            "处理与跟进",
            (
                see.plain("处理方案", measures(see)),
                see.plain("进度", _progress(see, matters)),
                see.plain("满意度", _satisfaction(ticket)),
                see.plain("下次联系", told or see.value("contact_time")),
                see.plain("记录人", _recorder(see)),
            ),
        ),
        tables=see.table("关键对话", ("时间", "谁", "内容", "承诺"), _dialogue(see)),
    )


def _hidden(see: View, label: str, code: str) -> Row:
    return see.plain(label, hidden(code, see.value(code, masked=False)))


def _span(see: View) -> str:
    """From the first line to the last, to the minute."""
    times = [e.at for e in see.events if isinstance(e, _Said)]
    if not times:
        return see.minute(see.ticket.opened_at)
    first, last = see.minute(min(times)), see.minute(max(times))
    return first if first == last else f"{first} 至 {last}"


def _progress(see: View, matters: Sequence[Pending]) -> str:
    """已完成, 待跟进 or 处理中; what comes next, by whom, and when it is expected."""
    t = see.ticket
    if t.is_closed or t.marks.resolved_at:
        ended = t.closed.at if t.closed else t.marks.resolved_at
        return f"已完成（{see.minute(ended)}）"
    word = "待跟进" if matters or t.talk.stage is Stage.FOLLOWING_UP else "处理中"
    parts = [word]
    if matters:
        parts.append(f"{matters[0].owner}负责")
    elif t.agent or t.talk.agent:
        parts.append(f"{person(t.agent or t.talk.agent)}负责")
    expected = _expected(see, matters)
    return "，".join([*parts, f"预计 {expected}"] if expected else parts)


def _expected(see: View, matters: Sequence[Pending]) -> str:
    """When the next open matter is due, else the clock that ends first."""
    due: dt.datetime | None = matters[0].due if matters else None
    if due:
        return see.minute(due)
    last = see.ticket.last_at
    clock = next_due(see.ticket, last, see.policy) if last else None
    return f"{see.minute(clock.due)} 前（{CLOCK_NAMES[clock.name]}）" if clock else ""


def _satisfaction(ticket: Ticket) -> str:
    return _GRADES.get(ticket.rating.overall, "未评价") if ticket.rating else "未评价"


def _recorder(see: View) -> str:
    t = see.ticket
    return person(t.agent or t.talk.agent or t.opened_by)


def _dialogue(see: View) -> Iterator[tuple[str, ...]]:
    """The lines that matter; all of them where none does."""
    lines = list(_lines(see))
    kept = [cells for key, cells in lines if key]
    yield from kept or [cells for _, cells in lines]


def _lines(see: View) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """(Whether it matters, its cells) of every line; the nth promise made is the nth of the ticket."""
    made = 0
    for event in see.events:
        if isinstance(event, CustomerSaid):
            more = f"（附件 {len(event.attachments)} 个）" if event.attachments else ""
            yield _tells(event), _cells(see, event.at, "客户", event.text + more)
        elif isinstance(event, Edited):
            yield True, _cells(see, event.at, "客户（修改）", event.text)
        elif isinstance(event, AgentSaid):
            states = see.ticket.promises[made : made + len(event.promises)]
            made += len(event.promises)
            marks = "\n".join(_promise(see, p.promise.due, p.kept_at) for p in states)
            matters = bool(event.promises or event.acts) or not event.kinds <= _COURTESY
            who = f"客服 {event.agent}" if event.agent else "客服"
            yield matters or not event.kinds, _cells(see, event.at, who, event.text, marks)
        elif isinstance(event, BotSaid):
            yield not event.kinds <= _COURTESY, _cells(see, event.at, "机器人", event.text)


def _tells(event: CustomerSaid) -> bool:
    states = event.has_need or event.fields or event.attachments
    return bool(states or event.intents & _TELLING) or event.emotion is not Emotion.CALM


def _promise(see: View, due: dt.datetime | None, kept: dt.datetime | None) -> str:
    limit = f"时限 {see.at(due)}" if due else "未说明时间"
    return f"承诺，{limit}" + ("，已兑现" if kept else "")


def _cells(
    see: View, at: dt.datetime, who: str, text: str, promise: str = ""
) -> tuple[str, str, str, str]:
    return see.at(at), see.words(who), see.words(text), promise
