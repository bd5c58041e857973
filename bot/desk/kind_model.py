"""The learned choice of kinds: how probable each kind of line is at a moment.

One logistic regression a kind, over hashed character n-grams of both sides' last words (tf-idf, as
in :func:`text_features`) and the facts of the moment. ``bot.desk.train_kinds`` fits it on the
labelled chats in ``bot/desk/turns``; here it is only read, with numpy.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from bot.desk.moment import Moment
from embeddings.text import normalise
from prompts.terms import Kind

Floats = npt.NDArray[np.float32]

#: Shared rows for the n-grams of each side's words.
BUCKETS: Final = 1 << 15
_LONGEST: Final = 3
#: Only the end of a long turn tells what comes next.
_TAIL: Final = 400
_WEIGHTS: Final = "kinds.safetensors"
_FACTS: Final = "kinds.json"


def model_folder() -> Path:
    """Where the shipped model lies."""
    return Path(__file__).parent / "model"


def text_features(text: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Buckets of a text's character 1- to 3-grams and their damped counts, 1 + log(count)."""
    marked = f"^{normalise(text)[-_TAIL:]}$"
    crc = zlib.crc32
    counts = Counter(
        crc(marked[i : i + n].encode()) % BUCKETS
        for n in range(1, _LONGEST + 1)
        for i in range(len(marked) - n + 1)
    )
    rows = np.fromiter(counts, dtype=np.int64, count=len(counts))
    damped = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return rows, damped.astype(np.float32)


def weighed(rows: npt.NDArray[np.int64], damped: Floats, idf: Floats) -> Floats:
    """tf-idf values of length 1."""
    values = damped * idf[rows]
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-6), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class KindModel:
    """Weights: texts ``(2, BUCKETS, kinds)``, idf ``(2, BUCKETS)``, facts ``(facts, kinds)``.

    ``common`` is how often each kind occurred in training, for judging the rarer ones fairly.
    """

    kinds: tuple[Kind, ...]
    common: Floats
    facts: dict[str, int]
    idf: Floats
    text_weights: Floats
    fact_weights: Floats
    bias: Floats

    @classmethod
    @functools.cache
    def shipped(cls) -> KindModel:
        """The model that ships with the program."""
        folder = model_folder()
        arrays = load_file(folder / _WEIGHTS)
        names = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        return cls(
            kinds=tuple(Kind(k) for k in names["kinds"]),
            common=np.array(names["common"], dtype=np.float32),
            facts={name: i for i, name in enumerate(names["facts"])},
            idf=arrays["idf"].astype(np.float32),
            text_weights=arrays["texts"].astype(np.float32),
            fact_weights=arrays["facts"].astype(np.float32),
            bias=arrays["bias"].astype(np.float32),
        )

    def chances(self, moment: Moment) -> Floats:
        """The probability of each of :attr:`kinds`; a line may do several things."""
        score = self.bias.copy()
        for side, text in enumerate((moment.theirs, moment.ours)):
            rows, damped = text_features(text)
            score += weighed(rows, damped, self.idf[side]) @ self.text_weights[side][rows]
        known = [(self.facts[f], value) for f, value in moment.facts.items() if f in self.facts]
        if known:
            rows = np.array([row for row, _ in known])
            score += np.array([value for _, value in known], np.float32) @ self.fact_weights[rows]
        return np.asarray(1.0 / (1.0 + np.exp(-score)), dtype=np.float32)
