"""The static model's own text splitter: which table rows a text adds up.

It belongs to the model folder (``ngrams.txt``) and so to the model's fingerprint: the desk's
lexicon can change without one vector changing.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from embeddings.text import chunks, normalise

#: Longest character n-gram looked up; four and more add size and no quality (docs/matching.md).
MAX_N: Final = 3
#: Longest n-gram that falls into a shared bucket when the table does not list it.
MAX_HASHED: Final = 2


class NgramSplitter:
    """Maps a text to rows: listed n-grams (1 to 3 characters) and buckets for unlisted short ones.

    Args:
        ngrams: the listed n-grams; the i-th has row i.
        buckets: how many rows follow them for unlisted n-grams.

    """

    def __init__(self, ngrams: Sequence[str], buckets: int) -> None:
        self.ngrams = tuple(ngrams)
        self.buckets = buckets
        self._row = {gram: i for i, gram in enumerate(self.ngrams)}

    @property
    def rows(self) -> int:
        """Rows of the table that goes with this splitter."""
        return len(self.ngrams) + self.buckets

    def split(self, text: str) -> list[int]:
        """The rows of a raw text, repeats kept, in order of their place in the text."""
        row, first, buckets = self._row, len(self.ngrams), self.buckets
        crc = zlib.crc32
        found: list[int] = []
        for part in chunks(normalise(text)):
            marked = f"^{part}$"
            last = len(marked)
            for i in range(last):
                for n in range(1, MAX_N + 1):
                    if i + n > last:
                        break
                    gram = marked[i : i + n]
                    known = row.get(gram)
                    if known is not None:
                        found.append(known)
                    elif n <= MAX_HASHED:
                        found.append(first + crc(gram.encode()) % buckets)
        return found
