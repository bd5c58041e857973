"""What people write about working time: the holiday file, and hours as the settings have them.

A holiday file is plain text, a day or a stretch of days a line, so that anybody can keep it::

    # a remark
    2026-10-01..2026-10-07  休  国庆节      days off, first and last included; the name is optional
    2026-10-10              班  国庆节调休  a day worked whatever its weekday

Hours are written ``9:00-12:00,14:00-18:00``; 24:00 is midnight as an end.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.errors import BadHours
from bot.domain.wall_clock import DAY, END_OF_DAY, Block, Blocks, check_business, check_rest
from prompts.errors import Fault, LoadFailed
from prompts.files import TEXT_ENDINGS, read_file

#: Mainland China's public holidays, as far as the State Council had announced them.
SHIPPED_HOLIDAYS: Final = Path(__file__).parent / "holidays.txt"
#: Days that one line may name; more is a mistyped year.
LONGEST_STRETCH: Final = 100
_OFF: Final = "休"
_WORKED: Final = "班"
_DATE: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_EXAMPLE: Final = "请写成“2026-10-01..2026-10-07 休 国庆节”的样子"
_DASH: Final = re.compile(r"\s*[-–—~至到]+\s*")
_BETWEEN_BLOCKS: Final = re.compile(r"[,、;\s]+")
_BLOCK: Final = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days whose weekday does not tell whether they are worked: off, or worked (调休)."""

    days_off: frozenset[dt.date] = frozenset()
    extra_days: frozenset[dt.date] = frozenset()

    @property
    def last_year(self) -> int | None:
        """The last year of which anything is known; None for an empty file."""
        return max((day.year for day in self.days_off | self.extra_days), default=None)


def read_holidays(path: Path = SHIPPED_HOLIDAYS) -> Holidays:
    """Read a holiday file.

    Args:
        path: a ``.txt`` file in the form above; UTF-8, or as Windows' editor saves it.

    Raises:
        LoadFailed: it cannot be read, or has faulty lines; all of them are named (file:line).

    """
    text, faults = _text(path)
    marks: dict[dt.date, tuple[str, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip()
        try:
            for day, mark in _days(content) if content else ():
                known, where = marks.setdefault(day, (mark, number))
                if known != mark:
                    raise _Faulty(
                        str(day), f"在第 {where} 行是“{known}”，这里是“{mark}”", "请只保留一个"
                    )
        except _Faulty as error:
            faults.append(Fault(f"{path.name}:{number}", *error.args))
    if faults:
        raise LoadFailed(faults)
    return Holidays(
        frozenset(day for day, (mark, _) in marks.items() if mark == _OFF),
        frozenset(day for day, (mark, _) in marks.items() if mark == _WORKED),
    )


class _Faulty(Exception):  # noqa: N818 - never leaves this file
    """A line that cannot be used: its field, reason and hint."""


def _text(path: Path) -> tuple[str, list[Fault]]:
    if path.suffix.lower() not in TEXT_ENDINGS:
        return "", [Fault(path.name, "", "不是文本文件", "节假日文件请存为 TXT")]
    if not path.exists():
        return "", [Fault(str(path), "", "找不到", "请检查路径")]
    source = read_file(path, {})
    return source.text, source.faults


def _days(content: str) -> Iterator[tuple[dt.date, str]]:
    """The days of one line, each with its mark."""
    dates, mark, *_ = (*content.split(maxsplit=2), "")
    if mark not in (_OFF, _WORKED):
        raise _Faulty(mark, "不是“休”或“班”" if mark else "日期后没有写“休”或“班”", _EXAMPLE)
    begin, dots, end = dates.partition("..")
    first = _date(begin)
    last = _date(end) if dots else first
    if last < first:
        raise _Faulty(dates, "的结束早于开始", "请把较早的日期写在前面")
    length = (last - first).days + 1
    if length > LONGEST_STRETCH:
        raise _Faulty(
            dates, f"有 {length} 天，最多 {LONGEST_STRETCH} 天", "请检查年份，或分成几行写"
        )
    for number in range(length):
        yield first + number * DAY, mark


def _date(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    if not found:
        raise _Faulty(text, "不是日期", _EXAMPLE)
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        raise _Faulty(text, "这一天不存在", "请检查年月日") from None


def parse_hours(text: str) -> Blocks:
    """Business hours such as ``9:00-12:00,14:00-18:00``, put in order.

    Raises:
        BadHours: there is none, one cannot be read, or they overlap or run over midnight.

    """
    blocks = tuple(sorted(_blocks(text)))
    if not blocks:
        raise BadHours("没有写营业时段。请写成 9:00-12:00,14:00-18:00 的样子")
    check_business(blocks)
    return blocks


def parse_rest(text: str) -> Blocks:
    """Rest hours such as ``21:00-9:00,12:00-14:00``; an empty text means none.

    Raises:
        BadHours: one cannot be read or has no length, or they leave no time of the day.

    """
    blocks = tuple(_blocks(text))
    check_rest(blocks)
    return blocks


def _blocks(text: str) -> Iterator[Block]:
    plain = _DASH.sub("-", unicodedata.normalize("NFKC", text))
    for piece in _BETWEEN_BLOCKS.split(plain):
        if not piece:
            continue
        found = _BLOCK.fullmatch(piece)
        if not found:
            raise BadHours(f"看不懂时段“{piece}”。请写成 9:00-12:00,14:00-18:00 的样子")
        hour, minute, hour2, minute2 = (int(part or 0) for part in found.groups())
        try:
            end = END_OF_DAY if (hour2, minute2) == (24, 0) else dt.time(hour2, minute2)
            yield dt.time(hour, minute), end
        except ValueError:
            raise BadHours(f"时段“{piece}”的时间不存在。请写 0:00 到 24:00") from None
