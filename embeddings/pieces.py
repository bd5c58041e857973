"""The static model's own text splitter: which table rows a text adds up.

A text falls into characters, pairs of neighbouring characters and words. It belongs to the model
folder (``tokenizer.json``, ``words.txt``) and so to the model's fingerprint: the desk's lexicon can
change without one vector changing.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from embeddings.text import chunks, normalise
from embeddings.words import Cutter

#: First letter of a piece's name: a character, a pair of characters, a word, a shared bucket.
CHARACTER: Final = "1"
PAIR: Final = "2"
WORD: Final = "w"
BUCKET: Final = "#"
#: A word of one character is a piece of its own beside the character: it stood alone.
_KINDS: Final = (CHARACTER, PAIR, WORD)
#: Texts whose rows are remembered.
_LATELY: Final = 64


def bucket_names(buckets: Mapping[str, int]) -> list[str]:
    """Names of the rows that pieces without a row of their own share, in their order."""
    return [f"{BUCKET}{kind}{i}" for kind in _KINDS for i in range(buckets[kind])]


class PieceSplitter:
    """Maps a text to rows of the table.

    Args:
        names: names of the rows; listed pieces first, then those of :func:`bucket_names`.
        buckets: how many shared rows each kind of piece has.
        words: word -> frequency, for words that the dictionary does not know or knows as rarer.

    """

    def __init__(
        self, names: Sequence[str], buckets: Mapping[str, int], words: Mapping[str, int]
    ) -> None:
        self.names = tuple(names)
        self.buckets = dict(buckets)
        self.words = dict(words)
        self._row = {name: i for i, name in enumerate(self.names)}
        self._shared = {k: self._row[f"{BUCKET}{k}0"] for k in _KINDS if self.buckets[k]}
        self._cutter = Cutter(self.words)
        # One message is split for the search and for the reader: the second time costs nothing.
        self._lately = functools.lru_cache(_LATELY)(self._rows)

    @property
    def rows(self) -> int:
        """Rows of the table that goes with this splitter."""
        return len(self.names)

    def pieces(self, text: str) -> Iterator[str]:
        """Names of all pieces of a raw text, repeats kept, whether they have a row or not."""
        for part in chunks(normalise(text)):
            yield from (CHARACTER + c for c in part)
            yield from (PAIR + part[i : i + 2] for i in range(len(part) - 1))
            yield from (WORD + w for w in self._cutter.cut(part))

    def split(self, text: str) -> list[int]:
        """The rows of a raw text, repeats kept; nobody changes the list."""
        return self._lately(text)

    def _rows(self, text: str) -> list[int]:
        row, shared, buckets = self._row, self._shared, self.buckets
        found: list[int] = []
        for name in self.pieces(text):
            known = row.get(name)
            if known is None:
                kind = name[0]
                if kind not in shared:
                    continue
                known = shared[kind] + zlib.crc32(name.encode()) % buckets[kind]
            found.append(known)
        return found

    def joined(self, text: str) -> str:
        """The text as names of rows between spaces: what the folder's own tokenizer reads."""
        return " ".join(self.names[row] for row in self.split(text))
