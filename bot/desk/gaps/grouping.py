"""Texts that ask the same, put together.

Average linkage: two groups become one while the mean likeness between their texts reaches a
threshold, the most alike first. The result does not depend on the order of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.domain.likeness import alike
from embeddings.encoder import Encoder

#: Mean cosine from which groups ask the same. Measured with the shipped encoder on half of the topics
#: of tests/quality/gap_questions.yaml, of pairs put together: 0.30 74 % right and 87 % of all pairs
#: found; 0.40 87 % and 68 %; 0.50 84 % and 52 %. Two groups where one would do are less of a nuisance
#: than one group about two things.
ALIKE_FROM: Final = 0.40
#: What nearly the same words count as, whatever the encoder says.
_SAME_WORDS: Final = 0.80
#: Fault codes and models: E4 is not E7, however alike the rest.
_CODE: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}[- ]?\d{1,4}(?![A-Za-z0-9])")
_APART: Final = -1.0

_Matrix = npt.NDArray[np.float32]


def grouped(texts: Sequence[str], encoder: Encoder) -> list[list[int]]:
    """Places of the texts that ask the same, group by group in the order of their first text."""
    if not texts:
        return []
    return sorted(sorted(group) for group in _linked(likeness(texts, encoder)))


def most_typical(texts: Sequence[str], encoder: Encoder) -> int:
    """Place of the text that is on average most like the others, the shortest of equals."""
    mean = likeness(texts, encoder).mean(axis=1)
    return min(range(len(texts)), key=lambda i: (-round(float(mean[i]), 4), len(texts[i])))


def likeness(texts: Sequence[str], encoder: Encoder) -> _Matrix:
    """How alike each two texts are: float32 of shape (n, n), -1 to 1; 1 on the diagonal."""
    vectors = encoder.encode(texts)
    found: _Matrix = np.asarray(vectors @ vectors.T, dtype=np.float32)
    codes = [frozenset(code.upper() for code in _CODE.findall(text)) for text in texts]
    for i, j in zip(*np.nonzero(np.triu(found >= ALIKE_FROM / 2, 1)), strict=True):
        if codes[i] and codes[j] and codes[i] != codes[j]:
            found[i, j] = found[j, i] = _APART
        elif found[i, j] < _SAME_WORDS and alike(texts[i], texts[j]):
            found[i, j] = found[j, i] = _SAME_WORDS
    np.fill_diagonal(found, 1.0)
    return found


def _linked(found: _Matrix) -> list[list[int]]:
    """Average linkage by chains of nearest neighbours (Murtagh 1983), in n² steps.

    A group whose nearest neighbour is too unlike is done: a mean is never above the greatest of its
    parts, so that no later merging brings anything nearer.
    """
    near = found.copy()
    np.fill_diagonal(near, -np.inf)
    members = {i: [i] for i in range(len(near))}
    done: list[list[int]] = []
    chain: list[int] = []
    while members:
        tip = chain[-1] if chain else next(iter(members))
        if not chain:
            chain.append(tip)
        next_one = int(near[tip].argmax())
        if near[tip, next_one] < ALIKE_FROM:
            done.append(members.pop(chain.pop()))
            near[tip, :] = near[:, tip] = -np.inf
        elif len(chain) > 1 and near[tip, chain[-2]] >= near[tip, next_one]:
            _merge(near, members, chain.pop(), chain.pop())
        else:
            chain.append(next_one)
    return done


def _merge(near: _Matrix, members: dict[int, list[int]], first: int, second: int) -> None:
    a, b = len(members[first]), len(members[second])
    mean = (near[first] * a + near[second] * b) / (a + b)
    near[first, :] = near[:, first] = mean
    near[second, :] = near[:, second] = -np.inf
    near[first, first] = -np.inf
    members[first] += members.pop(second)
