"""Rows of different length in two flat arrays: compact, saved and joined without Python loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.features import TermIds

Offsets = npt.NDArray[np.int64]
RowNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """``flat[offsets[i]:offsets[i + 1]]`` are the term ids of row i. Shapes ``(m,)``, ``(n+1,)``."""

    flat: TermIds
    offsets: Offsets

    @classmethod
    def of(cls, rows: Sequence[TermIds]) -> Ragged:
        """Pack a list of arrays."""
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(r) for r in rows], out=offsets[1:])
        flat = np.concatenate(rows) if rows else np.zeros(0, dtype=np.uint32)
        return cls(flat.astype(np.uint32, copy=False), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Offsets:
        """How many terms each row has, shape ``(n,)``."""
        return np.diff(self.offsets)

    def row_of_each(self) -> RowNumbers:
        """The row number of every element of ``flat``, shape ``(m,)``."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.lengths)

    def take(self, rows: RowNumbers) -> Ragged:
        """The given rows, in the given order."""
        lengths = self.lengths[rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        where = np.repeat(self.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Ragged(self.flat[where], offsets)

    def followed_by(self, other: Ragged) -> Ragged:
        """These rows, then the other's."""
        return Ragged(
            np.concatenate([self.flat, other.flat]),
            np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]]),
        )
