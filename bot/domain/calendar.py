"""Business time: when the desk is open, and when a customer may not be disturbed.

All reckoning is done in UTC; what comes back is in the calendar's own zone. Beware that Python
compares and subtracts two times of one zone by the wall clock: take them to UTC first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from bot.domain.errors import BadHours, NoOpenTime
from bot.domain.wall_clock import (
    DAY,
    Blocks,
    Span,
    check_business,
    check_rest,
    spans,
    utc,
)

#: The house's hours.
HOURS: Final[Blocks] = ((dt.time(9), dt.time(12)), (dt.time(14), dt.time(18)))
#: Hours in which a customer is not called (the manuals' rest hours).
REST: Final[Blocks] = ((dt.time(21), dt.time(9)), (dt.time(12), dt.time(14)))
#: Closed days in a row after which a calendar counts as shut for good.
LONGEST_CLOSED: Final = 400
_NOTHING: Final = dt.timedelta()


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When a desk is open.

    Attributes:
        zone: whose wall clock the hours are on; hashable, such as a ``ZoneInfo``.
        blocks: weekday (Monday 0) -> its hours in order, end exclusive, ``END_OF_DAY`` for 24:00;
            a weekday that is missing is closed.
        days_off: days closed whatever their weekday.
        extra_days: days open whatever their weekday (调休), each with its hours.

    Raises:
        BadHours: hours overlap or run over midnight, a weekday is none, or a day is both off and
            extra.

    """

    zone: dt.tzinfo
    blocks: Mapping[int, Blocks] = field(hash=False)
    days_off: frozenset[dt.date] = frozenset()
    extra_days: Mapping[dt.date, Blocks] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for blocks in (*self.blocks.values(), *self.extra_days.values()):
            check_business(blocks)
        if unknown := set(self.blocks) - set(range(7)):
            raise BadHours(f"没有编号为 {min(unknown)} 的星期几。星期一到星期日为 0 到 6")
        if both := self.days_off & set(self.extra_days):
            raise BadHours(f"{min(both)} 既是休息日又是上班日。请只保留一个")
        object.__setattr__(self, "blocks", MappingProxyType(dict(self.blocks)))
        object.__setattr__(self, "extra_days", MappingProxyType(dict(self.extra_days)))

    @classmethod
    def standard(
        cls,
        zone: dt.tzinfo,
        hours: Blocks = HOURS,
        *,
        days_off: Iterable[dt.date] = (),
        extra_days: Iterable[dt.date] = (),
    ) -> Self:
        """The same hours from Monday to Friday and on every extra day."""
        return cls(
            zone,
            dict.fromkeys(range(5), hours),
            frozenset(days_off),
            dict.fromkeys(extra_days, hours),
        )

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the desk opens at all on a day."""
        return bool(self._open_on(day))

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the desk is open at a moment (with zone); closing time itself is closed."""
        now = utc(at)
        return any(
            start <= now < end
            for day in self._days_around(now)
            for start, end in self._open_on(day)
        )

    def opens_next(self, at: dt.datetime) -> dt.datetime:
        """The first open moment not before ``at`` (with zone): itself while open.

        Raises:
            NoOpenTime: the desk does not open within ``LONGEST_CLOSED`` days.

        """
        for start, _ in self._open_from(at):
            return start.astimezone(self.zone)
        raise NoOpenTime(at.astimezone(self.zone).date(), LONGEST_CLOSED)

    def add(self, at: dt.datetime, duration: dt.timedelta) -> dt.datetime:
        """The first moment at which so much business time has passed since ``at`` (with zone).

        Three hours from 9:00 are over at 12:00, not when the desk opens again; no time at all is
        over at once, be the desk open or closed.

        Raises:
            ValueError: the duration is negative.
            NoOpenTime: the desk stays closed for ``LONGEST_CLOSED`` days before it is over.

        """
        if duration < _NOTHING:
            raise ValueError("the duration is negative")
        if not duration:
            return utc(at).astimezone(self.zone)
        last = utc(at)
        for start, end in self._open_from(at):
            if duration <= end - start:
                return (start + duration).astimezone(self.zone)
            duration -= end - start
            last = end
        raise NoOpenTime(last.astimezone(self.zone).date(), LONGEST_CLOSED)

    def between(self, a: dt.datetime, b: dt.datetime) -> dt.timedelta:
        """The business time from ``a`` to ``b`` (both with zone); negative when ``b`` is earlier."""
        first, last = utc(a), utc(b)
        if last < first:
            return -self.between(b, a)
        day, _ = self._days_around(first)
        _, stop = self._days_around(last)
        total = _NOTHING
        while day <= stop:
            for start, end in self._open_on(day):
                total += max(_NOTHING, min(end, last) - max(start, first))
            day += DAY
        return total

    def add_working_days(self, at: dt.datetime, n: int) -> dt.datetime:
        """Closing time of the ``n``-th working day after the day of ``at`` (with zone).

        The day of ``at`` never counts, whether ``at`` is in business hours, after them, or on a
        day off: 两个工作日 from any moment of a Friday or its weekend end on Tuesday.

        Raises:
            ValueError: ``n`` is less than 1.
            NoOpenTime: there are ``LONGEST_CLOSED`` closed days in a row before.

        """
        if n < 1:
            raise ValueError("at least one working day")
        day = last = utc(at).astimezone(self.zone).date()
        while n:
            if (day - last).days >= LONGEST_CLOSED:
                raise NoOpenTime(last, LONGEST_CLOSED)
            day += DAY
            if self.is_working_day(day):
                last = day
                n -= 1
        return self._open_on(day)[-1][1].astimezone(self.zone)

    def _open_on(self, day: dt.date) -> tuple[Span, ...]:
        """The open stretches of a day in order."""
        if day in self.days_off:
            return ()
        weekly = self.blocks.get(day.weekday(), ())
        return spans(self.zone, day, self.extra_days.get(day, weekly))

    def _days_around(self, now: dt.datetime) -> tuple[dt.date, dt.date]:
        """The days whose hours may hold a moment.

        The next day is one where the clock goes back over midnight: its hours have begun, and the
        clock shows the day before once more.
        """
        day = now.astimezone(self.zone).date()
        return day, day + DAY

    def _open_from(self, at: dt.datetime) -> Iterator[Span]:
        """The open stretches from a moment on, until too many days in a row have none."""
        now = utc(at)
        day, _ = self._days_around(now)
        closed = -1  # the first day is not waited for
        while closed < LONGEST_CLOSED:
            ahead = [(max(start, now), end) for start, end in self._open_on(day) if end > now]
            yield from ahead
            closed = 0 if ahead else closed + 1
            day += DAY


@dataclass(frozen=True, slots=True)
class RestHours:
    """The hours in which a customer is left in peace, on every day alike.

    Attributes:
        zone: the customer's zone; hashable.
        blocks: in any order, end exclusive; one whose end is not after its start runs over midnight.

    Raises:
        BadHours: a block is empty, or no hour of the day is left.

    """

    zone: dt.tzinfo
    blocks: Blocks = REST

    def __post_init__(self) -> None:
        check_rest(self.blocks)

    def is_rest(self, at: dt.datetime) -> bool:
        """Whether a moment (with zone) is in rest hours."""
        return self._end_of_rest(utc(at)) is not None

    def after_rest(self, at: dt.datetime) -> dt.datetime:
        """The first moment not before ``at`` (with zone) outside of rest hours."""
        now = utc(at)
        while (end := self._end_of_rest(now)) is not None:
            now = end
        return now.astimezone(self.zone)

    def _end_of_rest(self, now: dt.datetime) -> dt.datetime | None:
        """When a block ends that a moment is in; None outside of all."""
        today = now.astimezone(self.zone).date()
        ends = (
            end
            for day in (today - DAY, today, today + DAY)
            for start, end in spans(self.zone, day, self.blocks)
            if start <= now < end
        )
        return next(ends, None)
