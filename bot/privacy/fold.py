"""One spelling for many, with the way back: what is looked at, and where it stood.

Wide digits and letters become narrow, odd blanks become a space, odd dashes a hyphen, and
characters nobody sees are left out. Offsets in the folded text lead back to the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: Characters without a picture of their own: zero-width, direction, variation, enclosing keycap.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u20e3\ufe00-\ufe0f\ufeff"
)
_HAS_UNSEEN: Final = re.compile(f"[{_UNSEEN}]")
_SEEN_RUN: Final = re.compile(f"[^{_UNSEEN}]+")
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
    table |= {0x2460 + value - 1: str(value) for value in range(1, 10)}  # ① to ⑨
    table[0x24EA] = "0"
    return table


_TABLE: Final = _narrow()


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
    text = text.translate(_TABLE)
    if not _HAS_UNSEEN.search(text):
        return Folded(_whole(text))
    places: list[int] = []
    parts: list[str] = []
    for run in _SEEN_RUN.finditer(text):
        parts.append(run.group())
        places.extend(range(run.start(), run.end()))
    return Folded(_whole("".join(parts)), tuple(places))


def _whole(text: str) -> str:
    """The text without lone surrogates, which cannot be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
