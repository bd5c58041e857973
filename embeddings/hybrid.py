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
from embeddings.encoder import Encoder
from embeddings.features import TermIds, gram_ids, word_ids
from embeddings.lexical import Postings, Scheme
from embeddings.ragged import RowNumbers
from embeddings.rows import Progress, Rows, recompute
from embeddings.text import normalise
from embeddings.vectors import VectorIndex
from embeddings.words import WordSplitter

#: What each channel proposes before the joint score decides.
PROPOSALS: Final = 48


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the cosine, the word score and the bigram score count; chosen in docs/matching.md."""

    meaning: float = 0.50
    words: float = 0.25
    characters: float = 0.25


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
    ``characters`` are the channels' own scores for the matched wording; ``ranks`` its place in each
    channel's proposals (0 is best, None: not proposed).
    """

    id: str
    wording: str
    score: float
    probability: float
    meaning: float
    words: float
    characters: float
    ranks: tuple[int | None, int | None, int | None]


def prepare(text: str, encoder: Encoder, splitter: WordSplitter) -> Query:
    """Encode and cut a message once."""
    plain = normalise(text)
    return Query(
        text, encoder.encode([text])[0], word_ids(splitter.terms(plain)), gram_ids(plain)
    )


class HybridIndex:
    """Finds the entries whose wordings are nearest to a message."""

    def __init__(
        self,
        documents: Sequence[Document],
        rows: Rows,
        vectors: VectorIndex,
        calibration: Calibration | None = None,
        weights: Weights = Weights(),  # noqa: B008 - frozen
    ) -> None:
        self.ids = tuple(d.id for d in documents)
        self.rows = rows
        self.vectors = vectors
        self.calibration = calibration or Calibration()
        self.weights = weights
        self._texts = [w for d in documents for w in d.wordings]
        self._owner = np.repeat(
            np.arange(len(documents), dtype=np.int64), [len(d.wordings) for d in documents]
        )
        if len(self._texts) != len(rows):
            raise ValueError(f"{len(self._texts)} wordings, {len(rows)} rows")
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
        w = self.weights
        joint = w.meaning * meaning + w.words * words + w.characters * characters
        order = np.lexsort((rows, -joint))
        best = self._best_of_each(rows, order, max(top, Calibration.DEPTH))
        chances = self.calibration.probabilities(joint[best])
        return [
            Hit(
                id=self.ids[self._owner[rows[i]]],
                wording=self._texts[rows[i]],
                score=float(joint[i]),
                probability=float(chance),
                meaning=float(meaning[i]),
                words=float(words[i]),
                characters=float(characters[i]),
                ranks=tuple(_rank(proposed, int(rows[i])) for proposed in (near, by_words, by_grams)),  # type: ignore[arg-type]
            )
            for i, chance in zip(best[:top].tolist(), chances[:top].tolist(), strict=True)
        ]

    def _best_of_each(self, rows: RowNumbers, order: RowNumbers, top: int) -> RowNumbers:
        """Positions in ``rows`` of the best wording of each entry, best first."""
        owners = self._owner[rows[order]]
        _, first = np.unique(owners, return_index=True)
        first.sort()
        return order[first[:top]]

    def rows_of(self, entry: int) -> range:
        """The rows that hold the wordings of an entry (by its number)."""
        start = int(np.searchsorted(self._owner, entry, side="left"))
        return range(start, int(np.searchsorted(self._owner, entry, side="right")))

    def text_of(self, row: int) -> str:
        """The wording in a row."""
        return self._texts[row]


def _rank(proposed: RowNumbers, row: int) -> int | None:
    at = np.flatnonzero(proposed == row)
    return int(at[0]) if len(at) else None
