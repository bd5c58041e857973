"""The threat model is honest: every test it names exists, every row says what shows it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
LATER = "with the channel"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def rows() -> list[list[str]]:
    lines = re.findall(r"^\| ([STRIDE]) \|(.+)\|$", PAGE, re.MULTILINE)
    return [[letter, *(cell.strip() for cell in rest.split(" | "))] for letter, rest in lines]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_the_threat_model_names_exists(path: str, name: str) -> None:
    assert name in named_in(path)


def test_every_row_names_a_threat_what_stands_against_it_and_what_shows_it() -> None:
    assert len(rows()) > 60
    for row in rows():
        assert len(row) == 4, row
        shown = row[3]
        assert shown == LATER or re.fullmatch(r"(`tests/\S+::\w+`(, )?)+", shown), shown


def test_every_table_line_is_such_a_row() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    heads = [line for line in lines if line.startswith(("| |", "|--"))]
    assert len(lines) - len(heads) == len(rows())


def test_all_six_sorts_of_threats_were_thought_of() -> None:
    assert {row[0] for row in rows()} == set("STRIDE")


def test_only_channels_that_are_not_built_are_put_off() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    put_off = {s.splitlines()[0] for s in sections if f"| {LATER} |" in s}
    assert put_off <= {"Web", "Telegram"}
