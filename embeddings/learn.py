"""Fitting the static encoder to a desk's own wordings, and judging honestly whether that helped.

A held-back part of the wordings is neither trained on nor indexed; the entries are then looked for
with the encoder before and after. Only a better one is kept, and it is then fitted to everything.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings.calibration import Calibration, Trial
from embeddings.calibration import fit as fit_bands
from embeddings.encoder import Vectors
from embeddings.errors import LearningImpossible
from embeddings.hybrid import Document, HybridIndex, prepare
from embeddings.rows import Progress
from embeddings.static import StaticEncoder
from embeddings.words import WordSplitter

if TYPE_CHECKING:
    from embeddings.contrast import Recipe

#: Entries with this many wordings can spare one for the test.
SPARES: Final = 3
#: Fewer held-back wordings than this show nothing.
ENOUGH: Final = 20
#: At most this share of all wordings, and this many, are held back.
SHARE: Final = 0.2
MOST: Final = 600
_SEED: Final = 5
_DEPTH: Final = 10
BATCH: Final = 512
#: Keeps a very large library within a minute or two.
MOST_STEPS: Final = 400


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly to fit: the recipe's values, and how far to go from the first table (0 to 1).

    Half the way keeps what the encoder knew of words that the desk's few wordings do not have.
    """

    epochs: int
    rate: float
    drop: float
    way: float


