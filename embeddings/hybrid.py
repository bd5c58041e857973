"""Hybrid search: meaning, words and characters each propose wordings; one score ranks them.

The index is immutable; a change builds the next one from the rows of the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from embeddings.calibration import Calibration
from embeddings.encoder import Encoder, encode_query, normalise_rows
from embeddings.features import TermIds, gram_ids, word_ids
from embeddings.lexical import Postings, Scheme
from embeddings.ragged import RowNumbers
from embeddings.rows import Progress, Rows, recompute
from embeddings.text import normalise
from embeddings.vectors import HalfVectors, VectorIndex
from embeddings.words import WordSplitter

Themes = npt.NDArray[np.float16] | npt.NDArray[np.float32]

#: What each channel proposes before the joint score decides.
PROPOSALS: Final = 32
_THEMES_AT_ONCE: Final = 4_096
#: Up to here themes are kept in full precision: quicker, and small.
_WIDE_THEMES: Final = 16_384


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each score counts; they add up to 1. Chosen in docs/matching.md.

    ``meaning`` is the cosine with a wording, ``theme`` the cosine with the mean of all wordings of
    its entry, ``words`` and ``characters`` the lexical scores of the wording.
    """

    meaning: float = 0.30
    theme: float = 0.60
    words: float = 0.05
    characters: float = 0.05

    def for_share(self, several: float) -> Weights:
        """The weights where a share of entries (0…1) has several wordings: the rest has no theme."""
        theme = self.theme * several
        rest = (1.0 - theme) / (1.0 - self.theme)
        return Weights(self.meaning * rest, theme, self.words * rest, self.characters * rest)


@dataclass(frozen=True, slots=True)
class Document:
    """One entry with the wordings it may be found by (at least one)."""

    id: str
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A message made ready once for every index."""

    text: str
    vector: npt.NDArray[np.float32]
    words: TermIds
    grams: TermIds


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found, with what explains it.

    ``score`` is the joint score, ``probability`` its calibrated meaning; ``meaning``, ``words`` and
    ``characters`` are the channels' own scores for the matched wording, ``theme`` that of the entry
    as a whole; ``ranks`` the wording's place in each channel's proposals (0 is best, None: not
    proposed).
    """

    id: str
    wording: str
    score: float
    probability: float
    meaning: float
    theme: float
    words: float
    characters: float
    ranks: tuple[int | None, int | None, int | None]

    def __reduce__(self) -> tuple[type[Hit], tuple[object, ...]]:
        """Pickle by position: hits travel between processes by the dozen."""
        return Hit, tuple(getattr(self, name) for name in self.__slots__)


def prepare(text: str, encoder: Encoder, splitter: WordSplitter) -> Query:
    """Encode and cut a message once."""
    plain = normalise(text)
    return Query(
        text, encode_query(encoder, text), word_ids(splitter.terms(plain)), gram_ids(plain)
    )


