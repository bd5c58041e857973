"""From scores to probabilities, and from probabilities to bands, measured on the library itself.

Each of a sample of known wordings is asked as if a customer had written it, once with its own row
left out (the right entry can still be found by its other wordings) and once with its whole entry
left out (nothing right is left to find). From these the model below is fitted:

    P(entry i) = exp(s_i / T) / (sum_j exp(s_j / T) + exp(s_0 / T))

over the best entries' joint scores s, where s_0 is the score at which "none of these" is as likely
as the entry, and T how sharply the score decides. Both are found by maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

#: How right the *answer* band must be (docs/matching.md).
ANSWER_PRECISION: Final = 0.98
#: Mistakes counted beyond those seen: a threshold fitted to a sample is a little too kind to it.
_UNSEEN: Final = 0.5
#: One of three lines shown should be right: below this a line is not worth its place.
SUGGEST_AT_LEAST: Final = 0.30


@dataclass(frozen=True, slots=True)
class Trial:
    """One question asked of the index: scores of the best entries, and which is right (or None)."""

    scores: tuple[float, ...]
    right: int | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Parameters of the model above and the probability from which each band begins."""

    temperature: float = 0.06
    null_score: float = 0.40
    answer: float = 0.90
    suggest: float = SUGGEST_AT_LEAST
    trials: int = 0

    #: How many of the best entries compete.
    DEPTH: ClassVar[int] = 8

    def probabilities(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Probabilities of the entries with these scores (best first), shape as given.

        Only the first :data:`DEPTH` compete; those behind get no more than the last of them.
        """
        z = (np.asarray(scores, dtype=np.float64) - self.null_score) / self.temperature
        top = max(float(z[0]), 0.0) if len(z) else 0.0
        weights = np.exp(z - top)
        return np.asarray(weights / (weights[: self.DEPTH].sum() + np.exp(-top)))


def fit(trials: Sequence[Trial]) -> Calibration:
    """Fit temperature, null score and bands to the trials; fewer than 30 keep the defaults."""
    if len(trials) < 30:
        return Calibration(trials=len(trials))
    depth = Calibration.DEPTH
    scores = np.full((len(trials), depth), -1e3)
    right = np.full(len(trials), depth)
    for i, trial in enumerate(trials):
        part = trial.scores[:depth]
        scores[i, : len(part)] = part
        if trial.right is not None and trial.right < depth:
            right[i] = trial.right
    best = (np.inf, 0.06, 0.4)
    for temperature in np.geomspace(0.015, 0.2, 24):
        for null in np.linspace(0.1, 0.9, 41):
            z = np.concatenate([scores, np.full((len(trials), 1), null)], axis=1) / temperature
            z -= z.max(axis=1, keepdims=True)
            loss = float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(trials)), right]).mean())
            if loss < best[0]:
                best = (loss, float(temperature), float(null))
    fitted = Calibration(round(best[1], 5), round(best[2], 5))
    chance = np.array([fitted.probabilities(row.astype(np.float32))[0] for row in scores])
    return Calibration(
        fitted.temperature,
        fitted.null_score,
        _answer_from(chance, right == 0),
        SUGGEST_AT_LEAST,
        len(trials),
    )


def _answer_from(chance: npt.NDArray[np.float64], is_right: npt.NDArray[np.bool_]) -> float:
    """The lowest probability from which on at least 98 % of the first hits are right.

    :data:`_UNSEEN` mistakes more than were seen are counted.
    """
    order = np.argsort(-chance, kind="stable")
    precision = (np.cumsum(is_right[order]) - _UNSEEN) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= ANSWER_PRECISION)
    if not len(good):
        return 0.99
    return round(float(min(max(chance[order[good[-1]]], 0.6), 0.99)), 4)
