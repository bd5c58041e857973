"""Filling a line's variables: from the settings, the clock, the ticket and the matched solution.

Nothing is guessed: a variable without a source stays unfilled and shows as a hole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from bot.desk.house import House
from bot.domain.conversation import Conversation
from kb.limits import Duration, Unit
from kb.solutions import Solution

_CHECKS: Final = re.compile(r"检测|审核|核实|核查|复核|查明|排查")
_DAY_PARTS: Final = (
    (5, "夜深了，您好"),
    (11, "上午好"),
    (13, "中午好"),
    (18, "下午好"),
    (24, "晚上好"),
)
_EVENING: Final = 18


def values_for(
    house: House, conversation: Conversation, solution: Solution | None, at: dt.datetime
) -> dict[str, str]:
    """Variable -> text for everything known at ``at``; deadlines are added by :func:`with_limits`."""
    fields = conversation.fields
    values = {
        "company": house.company,
        "desk": house.desk,
        "contact": house.contact,
        "agent_no": conversation.agent or house.agent_no,
        "agent_name": house.agent_name,
        "wait_time": house.wait_time,
        "day_part": day_part(house.local(at)),
    }
    for variable, code in (
        ("customer", "customer_name"),
        ("order_no", "order_no"),
        ("account", "account"),
        ("product", "product"),
        ("fault_code", "fault_code"),
    ):
        value = str(fields.get(code, ""))
        if len(value) > 1:  # a bare surname is no way to address anyone
            values[variable] = value
    if "phone" in fields:
        values["phone_tail"] = str(fields["phone"])[-4:]
    if "amount" in fields:
        values["amount"] = f"{float(fields['amount']):g}元"
    if solution and solution.departments:
        values["department"] = solution.departments[0]
    return values


def with_limits(
    values: Mapping[str, str],
    text: str,
    house: House,
    solution: Solution | None,
    at: dt.datetime,
) -> Mapping[str, str]:
    """``values`` with ``time_limit`` and ``deadline`` for a line with this text.

    A line about checking takes the solution's check limit, others its execution limit; without a
    solution the house's own time for an answer counts.
    """
    if "{{time_limit}}" not in text and "{{deadline}}" not in text:
        return values
    limit = _limit(text, solution) or Duration(house.follow_up_hours, Unit.HOUR)
    due = due_at(limit, house.local(at))
    return {**values, "time_limit": limit.said, "deadline": said_time(due) + "前"}


def _limit(text: str, solution: Solution | None) -> Duration | None:
    if solution is None:
        return None
    order = ("check", "execution", "response") if _CHECKS.search(text) else ("execution", "check")
    return next((d for d in map(solution.limit, order) if d), None)


def due_at(limit: Duration, at: dt.datetime) -> dt.datetime:
    """When a limit that starts at ``at`` ends: hours to the full hour above, days at 18:00."""
    if limit.unit in {Unit.MINUTE, Unit.HOUR}:
        minutes = limit.amount * (60 if limit.unit is Unit.HOUR else 1)
        due = at + dt.timedelta(minutes=minutes)
        full = due.replace(minute=0, second=0, microsecond=0)
        if limit.unit is Unit.MINUTE:
            return due.replace(second=0, microsecond=0)
        return full if full == due else full + dt.timedelta(hours=1)
    day, left = at, limit.amount
    while left:
        day += dt.timedelta(days=1)
        left -= limit.unit is Unit.DAY or day.weekday() < 5
    return day.replace(hour=_EVENING, minute=0, second=0, microsecond=0)


def said_time(due: dt.datetime) -> str:
    """A moment as a person says it: 11月24日18:00."""
    return f"{due.month}月{due.day}日{due:%H:%M}"


def day_part(local: dt.datetime) -> str:
    """The greeting of the hour."""
    return next(words for until, words in _DAY_PARTS if local.hour < until)
