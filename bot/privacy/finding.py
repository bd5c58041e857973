"""All personal data of a text: one pass of each reader, then what overlaps is settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

from bot.privacy.fold import fold
from bot.privacy.handles import find_handles
from bot.privacy.numbers import find_numbers, find_said_numbers
from bot.privacy.places import find_places
from bot.privacy.spans import Sort, Span
from bot.privacy.spoken_places import find_spoken_places

#: Who wins where two overlap: an address of mail over the number in it, cards over phones.
_RANK: Final = (
    Sort.EMAIL,
    Sort.ID_CARD,
    Sort.BANK_CARD,
    Sort.MOBILE,
    Sort.LANDLINE,
    Sort.PLATE,
    Sort.WECHAT,
)
#: Readers whose finds stand beside what the ones before them found, never across it.
_LATER: Final = (find_said_numbers, find_places, find_spoken_places)
#: The frame and the presentation of a character before them: 7️⃣.
_FRAMES: Final = frozenset("\ufe0e\ufe0f\u20e3")


def find(text: str) -> tuple[Span, ...]:
    """Personal data in any text, disjoint and in order; offsets are code points of ``text``.

    Takes time in proportion to the length. Never raises. Order numbers, amounts, dates, public
    service numbers and numbers already masked are not personal data.
    """
    folded = fold(text)
    numbers = [*find_numbers(folded.text)]
    found = _settle([*_behind(numbers, find_handles(folded.text)), *numbers])
    for reader in _LATER:
        left = _without(folded.text, found) if found else folded.text
        if more := [*reader(left)]:
            found = sorted([*found, *more], key=_START)
    if folded.origins is None:
        return tuple(found)
    return tuple([Span(s.type, *_framed(text, *folded.origin(s.start, s.end))) for s in found])


_START: Final = attrgetter("start")


def _behind(numbers: list[Span], handles: Iterable[Span]) -> Iterator[Span]:
    """The handles; one that a number reaches into begins where the number ends."""
    inside = {place: one for one in numbers for place in range(one.start + 1, one.end)}
    for handle in handles:
        number = inside.get(handle.start)
        if number and number.end < handle.end:
            yield Span(handle.type, number.end, handle.end)
        else:
            yield handle


def _framed(text: str, start: int, end: int) -> tuple[int, int]:
    while text[end : end + 1] in _FRAMES:
        end += 1
    return start, end


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text, of the same length, with these spans blotted out."""
    out: list[str] = []
    done = 0
    for span in spans:
        out.append(text[done : span.start])
        out.append("\0" * (span.end - span.start))
        done = span.end
    return "".join((*out, text[done:]))


def _settle(found: list[Span]) -> list[Span]:
    """Of spans that overlap, the one of the higher rank (then the earlier, then the longer)."""
    taken: list[Span] = []
    for sort in _RANK if len(found) > 1 else ():
        same = sorted((s for s in found if s.type is sort), key=lambda s: (s.start, -s.end))
        taken = _merge(taken, same) if same else taken
    return taken or found


def _merge(taken: list[Span], new: list[Span]) -> list[Span]:
    """Both lists in order, those of ``new`` left out that overlap anything before them."""
    out: list[Span] = []
    i = 0
    for span in new:
        while i < len(taken) and taken[i].end <= span.start:
            out.append(taken[i])
            i += 1
        clear = i == len(taken) or span.end <= taken[i].start
        if clear and (not out or out[-1].end <= span.start):
            out.append(span)
    out.extend(taken[i:])
    return out
