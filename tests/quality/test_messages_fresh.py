"""Messages written apart from the cues and the training: how well they are read.

Cues, weights and intent bounds never saw ``messages_fresh.tsv``; what else it was used for, and what
is reached, stands in docs/reading.md. A line that also stands in the training files does not count.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.judgement import Judgement
from bot.nlu.measure import Figures, Labelled, figures, read_messages
from bot.nlu.reader import Reader
from bot.nlu.train import MESSAGES
from kb import lexicon

FRESH = Path(__file__).parent / "messages_fresh.tsv"
#: Measured: 0.839, 0.767, 0.782, 0.984.
FLOORS = Figures(emotion=0.80, category=0.74, intents=0.75, critical=0.95)
NAMES = ("emotion", "category", "intents", "critical")


@pytest.fixture(scope="module")
def messages() -> list[Labelled]:
    learnt = {m.text.strip() for path in MESSAGES.glob("*.tsv") for m in read_messages(path)}
    return [m for m in read_messages(FRESH) if m.text.strip() not in learnt]


def measured(messages: list[Labelled], *, cues_only: bool) -> Figures:
    words = lexicon.parse(lexicon.read_folder(lexicon.shipped_folder()))
    reader = Reader(words.products, cues_only=cues_only)
    readings = [reader.read(m.text) for m in messages]
    return figures(messages, [Judgement(r.emotion, r.category, r.intents) for r in readings])


@pytest.fixture(scope="module")
def both(messages: list[Labelled]) -> Figures:
    return measured(messages, cues_only=False)


@pytest.fixture(scope="module")
def cues(messages: list[Labelled]) -> Figures:
    return measured(messages, cues_only=True)


def test_enough_messages_are_new_to_the_classifier(messages: list[Labelled]) -> None:
    assert len(messages) >= 450


@pytest.mark.parametrize("name", NAMES)
def test_unseen_messages_are_read_as_well_as_promised(both: Figures, name: str) -> None:
    assert getattr(both, name) >= getattr(FLOORS, name), both


@pytest.mark.parametrize("name", NAMES)
def test_cues_and_classifier_together_read_clearly_better_than_cues_alone(
    both: Figures, cues: Figures, name: str
) -> None:
    assert getattr(both, name) >= getattr(cues, name) + 0.05, (cues, both)
