"""Whether two messages ask the same in nearly the same words."""

from __future__ import annotations

import re
from typing import Final

#: Neither punctuation nor these words make another question of it.
_NOT_WORD: Final = re.compile(
    r"\W+|你好|您好|请问|麻烦|我想问一?下?|我是问|所以|到底|究竟|一般|[啊呀呢吧嘛哦]"
)
#: Shared share of character pairs from which a message repeats another.
ALIKE_FROM: Final = 0.5
_SHORTEST: Final = 4


def alike(first: str, second: str) -> bool:
    """Jaccard likeness of character pairs; texts under four characters only when they are equal."""
    a, b = _NOT_WORD.sub("", first), _NOT_WORD.sub("", second)
    if min(len(a), len(b)) < _SHORTEST:
        return False
    pairs_a = {a[i : i + 2] for i in range(len(a) - 1)}
    pairs_b = {b[i : i + 2] for i in range(len(b) - 1)}
    return len(pairs_a & pairs_b) >= ALIKE_FROM * len(pairs_a | pairs_b)
