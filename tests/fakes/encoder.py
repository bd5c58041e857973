"""An encoder whose vectors follow from the text alone: hashed character n-grams."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from embeddings.encoder import Vectors, normalise_rows
from embeddings.text import chunks, normalise


class NgramEncoder:
    """Satisfies :class:`embeddings.encoder.Encoder`; texts that share characters lie close.

    Args:
        name: part of the fingerprint, so that two fakes can stand for two models.
        dim: length of a vector.

    Attributes:
        seen: every text that was encoded, in order.
    """

    def __init__(self, name: str = "fake", dim: int = 64) -> None:
        self.name = name
        self.dim = dim
        self.fingerprint = f"{name}-{dim}"
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`embeddings.encoder.Encoder`."""
        self.seen.extend(texts)
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for part in chunks(normalise(text)):
                for size in (1, 2):
                    for start in range(len(part) - size + 1):
                        code = zlib.crc32(part[start : start + size].encode())
                        row[code % self.dim] += 1.0 if code & 0x10000 else -1.0
        return normalise_rows(out)
