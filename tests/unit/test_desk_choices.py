"""The log of choices: what is kept of a decision, and what survives a crash."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.choices import (
    Action,
    Choice,
    FileChoiceLog,
    Offers,
    ReadChoices,
    Shown,
    read_choices,
)
from bot.desk.ranking import Band, Suggestion
from bot.domain.terms import Stage
from kb.terms import Category
from prompts.terms import Kind, Tone

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SHOWN = (
    Shown("sorry-1", "prompts:sorry-1", Kind.REASSURANCE),
    Shown("leak#2", "kb:leak", Kind.CONFIRM),
)
CHOICE = Choice(AT, "1001", "c1", Category.UNKNOWN, Stage.HANDLING, SHOWN, "leak#2", Action.SENT)


def suggestion(line: str, text: str, *holes: str) -> Suggestion:
    return Suggestion(
        rank=1,
        id=line,
        source=f"prompts:{line}",
        kind=Kind.REASSURANCE,
        text=text,
        holes=holes,
        score=0.9,
        band=Band.SUGGEST,
        matched="",
        why="适合。",
        tone=Tone.FORMAL,
    )


FIRST = suggestion("a", "给您添麻烦了，我马上为您核实处理。")
HOLED = suggestion("b", "订单【订单号】已登记，【时限】内给您答复。", "order_no", "time_limit")


def offers(*lists: tuple[Suggestion, ...]) -> Offers:
    made = Offers()
    for one in lists:
        made = made.shown(one, Category.ORDER_LOGISTICS, Stage.HANDLING)
    return made


def choice(made: Offers, picked: str, text: str) -> tuple[str, str] | None:
    found = made.choice(picked, text, at=AT, agent="1001", chat="c1")
    return (found.action.value, found.chosen) if found else None


@pytest.fixture
def log(tmp_path: Path) -> FileChoiceLog:
    return FileChoiceLog(tmp_path / "data" / "choices.jsonl")


def test_choices_read_back_as_they_were_kept(log: FileChoiceLog) -> None:
    passed = replace(CHOICE, chosen="", action=Action.PASSED, agent="2002")
    for one in (CHOICE, passed):
        log.append(one)
    found = read_choices(log.path)
    assert list(found) == [CHOICE, passed]
    assert (found.damaged, found.torn, found.told) == (0, False, "")
    assert log.path.stat().st_mode & 0o077 == 0


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_choices(tmp_path / "none.jsonl") == ReadChoices()


def test_a_torn_last_line_is_passed_over_and_told_and_spoils_no_later_one(
    log: FileChoiceLog,
) -> None:
    log.append(CHOICE)
    with log.path.open("ab") as handle:
        handle.write(CHOICE.to_json().encode()[:60])
    found = read_choices(log.path)
    assert (list(found), found.damaged, found.torn) == ([CHOICE], 0, True)
    assert "没有写完" in found.told
    later = replace(CHOICE, chat="c2")
    log.append(later)
    found = read_choices(log.path)
    assert (list(found), found.damaged, found.torn) == ([CHOICE, later], 1, False)
    assert "1 行已损坏" in found.told


@pytest.mark.parametrize(
    "change",
    [
        {"at": "2026-03-10T09:30:00"},
        {"at": 7},
        {"action": "liked"},
        {"action": "passed"},
        {"chosen": "elsewhere"},
        {"shown": []},
        {"shown": [["a", "prompts:a"]]},
        {"shown": 3},
        {"stage": "nowhere"},
        {"agent": None},
    ],
)
def test_a_line_that_cannot_be_is_skipped_and_counted(
    log: FileChoiceLog, change: dict[str, object]
) -> None:
    log.append(CHOICE)
    with log.path.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(json.loads(CHOICE.to_json()) | change) + "\n")
    log.append(CHOICE)
    found = read_choices(log.path)
    assert (len(found), found.damaged) == (2, 1)


@given(st.lists(st.binary(max_size=80).map(lambda b: b.replace(b"\n", b" ")), max_size=4))
def test_no_bytes_whatever_stop_the_reading(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("log") / "choices.jsonl"
    good = CHOICE.to_json().encode()
    path.write_bytes(b"\n".join([*lines, b"[" * 70_000, good, b""]))
    found = read_choices(path)
    assert (list(found), found.damaged, found.torn) == ([CHOICE], len(lines) + 1, False)


def test_of_a_long_log_the_newest_are_read(
    log: FileChoiceLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.choices._BLOCK", 100)
    for i in range(9):
        log.append(replace(CHOICE, chat=f"c{i}"))
    assert [c.chat for c in read_choices(log.path, newest=4)] == ["c5", "c6", "c7", "c8"]
    assert len(read_choices(log.path, newest=9)) == 9
    assert len(read_choices(log.path, newest=10)) == 9


@pytest.mark.parametrize(
    ("picked", "text", "outcome"),
    [
        ("a", "给您添麻烦了，我马上为您核实处理。", ("sent", "a")),
        ("a", " 给您添麻烦了，我马上为您核实处理。\n", ("sent", "a")),
        ("a", "您好，给您添麻烦了，我马上去核实。", ("edited", "a")),
        ("a", "今天下午三点前有人上门。", ("passed", "")),
        ("b", "订单A77已登记，两小时内给您答复。", ("sent", "b")),
        ("b", "订单已登记，两小时内给您答复。", ("edited", "b")),
        ("", "给您添麻烦了，我马上为您核实处理。", ("passed", "")),
        ("unknown", "给您添麻烦了，我马上为您核实处理。", ("passed", "")),
    ],
)
def test_what_became_of_a_line_is_seen_from_what_was_sent(
    picked: str, text: str, outcome: tuple[str, str]
) -> None:
    assert choice(offers((FIRST, HOLED)), picked, text) == outcome


def test_without_a_list_on_show_only_a_named_suggestion_tells_something() -> None:
    assert choice(Offers(), "a", FIRST.text) is None
    answered = offers((FIRST, HOLED)).answered()
    assert choice(answered, "", "我再看一下。") is None
    assert choice(answered, "a", FIRST.text) == ("sent", "a")


def test_a_draft_from_an_earlier_list_counts_for_that_list() -> None:
    made = offers((FIRST,), (HOLED,))
    found = made.choice("a", FIRST.text, at=AT, agent="1001", chat="c1")
    assert found is not None
    assert [s.id for s in found.shown] == ["a"]


def test_a_long_conversation_remembers_a_few_lists_only() -> None:
    made = offers((FIRST,), *[(HOLED,)] * 10)
    assert choice(made, "a", FIRST.text) == ("passed", "")
    assert len(made.lists) < 6


@given(st.text(max_size=50), st.text(min_size=1, max_size=50))
def test_any_text_is_judged_and_none_of_it_is_kept(text: str, line: str) -> None:
    made = offers((suggestion("x", line),))
    found = made.choice("x", text, at=AT, agent="1001", chat="c1")
    assert found is not None
    assert json.loads(found.to_json())["shown"] == [["x", "prompts:x", "reassurance"]]
    if text.strip() == line.strip():
        assert found.action is Action.SENT