class HybridIndex:
    """Finds the entries whose wordings are nearest to a message."""

    def __init__(
        self,
        documents: Sequence[Document],
        rows: Rows,
        vectors: VectorIndex,
        calibration: Calibration | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.ids = tuple(d.id for d in documents)
        self.rows = rows
        self.vectors = vectors
        self.calibration = calibration or Calibration()
        several = sum(len(d.wordings) > 1 for d in documents) / max(1, len(documents))
        self.weights = weights or Weights().for_share(several)
        self._texts = [w for d in documents for w in d.wordings]
        self._owner = np.repeat(
            np.arange(len(documents), dtype=np.int64), [len(d.wordings) for d in documents]
        )
        if len(self._texts) != len(rows):
            raise ValueError(f"{len(self._texts)} wordings, {len(rows)} rows")
        self._themes = _themes(rows.vectors, self._owner, len(documents))
        self._words = Postings(rows.words, Scheme.BM25)
        self._grams = Postings(rows.grams, Scheme.COSINE)

    @classmethod
    def build(
        cls,
        documents: Sequence[Document],
        encoder: Encoder,
        splitter: WordSplitter,
        previous: HybridIndex | None = None,
        progress: Progress | None = None,
    ) -> tuple[HybridIndex, int]:
        """Index the documents; unchanged wordings are taken from ``previous``.

        Returns:
            the index and how many wordings had to be encoded.

        """
        texts = [w for d in documents for w in d.wordings]
        rows, fresh = recompute(
            texts, encoder, splitter, previous.rows if previous else None, progress
        )
        vectors = VectorIndex.build(rows.vectors, previous.vectors if previous else None)
        return cls(documents, rows, vectors, previous.calibration if previous else None), fresh

    def __len__(self) -> int:
        return len(self.ids)

    def search(
        self, query: Query, top: int = 10, without: frozenset[int] = frozenset()
    ) -> list[Hit]:
        """The best entries for a message, best first, each by its best wording.

        Args:
            query: from :func:`prepare` with this index's encoder and splitter.
            top: how many entries at most.
            without: rows left out, for evaluation by leaving wordings out.

        """
        near = self.vectors.search(query.vector, PROPOSALS)
        word_scores, by_words = self._words.score(query.words, PROPOSALS)
        gram_scores, by_grams = self._grams.score(query.grams, PROPOSALS)
        rows = np.unique(np.concatenate([near, by_words, by_grams]))
        if without:
            rows = rows[[r not in without for r in rows.tolist()]]
        if not len(rows):
            return []
        meaning = self.vectors.cosines(rows, query.vector)
        words, characters = word_scores[rows], gram_scores[rows]
        theme = self._theme_cosines(rows, query.vector, without)
        w = self.weights
        joint = w.meaning * meaning + w.theme * theme + w.words * words + w.characters * characters
        order = np.lexsort((rows, -joint))
        best = self._best_of_each(rows, order, max(top, Calibration.DEPTH))
        chances = self.calibration.probabilities(joint[best])
        places = [_places(proposed) for proposed in (near, by_words, by_grams)]
        chosen = best[:top]
        found = zip(chosen.tolist(), rows[chosen].tolist(), chances[:top].tolist(), strict=True)
        return [
            Hit(
                id=self.ids[self._owner[row]],
                wording=self._texts[row],
                score=float(joint[i]),
                probability=chance,
                meaning=float(meaning[i]),
                theme=float(theme[i]),
                words=float(words[i]),
                characters=float(characters[i]),
                ranks=(places[0].get(row), places[1].get(row), places[2].get(row)),
            )
            for i, row, chance in found
        ]

    def _theme_cosines(
        self, rows: RowNumbers, vector: npt.NDArray[np.float32], without: frozenset[int]
    ) -> npt.NDArray[np.float32]:
        """Cosines of the message with the themes of the rows' entries, shape ``(len(rows),)``."""
        owners = self._owner[rows]
        cosines = self._themes[owners].astype(np.float32, copy=False) @ vector
        for entry in {int(self._owner[row]) for row in without}:
            left = [r for r in self.rows_of(entry) if r not in without]
            mean = self.rows.vectors[left].astype(np.float32).sum(axis=0)
            cosines[owners == entry] = mean @ vector / max(float(np.linalg.norm(mean)), 1e-6)
        return cosines

    def _best_of_each(self, rows: RowNumbers, order: RowNumbers, top: int) -> RowNumbers:
        """Positions in ``rows`` of the best wording of each entry, best first."""
        seen: set[int] = set()
        best: list[int] = []
        for place, owner in zip(order.tolist(), self._owner[rows[order]].tolist(), strict=True):
            if owner not in seen:
                seen.add(owner)
                best.append(place)
                if len(best) == top:
                    break
        return np.array(best, dtype=np.int64)

    def rows_of(self, entry: int) -> range:
        """The rows that hold the wordings of an entry (by its number)."""
        start = int(np.searchsorted(self._owner, entry, side="left"))
        return range(start, int(np.searchsorted(self._owner, entry, side="right")))

    def text_of(self, row: int) -> str:
        """The wording in a row."""
        return self._texts[row]


def _themes(vectors: HalfVectors, owner: RowNumbers, entries: int) -> Themes:
    """The mean direction of each entry's wordings, shape ``(entries, dim)``, unit rows."""
    if not len(vectors):
        return np.zeros((entries, vectors.shape[1]), dtype=np.float16)
    starts = np.searchsorted(owner, np.arange(entries))
    wide = np.float32 if entries <= _WIDE_THEMES else np.float16
    themes = np.empty((entries, vectors.shape[1]), dtype=wide)
    for first in range(0, entries, _THEMES_AT_ONCE):  # bounds the float32 copy
        last = min(first + _THEMES_AT_ONCE, entries)
        end = starts[last] if last < entries else len(vectors)
        part = vectors[starts[first] : end].astype(np.float32)
        sums = np.add.reduceat(part, starts[first:last] - starts[first], axis=0)
        themes[first:last] = normalise_rows(sums)
    return themes


def _places(proposed: RowNumbers) -> dict[int, int]:
    """Row -> its place in a channel's proposals, which hold each row once."""
    return {row: place for place, row in enumerate(proposed.tolist())}
