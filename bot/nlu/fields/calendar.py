"""From the words of a date to the date: the most recent past one, weeks beginning on Monday."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.numerals import DIGITS, number, whole
from bot.nlu.fields import holidays

WEEKDAYS: Final = "一二三四五六日天末1234567"
_DAY: Final = timedelta(days=1)
_YEARS: Final = {"今年": 0, "去年": 1, "前年": 2}
_BACK: Final = {"大": 3, "前": 2, "昨": 1}


def date_of(match: re.Match[str], at: datetime) -> date | None:
    """The date a match of the patterns of :mod:`bot.nlu.fields.dates` means, seen from ``at``.

    None where no single day is meant (上周, 前几天). Raises ValueError for a day that does not
    exist (2月30号).
    """
    today = at.date()
    if match["y"]:
        year = int(match["y"])
        return date(year + 2000 if year < 100 else year, _int(match["ym"]), _int(match["yd"]))
    if match["cy"]:
        return date(int(match["cy"]), int(match["cm"]), int(match["cd"]))
    if match["m"] or match["sm"] or match["pm"]:
        month = _int(match["m"] or match["sm"] or match["pm"])
        day = _int(match["d"] or match["sd"] or match["pd"])
        return _of_year(match["myear"], month, day, today)
    if match["lastm"]:
        back = match["lastm"].count("上")
        first = _months_back(today.replace(day=1), back)
        return first.replace(day=_int(match["lmd"])) if match["lmd"] else None
    if match["week"] or match["weekend"]:
        return _weekday(match["week"] or "周", match["wd"] or "末", today)
    if match["ago"]:
        return _ago(match["ago"], match["agounit"], at)
    if match["rel"]:
        return today - _BACK.get(match["rel"][0], 0) * _DAY
    if match["bare"]:
        return _day_of_month(_int(match["bare"]), today)
    if match["holiday"] or match["newyear"]:
        return holidays.resolve(match, today)
    return None


def _int(text: str) -> int:
    value = whole(text)
    if value is None:
        raise ValueError(text)
    return value


def _of_year(year: str | None, month: int, day: int, today: date) -> date:
    if year:
        return date(today.year - _YEARS[year], month, day)
    try:
        found = date(today.year, month, day)
    except ValueError:
        # 2月29号 in a year that has none.
        found = date(today.year - 1, month, day)
    return found if found <= today else date(today.year - 1, month, day)


def _weekday(week: str, day: str, today: date) -> date:
    monday = today - today.weekday() * _DAY
    place = {"末": 5, "天": 6, "日": 6}.get(day)
    place = _int(day) - 1 if place is None else place
    if week[0] == "上":
        return monday + (place - 7 * (len(week) - len(week.lstrip("上")))) * _DAY
    found = monday + place * _DAY
    if week[0] in "这本":
        return found
    return found if found < today else found - 7 * _DAY


def _ago(count: str, unit: str, at: datetime) -> date | None:
    today = at.date()
    if count in ("几", "好几", "十几", "十来"):
        return today if unit == "分钟" else None
    if unit in ("小时", "钟头", "分钟"):
        value = number(count)
        if value is None:
            raise ValueError(count)
        minutes = value * (1 if unit == "分钟" else 60)
        return (at - timedelta(minutes=minutes)).date()
    if count == "半":
        return today - 15 * _DAY if unit == "月" else _months_back(today, 6)
    if len(count) > 1 and all(digit in DIGITS for digit in count):
        return None  # 四五天前
    value = _int(count)
    if unit in ("天", "日"):
        return today - value * _DAY
    if unit in ("周", "星期", "礼拜"):
        return today - 7 * value * _DAY
    return _months_back(today, value * (12 if unit == "年" else 1))


def _months_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def _day_of_month(day: int, today: date) -> date:
    for back in range(12):
        first = _months_back(today.replace(day=1), back)
        try:
            found = first.replace(day=day)
        except ValueError:
            if day > 31:
                raise
            continue
        if found <= today:
            return found
    raise ValueError(day)
