"""One spelling for many: full width, capitals, Traditional characters.

Every character is replaced by exactly one character, so an offset in the folded text is an
offset in the original, which is what the contract asks of field offsets.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from opencc import OpenCC

#: Chinese marks whose half-width sisters are not simply 0xFEE0 lower.
_MARKS: Final = {"。": ".", "、": ",", "「": '"', "」": '"', "“": '"', "”": '"', "‘": "'", "’": "'"}
_DASHES: Final = "‐‑‒–—―−"
_INVISIBLE: Final = "\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff\t"
_CJK: Final = range(0x4E00, 0x9FFF + 1)


@cache
def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(mark): plain for mark, plain in _MARKS.items()}
    table |= {ord(dash): "-" for dash in _DASHES}
    table |= {ord(blank): " " for blank in _INVISIBLE}
    table |= {code: table[code].lower() for code in table if table[code].isascii()}
    table |= {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    characters = [chr(code) for code in _CJK]
    # One call for the whole block; the line breaks keep it from converting whole words.
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table |= {
        ord(old): new
        for old, new in zip(characters, simplified, strict=True)
        if old != new and len(new) == 1
    }
    return table


def fold(text: str) -> str:
    """Return ``text`` in half width, lower case and simplified characters, of the same length."""
    return text.translate(_table())
