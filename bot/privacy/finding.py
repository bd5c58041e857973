"""All personal data of a text: one pass of each reader, then what overlaps is settled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.privacy.fold import fold
from bot.privacy.handles import find_handles
from bot.privacy.numbers import find_numbers
from bot.privacy.places import find_places
from bot.privacy.spans import Sort, Span

#: Without one of these there is nothing to look for, which is so for most messages.
_HINT: Final = re.compile(
    r"[0-9@]|[号栋幢弄座室组][^一-龥]|[号栋幢弄座室组]\Z|[一二三四五六七八九十][号栋幢弄座室组]"
)
_WECHAT_HINT: Final = re.compile(
    r"微信|薇信|威信|[vV]信|加[vV微]|[vVwW][xX]|wechat|weixin", re.IGNORECASE
)
#: Who wins where two overlap: an address of mail over the number in it, cards over phones.
_RANK: Final = {
    sort: rank
    for rank, sort in enumerate(
        (
            Sort.EMAIL,
            Sort.ID_CARD,
            Sort.BANK_CARD,
            Sort.MOBILE,
            Sort.LANDLINE,
            Sort.PLATE,
            Sort.WECHAT,
        )
    )
}


def find(text: str) -> tuple[Span, ...]:
    """Personal data in any text, disjoint and in order; offsets are code points of ``text``.

    Takes time in proportion to the length. Never raises. Order numbers, amounts, dates, public
    service numbers and numbers already masked are not personal data.
    """
    folded = fold(text)
    inside = folded.text
    if not _HINT.search(inside) and not _WECHAT_HINT.search(inside):
        return ()
    found = _settle([*find_handles(inside), *find_numbers(inside)])
    # A street is looked for beside what is something else already, never across it.
    places = [*find_places(_without(inside, found))]
    if places:
        found = sorted([*found, *places], key=lambda one: one.start)
    return tuple(Span(s.type, *folded.origin(s.start, s.end)) for s in found)


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text, of the same length, with these spans blotted out."""
    out: list[str] = []
    done = 0
    for span in spans:
        out.append(text[done : span.start])
        out.append("\0" * (span.end - span.start))
        done = span.end
    return "".join((*out, text[done:]))


def _settle(found: Iterable[Span]) -> list[Span]:
    """Of spans that overlap, the one of the higher rank (then the earlier, then the longer)."""
    taken: list[Span] = []
    for sort in _RANK:
        same = sorted((s for s in found if s.type is sort), key=lambda s: (s.start, -s.end))
        taken = _merge(taken, same)
    return taken


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
