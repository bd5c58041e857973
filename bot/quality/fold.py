"""How a line is spelled before rules look at it.

On top of the folding of :mod:`bot.privacy.fold`: small letters and simplified characters, each
character by exactly one, so that the way back to the original stays the same.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from opencc import OpenCC

from bot.privacy.fold import Folded, fold

_HAN: Final = range(0x4E00, 0x9FFF + 1)
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def _table() -> dict[int, str]:
    table = {ord(letter): letter.lower() for letter in _CAPITALS}
    characters = [chr(code) for code in _HAN]
    # One call for the whole block; line breaks keep it from converting words of several.
    simple = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table |= {
        ord(old): new
        for old, new in zip(characters, simple, strict=True)
        if old != new and len(new) == 1
    }
    return table


def fold_line(text: str) -> Folded:
    """Narrow, small, simplified, without unseen characters; with the way back."""
    folded = fold(text)
    return Folded(folded.text.translate(_table()), folded.origins)
