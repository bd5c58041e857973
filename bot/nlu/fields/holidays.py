"""Dates of holidays named in a message: 国庆节后第一天, 元旦那天, 去年双十一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from bot.nlu.fields.numerals import numeral

_DATA: Final = Path(__file__).parent / "data" / "holidays.yaml"
_DAY: Final = timedelta(days=1)


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
    """A pattern of a holiday with its year and side; groups hyear, holiday, hside, hnth."""
    names = "|".join(sorted(holidays(), key=lambda name: (-len(name), name)))
    return (
        rf"(?P<hyear>今年|去年|前年)?的?(?P<holiday>{names})(?:节|假期|放假|长假|期间)?"
        r"(?:(?P<hside>前|后|之后|之前|过后|结束后|回来后|完)(?:的?第?(?P<hnth>[一二两三四五六七1-7])天|的?(?P<heve>前一天|后一天))?"
        r"|(?P<hthat>那一天|那天|当天|当日))?"
    )


def resolve(match: re.Match[str], today: date) -> date | None:
    """The date a match of :func:`pattern` means: the most recent one not after ``today``."""
    shift = {"去年": -1, "前年": -2}.get(match["hyear"] or "", 0)
    years = [today.year + shift] if match["hyear"] else [today.year, today.year - 1]
    for year in years:
        day = _in_year(match, holidays()[match["holiday"]], year)
        if day is not None and day <= today:
            return day
    return None


def _in_year(match: re.Match[str], holiday: Holiday, year: int) -> date | None:
    side, nth = match["hside"], numeral(match["hnth"]) if match["hnth"] else None
    off = holiday.days_off(year)
    if side is None or off is None:
        return holiday.on(year)
    if nth is None:
        return None
    # 节后第一天 is the first day after the days off, not the second day of the holiday.
    return off[0] - nth * _DAY if "前" in side else off[1] + nth * _DAY
