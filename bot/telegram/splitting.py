"""Long texts in pieces that Telegram takes."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Characters of a text (Bot API, sendMessage), counted here in UTF-16 units, which are never fewer.
LONGEST: Final = 4096
#: Where a piece may end, the best first.
_ENDS: Final = ("\n", "。！？!?；;", "，,、 ")
_JOINER: Final = "\u200d"
_SKIN: Final = range(0x1F3FB, 0x1F400)
_FLAGS: Final = range(0x1F1E6, 0x1F200)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Cut a text into pieces of at most ``longest`` UTF-16 units.

    Ends at a line break, else a sentence, else a word, if one lies in the second half; and never
    inside of what is seen as one character (an emoji of several code points, a letter with accents),
    unless it alone is longer. Pieces of nothing but white space are left out; half a surrogate pair,
    which no server takes, becomes a replacement character.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    pieces = []
    while text:
        end = _end(text, longest)
        pieces.append(text[:end].strip())
        text = text[end:]
    return [piece for piece in pieces if piece]


def _end(text: str, longest: int) -> int:
    fits, units = 0, 0
    for char in text:
        units += 2 if ord(char) > 0xFFFF else 1
        if units > longest:
            break
        fits += 1
    if fits == len(text):
        return fits
    for ends in _ENDS:
        found = max(text.rfind(end, fits // 2, fits) for end in ends)
        if found >= 0 and not _inside(text, found + 1):
            return found + 1
    end = fits
    while end > 1 and _inside(text, end):
        end -= 1
    return end if end > 1 else max(fits, 1)


def _inside(text: str, place: int) -> bool:
    """Whether a cut here would part one character as people see it."""
    before, after = text[place - 1], text[place]
    if after == _JOINER or before == _JOINER or ord(after) in _SKIN:
        return True
    if unicodedata.category(after) in {"Mn", "Me", "Mc"}:  # accents, variation selectors
        return True
    if ord(before) in _FLAGS and ord(after) in _FLAGS:  # two letters are a flag
        run = place
        while run and ord(text[run - 1]) in _FLAGS:
            run -= 1
        return (place - run) % 2 == 1
    return False
