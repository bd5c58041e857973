"""The other ways of searching, each over the same wordings: a wording is a document.

An entry's place is that of its best wording. jieba knows the same words of the desk as huashu does
(its words and product names); synonyms, stop words and vectors are huashu's own.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.text import chunks, normalise
from kb.lexicon import Lexicon

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba

Cut = Callable[[str], list[str]]
Scores = npt.NDArray[np.float64]

#: Wordings looked at for the best entries; an entry has ten at most.
_DEPTH: Final = 64


class Baseline(Protocol):
    """One way of searching. ``name`` is shown in tables."""

    name: str

    def rows(self, text: str, first: int, top: int) -> npt.NDArray[np.int64]:
        """The best ``top`` wordings among the first ``first``, best first."""
        ...


def jieba_cut(lexicon: Lexicon) -> Cut:
    """A cut by jieba with the desk's words; its cache stands in a folder of its own."""
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = tempfile.mkdtemp(prefix="huashu-bench-")
    for word in (*lexicon.words, *lexicon.products):
        tokenizer.add_word(normalise(word))

    def cut(text: str) -> list[str]:
        return [w for part in chunks(normalise(text)) for w in tokenizer.lcut(part)]

    return cut


def _best(scores: Scores, top: int) -> npt.NDArray[np.int64]:
    """Numbers of the best scores above zero, best first."""
    top = min(top, len(scores))
    found = np.argpartition(-scores, top - 1)[:top]
    found = found[scores[found] > 0.0]
    return found[np.lexsort((found, -scores[found]))]


class RankBm25:
    """jieba and rank_bm25's BM25Okapi with its own defaults."""

    name = "jieba + rank_bm25"

    def __init__(self, texts: Sequence[str], cut: Cut) -> None:
        from rank_bm25 import BM25Okapi

        self._cut = cut
        self._index = BM25Okapi([cut(t) for t in texts])

    def rows(self, text: str, first: int, top: int) -> npt.NDArray[np.int64]:
        """See :class:`Baseline`."""
        return _best(self._index.get_scores(self._cut(text))[:first], top)


class Bm25s:
    """jieba and bm25s with its own defaults."""

    name = "jieba + bm25s"

    def __init__(self, texts: Sequence[str], cut: Cut) -> None:
        import bm25s

        self._cut = cut
        self._index: Any = bm25s.BM25()
        self._index.index([cut(t) for t in texts], show_progress=False)

    def rows(self, text: str, first: int, top: int) -> npt.NDArray[np.int64]:
        """See :class:`Baseline`."""
        words = [w for w in self._cut(text) if w in self._index.vocab_dict]
        if not words:
            return np.zeros(0, dtype=np.int64)
        return _best(self._index.get_scores(words)[:first], top)


class CharTfidf:
    """Cosine of TF-IDF over characters and their runs of two and three (scikit-learn)."""

    name = "character TF-IDF"

    def __init__(self, texts: Sequence[str], _: Cut) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), preprocessor=normalise, dtype=np.float32
        )
        # Turned once, a row a term: a message only meets the documents it shares terms with.
        self._documents = self._vectorizer.fit_transform(texts).T.tocsr()

    def rows(self, text: str, first: int, top: int) -> npt.NDArray[np.int64]:
        """See :class:`Baseline`."""
        product = self._vectorizer.transform([text]) @ self._documents
        scores = np.asarray(product.toarray()).ravel()
        return _best(scores[:first], top)


class Fts5:
    """SQLite FTS5 with its trigram tokenizer; any shared trigram proposes, bm25() ranks."""

    name = "SQLite FTS5 (trigram)"
    _tokenizer = "trigram"

    def __init__(self, texts: Sequence[str], cut: Cut) -> None:
        self._cut = cut
        self._db = sqlite3.connect(":memory:")
        self._db.execute(f"CREATE VIRTUAL TABLE w USING fts5(text, tokenize='{self._tokenizer}')")
        self._db.executemany(
            "INSERT INTO w(rowid, text) VALUES (?, ?)",
            ((i, " ".join(self._stored(t))) for i, t in enumerate(texts)),
        )
        self._db.execute("INSERT INTO w(w) VALUES ('optimize')")

    def _stored(self, text: str) -> list[str]:
        return chunks(normalise(text))

    def _asked(self, text: str) -> list[str]:
        return [c[i : i + 3] for c in chunks(normalise(text)) for i in range(len(c) - 2)]

    def rows(self, text: str, first: int, top: int) -> npt.NDArray[np.int64]:
        """See :class:`Baseline`."""
        asked = " OR ".join(f'"{term}"' for term in dict.fromkeys(self._asked(text)))
        if not asked:
            return np.zeros(0, dtype=np.int64)
        found = self._db.execute(
            "SELECT rowid FROM w WHERE w MATCH ? AND rowid < ? ORDER BY rank LIMIT ?",
            (asked, first, top),
        )
        return np.array([row for (row,) in found], dtype=np.int64)


class Fts5Words(Fts5):
    """SQLite FTS5 over words that jieba has cut."""

    name = "SQLite FTS5 (jieba)"
    _tokenizer = "unicode61"

    def _stored(self, text: str) -> list[str]:
        return self._cut(text)

    def _asked(self, text: str) -> list[str]:
        return self._cut(text)


BASELINES: Final[tuple[Callable[[Sequence[str], Cut], Baseline], ...]] = (
    RankBm25,
    Bm25s,
    CharTfidf,
    Fts5,
    Fts5Words,
)


def entries_found(
    baseline: Baseline, text: str, owners: Sequence[str], first: int, top: int, own: int = -1
) -> list[str]:
    """Ids of the best ``top`` entries, best first.

    Args:
        baseline: the search.
        text: the message.
        owners: the entry of each wording.
        first: how many wordings, from the first on, may be found.
        top: how many entries at most.
        own: a wording to leave out, or -1.

    """
    rows = baseline.rows(text, first, _DEPTH)
    return list(dict.fromkeys(owners[r] for r in rows.tolist() if r != own))[:top]
