"""Own messages with their fields, most labelled before any rule was written for them.

A row has ``text``, ``at``, ``fields`` (what must be read), and at need ``not`` (codes that must
not), ``corrects`` (codes given as a correction) and ``first`` (codes that are none).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.reader import Reader
from kb import lexicon


def rows_of(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


ROWS = rows_of("fields_own.jsonl")
#: Written and measured before the rules were looked at; every row is labelled in full, so that
#: what is read beyond its labels counts against it.
FRESH = rows_of("fields_fresh.jsonl")
#: Not labelled there: what the whole message tells, and guesses at a cause.
UNLABELLED = {"problem", "cause"}
#: Codes whose borders are a matter of taste: the label may be a piece of what is read, or so.
WORDS = {"tried", "cause", "problem"}
#: Here two characters more or less do no harm: 工作日下班后 and 工作日下班后打.
TIMES = {"contact_time", "deadline"}
LEAST_OF_A_CODE, LEAST_OF_ALL, LEAST_OF_CORRECTIONS = 0.88, 0.95, 0.9
LEAST_OF_ALL_FRESH, LEAST_OF_A_FRESH_CODE, ENOUGH_FRESH = 0.95, 0.88, 20


@dataclass
class Tally:
    """Hits, wrong or invented values, and missed ones, by code."""

    hits: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def f1(self, *codes: str) -> float:
        hits = sum(self.hits[code] for code in codes)
        wrong = sum(self.extra[code] + self.missed[code] for code in codes)
        return 2 * hits / (2 * hits + wrong)


def same(code: str, wanted: Any, got: Any) -> bool:
    if got is None:
        return False
    if code == "tried" and "、" in wanted:
        said = got.split("、")
        return all(any(one in part or part in one for part in said) for one in wanted.split("、"))
    if code in WORDS:
        return wanted in got or got in wanted
    if code in TIMES:
        return (wanted in got or got in wanted) and abs(len(wanted) - len(got)) <= 2
    return bool(wanted == got)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(lexicon.parse(lexicon.read_folder(lexicon.shipped_folder())).products)


@pytest.fixture(scope="module")
def tally(reader: Reader) -> Tally:
    found = Tally()
    for row in ROWS:
        fields = reader.read(row["text"], datetime.fromisoformat(row["at"])).fields
        got = {code: value.value for code, value in fields.items()}
        for code, wanted in row["fields"].items():
            if same(code, wanted, got.get(code)):
                found.hits[code] += 1
            else:
                found.missed[code] += 1
                found.extra[code] += code in got
                found.misses.append(f"{row['text']} {code}: {wanted}, not {got.get(code)}")
        for code in row.get("not", ()):
            if code in got:
                found.extra[code] += 1
                found.misses.append(f"{row['text']} {code}: nothing, not {got[code]}")
    return found


@pytest.fixture(scope="module")
def fresh(reader: Reader) -> Tally:
    found = Tally()
    for row in FRESH:
        fields = reader.read(row["text"], datetime.fromisoformat(row["at"])).fields
        got = {code: value.value for code, value in fields.items() if code not in UNLABELLED}
        for code in row["fields"].keys() | got.keys():
            wanted = row["fields"].get(code)
            if wanted is not None and same(code, wanted, got.get(code)):
                found.hits[code] += 1
                continue
            found.missed[code] += wanted is not None
            found.extra[code] += code in got
            found.misses.append(f"{row['text']} {code}: {wanted}, not {got.get(code)}")
    return found


def corrections(reader: Reader) -> Iterator[tuple[str, str, bool, bool]]:
    """(message, code, whether it corrects, whether it was read so)."""
    for row in ROWS:
        fields = reader.read(row["text"], datetime.fromisoformat(row["at"])).fields
        for wanted, key in ((True, "corrects"), (False, "first")):
            for code in row.get(key, ()):
                yield row["text"], code, wanted, code in fields and fields[code].correction


def test_there_are_enough_messages_and_each_is_written_once() -> None:
    assert len(ROWS) >= 320
    assert len({(row["text"], row["at"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("code", sorted({code for row in ROWS for code in row["fields"]}))
def test_every_code_is_read_well(tally: Tally, code: str) -> None:
    told = "\n".join(miss for miss in tally.misses if f" {code}: " in miss)
    assert tally.f1(code) >= LEAST_OF_A_CODE, told


def test_all_codes_together_are_read_well(tally: Tally) -> None:
    codes = tally.hits.keys() | tally.extra.keys() | tally.missed.keys()
    assert tally.f1(*codes) >= LEAST_OF_ALL, "\n".join(tally.misses)


def test_what_takes_an_earlier_values_place_is_marked(reader: Reader) -> None:
    read = list(corrections(reader))
    wrong = [one for one in read if one[2] != one[3]]
    assert sum(one[2] for one in read) >= 20
    assert 1 - len(wrong) / len(read) >= LEAST_OF_CORRECTIONS, wrong


def test_fresh_messages_are_labelled_in_earnest() -> None:
    assert len(FRESH) >= 280
    assert len({row["text"] for row in FRESH}) == len(FRESH)


def test_fresh_messages_are_read_well(fresh: Tally) -> None:
    codes = fresh.hits.keys() | fresh.extra.keys() | fresh.missed.keys()
    assert fresh.f1(*codes) >= LEAST_OF_ALL_FRESH, "\n".join(fresh.misses)
    for code in sorted(codes):
        if fresh.hits[code] + fresh.missed[code] >= ENOUGH_FRESH:
            told = "\n".join(miss for miss in fresh.misses if f" {code}: " in miss)
            assert fresh.f1(code) >= LEAST_OF_A_FRESH_CODE, told
