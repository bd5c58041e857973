"""What the classifier sees of a message: its meaning, its pieces, its letters, its cues, its form.

Three parts: a dense vector, the encoder's rows for the text (characters, pairs, words) and hashed
runs of one to three characters. The letters are taken from the folded text with its punctuation,
which the encoder drops and which tells moods; ``^`` and ``$`` mark the message's ends.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain.terms import Emotion, Intent
from bot.nlu.judgement import Judgement
from bot.nlu.lexicon import Found, Span
from embeddings.encoder import Vectors
from embeddings.static import StaticEncoder
from kb.terms import Category

Numbers = npt.NDArray[np.int64]

#: Buckets of the hashed runs, and the longest run in characters.
BUCKETS: Final = 1 << 15
_RUN: Final = 3
#: Longer messages are cut for the runs: the beginning says what kind of message it is.
_MOST: Final = 400
#: Lengths of the parts before any weight, found by cross-validation (docs/reading.md).
_MEANING: Final = 4.0
SPREAD: Final = 6.0
#: Cue scores are cut to this range and divided by one plain cue's weight.
_LEAST_SCORE: Final = -6.0
_MOST_SCORE: Final = 9.0
_PLAIN_CUE: Final = 3.0
#: Marks whose presence is a feature each, in the folded text.
_MARKS: Final = (("?",), ("!",), ("!!", "!?", "?!"), ("...", "…"))
#: Lengths in characters up to which a message counts as short, in three steps.
_SHORT: Final = (4, 8, 20)
_LONG: Final = 40
_DIGIT: Final = re.compile(r"\d")
#: Place of everything the cues may judge.
_JUDGED: Final = {answer: place for place, answer in enumerate((*Emotion, *Category, *Intent))}
FORM: Final = len(_MARKS) + len(_SHORT) + 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cues made of one message: ``found`` in ``folded``, and their ``judgement``.

    ``given`` are the spans of values that tell who and where, not what: names, numbers, addresses.
    """

    text: str
    folded: str
    found: Found
    judgement: Judgement
    given: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """One message as numbers.

    ``dense`` is float32 of shape ``(width,)``; ``rows`` are distinct rows of the encoder's table,
    ``runs`` distinct buckets below :data:`BUCKETS`. Each of ``rows`` counts ``SPREAD / √n``, n
    being how many there are; so do ``runs``.
    """

    dense: Vectors
    rows: Numbers
    runs: Numbers


class Featurizer:
    """Turns messages into numbers; ``labels`` are the cue labels to look at, in order."""

    def __init__(self, encoder: StaticEncoder, labels: Sequence[str]) -> None:
        self._encoder = encoder
        self._place = {label: at for at, label in enumerate(labels, start=encoder.dim)}
        self._fired = len(labels)
        self._judged = encoder.dim + 2 * len(labels)
        #: Length of :attr:`Features.dense`.
        self.width = self._judged + len(_JUDGED) + FORM

    def of(self, evidence: Evidence) -> Features:
        """The numbers of one message; linear in its length."""
        # Cut once: cutting the words takes most of the time, and both parts need the rows.
        rows = self._encoder.splitter.split(evidence.text)
        dense = np.zeros(self.width, dtype=np.float32)
        dense[: self._encoder.dim] = _meaning(self._encoder, rows)
        for label, score in evidence.found.scores.items():
            place = self._place.get(label)
            if place is not None:
                dense[place] = min(_MOST_SCORE, max(_LEAST_SCORE, score)) / _PLAIN_CUE
                dense[place + self._fired] = score > 0
        judged = evidence.judgement
        for answer in (judged.emotion, judged.category, *judged.intents):
            dense[self._judged + _JUDGED[answer]] = 1.0
        dense[self.width - FORM :] = _form(evidence.folded)
        return Features(dense, _numbers(rows), _numbers(runs_of(evidence.folded)))


def _numbers(found: Iterable[int]) -> Numbers:
    return np.array(sorted(set(found)), dtype=np.int64)


def spread(count: int) -> float:
    """What each of ``count`` rows or runs counts, so that long messages weigh no more."""
    return SPREAD / math.sqrt(max(1, count))


def runs_of(folded: str) -> set[int]:
    """Buckets of all runs of one to three characters of a folded text with its ends marked."""
    coded = f"^{folded[:_MOST]}$".encode("utf-32-le", errors="surrogatepass")
    crc = zlib.crc32
    size = len(coded)
    return {
        crc(coded[at : at + 4 * length]) % BUCKETS
        for length in range(1, _RUN + 1)
        for at in range(0, size - 4 * length + 1, 4)
    }


def _meaning(encoder: StaticEncoder, rows: list[int]) -> Vectors:
    """The encoder's unit vector for a text that falls into ``rows``."""
    total: Vectors = np.add.reduce(encoder.table[rows], axis=0, dtype=np.float32)
    length = math.sqrt(float(total @ total))
    return total * np.float32(_MEANING / length) if length else total


def _form(folded: str) -> list[float]:
    size = len(folded)
    return [
        min(size, _LONG) / _LONG,
        *(float(size <= short) for short in _SHORT),
        *(float(any(mark in folded for mark in marks)) for marks in _MARKS),
        float(_DIGIT.search(folded) is not None),
    ]
