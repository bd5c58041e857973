"""Fitting the classifier's weights: messages as a matrix, logistic regressions, calibration.

Needs scikit-learn, which the program itself does not: only ``bot.nlu.train`` comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from bot.nlu.classifier import ANSWERS, CATEGORIES, EMOTIONS, INTENTS
from bot.nlu.features import BUCKETS, Features, spread
from bot.nlu.judgement import Judgement

#: Rows and runs in fewer messages than this get no weight: they cannot be learnt from.
_SEEN: Final = 2
_FOLDS: Final = 5
#: The messages stand in the order they were written in, like beside like; a fold takes whole
#: stretches of this many, so that no message is tested with its neighbours learnt.
_STRETCH: Final = 15
_SEED: Final = 20260318
#: Inverse strength of the regularisation: answers that exclude each other, yes-or-no answers.
_LOOSE: Final = 0.4
_LOOSE_INTENT: Final = 0.5
_TOLERANCE: Final = 1e-3
_STEPS: Final = 400
#: Calibration has one or two numbers to find and needs no regularisation.
_FREE: Final = 1e6
#: Slopes tried in calibrating the answers that exclude each other.
_SLOPES: Final = tuple(step / 20 for step in range(10, 41))
#: Columns of the answers that exclude each other, and of the yes-or-no answers.
_CHOICES: Final = (range(len(EMOTIONS)), range(len(EMOTIONS), len(EMOTIONS) + len(CATEGORIES)))
YES_OR_NO: Final = range(len(EMOTIONS) + len(CATEGORIES), ANSWERS)

Scores = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Messages ready for fitting.

    ``matrix`` is sparse of shape ``(messages, features)``: the dense part, then the rows and the
    runs that are worth a weight, whose numbers are in ``rows`` and ``runs``. ``truth`` is of shape
    ``(messages, ANSWERS)``.
    """

    matrix: Any
    truth: Flags
    rows: Numbers
    runs: Numbers


@dataclass(frozen=True, slots=True)
class Fit:
    """A linear model: ``weights`` of shape ``(features, ANSWERS)``, ``bias`` of ``(ANSWERS,)``."""

    weights: Scores
    bias: Scores


@dataclass(frozen=True, slots=True)
class Calibration:
    """Makes scores honest: ``score * slope + shift``, each of shape ``(ANSWERS,)``."""

    slope: Scores
    shift: Scores

    def scores(self, raw: Scores) -> Scores:
        """Calibrated scores of shape ``(messages, ANSWERS)``."""
        return raw * self.slope + self.shift

    def fit(self, raw: Fit) -> Fit:
        """The model with the calibration worked into it."""
        return Fit(raw.weights * self.slope, raw.bias * self.slope + self.shift)


def lesson(features: Sequence[Features], wanted: Sequence[Judgement], table_rows: int) -> Lesson:
    """Lay out messages for fitting; ``table_rows`` is how many rows the encoder's table has."""
    rows = _bags([f.rows for f in features], table_rows)
    runs = _bags([f.runs for f in features], BUCKETS)
    kept = _often(rows), _often(runs)
    dense = sparse.csr_matrix(np.stack([f.dense for f in features]))
    matrix = sparse.hstack([dense, rows[:, kept[0]], runs[:, kept[1]]], format="csr")
    return Lesson(matrix, np.array([_truth(judgement) for judgement in wanted]), *kept)


def _bags(numbers: Sequence[Numbers], size: int) -> Any:
    counts = [len(n) for n in numbers]
    values = np.repeat([spread(count) for count in counts], counts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((values, np.concatenate(numbers), ends), (len(numbers), size))


def _often(bags: Any) -> Numbers:
    return np.flatnonzero(np.asarray((bags > 0).sum(axis=0)).ravel() >= _SEEN)


def _truth(wanted: Judgement) -> list[bool]:
    return [
        *(wanted.emotion is emotion for emotion in EMOTIONS),
        *(wanted.category is category for category in CATEGORIES),
        *(intent in wanted.intents for intent in INTENTS),
    ]


def fit(matrix: Any, truth: Flags) -> Fit:
    """Fit all answers: multinomial for those that exclude each other, else one by one."""
    found = Fit(np.zeros((matrix.shape[1], ANSWERS)), np.zeros(ANSWERS))
    for columns in _CHOICES:
        _fit_into(found, columns, _LOOSE, matrix, truth[:, columns].argmax(axis=1))
    for column in YES_OR_NO:
        _fit_into(found, [column], _LOOSE_INTENT, matrix, truth[:, column])
    return found


def _fit_into(found: Fit, columns: Sequence[int], loose: float, matrix: Any, answers: Any) -> None:
    model = LogisticRegression(C=loose, max_iter=_STEPS, tol=_TOLERANCE).fit(matrix, answers)
    found.weights[:, columns] = model.coef_.T
    found.bias[columns] = model.intercept_


def folds(sizes: Iterable[int]) -> Numbers:
    """The fold of every message, for files of these many messages."""
    random = np.random.default_rng(_SEED)
    parts = []
    for size in sizes:
        stretches = -(-size // _STRETCH)
        parts.append(np.repeat(random.permutation(stretches) % _FOLDS, _STRETCH)[:size])
    return np.concatenate(parts)


def unseen_scores(taught: Lesson, fold_of: Numbers) -> Scores:
    """Each message's scores, of shape ``(ANSWERS,)``, by a model that has not seen its fold."""
    scores = np.zeros(taught.truth.shape)
    for number in range(_FOLDS):
        out = fold_of == number
        model = fit(taught.matrix[~out], taught.truth[~out])
        scores[out] = taught.matrix[out] @ model.weights + model.bias
    return scores


def calibrate(scores: Scores, truth: Flags) -> Calibration:
    """Fit slopes and shifts to the scores of unseen messages.

    One slope for the answers that exclude each other (temperature scaling), a slope and a shift
    for each intent (Platt scaling).
    """
    slope, shift = np.ones(ANSWERS), np.zeros(ANSWERS)
    for columns in _CHOICES:
        tried = [_surprise(scores[:, columns] * s, truth[:, columns]) for s in _SLOPES]
        slope[columns] = _SLOPES[int(np.argmin(tried))]
    for column in YES_OR_NO:
        model = LogisticRegression(C=_FREE).fit(scores[:, [column]], truth[:, column])
        slope[column], shift[column] = model.coef_[0, 0], model.intercept_[0]
    return Calibration(slope, shift)


def _surprise(scores: Scores, truth: Flags) -> float:
    """Mean of -log(probability given to the right answer)."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs: Scores = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logs[truth].mean())
