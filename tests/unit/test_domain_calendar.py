"""Business time: the house's hours, and any hours in any zone against a count of minutes."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import HOURS, LONGEST_CLOSED, BusinessCalendar, RestHours
from bot.domain.errors import BadHours, DomainError, NoOpenTime
from bot.domain.wall_clock import END_OF_DAY, Blocks, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NATIONAL_DAY = [dt.date(2026, 10, day) for day in range(1, 8)]
DESK = BusinessCalendar.standard(
    SHANGHAI,
    days_off=NATIONAL_DAY,
    extra_days=[dt.date(2026, 9, 20), dt.date(2026, 10, 10)],
)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NOTHING = dt.timedelta()


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def t(text: str) -> dt.time:
    return END_OF_DAY if text == "24:00" else dt.time.fromisoformat(text)


def blocks(*texts: str) -> Blocks:
    pairs = (text.split("-") for text in texts)
    return tuple((t(start), t(end)) for start, end in pairs)


def every_day(zone: ZoneInfo, *texts: str) -> BusinessCalendar:
    return BusinessCalendar(zone, dict.fromkeys(range(7), blocks(*texts)))


# --- examples -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-03-10 08:59:59", False),
        ("2026-03-10 09:00", True),
        ("2026-03-10 11:59:59", True),
        ("2026-03-10 12:00", False),
        ("2026-03-10 14:00", True),
        ("2026-03-10 18:00", False),
        ("2026-03-14 10:00", False),  # a Saturday
        ("2026-10-05 10:00", False),  # a Monday off
        ("2026-10-10 10:00", True),  # a Saturday worked
    ],
)
def test_the_desk_is_open_in_its_hours_on_working_days(when: str, is_open: bool) -> None:
    assert DESK.is_open(at(when)) is is_open


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-03-10 10:30", "2026-03-10 10:30"),
        ("2026-03-10 12:00", "2026-03-10 14:00"),
        ("2026-03-10 07:00", "2026-03-10 09:00"),
        ("2026-03-13 18:00", "2026-03-16 09:00"),
        ("2026-09-30 20:00", "2026-10-08 09:00"),
    ],
)
def test_the_desk_opens_next(when: str, opens: str) -> None:
    assert DESK.opens_next(at(when)) == at(opens)


@pytest.mark.parametrize(
    ("since", "hours", "over"),
    [
        ("2026-03-10 09:00", 3, "2026-03-10 12:00"),
        ("2026-03-10 09:00", 3.5, "2026-03-10 14:30"),
        ("2026-03-10 17:00", 2, "2026-03-11 10:00"),
        ("2026-03-13 17:30", 1, "2026-03-16 09:30"),
        ("2026-03-14 10:00", 7, "2026-03-16 18:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-10-09 17:00", 2, "2026-10-10 10:00"),
        ("2026-03-14 10:00", 0, "2026-03-14 10:00"),
    ],
)
def test_business_time_is_added_across_breaks_nights_and_holidays(
    since: str, hours: float, over: str
) -> None:
    assert DESK.add(at(since), hours * HOUR) == at(over)
    assert DESK.between(at(since), at(over)) == hours * HOUR


@pytest.mark.parametrize(
    ("since", "days", "over"),
    [
        ("2026-03-10 10:00", 1, "2026-03-11 18:00"),
        ("2026-03-10 23:00", 2, "2026-03-12 18:00"),
        ("2026-03-13 10:00", 2, "2026-03-17 18:00"),  # Friday -> Tuesday
        ("2026-03-13 19:00", 2, "2026-03-17 18:00"),
        ("2026-03-15 10:00", 2, "2026-03-17 18:00"),
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),  # 8, 9 and the Saturday worked
    ],
)
def test_working_days_end_at_closing_time_and_the_first_day_does_not_count(
    since: str, days: int, over: str
) -> None:
    assert DESK.add_working_days(at(since), days) == at(over)


def test_working_days_are_known_by_weekday_holiday_and_exchange() -> None:
    days = [dt.date(2026, 9, 30) + n * DAY for n in range(12)]
    worked = [day.day for day in days if DESK.is_working_day(day)]
    assert worked == [30, 8, 9, 10]


def test_a_moment_from_another_zone_is_answered_in_the_desks_own() -> None:
    over = DESK.add(at("2026-03-10 02:00", BERLIN), HOUR)  # 9:00 in Shanghai
    assert over == at("2026-03-10 10:00")
    assert over.tzinfo is SHANGHAI
    assert DESK.opens_next(at("2026-03-10 02:00", BERLIN)).tzinfo is SHANGHAI
    assert DESK.add(at("2026-03-10 02:00", BERLIN), NOTHING).tzinfo is SHANGHAI
    assert DESK.add_working_days(at("2026-03-10 17:30", BERLIN), 1) == at("2026-03-12 18:00")


def test_an_extra_day_may_have_hours_of_its_own_and_a_weekday_none() -> None:
    saturday = dt.date(2026, 3, 14)
    desk = BusinessCalendar(
        SHANGHAI,
        {0: HOURS, 1: ()},
        extra_days={saturday: blocks("10:00-11:00"), dt.date(2026, 3, 23): ()},
    )
    assert not desk.is_working_day(dt.date(2026, 3, 23))  # a Monday
    assert desk.add(at("2026-03-10 09:00"), 2 * HOUR) == at("2026-03-16 10:00")


def test_a_day_may_last_until_midnight() -> None:
    desk = every_day(SHANGHAI, "00:00-24:00")
    assert desk.add(at("2026-03-10 23:00"), 30 * HOUR) == at("2026-03-12 05:00")
    assert desk.add_working_days(at("2026-03-10 23:00"), 1) == at("2026-03-12 00:00")


def test_time_between_is_negative_backwards() -> None:
    assert DESK.between(at("2026-03-10 15:00"), at("2026-03-10 11:00")) == -2 * HOUR


def test_a_year_of_business_time() -> None:
    desk = BusinessCalendar.standard(SHANGHAI)
    over = at("2026-12-31 18:00")  # 261 weekdays
    assert desk.between(at("2026-01-01 00:00"), over) == 261 * 7 * HOUR
    assert desk.add(at("2026-01-01 00:00"), 261 * 7 * HOUR) == over


@pytest.mark.parametrize(
    ("night", "hours", "since", "over"),
    [
        # 2:00-3:00 is skipped: 1:00-5:00 lasts three hours
        ("2026-03-29", "01:00-05:00", "00:00", "2026-03-29T03:00:00+00:00"),
        # starts within the skipped hour: open from 3:00 summer time on
        ("2026-03-29", "02:30-05:00", "00:00", "2026-03-29T03:00:00+00:00"),
        # ends within it: open until the clock is changed
        ("2026-03-29", "00:00-02:30", "00:00", "2026-03-29T01:00:00+00:00"),
        # 2:00-3:00 comes twice: 1:00-5:00 lasts five hours
        ("2026-10-25", "01:00-05:00", "00:00", "2026-10-25T04:00:00+00:00"),
        # starts at the first 2:30, ends at the first 2:30
        ("2026-10-25", "02:30-05:00", "00:00", "2026-10-25T04:00:00+00:00"),
        ("2026-10-25", "00:00-02:30", "00:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_hours_on_the_night_the_clock_is_changed(
    night: str, hours: str, since: str, over: str
) -> None:
    desk = every_day(BERLIN, hours)
    midnight = at(f"{night} {since}", BERLIN)
    end = dt.datetime.fromisoformat(over)
    length = desk.between(midnight, midnight + DAY)
    assert desk.add(midnight, length).astimezone(dt.UTC) == end
    assert not desk.is_open(end)
    assert desk.is_open(end - MINUTE)


def test_hours_from_midnight_go_on_when_the_clock_goes_back_to_the_day_before() -> None:
    zone = ZoneInfo("America/St_Johns")
    hours = blocks("00:00-06:00")
    desk = BusinessCalendar(zone, {6: hours})
    midnight = at("2006-10-29 00:00", zone)  # a Sunday; at 0:01 it was Saturday 23:01 again
    again = at("2006-10-28 23:30", zone).replace(fold=1)
    assert desk.is_open(again)
    assert not desk.is_open(again.replace(fold=0))
    assert desk.opens_next(again) == again
    assert desk.between(midnight, again) == 30 * MINUTE
    assert desk.between(again, midnight + DAY) == 6.5 * HOUR
    assert RestHours(zone, hours).after_rest(again) == at("2006-10-29 06:00", zone)


def test_a_day_whose_only_hours_are_skipped_is_no_working_day() -> None:
    desk = every_day(BERLIN, "02:10-02:50")
    assert not desk.is_working_day(dt.date(2026, 3, 29))
    assert desk.add_working_days(at("2026-03-28 00:00", BERLIN), 1) == at(
        "2026-03-30 02:50", BERLIN
    )


def test_a_time_the_clock_skips_is_the_second_of_the_change() -> None:
    changed = dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)
    for wall in (dt.time(2), dt.time(2, 0, 0, 1), dt.time(2, 59, 59, 999_999), dt.time(3)):
        assert moment(BERLIN, dt.date(2026, 3, 29), wall) == changed


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "desk",
    [
        BusinessCalendar(SHANGHAI, {}),
        BusinessCalendar(SHANGHAI, {0: ()}),
        BusinessCalendar(
            SHANGHAI, {0: HOURS}, frozenset(dt.date(2026, 1, 5) + n * DAY for n in range(800))
        ),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, when: desk.opens_next(when),
        lambda desk, when: desk.add(when, MINUTE),
        lambda desk, when: desk.add_working_days(when, 1),
    ],
)
def test_a_desk_that_never_opens_is_a_clear_error(
    desk: BusinessCalendar, ask: Callable[[BusinessCalendar, dt.datetime], object]
) -> None:
    with pytest.raises(NoOpenTime, match="2026-03-10 起 400 天内没有营业时间") as caught:
        ask(desk, at("2026-03-10 10:00"))
    assert isinstance(caught.value, DomainError)
    assert not desk.is_open(at("2026-03-10 10:00"))
    assert desk.between(at("2026-03-10 10:00"), at("2026-04-10 10:00")) == NOTHING


def test_time_that_ends_before_the_desk_shuts_for_good_is_still_added() -> None:
    desk = BusinessCalendar(SHANGHAI, {}, extra_days={dt.date(2026, 3, 10): HOURS})
    assert desk.add(at("2026-03-01 10:00"), 7 * HOUR) == at("2026-03-10 18:00")
    with pytest.raises(NoOpenTime, match="2026-03-10 起"):
        desk.add(at("2026-03-01 10:00"), 7 * HOUR + MINUTE)
    with pytest.raises(NoOpenTime, match="2026-03-10 起"):
        desk.add_working_days(at("2026-03-01 10:00"), 2)


def test_the_last_day_waited_for_is_the_same_for_all() -> None:
    today = dt.date(2026, 3, 10)
    for gap, opens in ((LONGEST_CLOSED, True), (LONGEST_CLOSED + 1, False)):
        desk = BusinessCalendar(SHANGHAI, {}, extra_days={today + gap * DAY: HOURS})
        for ask in (desk.opens_next, lambda when: desk.add_working_days(when, 1)):  # noqa: B023
            if opens:
                assert ask(at("2026-03-10 10:00")).date() == today + gap * DAY
            else:
                with pytest.raises(NoOpenTime):
                    ask(at("2026-03-10 10:00"))


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        (blocks("12:00-09:00"), "营业时段 12:00-9:00 的结束不晚于开始"),
        (blocks("09:00-09:00"), "结束不晚于开始"),
        (blocks("09:00-12:00", "11:00-18:00"), "9:00-12:00 与 11:00-18:00 重叠"),
        (blocks("14:00-18:00", "09:00-12:00"), "重叠或顺序颠倒"),
        (blocks("24:00-24:00"), "24:00-24:00"),
    ],
)
def test_hours_that_contradict_themselves_are_refused(hours: Blocks, message: str) -> None:
    with pytest.raises(BadHours, match=message):
        BusinessCalendar(SHANGHAI, {0: HOURS, 1: hours})
    with pytest.raises(ValueError, match=message):
        BusinessCalendar(SHANGHAI, {0: HOURS}, extra_days={dt.date(2026, 3, 14): hours})


def test_weekdays_and_days_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(BadHours, match="没有编号为 7 的星期几"):
        BusinessCalendar(SHANGHAI, {0: HOURS, 7: HOURS})
    day = dt.date(2026, 3, 14)
    with pytest.raises(BadHours, match="2026-03-14 既是休息日又是上班日"):
        BusinessCalendar.standard(SHANGHAI, days_off=[day], extra_days=[day])


def test_what_has_no_meaning_is_refused() -> None:
    now = at("2026-03-10 10:00")
    with pytest.raises(ValueError, match="negative"):
        DESK.add(now, -MINUTE)
    with pytest.raises(ValueError, match="at least one"):
        DESK.add_working_days(now, 0)
    for ask in (DESK.is_open, DESK.opens_next, RestHours(SHANGHAI).is_rest):
        with pytest.raises(ValueError, match="no zone"):
            ask(now.replace(tzinfo=None))


def test_a_calendar_does_not_change_after_it_is_made() -> None:
    weekly: dict[int, Blocks] = {0: HOURS}
    desk = BusinessCalendar(SHANGHAI, weekly)
    weekly[1] = HOURS
    assert desk == BusinessCalendar(SHANGHAI, {0: HOURS})
    assert hash(desk) == hash(BusinessCalendar(SHANGHAI, {0: HOURS}))


# --- rest hours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "after"),
    [
        ("2026-03-10 08:59", "2026-03-10 09:00"),
        ("2026-03-10 09:00", "2026-03-10 09:00"),
        ("2026-03-10 12:00", "2026-03-10 14:00"),
        ("2026-03-10 14:00", "2026-03-10 14:00"),
        ("2026-03-10 20:59", "2026-03-10 20:59"),
        ("2026-03-10 21:00", "2026-03-11 09:00"),
        ("2026-03-14 23:59", "2026-03-15 09:00"),
    ],
)
def test_customers_are_left_in_peace_at_night_and_at_noon(when: str, after: str) -> None:
    rest = RestHours(SHANGHAI)
    assert rest.after_rest(at(when)) == at(after)
    assert rest.is_rest(at(when)) is (when != after)


def test_rest_is_reckoned_in_the_customers_zone() -> None:
    rest = RestHours(BERLIN)
    assert rest.is_rest(at("2026-03-10 10:00"))  # 3:00 in Berlin
    assert rest.after_rest(at("2026-03-10 10:00")) == at("2026-03-10 09:00", BERLIN)
    assert rest.after_rest(at("2026-03-10 10:00")).tzinfo is BERLIN


def test_rest_hours_that_touch_or_overlap_are_one_rest() -> None:
    rest = RestHours(SHANGHAI, blocks("21:00-24:00", "00:00-07:00", "06:00-08:00"))
    assert rest.after_rest(at("2026-03-10 22:00")) == at("2026-03-11 08:00")
    assert not RestHours(SHANGHAI, ()).is_rest(at("2026-03-10 03:00"))


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        (blocks("00:00-24:00"), "占满了全天"),
        (blocks("09:00-09:00"), "9:00-9:00 不能使用"),
        (blocks("24:00-09:00"), "24:00-9:00 不能使用"),
        (blocks("21:00-09:00", "09:00-21:00"), "占满了全天"),
        (blocks("12:00-24:00", "20:00-13:00"), "占满了全天"),
    ],
)
def test_rest_hours_that_leave_nothing_are_refused(hours: Blocks, message: str) -> None:
    with pytest.raises(BadHours, match=message):
        RestHours(SHANGHAI, hours)


# --- any calendar, against a count of minutes -----------------------------------------------------

#: Days round which the oracle's window lies: changes of the clock, half an hour (Lord Howe), at or
#: over midnight (Havana, St Johns), a day that never was (Apia), and days without anything.
DAYS = {
    "Asia/Shanghai": ["2026-02-14", "2026-10-01"],
    "Europe/Berlin": ["2026-03-29", "2026-10-25", "2026-06-01"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "America/Havana": ["2024-03-10", "2024-11-03"],
    "America/St_Johns": ["2006-04-02", "2006-10-29"],
    "Pacific/Apia": ["2011-12-30"],
}
WINDOW = 6 * 24 * 60


@dataclass(frozen=True)
class Count:
    """Six days minute by minute: the wall clock's furthest reading, and what is open.

    The clock that goes back shows a time again that it has shown; what counts is the furthest time
    it has shown so far.
    """

    start: dt.datetime
    readings: list[dt.datetime]

    @classmethod
    def of(cls, zone: ZoneInfo, middle: str) -> Count:
        start = dt.datetime.fromisoformat(middle).replace(tzinfo=dt.UTC) - 2 * DAY
        lead = 24 * 60
        shown = (
            (start + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(-lead, WINDOW)
        )
        return cls(start, list(accumulate(shown, max))[lead:])

    def moment(self, n: int) -> dt.datetime:
        return self.start + n * MINUTE

    def open(self, desk: BusinessCalendar) -> list[bool]:
        return [self._is_open(desk, reading) for reading in self.readings]

    @staticmethod
    def _is_open(desk: BusinessCalendar, reading: dt.datetime) -> bool:
        day = reading.date()
        weekly: Mapping[int, Blocks] = desk.blocks
        hours = desk.extra_days[day] if day in desk.extra_days else weekly.get(day.weekday(), ())
        if day in desk.days_off:
            hours = ()
        return any(
            a <= reading.time() and (b == END_OF_DAY or reading.time() < b) for a, b in hours
        )


COUNTS = {(zone, day): Count.of(ZoneInfo(zone), day) for zone, days in DAYS.items() for day in days}


def _hours(cuts: list[int]) -> Blocks:
    """Blocks between sorted minutes of the day, pair by pair; touching ones are allowed."""
    times = [END_OF_DAY if n == 1440 else dt.time(n // 60, n % 60) for n in sorted(cuts)]
    pairs = zip(times[::2], times[1::2], strict=False)
    return tuple((a, b) for a, b in pairs if a < b)


MINUTES = (
    st.integers(0, 1440) | st.integers(0, 240) | st.sampled_from([0, 60, 120, 180, 1380, 1440])
)
HOURS_OF_A_DAY = st.lists(MINUTES, max_size=6).map(_hours)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, Count]:
    zone, day = draw(st.sampled_from(sorted(COUNTS)))
    count = COUNTS[zone, day]
    days = st.sampled_from(sorted({reading.date() for reading in count.readings}))
    off = draw(st.frozensets(days, max_size=3))
    extra = draw(st.dictionaries(days, HOURS_OF_A_DAY, max_size=3))
    weekly = draw(st.dictionaries(st.integers(0, 6), HOURS_OF_A_DAY, min_size=3))
    extra = {day: hours for day, hours in extra.items() if day not in off}
    return BusinessCalendar(ZoneInfo(zone), weekly, off, extra), count


INSTANTS = st.integers(0, WINDOW - 1)


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(INSTANTS, min_size=1, max_size=20))
def test_open_minutes_are_those_the_wall_clock_says(
    case: tuple[BusinessCalendar, Count], some: list[int]
) -> None:
    desk, count = case
    is_open = count.open(desk)
    changes = [n for n in range(1, WINDOW) if is_open[n] != is_open[n - 1]]
    for n in [*some, *changes, *(n - 1 for n in changes)]:
        assert desk.is_open(count.moment(n)) is is_open[n]
    for n in some:
        later = next((m for m in range(n, WINDOW) if is_open[m]), None)
        if later is not None:
            assert desk.opens_next(count.moment(n)).astimezone(dt.UTC) == count.moment(later)
    opened = {reading.date() for reading, o in zip(count.readings, is_open, strict=True) if o}
    for day in sorted({reading.date() for reading in count.readings})[1:-1]:
        assert desk.is_working_day(day) is (day in opened)


@settings(max_examples=60, deadline=None)
@given(calendars(), INSTANTS, INSTANTS)
def test_business_time_is_the_number_of_open_minutes(
    case: tuple[BusinessCalendar, Count], a: int, b: int
) -> None:
    desk, count = case
    a, b = sorted((a, b))
    minutes = sum(count.open(desk)[a:b]) * MINUTE
    assert desk.between(count.moment(a), count.moment(b)) == minutes
    assert desk.between(count.moment(b), count.moment(a)) == -minutes


@settings(max_examples=60, deadline=None)
@given(calendars(), INSTANTS, st.integers(1, 3000))
def test_added_time_is_over_after_so_many_open_minutes(
    case: tuple[BusinessCalendar, Count], a: int, minutes: int
) -> None:
    desk, count = case
    passed = list(accumulate(count.open(desk)[a:], initial=0))
    assume(passed[-1])
    minutes = min(minutes, passed[-1])
    over = desk.add(count.moment(a), minutes * MINUTE)
    assert over.astimezone(dt.UTC) == count.moment(a + bisect_left(passed, minutes))
    assert over.tzinfo is desk.zone


@settings(max_examples=60, deadline=None)
@given(calendars(), INSTANTS, st.integers(1, 3))
def test_working_days_end_with_their_last_open_minute(
    case: tuple[BusinessCalendar, Count], a: int, n: int
) -> None:
    desk, count = case
    today = count.moment(a).astimezone(desk.zone).date()
    last: dict[dt.date, int] = {}
    for m, is_open in enumerate(count.open(desk)):
        if is_open and count.readings[m].date() > today:
            last[count.readings[m].date()] = m
    last.pop(count.readings[-1].date(), None)  # the window may cut it short
    assume(len(last) >= n)
    end = count.moment(sorted(last.items())[n - 1][1] + 1)
    assert desk.add_working_days(count.moment(a), n).astimezone(dt.UTC) == end


@settings(max_examples=60, deadline=None)
@given(calendars(), INSTANTS, st.lists(MINUTES, min_size=2, max_size=6))
def test_rest_hours_are_those_the_wall_clock_says(
    case: tuple[BusinessCalendar, Count], n: int, cuts: list[int]
) -> None:
    hours = tuple(
        (END_OF_DAY if a == 1440 else dt.time(a // 60, a % 60), dt.time(b // 60 % 24, b % 60))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    try:
        rest = RestHours(case[0].zone, hours)
    except BadHours:
        assume(False)
    resting = [
        any(a <= reading.time() < b if a < b else not b <= reading.time() < a for a, b in hours)
        for reading in case[1].readings
    ]
    assert rest.is_rest(case[1].moment(n)) is resting[n]
    free = next((m for m in range(n, WINDOW) if not resting[m]), None)
    if free is not None:
        assert rest.after_rest(case[1].moment(n)).astimezone(dt.UTC) == case[1].moment(free)


# --- laws, to the microsecond ---------------------------------------------------------------------

FIRST = dt.datetime(2011, 12, 1, tzinfo=dt.UTC)
MOMENTS = st.timedeltas(NOTHING, 15 * 366 * DAY).map(lambda since: FIRST + since)
DURATIONS = st.timedeltas(NOTHING, 60 * DAY)
DESKS = calendars().map(lambda case: case[0]).filter(lambda desk: any(desk.blocks.values()))


@settings(max_examples=60, deadline=None)
@given(DESKS, MOMENTS, DURATIONS, DURATIONS)
def test_adding_is_undone_by_measuring_and_goes_in_steps(
    desk: BusinessCalendar, a: dt.datetime, d: dt.timedelta, more: dt.timedelta
) -> None:
    over = desk.add(a, d).astimezone(dt.UTC)
    assert over >= a
    assert desk.between(a, over) == d
    if d:
        assert desk.between(a, over - dt.timedelta(microseconds=1)) < d
    assert desk.add(over, more).astimezone(dt.UTC) == desk.add(a, d + more).astimezone(dt.UTC)


@settings(max_examples=60, deadline=None)
@given(DESKS, MOMENTS, DURATIONS, DURATIONS, DURATIONS)
def test_later_and_longer_is_never_over_earlier(
    desk: BusinessCalendar,
    a: dt.datetime,
    d: dt.timedelta,
    later: dt.timedelta,
    longer: dt.timedelta,
) -> None:
    over = desk.add(a, d).astimezone(dt.UTC)
    assert desk.add(a + later, d).astimezone(dt.UTC) >= over
    assert desk.add(a, d + longer).astimezone(dt.UTC) >= over
    assert desk.opens_next(a).astimezone(dt.UTC) <= desk.opens_next(a + later).astimezone(dt.UTC)


@settings(max_examples=60, deadline=None)
@given(DESKS, MOMENTS, DURATIONS, DURATIONS, DURATIONS)
def test_business_time_adds_up(
    desk: BusinessCalendar, a: dt.datetime, d: dt.timedelta, e: dt.timedelta, f: dt.timedelta
) -> None:
    b, c = a + d, a + e - f
    assert desk.between(a, b) + desk.between(b, c) == desk.between(a, c)
    assert NOTHING <= desk.between(a, b) <= d
