"""Words an agent quotes: what a customer or a colleague said is not the agent's own wording."""

from __future__ import annotations

from typing import Final

_PAIRS: Final = {"“": "”", "「": "」", "『": "』", '"': '"', "‘": "’", "《": "》"}
#: A longer quotation is no quotation any more.
_LONGEST: Final = 60


def quoted_places(text: str) -> list[tuple[int, int]]:
    """The insides of quotation marks, in order; none when the marks hold the whole line.

    Unpaired marks quote nothing. Takes time in proportion to the length.
    """
    places: list[tuple[int, int]] = []
    i = 0
    while i < len(text):
        close = _PAIRS.get(text[i])
        if close is None:
            i += 1
            continue
        end = text.find(close, i + 1, i + 2 + _LONGEST)
        if end < 0:
            i += 1
            continue
        if text[:i].strip() or text[end + 1 :].strip(" 。.!?,~"):
            places.append((i + 1, end))
        i = end + 1
    return places
