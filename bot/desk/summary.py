"""The hand-over summary: who, what, tried, promised, mood, fields, open clocks."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.domain.clocks import clocks
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import Emotion
from bot.domain.ticket import Ticket
from bot.domain.timers import CLOCK_NAMES
from kb.terms import CATEGORY_NAMES, FIELD_NAMES

_MOODS: Final = {Emotion.CALM: "平静", Emotion.ANXIOUS: "着急", Emotion.ANGRY: "生气"}
_OTHERS: Final = ("order_no", "product", "fault_code", "amount", "expectation", "deadline")


def summary(ticket: Ticket, now: dt.datetime, policy: Policy = STANDARD) -> str:
    """A few lines that let the next person go on without asking the customer again."""
    talk = ticket.talk
    fields = talk.fields
    lines = [
        f"客户：{fields.get('customer_name', '未知')}（{_MOODS[talk.emotion]}，第 {talk.visit} 次来访）",
        f"问题：{str(fields.get('problem', talk.said[0] if talk.said else ''))[:120]}",
        f"分类：{CATEGORY_NAMES[talk.category][1]} · {talk.contact_type.value} · {talk.priority.value}",
    ]
    facts = [f"{FIELD_NAMES[c][0]} {fields[c]}" for c in _OTHERS if c in fields]
    if facts:
        lines.append("信息：" + "，".join(facts))
    if "tried" in fields:
        lines.append(f"已尝试：{fields['tried']}")
    promised = [p.promise.text for p in ticket.promises if p.kept_at is None]
    if promised:
        lines.append("已承诺：" + "；".join(promised))
    running = [
        f"{CLOCK_NAMES[c.name]} {c.due.astimezone(policy.calendar.zone):%m月%d日%H:%M}"
        for c in clocks(ticket, policy)
        if c.stopped is None and c.due is not None and c.due > now
    ]
    if running:
        lines.append("时限：" + "，".join(running))
    fired = [c.fired.reason for c in ticket.calls[ticket.calls_before :]]
    if fired:
        lines.append("升级：" + "；".join(fired))
    return "\n".join(lines)
