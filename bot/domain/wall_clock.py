"""From hours on the wall clock (9:00–12:00) to moments, also where the clock is put forward or back.

A block begins at the first moment at which the clock shows its start or later, and ends at the first
moment at which it shows its end or later. So each block is one unbroken stretch: an hour that is
skipped has no length, and an hour that comes twice belongs to the block that was running. This reads
PEP 495's ``fold`` as a desk does, which opens once and does not shut again when the clock goes back.
"""

from __future__ import annotations

import bisect
import datetime as dt
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bot.domain.errors import BadHours

#: Start and end on the wall clock, end exclusive.
Block = tuple[dt.time, dt.time]
Blocks = tuple[Block, ...]
#: Start and end as moments in UTC, end exclusive.
Span = tuple[dt.datetime, dt.datetime]

#: 24:00 as the end of a block; a ``time`` cannot say it otherwise.
END_OF_DAY: Final = dt.time.max
DAY: Final = dt.timedelta(days=1)
_MIDNIGHT: Final = dt.time(0)


def utc(at: dt.datetime) -> dt.datetime:
    """A moment in UTC, where comparing and subtracting is safe; ValueError when it has no zone."""
    if at.utcoffset() is None:
        raise ValueError("the time has no zone")
    return at.astimezone(dt.UTC)


def moment(zone: dt.tzinfo, day: dt.date, at: dt.time) -> dt.datetime:
    """The first moment (UTC) at which the wall clock shows ``at`` on ``day`` or later."""
    if at == END_OF_DAY:
        day, at = day + DAY, _MIDNIGHT
    wall = dt.datetime.combine(day, at)
    found = wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if _shown(found, zone) == wall:
        return found
    # The clock skips this time. Fold 1 gives a moment before the skip, fold 0 one after it; clocks
    # are changed on whole seconds.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC).replace(microsecond=0)
    seconds = range(int((found - before).total_seconds()) + 1)
    after = bisect.bisect_left(
        seconds, True, key=lambda s: _shown(before + dt.timedelta(seconds=s), zone) >= wall
    )
    return before + dt.timedelta(seconds=after)


def _shown(at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    return at.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def spans(zone: dt.tzinfo, day: dt.date, blocks: Blocks) -> tuple[Span, ...]:
    """The blocks of one day as moments; those that the clock skips are left out.

    Args:
        zone: a hashable zone, such as a ``ZoneInfo``.
        day: the day on which the blocks begin.
        blocks: a block whose end is not after its start ends on the next day.

    """
    found = (
        (moment(zone, day, start), moment(zone, day if start < end else day + DAY, end))
        for start, end in blocks
    )
    return tuple((start, end) for start, end in found if start < end)


def check_business(blocks: Blocks) -> None:
    """Raise :class:`BadHours` unless blocks are in order, apart, and each within one day."""
    for start, end in blocks:
        if start >= end:
            raise BadHours(
                f"营业时段 {show(start, end)} 的结束不晚于开始。"
                "营业时段不能跨过零点，到零点为止请写 24:00"
            )
    for (start, end), (start2, end2) in pairwise(blocks):
        if start2 < end:
            raise BadHours(
                f"营业时段 {show(start, end)} 与 {show(start2, end2)} 重叠或顺序颠倒。"
                "请按先后写，互不重叠"
            )


def check_rest(blocks: Blocks) -> None:
    """Raise :class:`BadHours` for a block without an end of its own, or when no time is left."""
    for start, end in blocks:
        if start in (end, END_OF_DAY):
            raise BadHours(
                f"休息时段 {show(start, end)} 不能使用。开始和结束应不同，从零点开始请写 0:00"
            )
    turns = [(start, _MIDNIGHT if end == END_OF_DAY else end) for start, end in blocks]
    # Whoever rests all day is in a block at the end of each block.
    if turns and all(any(_within(end, other) for other in turns) for _, end in turns):
        raise BadHours("休息时段占满了全天。请留出可以联系客户的时间")


def _within(at: dt.time, block: Block) -> bool:
    start, end = block
    return start <= at < end if start < end else at >= start or at < end


def show(start: dt.time, end: dt.time) -> str:
    """A block as people write it: 9:00-12:00."""
    return "-".join("24:00" if t == END_OF_DAY else f"{t.hour}:{t:%M}" for t in (start, end))
