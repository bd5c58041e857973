"""Hashed features of a text: words and character n-grams as stable 32-bit numbers."""

from __future__ import annotations

import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from embeddings.text import chunks

TermIds = npt.NDArray[np.uint32]

#: 2**26 buckets: at a million different terms about 1 in 70 meets another, which costs nothing.
_MASK: Final = (1 << 26) - 1


def term_id(term: str) -> int:
    """A stable number for a term (CRC-32: the same on every machine and hash seed)."""
    return zlib.crc32(term.encode()) & _MASK


def word_ids(terms: list[str]) -> TermIds:
    """The distinct ids of words, ascending, shape ``(n,)``."""
    return np.array(sorted({term_id(t) for t in terms}), dtype=np.uint32)


def gram_ids(normalised: str) -> TermIds:
    """The distinct ids of character bigrams (and of lone characters), ascending, shape ``(n,)``.

    Bigrams are taken inside runs of letters; the first character of a run carries a mark, so that
    short texts still differ by how they begin.
    """
    crc = zlib.crc32
    found: set[int] = set()
    for part in chunks(normalised):
        found.add(crc(("^" + part[0]).encode()) & _MASK)
        if len(part) == 1:
            found.add(crc(part.encode()) & _MASK)
        else:
            found.update(crc(part[i : i + 2].encode()) & _MASK for i in range(len(part) - 1))
    return np.array(sorted(found), dtype=np.uint32)