#: Tried in this order (docs/matching.md). A desk whose wordings resemble real messages gains by the
#: strong ones; where they were written to be unlike each other, the gentle one loses nothing.
STRENGTHS: Final = (
    Strength(30, 2e-2, 0.5, 1.0),
    Strength(30, 2e-2, 0.5, 0.5),
    Strength(15, 5e-3, 0.25, 0.5),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """How the held-back wordings find their entries."""

    first: float
    three: float
    mrr: float


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of it. ``encoder`` is the fitted one, or None when it was no better."""

    encoder: StaticEncoder | None
    before: Quality
    after: Quality
    wordings: int
    held_back: int
    seconds: float


def learn(
    documents: Sequence[Document],
    encoder: StaticEncoder,
    splitter: WordSplitter,
    progress: Progress | None = None,
) -> Learned:
    """Fit an encoder to the wordings of these entries.

    Args:
        documents: entries with all their wordings.
        encoder: where to begin; it is not changed.
        splitter: cuts the words for the index that is tested with.
        progress: told (done, total) over both fits.

    Raises:
        LearningImpossible: too few entries have several wordings.

    """
    started = time.perf_counter()
    known, asked = hold_back(documents)
    if len(asked) < ENOUGH:
        raise LearningImpossible(
            f"只有 {len(asked)} 条知识有 {SPARES} 种以上问法，至少需要 {ENOUGH} 条",
            "请先为常见问题补充客户的不同问法",
        )
    before, _ = _tried(known, asked, encoder, splitter)
    fitter = _Fitter(encoder, progress)
    tried = [(s, *_tried(known, asked, fitter.fitted(known, s), splitter)) for s in STRENGTHS]
    strength, after, trials = max(tried, key=lambda t: t[1].mrr)
    chosen = None
    if after.mrr > before.mrr:
        chosen = fitter.fitted(documents, strength)
        chosen.calibration = fit_bands(trials)
    fitter.done()
    wordings = sum(len(d.wordings) for d in documents)
    seconds = time.perf_counter() - started
    return Learned(chosen, before, after, wordings, len(asked), seconds)


def hold_back(documents: Sequence[Document]) -> tuple[list[Document], list[tuple[str, str]]]:
    """Split into what is known and what is asked: ``(wording, id)`` of at most one an entry.

    The first wording (the title) always stays known.
    """
    rng = random.Random(_SEED)  # noqa: S311 - reproducible, no secret
    spare = [i for i, d in enumerate(documents) if len(d.wordings) >= SPARES]
    limit = min(MOST, int(SHARE * sum(len(d.wordings) for d in documents)))
    chosen = {
        i: rng.choice(documents[i].wordings[1:]) for i in rng.sample(spare, len(spare))[:limit]
    }
    known = [
        replace(d, wordings=tuple(w for w in d.wordings if w != chosen[i])) if i in chosen else d
        for i, d in enumerate(documents)
    ]
    return known, [(wording, documents[i].id) for i, wording in sorted(chosen.items())]


class _Fitter:
    """Fits an encoder to entries with different strengths; one fit serves all ways of a recipe."""

    def __init__(self, encoder: StaticEncoder, progress: Progress | None) -> None:
        self._encoder = encoder
        self._progress = progress
        self._fits = 0
        self._made: dict[tuple[int, Recipe], Vectors] = {}

    def fitted(self, documents: Sequence[Document], strength: Strength) -> StaticEncoder:
        """The encoder after a fit of this strength."""
        from embeddings.contrast import Recipe  # torch takes seconds to import

        first, split = self._encoder.table, self._encoder.splitter.split
        groups = [[split(w) for w in d.wordings] for d in documents if len(d.wordings) > 1]
        pairs = sum(max(1, len(g) // 2) for g in groups)
        epochs = max(4, min(strength.epochs, MOST_STEPS * BATCH // max(1, pairs)))
        recipe = Recipe(epochs=epochs, batch=BATCH, rate=strength.rate, drop=strength.drop)
        table = first + strength.way * (self._table(documents, groups, recipe) - first)
        table = table.astype(np.float16).astype(np.float32)  # as it is read again from its folder
        digest = hashlib.sha256(self._encoder.fingerprint.encode())
        digest.update(np.ascontiguousarray(table).tobytes())
        fingerprint = f"learned-{digest.hexdigest()[:16]}"
        return StaticEncoder(self._encoder.name, fingerprint, self._encoder.splitter, table)

    def _table(
        self, documents: Sequence[Document], groups: list[list[list[int]]], recipe: Recipe
    ) -> Vectors:
        from embeddings.contrast import fit

        key = (id(documents), recipe)
        if key not in self._made:
            self._made[key] = fit(self._encoder.table, groups, recipe, step=self._step)
            self._fits += 1
        return self._made[key]

    def _step(self, done: int, total: int, _loss: float) -> None:
        """Progress in thousandths of all fits: the trials, and the last one."""
        if self._progress:
            fits = len({(s.epochs, s.rate, s.drop) for s in STRENGTHS}) + 1
            self._progress((1000 * self._fits + 1000 * done // total) // fits, 1000)

    def done(self) -> None:
        """Tell the end, also where nothing better was found and the last fit was not made."""
        if self._progress:
            self._progress(1000, 1000)


def _tried(
    known: Sequence[Document],
    asked: Sequence[tuple[str, str]],
    encoder: StaticEncoder,
    splitter: WordSplitter,
) -> tuple[Quality, list[Trial]]:
    """Quality, and for the bands a trial with and one without the right entry for each question."""
    index, _ = HybridIndex.build(known, encoder, splitter)
    number = {id_: i for i, id_ in enumerate(index.ids)}
    places, trials = [], []
    for wording, id_ in asked:
        query = prepare(wording, encoder, splitter)
        for hidden in (frozenset[int](), frozenset(index.rows_of(number[id_]))):
            hits = index.search(query, _DEPTH, hidden)
            right = next((i for i, h in enumerate(hits) if h.id == id_), None)
            scores = tuple(h.score for h in hits[: Calibration.DEPTH])
            trials.append(Trial(scores, right if not hidden else None))
            if not hidden:
                places.append(_DEPTH if right is None else right)
    at = np.array(places)
    reciprocal = np.where(at < _DEPTH, 1.0 / (at + 1), 0.0)
    return Quality(float((at < 1).mean()), float((at < 3).mean()), float(reciprocal.mean())), trials
