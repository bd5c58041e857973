"""What is known of every wording, computed once and reused while its text stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.encoder import Encoder
from embeddings.features import gram_ids, word_ids
from embeddings.ragged import Ragged
from embeddings.text import normalise
from embeddings.vectors import HalfVectors
from embeddings.words import WordSplitter

Hashes = npt.NDArray[np.uint64]
#: Called with (done, total) while texts are encoded.
Progress = Callable[[int, int], None]

_BATCH = 1_024


def content_hash(text: str) -> int:
    """64 bits of the text itself."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Rows:
    """Parallel arrays, one row a wording: content hash, vector, word ids, bigram ids."""

    hashes: Hashes
    vectors: HalfVectors
    words: Ragged
    grams: Ragged

    def __len__(self) -> int:
        return len(self.hashes)


def compute(
    texts: Sequence[str],
    encoder: Encoder,
    splitter: WordSplitter,
    hashes: Hashes | None = None,
    progress: Progress | None = None,
) -> Rows:
    """Encode and cut every text."""
    vectors = np.zeros((len(texts), encoder.dim), dtype=np.float16)
    words, grams = [], []
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        vectors[start : start + len(part)] = encoder.encode(part)
        for text in part:
            plain = normalise(text)
            words.append(word_ids(splitter.terms(plain)))
            grams.append(gram_ids(plain))
        if progress:
            progress(start + len(part), len(texts))
    if hashes is None:
        hashes = np.array([content_hash(t) for t in texts], dtype=np.uint64)
    return Rows(hashes, vectors, Ragged.of(words), Ragged.of(grams))


def recompute(
    texts: Sequence[str],
    encoder: Encoder,
    splitter: WordSplitter,
    previous: Rows | None,
    progress: Progress | None = None,
) -> tuple[Rows, int]:
    """Rows for ``texts``, taking those whose content is unchanged from ``previous``.

    Returns:
        the rows in the order of ``texts``, and how many of them had to be encoded.

    """
    hashes = np.array([content_hash(t) for t in texts], dtype=np.uint64)
    if previous is None or not len(previous):
        return compute(texts, encoder, splitter, hashes, progress), len(texts)
    known = {h: i for i, h in enumerate(previous.hashes.tolist())}
    source = np.empty(len(texts), dtype=np.int64)
    fresh: list[int] = []
    for i, value in enumerate(hashes.tolist()):
        row = known.get(value)
        if row is None:
            row = len(previous) + len(fresh)
            fresh.append(i)
        source[i] = row
    new = compute([texts[i] for i in fresh], encoder, splitter, hashes[fresh], progress)
    return (
        Rows(
            hashes,
            np.concatenate([previous.vectors, new.vectors])[source],
            previous.words.followed_by(new.words).take(source),
            previous.grams.followed_by(new.grams).take(source),
        ),
        len(fresh),
    )
