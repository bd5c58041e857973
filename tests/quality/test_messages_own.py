"""Own labelled messages, one file a subject, and how well they must be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.reader import Reader

HERE = Path(__file__).parent / "messages_own"
PRODUCTS = (
    *("空调", "洗衣机", "热水器", "打印机", "洗碗机", "路由器", "耳机", "电饭煲"),
    *("扫地机器人", "冰箱", "微波炉", "电视", "键盘", "吸尘器", "手机"),
)
#: Fields compared by overlap of the words, as the labels are substrings of the message.
WORDS = {"product", "tried", "deadline", "happened_at", "address", "contact_time", "fault_code"}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(PRODUCTS)


def rows(name: str) -> list[dict[str, Any]]:
    lines = (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def shown(misses: list[Any]) -> str:
    return "\n".join(str(miss) for miss in misses)


def test_there_are_enough_messages_to_say_anything() -> None:
    assert sum(len(rows(name)) for name in ("mood", "intents", "class", "fields")) >= 350


def test_moods_are_read_right_nine_times_in_ten(reader: Reader) -> None:
    labelled = rows("mood")
    misses = [
        (row["text"], row["emotion"], got.value)
        for row in labelled
        if (got := reader.read(row["text"]).emotion) != row["emotion"]
    ]
    assert 1 - len(misses) / len(labelled) >= 0.90, shown(misses)


@pytest.mark.parametrize(
    ("intent", "least"),
    [("wants_human", 0.95), ("threat", 0.95), ("safety", 0.95), ("thanks", 0.95)]
    + [(name, 0.85) for name in ("greeting", "goodbye", "confirm", "refuse", "urge")],
)
def test_intents_are_neither_missed_nor_imagined(reader: Reader, intent: str, least: float) -> None:
    labelled = rows("intents")
    # Urging comes along with much else, so only messages labelled for it or for nothing count.
    if intent == "urge":
        labelled = [row for row in labelled if row["intents"] in ([], ["urge"])]
    read = [(row, intent in reader.read(row["text"]).intents) for row in labelled]
    hits = [row for row, got in read if got and intent in row["intents"]]
    extra = [row["text"] for row, got in read if got and intent not in row["intents"]]
    missed = [row["text"] for row, got in read if not got and intent in row["intents"]]
    assert len(hits) >= least * (len(hits) + len(extra)), shown(extra)
    assert len(hits) >= least * (len(hits) + len(missed)), shown(missed)


@pytest.mark.parametrize(
    ("what", "least"), [("category", 0.85), ("contact_type", 0.85), ("priority", 0.80)]
)
def test_class_type_and_priority_are_mostly_right(reader: Reader, what: str, least: float) -> None:
    labelled = [row for row in rows("class") if what in row]
    misses = [
        (row["text"], row[what], got.value)
        for row in labelled
        if (got := getattr(reader.read(row["text"]), what)) != row[what]
    ]
    assert 1 - len(misses) / len(labelled) >= least, shown(misses)


def compared(reader: Reader) -> Iterator[tuple[str, str, Any, Any]]:
    """(message, code, wanted, got) for every field that is wanted or got."""
    for row in rows("fields"):
        reading = reader.read(row["text"], datetime.fromisoformat(row["at"]))
        got = {code: field.value for code, field in reading.fields.items() if code != "problem"}
        for code in sorted(row["fields"].keys() | got.keys()):
            yield row["text"], code, row["fields"].get(code), got.get(code)


def same(code: str, wanted: Any, got: Any) -> bool:
    if code in WORDS and wanted is not None and got is not None:
        return wanted in got or got in wanted
    return bool(wanted == got)


def test_fields_are_exact_and_none_is_invented(reader: Reader) -> None:
    cells = list(compared(reader))
    misses = [cell for cell in cells if not same(*cell[1:])]
    assert 1 - len(misses) / len(cells) >= 0.93, shown(misses)
