"""The holiday file and the hours people write, and what they are told about a mistake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.working_time import Holidays, parse_hours, parse_rest, read_holidays
from bot.domain.calendar import HOURS, REST, BusinessCalendar, RestHours
from bot.domain.errors import BadHours
from bot.domain.wall_clock import show
from prompts.errors import LoadFailed

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "holidays.txt"


def faults_of(path: Path) -> list[str]:
    with pytest.raises(LoadFailed) as caught:
        read_holidays(path)
    return [str(fault) for fault in caught.value.faults]


# --- what ships -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "off", "worked"),
    [
        # days of the official notices: 1+8+3+5+3+8 and 3+9+3+5+3+3+7
        (2025, 28, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, 33, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_the_shipped_file_has_the_official_days(year: int, off: int, worked: list[str]) -> None:
    shipped = read_holidays()
    assert sum(day.year == year for day in shipped.days_off) == off
    extra = sorted(day for day in shipped.extra_days if day.year == year)
    assert [f"{day:%m-%d}" for day in extra] == worked
    assert all(day.weekday() >= 5 for day in extra)


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_thirteen_weekdays_less_than_its_weeks(year: int) -> None:
    """The law gives 13 holidays since 2025; every further weekday off is worked at a weekend."""
    shipped = read_holidays()
    weekdays_off = sum(day.year == year and day.weekday() < 5 for day in shipped.days_off)
    assert weekdays_off - sum(day.year == year for day in shipped.extra_days) == 13


def test_the_shipped_file_gives_a_calendar() -> None:
    shipped = read_holidays()
    desk = BusinessCalendar.standard(ZONE, days_off=shipped.days_off, extra_days=shipped.extra_days)
    before_spring = dt.datetime(2026, 2, 13, 17, 0, tzinfo=ZONE)
    assert desk.add(before_spring, dt.timedelta(hours=9)) == dt.datetime(
        2026, 2, 24, 10, 0, tzinfo=ZONE
    )
    assert desk.add_working_days(before_spring, 2) == dt.datetime(2026, 2, 24, 18, 0, tzinfo=ZONE)


def test_the_last_year_known_is_told() -> None:
    assert read_holidays().last_year == 2026
    assert Holidays().last_year is None


# --- holiday files --------------------------------------------------------------------------------


def test_lines_may_be_days_or_stretches_with_names_and_remarks(file: Path) -> None:
    file.write_text(
        "\ufeff# 2027\n\n2027-01-01  休  元旦  # 待通知\n2027/2/5..2027/2/7\t休\n2027-02-14 班\u3000春节调休\n",
        encoding="utf-8",
    )
    assert read_holidays(file) == Holidays(
        frozenset({dt.date(2027, 1, 1), *(dt.date(2027, 2, n) for n in (5, 6, 7))}),
        frozenset({dt.date(2027, 2, 14)}),
    )


def test_a_file_saved_by_an_old_editor_is_read(file: Path) -> None:
    file.write_bytes("2027-01-01 休 元旦\r\n2027-01-02 班\r\n".encode("gb18030"))
    assert read_holidays(file).extra_days == {dt.date(2027, 1, 2)}


def test_a_day_named_twice_alike_is_no_mistake(file: Path) -> None:
    file.write_text("2025-10-01..2025-10-08 休 国庆节\n2025-10-06 休 中秋节\n", encoding="utf-8")
    assert len(read_holidays(file).days_off) == 8


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2026-10-01 放假", "“放假”不是“休”或“班”"),
        ("2026-10-01", "日期后没有写“休”或“班”"),
        ("10月1日 休", "“10月1日”不是日期"),
        ("2026-10-01..10-08 休", "“10-08”不是日期"),
        ("2026-10-01.. 休", "不是日期"),
        ("2026-02-29 休", "“2026-02-29”这一天不存在"),
        ("2026-10-08..2026-10-01 休", "“2026-10-08..2026-10-01”的结束早于开始"),
        ("2026-10-01..2027-10-08 休", "有 373 天，最多 100 天"),
        ("2026-05-01 班", "“2026-05-01”在第 1 行是“休”，这里是“班”"),
    ],
)
def test_a_faulty_line_is_named(file: Path, line: str, fault: str) -> None:
    file.write_text(f"2026-05-01..2026-05-05 休\n\n{line}\n", encoding="utf-8")
    (told,) = faults_of(file)
    assert told.startswith("holidays.txt:3：")
    assert fault in told
    assert "。请" in told


def test_every_faulty_line_is_named_at_once(file: Path) -> None:
    file.write_text("2026-13-01 休\n2026-10-01 休\n明天 休\n", encoding="utf-8")
    assert [fault.partition("：")[0] for fault in faults_of(file)] == [
        "holidays.txt:1",
        "holidays.txt:3",
    ]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (missing,) = faults_of(tmp_path / "none.txt")
    assert "找不到。请检查路径" in missing
    (table,) = faults_of(tmp_path / "days.xlsx")
    assert "days.xlsx：不是文本文件。节假日文件请存为 TXT" in table
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"PK\x03\x04\x00")
    (packed,) = faults_of(binary)
    assert "binary.txt:1：是二进制文件" in packed
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    (unread,) = faults_of(folder)
    assert "folder.txt：无法读取" in unread


# --- hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:00,14:00-18:00",
        " 09:00 - 12:00 , 14:00 - 18:00 ",
        "14:00-18:00，9:00-12:00",
        "9：00～12：00、14：00—18：00",
        "9-12 14至18",
    ],
)
def test_business_hours_are_read_as_people_write_them(text: str) -> None:
    assert parse_hours(text) == HOURS


def test_rest_hours_may_run_over_midnight_or_be_none() -> None:
    assert parse_rest("21:00-9:00,12:00-14:00") == REST
    assert parse_rest(" ") == ()
    assert RestHours(ZONE, parse_rest("22:30-24:00")).after_rest(
        dt.datetime(2026, 3, 10, 23, 0, tzinfo=ZONE)
    ) == dt.datetime(2026, 3, 11, 0, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "没有写营业时段"),
        ("9:00-12:00,下午", "看不懂时段“下午”"),
        ("9:00-12:00-14:00", "看不懂时段“9:00-12:00-14:00”"),
        ("9:0-12:00", "看不懂时段“9:0-12:00”"),
        ("9:00-25:00", "时段“9:00-25:00”的时间不存在"),
        ("9:00-24:30", "的时间不存在"),
        ("9:60-12:00", "的时间不存在"),
        ("24:00-24:00", "的时间不存在"),
        ("21:00-9:00", "营业时段 21:00-9:00 的结束不晚于开始"),
        ("9:00-12:00,11:30-18:00", "重叠"),
    ],
)
def test_business_hours_that_cannot_be_used_are_told(text: str, message: str) -> None:
    with pytest.raises(BadHours, match=message):
        parse_hours(text)


def test_rest_hours_that_cannot_be_used_are_told() -> None:
    with pytest.raises(BadHours, match="占满了全天"):
        parse_rest("9:00-21:00,21:00-9:00")
    with pytest.raises(BadHours, match="9:00-9:00 不能使用"):
        parse_rest("9:00-9:00")
    with pytest.raises(BadHours, match="看不懂时段"):
        parse_rest("晚上")


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(sorted))
def test_what_is_shown_is_read_back(cuts: list[int]) -> None:
    text = ",".join(
        f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}"
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    assert ",".join(show(*block) for block in parse_hours(text)) == text
