"""Messages whose words mislead: waiting like a threat, questions full of danger, faults told calmly.

``messages_edges.tsv`` holds both sides of nine such edges, a third of what was written of each; the
other two thirds are in the training. Cues were mended with an eye on it, weights and bounds were not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.terms import Emotion, Intent
from bot.nlu.judgement import Judgement
from bot.nlu.measure import CRITICAL, Labelled, read_messages
from bot.nlu.reader import Reader
from bot.nlu.train import MESSAGES
from kb import lexicon
from kb.terms import Category, Priority

EDGES = Path(__file__).parent / "messages_edges.tsv"
#: Of mood, class and intents, three labels a message. Measured: 0.890.
LEAST_RIGHT = 0.85
#: Sentences found by those who wrote the scenarios; none is in the training.
FOUND = (
    ("行吧，我等着", Category.UNKNOWN, (Intent.CONFIRM,), Priority.P4),
    ("空调安装时带不带防触电的漏保开关", Category.PRODUCT_FUNCTION, (), Priority.P3),
    ("展厅门口的车位晚上能借给小区住户停吗", Category.PRODUCT_FUNCTION, (), Priority.P3),
    ("热水器打不着火，一直滴滴响", Category.PRODUCT_QUALITY, (), Priority.P2),
    ("收不收旧书捐赠", Category.PRODUCT_FUNCTION, (), Priority.P3),
    ("快递把我的茶具摔碎了", Category.PRODUCT_QUALITY, (), Priority.P2),
    ("换了电池能用了，谢谢", Category.SATISFACTION_FOLLOWUP, (Intent.THANKS,), Priority.P4),
    ("今天天气真不错", Category.UNKNOWN, (), Priority.P4),
    ("八成是你们系统的问题", Category.PRODUCT_QUALITY, (), Priority.P2),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(lexicon.parse(lexicon.read_folder(lexicon.shipped_folder())).products)


@pytest.fixture(scope="module")
def read(reader: Reader) -> list[tuple[Labelled, Judgement]]:
    readings = [(m, reader.read(m.text)) for m in read_messages(EDGES)]
    return [(m, Judgement(r.emotion, r.category, r.intents)) for m, r in readings]


def test_none_of_them_was_learnt() -> None:
    learnt = {m.text.strip() for path in MESSAGES.glob("*.tsv") for m in read_messages(path)}
    texts = [m.text for m in read_messages(EDGES)] + [text for text, *_ in FOUND]
    assert len(texts) >= 100
    assert not learnt & set(texts)


def test_most_labels_are_right(read: list[tuple[Labelled, Judgement]]) -> None:
    right = sum(
        (m.wanted.emotion is got.emotion)
        + (m.wanted.category is got.category)
        + (m.wanted.intents == got.intents)
        for m, got in read
    )
    missed = [(m.text, got) for m, got in read if m.wanted != got]
    assert right / (3 * len(read)) >= LEAST_RIGHT, missed


def test_real_threats_and_accidents_are_still_heard(
    read: list[tuple[Labelled, Judgement]],
) -> None:
    missed = [m.text for m, got in read if not CRITICAL & set(m.wanted.intents) <= set(got.intents)]
    assert not missed


def test_few_threats_and_accidents_are_imagined(read: list[tuple[Labelled, Judgement]]) -> None:
    calls = [(m, i) for m, got in read for i in CRITICAL & set(got.intents)]
    imagined = [m.text for m, intent in calls if intent not in m.wanted.intents]
    assert len(imagined) <= len(calls) / 5, imagined


@pytest.mark.parametrize(("text", "category", "intents", "priority"), FOUND)
def test_what_was_found_misread_is_read_right(
    reader: Reader,
    text: str,
    category: Category,
    intents: tuple[Intent, ...],
    priority: Priority,
) -> None:
    got = reader.read(text)
    assert (got.category, got.intents, got.priority) == (category, intents, priority)
    assert got.emotion is Emotion.CALM
