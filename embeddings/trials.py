"""Asking an index about itself: leave-one-wording-out trials for calibration and reports."""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from embeddings.calibration import Calibration, Trial, fit
from embeddings.hybrid import HybridIndex, Query

#: Wordings asked; twice this many searches, about a second.
SAMPLE: Final = 400
_SEED: Final = 7


def leave_one_out(index: HybridIndex, sample: int = SAMPLE) -> list[Trial]:
    """Trials from a seeded sample of wordings, each asked with and without its own entry to find.

    Entries with a single wording cannot be asked for: nothing would be left to find them by.
    Vectors and terms are taken from the index itself, nothing is encoded.
    """
    rows = [
        (entry, row)
        for entry in range(len(index))
        if len(index.rows_of(entry)) > 1
        for row in index.rows_of(entry)
    ]
    chosen = random.Random(_SEED).sample(rows, min(sample, len(rows)))  # noqa: S311 - no secret
    trials = []
    for entry, row in chosen:
        query = _query_of(index, row)
        for hidden in (frozenset({row}), frozenset(index.rows_of(entry))):
            hits = index.search(query, Calibration.DEPTH, hidden)
            right = next((i for i, h in enumerate(hits) if h.id == index.ids[entry]), None)
            trials.append(Trial(tuple(h.score for h in hits), right))
    return trials


def calibrated(index: HybridIndex, sample: int = SAMPLE) -> Calibration:
    """Fit the index's calibration to its own wordings."""
    return fit(leave_one_out(index, sample))


def _query_of(index: HybridIndex, row: int) -> Query:
    rows = index.rows

    def terms(ragged_row: int, which: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        ragged = rows.words if which == "words" else rows.grams
        return ragged.flat[ragged.offsets[ragged_row] : ragged.offsets[ragged_row + 1]]

    return Query(
        index.text_of(row),
        rows.vectors[row].astype(np.float32),
        terms(row, "words"),
        terms(row, "grams"),
    )
