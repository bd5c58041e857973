"""Dates of holidays named in a message: 国庆节后第一天, 元旦那天, 去年双十一, 大年初三."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from bot.domain.numerals import whole

_DATA: Final = Path(__file__).parent / "data" / "holidays.yaml"
_DAY: Final = timedelta(days=1)
#: 初八下午: after the New Year people leave 正月 out; 初一 to 初三 are school years, too.
_BARE_DAY: Final = (
    r"(?<![年月最当起个])(?=初[四五六七八九十](?:上午|下午|早|晚|中午|那天|就|开始|寄|发|买|收))"
)
_SPRING: Final = "春节"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday: a fixed [month, day] or a date by year, and the days off around it."""

    fixed: tuple[int, int] | None
    by_year: dict[int, date]
    off: dict[int, tuple[date, date]]
    length: int

    def on(self, year: int) -> date | None:
        """The day itself, or None for a year outside the table."""
        return date(year, *self.fixed) if self.fixed else self.by_year.get(year)

    def days_off(self, year: int) -> tuple[date, date] | None:
        """First and last day off."""
        day = self.on(year)
        if day is None:
            return None
        return self.off.get(year, (day, day + (self.length - 1) * _DAY))


@cache
def holidays() -> dict[str, Holiday]:
    """Every accepted name of a holiday -> the holiday."""
    table: dict[str, dict[str, Any]] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    named: dict[str, Holiday] = {}
    for row in table.values():
        holiday = Holiday(
            fixed=(row["day"][0], row["day"][1]) if "day" in row else None,
            by_year={y: date.fromisoformat(d) for y, d in row.get("by_year", {}).items()},
            off={
                year: (date.fromisoformat(first), date.fromisoformat(last))
                for year, (first, last) in row.get("rest", {}).items()
            },
            length=row["length"],
        )
        named |= dict.fromkeys(row["names"], holiday)
    return named


@cache
def pattern() -> str:
    """A pattern of a holiday with its year and side.

    Groups: hyear, holiday, hlong, hside with hnth or heve, hday or hlast (a day of the holiday),
    hthat, and newyear (初三).
    """
    names = "|".join(sorted(holidays(), key=lambda name: (-len(name), name)))
    ordinal = "[一二两三四五六七八1-8]"
    return (
        rf"(?P<hyear>今年|去年|前年)?的?(?:(?:大年|正月|年|{_BARE_DAY})(?P<newyear>初[一二三四五六七八九十]|十[一二三四])"
        # 十一 alone is as often the number eleven.
        rf"|(?P<holiday>{names}|十一(?=期间|假期|长假|黄金周|放假|当天|那天|前一天|后第|节))"
        r"(?P<hlong>节|期间|假期期间|假期|放假|长假|黄金周|小长假)?"
        rf"(?:(?P<hside>前|后|之后|之前|过后|结束后|回来后|过完|完)(?:的?第?(?P<hnth>{ordinal})天|的?(?P<heve>一天))?"
        rf"|的?第(?P<hday>{ordinal})天|的?(?P<hlast>最后一天)"
        r"|(?P<hthat>那一天|那天|当天|当日|当晚|那晚))?)"
    )


def resolve(match: re.Match[str], today: date) -> date | None:
    """The date a match of :func:`pattern` means: the most recent one not after ``today``."""
    shift = {"去年": -1, "前年": -2}.get(match["hyear"] or "", 0)
    years = [today.year + shift] if match["hyear"] else [today.year, today.year - 1]
    name = "国庆" if match["holiday"] == "十一" else match["holiday"] or _SPRING
    for year in years:
        day = _in_year(match, holidays()[name], year)
        if day is not None and day <= today:
            return day
    return None


def _in_year(match: re.Match[str], holiday: Holiday, year: int) -> date | None:
    day, off = holiday.on(year), holiday.days_off(year)
    if day is None or off is None:
        return None
    if match["newyear"]:
        nth = whole(match["newyear"].removeprefix("初")) or 1
        return day + (nth - 1) * _DAY
    if match["hday"]:
        return day + ((whole(match["hday"]) or 1) - 1) * _DAY
    if match["hlast"]:
        return off[1]
    side = match["hside"]
    if side is None:
        return day
    if match["hnth"] is None and match["heve"] is None:
        return None
    nth = whole(match["hnth"]) or 1 if match["hnth"] else 1
    if "前" not in side:
        # 节后第一天 is the first day after the days off, not the second day of the holiday.
        return off[1] + nth * _DAY
    return (off[0] if holiday.length > 1 else day) - nth * _DAY
