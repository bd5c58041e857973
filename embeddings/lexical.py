"""Inverted lists with ready-made impacts: BM25 over words, tf-idf cosine over character bigrams.

Both scores are scaled to about 0…1 so that they mean the same whatever the query's length:
BM25 is divided by the best a text of average length could reach for this query, the cosine is one.

BM25: Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), eq. 3.15, with the idf
of Lucene (always positive). A term counts once a text: customers' messages are short.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from embeddings.features import TermIds
from embeddings.ragged import Ragged, RowNumbers

Scores = npt.NDArray[np.float32]

K1: Final = 1.2
B: Final = 0.4
#: Postings looked at for one query; the rarest terms come first. Bounds the time at any size.
BUDGET: Final = 60_000
#: Above this many texts, candidates come from the rarest terms only.
_SMALL: Final = 8_192
_CANDIDATES: Final = 12_000


class Scheme(StrEnum):
    """How postings are weighted."""

    BM25 = "bm25"
    COSINE = "cosine"


class Postings:
    """An immutable inverted index over the rows of a :class:`~embeddings.ragged.Ragged`."""

    def __init__(self, rows: Ragged, scheme: Scheme) -> None:
        self.size = len(rows)
        order = np.argsort(rows.flat, kind="stable")
        ordered = rows.flat[order]
        self._docs = rows.row_of_each()[order].astype(np.int32)
        self._terms, starts = np.unique(ordered, return_index=True)
        self._starts = np.append(starts, len(ordered)).astype(np.int64)
        frequency = np.diff(self._starts)
        self._idf: Scores = np.log1p((self.size - frequency + 0.5) / (frequency + 0.5)).astype(
            np.float32
        )
        #: What a term that no text holds would weigh; such terms lower every score alike.
        self._unseen = float(np.log1p((self.size + 0.5) / 0.5))
        self._scheme = scheme
        each = np.repeat(self._idf, frequency)
        if scheme is Scheme.BM25:
            lengths = rows.lengths.astype(np.float32)
            mean = float(lengths.mean()) if self.size else 1.0
            scale = 1.0 + K1 * (1.0 - B + B * lengths / max(mean, 1.0))
            self._impacts: Scores = (each * (K1 + 1.0) / scale[self._docs]).astype(np.float32)
        else:
            norms = np.sqrt(np.bincount(self._docs, weights=each**2, minlength=self.size))
            norms[norms == 0.0] = 1.0
            self._impacts = (each / norms[self._docs]).astype(np.float32)

    def score(self, ids: TermIds, top: int) -> tuple[Scores, RowNumbers]:
        """Score every text against the query's term ids.

        Returns:
            scores of shape ``(size,)`` (0 where nothing is shared), and the numbers of the best
            ``top`` texts, best first, ties by number.

        """
        scores = np.zeros(self.size, dtype=np.float32)
        none = np.zeros(0, dtype=np.int64)
        if not len(ids) or not len(self._terms):
            return scores, none
        at = np.searchsorted(self._terms, ids)
        at[at == len(self._terms)] = 0
        at = at[self._terms[at] == ids]
        if not len(at):
            return scores, none
        lengths = self._starts[at + 1] - self._starts[at]
        rare_first = np.argsort(lengths, kind="stable")
        at = at[rare_first]
        spent = np.cumsum(lengths[rare_first])
        idf = self._idf[at]
        unseen = (len(ids) - len(at)) * self._unseen
        if self._scheme is Scheme.BM25:
            weights = np.full(len(at), 1.0 / (float(idf.sum()) + unseen), dtype=np.float32)
        else:
            norm = float(np.sqrt((idf**2).sum() + unseen * self._unseen))
            weights = (idf / norm).astype(np.float32)
        if self.size <= _SMALL:
            scores = self._added_at_once(at, weights)
            return scores, _best(scores, np.flatnonzero(scores), top)
        touched = []
        for i, term in enumerate(at.tolist()):
            if i and spent[i] > BUDGET:
                break
            start, end = self._starts[term], self._starts[term + 1]
            docs = self._docs[start:end]
            scores[docs] += self._impacts[start:end] * weights[i]
            if not i or spent[i] <= _CANDIDATES:
                touched.append(docs)
        candidates = np.concatenate(touched).astype(np.int64)
        if len(candidates) > 8 * top:
            # A text may stand in several lists: keep a generous cut, then make it distinct.
            values = scores[candidates]
            candidates = candidates[np.argpartition(-values, 8 * top)[: 8 * top]]
        return scores, _best(scores, np.unique(candidates), top)

    def _added_at_once(self, at: RowNumbers, weights: Scores) -> Scores:
        """Scores from all lists of some terms in a handful of array operations (small indexes)."""
        starts, lengths = self._starts[at], self._starts[at + 1] - self._starts[at]
        ends = np.cumsum(lengths)
        where = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1])
        impacts = self._impacts[where] * np.repeat(weights, lengths)
        added = np.bincount(self._docs[where], weights=impacts, minlength=self.size)
        return added.astype(np.float32)


def _best(scores: Scores, candidates: RowNumbers, top: int) -> RowNumbers:
    """The ``top`` of some distinct candidates, best first, ties by number."""
    values = scores[candidates]
    if len(candidates) > top:
        keep = np.argpartition(-values, top)[:top]
        candidates, values = candidates[keep], values[keep]
    return candidates[np.lexsort((candidates, -values))]
