"""The phrase library that ships is of the size and soundness that its specification asks for."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from prompts.library import load_lines, shipped_folder
from prompts.lines import Line
from prompts.template import render, variables_of
from prompts.terms import ALWAYS_FILLED, VARIABLES, Kind, Tone

LINES = load_lines([shipped_folder()])
TRADES = ("retail", "logistics", "account", "telecom", "appliance", "utility")
#: Courtesies, particles and tone endings: two lines that differ in these alone count once.
PARTICLES = re.compile(
    r"\{\{\w+\}\}|[\W_]|您好|你好|亲爱的|亲亲|亲|非常|十分|真的|真是|实在|麻烦|请问|请|感谢|谢谢|"
    r"[呢哦啦呀吧吗嘛哈喔噢啊哟的了着过也都就会将已把这那您我]"
)


def test_at_least_six_hundred_lines_differ_in_more_than_particles() -> None:
    assert len({(line.kind, PARTICLES.sub("", line.text)) for line in LINES}) >= 600


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("tone", Tone)
def test_every_kind_is_there_in_every_tone(kind: Kind, tone: Tone) -> None:
    assert [line for line in LINES if (line.kind, line.tone) == (kind, tone)]


def test_there_are_forty_scenes_and_every_line_has_one() -> None:
    assert len({scene for line in LINES for scene in line.scenes}) >= 40
    assert [line.id for line in LINES if not line.scenes] == []


def test_all_six_trades_have_lines_of_their_own() -> None:
    counts = {trade: sum(line.id.startswith(f"{trade}-") for line in LINES) for trade in TRADES}
    assert min(counts.values()) >= 20, counts


def test_ids_are_unique_and_so_are_the_titles_of_a_kind_in_a_trade() -> None:
    assert len({line.id for line in LINES}) == len(LINES)
    same = defaultdict(list)
    for line in LINES:
        same[line.id.split("-")[0], line.kind, line.title].append(line.id)
    assert [ids for ids in same.values() if len(ids) > 1] == []


def test_no_text_ships_twice() -> None:
    same = defaultdict(list)
    for line in LINES:
        same[line.text].append(line.id)
    assert [ids for ids in same.values() if len(ids) > 1] == []


def test_every_line_is_ready_once_all_variables_are_known() -> None:
    values = dict.fromkeys(VARIABLES, "甲")
    assert [line.id for line in LINES if not render(line.text, values).ready] == []


def needs_ticket(line: Line) -> bool:
    return bool(set(variables_of(line.text)) - ALWAYS_FILLED)


def test_a_line_that_needs_the_ticket_is_ready_without_it_through_its_fallback() -> None:
    values = dict.fromkeys(ALWAYS_FILLED, "甲")
    asking = [line for line in LINES if needs_ticket(line)]
    assert len(asking) >= 50
    assert [li.id for li in asking if not render(li.text, values, li.fallback).ready] == []


def test_lines_are_as_long_as_a_sentence_or_two() -> None:
    assert [line.id for line in LINES if not 2 <= len(line.text) <= 160] == []


def test_every_line_has_two_messages_that_it_suits() -> None:
    assert [line.id for line in LINES if len(line.examples) < 2] == []


def test_no_line_says_the_informal_you() -> None:
    assert [line.id for line in LINES if "你" in line.text.replace("你好", "")] == []
