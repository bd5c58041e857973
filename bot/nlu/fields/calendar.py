"""From the words of a date to the date: the most recent past one, weeks beginning on Monday."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from bot.nlu.fields import holidays
from bot.nlu.fields.numerals import numeral

WEEKDAYS: Final = "一二三四五六日天末1234567"
_DAY: Final = timedelta(days=1)


def date_of(match: re.Match[str], today: date) -> date | None:
    """The date a match of the patterns of :mod:`bot.nlu.fields.dates` means, seen from ``today``.

    None where no single day is meant (上周, 前几天). Raises ValueError for a day that does not
    exist (2月30号).
    """
    if match["y"]:
        return date(int(match["y"]), int(match["ym"]), int(match["yd"]))
    if match["m"] or match["sm"]:
        month, day = _int(match["m"] or match["sm"]), _int(match["d"] or match["sd"])
        if match["myear"]:
            return date(today.year - {"今年": 0, "去年": 1, "前年": 2}[match["myear"]], month, day)
        found = date(today.year, month, day)
        return found if found <= today else date(today.year - 1, month, day)
    if match["lastm"]:
        back = match["lastm"].count("上")
        first = _months_back(today.replace(day=1), back)
        return first.replace(day=_int(match["lmd"])) if match["lmd"] else None
    if match["week"]:
        return _weekday(match["week"], match["wd"], today)
    if match["ago"]:
        return _ago(match["ago"], match["agounit"], today)
    if match["rel"]:
        rel = match["rel"]
        back = 3 if rel[0] == "大" else 2 if rel[0] == "前" else 1 if rel[0] == "昨" else 0
        return today - back * _DAY
    if match["bare"]:
        return _day_of_month(_int(match["bare"]), today)
    if match["holiday"]:
        return holidays.resolve(match, today)
    return None


def _int(text: str) -> int:
    value = numeral(text)
    if value is None:
        raise ValueError(text)
    return value


def _weekday(week: str, day: str, today: date) -> date:
    monday = today - today.weekday() * _DAY
    place = {"末": 5, "天": 6, "日": 6}.get(day)
    place = _int(day) - 1 if place is None else place
    if week[0] == "上":
        return monday + (place - 7 * (len(week) - len(week.lstrip("上")))) * _DAY
    found = monday + place * _DAY
    if day == "末" and week[0] not in "这本":
        raise ValueError(day)  # 周末 alone is a habit or a plan, no date
    if week[0] in "这本":
        return found
    return found if found < today else found - 7 * _DAY


def _ago(count: str, unit: str, today: date) -> date | None:
    if unit in ("小时", "分钟"):
        return today if unit == "分钟" else None
    if count in ("几", "好几"):
        return None
    if count == "半":
        return today - 15 * _DAY if unit == "月" else _months_back(today, 6)
    number = _int(count)
    if unit in ("天", "日"):
        return today - number * _DAY
    if unit in ("周", "星期", "礼拜"):
        return today - 7 * number * _DAY
    return _months_back(today, number * (12 if unit == "年" else 1))


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
