"""One spelling for many, with the way back: what is looked at, and where it stood.

Wide digits and letters become narrow, odd blanks become a space, odd dashes a hyphen, and
characters nobody sees as such (zero-width ones, marks laid over another character) are left out.
Offsets in the folded text lead back to the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: Ranges of characters without a picture of their own: zero-width, direction, variation, fillers,
#: tags, enclosing keycap, combining accents and strokes.
_UNSEEN_RANGES: Final = (
    (0xAD, 0xAD),
    (0x300, 0x36F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x20D0, 0x20F0),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE01EF),
)
_UNSEEN: Final = frozenset(chr(c) for low, high in _UNSEEN_RANGES for c in range(low, high + 1))
_UNSEEN_CLASS: Final = "".join(f"{chr(low)}-{chr(high)}" for low, high in _UNSEEN_RANGES)
_UNSEEN_RUN: Final = re.compile(f"[{_UNSEEN_CLASS}]+")
#: One run of unseen characters among this many others is worth looking at each character.
_OFTEN: Final = 16
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DASHES: Final = "‐‑‒–—―−﹣﹘"
_BLANKS: Final = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 9, 11, 12)
#: First characters of other rows of ten digits: Arabic, Persian, Devanagari, mathematical.
_ZEROS: Final = (0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)


def _narrow() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(dash): "-" for dash in _DASHES}
    table |= dict.fromkeys(_BLANKS, " ")
    table |= {zero + value: str(value) for zero in _ZEROS for value in range(10)}
    return table


_TABLE: Final = _narrow()
#: Looking for these is ten times as fast as translating, and most messages have none or a few. The
#: mathematical digits are a range, since `re` keeps no map of single characters beyond U+FFFF.
_ODD: Final = re.compile(
    f"[{''.join(re.escape(chr(code)) for code in _TABLE if code <= 0xFFFF)}\U0001d7ce-\U0001d7ff]"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text. ``origins`` has each character's place in the original; None when equal."""

    text: str
    origins: tuple[int, ...] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of a non-empty span of the folded text."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold any text, lone surrogates too; takes time in proportion to its length."""
    if text.isascii():
        return Folded(text.replace("\t", " "))
    origins = None
    if _UNSEEN_RUN.search(text):
        seen, count = _UNSEEN_RUN.subn("", text)
        origins = _origins(text) if count * _OFTEN < len(text) else _origins_one_by_one(text)
        text = seen
    for odd in sorted(set(_ODD.findall(text))):
        text = text.replace(odd, _TABLE[ord(odd)])
    return Folded(_whole(text), origins)


def _origins(text: str) -> tuple[int, ...]:
    """The places of characters that are seen, for a text with few that are not."""
    places: list[int] = []
    done = 0
    for run in _UNSEEN_RUN.finditer(text):
        places.extend(range(done, run.start()))
        done = run.end()
    return (*places, *range(done, len(text)))


def _origins_one_by_one(text: str) -> tuple[int, ...]:
    return tuple([place for place, one in enumerate(text) if one not in _UNSEEN])


def _whole(text: str) -> str:
    """The text without lone surrogates, which cannot be written as UTF-8."""
    return _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text
