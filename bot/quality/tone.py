"""How much a line sounds like those nobody may send: a linear model over runs of characters.

The patterns of the rules know wordings; this knows the manner, for the wordings nobody thought of.
``tone.txt`` holds the model as text, one run of characters a line with its rarity and its weight;
:mod:`bot.quality.train_tone` makes it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import re2

#: The longest run of characters looked at.
LONGEST: Final = 4
#: From this probability on a line is blocked; chosen on held-out lines (docs/quality.md).
HARSH: Final = 0.7
#: Longer lines are judged by their beginning.
_MOST: Final = 300
_FILE: Final = "tone.txt"
_NO_WORD: Final = re2.compile(r"[^\p{L}\p{N}]+")
_NUMBER: Final = re2.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class ToneModel:
    """``grams`` gives each known run its idf and its weight; ``bias`` is the constant term."""

    bias: float
    grams: dict[str, tuple[float, float]]

    def harshness(self, folded: str) -> float:
        """The probability (0…1) that a folded line must not be sent."""
        score = norm = 0.0
        for gram, count in Counter(runs(folded)).items():
            known = self.grams.get(gram)
            if known is None:
                continue
            value = (1.0 + math.log(count)) * known[0]
            score += value * known[1]
            norm += value * value
        if not norm:
            return 0.0
        return 1.0 / (1.0 + math.exp(-(score / math.sqrt(norm) + self.bias)))


def runs(folded: str) -> list[str]:
    """All runs of one to four characters of a folded line.

    Punctuation is one mark, and every number the same: neither has a tone.
    """
    text = f"^{_NUMBER.sub('0', _NO_WORD.sub('|', folded[:_MOST]))}$"
    return [text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1)]


def dump(model: ToneModel) -> str:
    """The model as text."""
    head = "# Runs of characters: run, rarity (idf), weight. Made by bot.quality.train_tone.\n"
    rows = [f"{gram}\t{idf:.3f}\t{weight:.3f}\n" for gram, (idf, weight) in model.grams.items()]
    return head + f"bias\t{model.bias:.4f}\n" + "".join(rows)


def parse(text: str) -> ToneModel:
    """The model of a text that :func:`dump` made."""
    _, bias, *rows = text.rstrip("\n").split("\n")
    grams = {}
    for row in rows:
        gram, idf, weight = row.split("\t")
        grams[gram] = float(idf), float(weight)
    return ToneModel(float(bias.split("\t")[1]), grams)


@cache
def shipped_tone() -> ToneModel:
    """The model that ships with the program."""
    return parse(model_file().read_text("utf-8"))


def model_file() -> Path:
    """Where the shipped model lies."""
    return Path(__file__).parent / _FILE
