"""Promises in our own lines: what we said we would do, and by when.

A promise is a clause in which we (会/将/为您/帮您/安排…) undertake an action and name a time. Due times:
上午 12:00, 今天 and other bare days 18:00, N 个工作日 18:00 of the Nth working day, hours and minutes
from the moment of sending.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from bot.domain.calendar import BusinessCalendar
from bot.domain.events import Promise
from bot.domain.numerals import CHARS, number

_SENTENCE: Final = re.compile(r"[^。！!？?；;\n]+")
_UNDERTAKES: Final = re.compile(
    r"(?:会|将|为您|给您|帮您|由|马上|立即|已安排|安排|我们|我这边|专人|专员|主管|师傅|同事|工作人员|"
    r"(?:联系|答复|回复|通知|告知|致电|回电)您)"
)
_ACTION: Final = re.compile(
    r"(?:答复|回复|回电|联系|致电|电话|告知|告诉|通知|处理|解决|核实|跟进|安排|寄|补发|发出|发货|退|"
    r"上门|到账|审核|反馈|恢复|完成|提交|办理|检测|更换|换|发[给到送]|送[到达货]|取件|取货|检查|维修|"
    r"到(?:您|达|场)|赶到|开具|开通|赔付|打款|同步)"
)
_ASKS: Final = re.compile(r"(?:请您|麻烦您|您需要|建议您|您可以|记得)[^，,]*$")
_N: Final = rf"([{CHARS}]{{1,4}})"
_EVENING: Final = dt.time(18)
_NOON: Final = dt.time(12)
#: More working days than this are no promise of a time.
_MANY: Final = 60

Resolve = Callable[[re.Match[str], dt.datetime], dt.datetime | None]


def _after(unit: str) -> Resolve:
    def resolve(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
        amount = number(found[1])
        return at + dt.timedelta(**{unit: amount}) if amount else None

    return resolve


def _working_days(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    """The evening of the Nth Monday to Friday; :func:`promises_in` may know the holidays."""
    amount = number(found[1])
    if not amount or amount > _MANY:
        return None
    day, left = at, int(amount)
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5
    return dt.datetime.combine(day.date(), _EVENING, at.tzinfo)


def _on_calendar(calendar: BusinessCalendar) -> Resolve:
    def resolve(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
        amount = number(found[1])
        if not amount or amount > _MANY:
            return None
        return calendar.add_working_days(at, max(1, int(amount)))

    return resolve


def _days(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    amount = number(found[1])
    if not amount:
        return None
    return dt.datetime.combine((at + dt.timedelta(days=amount)).date(), _EVENING, at.tzinfo)


def _date(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    month, day = number(found["month"]), number(found["day"])
    try:
        named = dt.date(at.year, int(month or 0), int(day or 0))
    except ValueError:
        return None
    if named < at.date() - dt.timedelta(days=31):
        named = named.replace(year=at.year + 1)
    return dt.datetime.combine(named, _time(found), at.tzinfo)


_DAY_WORDS: Final = {
    "今天": 0,
    "今日": 0,
    "当天": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "后天": 2,
}


def _day_word(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    day = (at + dt.timedelta(days=_DAY_WORDS[found["word"]])).date()
    part = "早上" if found["word"] == "明早" else ""
    part = "晚上" if found["word"] == "今晚" else part
    return dt.datetime.combine(day, _time(found, part), at.tzinfo)


def _weekday(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    wanted = "一二三四五六日天".index(found["weekday"])
    wanted = 6 if wanted == 7 else wanted
    monday = at.date() - dt.timedelta(days=at.weekday())
    weeks = 1 if found["next"] else 0
    return dt.datetime.combine(
        monday + dt.timedelta(days=wanted, weeks=weeks), _time(found), at.tzinfo
    )


def _bare_time(found: re.Match[str], at: dt.datetime) -> dt.datetime | None:
    due = dt.datetime.combine(at.date(), _time(found), at.tzinfo)
    return due if due > at else None


def _time(found: re.Match[str], default_part: str = "") -> dt.time:
    """The time of day a pattern found; morning ends at noon, a bare day at 18:00."""
    part = found["part"] or default_part
    if not found["hour"]:
        if part in {"上午", "早上", "中午", "早"}:
            return _NOON
        return dt.time(21) if part in {"晚上", "晚"} else _EVENING
    hour = int(number(found["hour"]) or 0)
    minute = 30 if found["half"] else int(number(found["minute"] or "0") or 0)
    if part in {"下午", "晚上", "晚"} and hour < 12:
        hour += 12
    if hour == 24 or hour > 24:
        return dt.time(23, 59)
    return dt.time(hour, min(minute, 59))


_CLOCK: Final = (
    r"(?P<part>上午|早上|中午|下午|晚上)?\s*"
    rf"(?:(?P<hour>[{CHARS}]{{1,3}})\s*(?:[:：](?P<minute>\d{{2}})|点(?P<half>半)?(?:整)?))?"
)
_HOURED: Final = _CLOCK.removesuffix(")?") + ")"
#: Tried in order; the first that fits a clause gives its time.
_TIMES: Final[tuple[tuple[re.Pattern[str], Resolve], ...]] = (
    (
        re.compile(rf"(?P<month>[{CHARS}]{{1,3}})月(?P<day>[{CHARS}]{{1,3}})[日号]\s*{_CLOCK}"),
        _date,
    ),
    (re.compile(rf"(?P<word>{'|'.join(_DAY_WORDS)})\s*{_CLOCK}"), _day_word),
    (
        re.compile(
            rf"(?<!上)(?<!上个)(?P<next>下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])\s*{_CLOCK}"
        ),
        _weekday,
    ),
    (re.compile(rf"{_N}\s*(?:-|—|~|至|到)?\s*[{CHARS}]{{0,3}}个?工作日"), _working_days),
    (re.compile(rf"{_N}\s*个?小时"), _after("hours")),
    (re.compile(rf"{_N}\s*分钟"), _after("minutes")),
    (re.compile(rf"{_N}\s*天"), _days),
    (re.compile(_HOURED), _bare_time),
)
_RANGE_DAYS: Final = re.compile(rf"{_N}\s*(?:-|—|~|至|到)\s*{_N}\s*(个?工作日|天|个?小时|分钟)")
#: Asking for a moment's patience, with its minutes, promises nothing.
_LOOK_UP: Final = re.compile(
    rf"(?:请|麻烦|烦请)?您?(?:稍等|稍候|等一下|耐心等待)[^，,。]*|[{CHARS}]+(?:[-–~到至][{CHARS}]+)?分钟(?:左右|以内|内)?(?=[，,。]|$)"
)
_PAST: Final = re.compile(r"(?:已经|已)(?:为您|帮您|给您)?[^，,]{0,6}(?:了|通过|签收|到账|退回)")


def promises_in(
    text: str, at: dt.datetime, calendar: BusinessCalendar | None = None
) -> tuple[Promise, ...]:
    """The promises of one line sent at ``at`` (with zone); asking for patience is none.

    Working days are the calendar's; without one, Monday to Friday until 18:00.
    """
    found = []
    for sentence in _SENTENCE.finditer(text):
        said = _LOOK_UP.sub("", sentence.group()).strip("，, ")
        if not (_UNDERTAKES.search(said) and _ACTION.search(said)):
            continue
        due = _due(said, at, calendar)
        if due is not None and not (_PAST.search(said) and due <= at):
            found.append(Promise(said, due))
        elif due is None and _OPEN.search(said):
            found.append(Promise(said, None))
    return tuple(found)


#: Undertakings without a time that still bind us.
_OPEN: Final = re.compile(
    r"(?:会|将|稍后|尽快)[^，,]{0,10}(?:联系您|给您(?:答复|回复|回电|来电|处理|反馈)|答复您|回复您|通知您|告知您|跟进|致电)"
)


def _due(said: str, at: dt.datetime, calendar: BusinessCalendar | None) -> dt.datetime | None:
    spoken = _RANGE_DAYS.sub(lambda m: f"{m[2]}{m[3]}", said)
    for pattern, resolve in _TIMES:
        for found in pattern.finditer(spoken):
            if _ASKS.search(spoken[: found.start()]):
                continue
            if resolve is _working_days and calendar is not None:
                due = _on_calendar(calendar)(found, at)
            else:
                due = resolve(found, at)
            if due is not None:
                return due
    return None
