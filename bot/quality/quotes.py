"""Words an agent quotes: what a customer or a colleague said is not the agent's own wording."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import re2

from bot.quality.fold import fold_line

_PAIRS: Final = {"“": "”", "「": "」", "『": "』", '"': '"', "‘": "’", "《": "》"}
#: Words that lead in what somebody said, and how far before it they may stand.
_LEADS: Final = re2.compile(
    r"(?:说|讲|问|提到|提及|反映|反馈|留言|写|指出|形容|原话|刚才|刚刚|听到)[^。!?]{0,6}$"
)
_LEAD: Final = 14
#: A longer quotation is no quotation any more.
_LONGEST: Final = 60
#: Fewer characters are repeated by chance.
_SHORTEST: Final = 2


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


def is_repeated(text: str, place: tuple[int, int], customer: str) -> bool:
    """Whether a place repeats the customer's words, led in by 您说 or the like, without marks."""
    words = text[slice(*place)].strip(" ,。.!?;~…")
    if len(words) < _SHORTEST or words not in _folded(customer):
        return False
    return bool(_LEADS.search(text[max(0, place[0] - _LEAD) : place[0]]))


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return fold_line(text).text
