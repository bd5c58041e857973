"""Identity cards, bank cards and telephone numbers, however they are spaced out.

Cards are tried before phones, since a spaced card holds things that look like phones; and of two
cards that begin at one place the longer is taken, so that no end of it stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from bot.privacy import context
from bot.privacy.checksums import (
    is_bank_card,
    is_date,
    is_id_card,
    is_like_id_card,
    is_old_id_card,
    may_be_card,
)
from bot.privacy.phones import phone_of
from bot.privacy.rows import Row, figure_rows, said_rows
from bot.privacy.spans import Sort, Span

_MAX_GROUPS: Final = 6
#: Only a local number is shorter.
_SHORTEST: Final = 10
_SHORTEST_CARD: Final = 14
_CARD_LENGTHS: Final = (19, 18, 17, 16, 15, 14)
_LOCAL_LENGTHS: Final = (7, 8)
#: How many digits a number has that begins with this one, in the order they are tried: the longer
#: card before the shorter, cards before phones.
_LENGTHS: Final = {
    "0": (10, 11, 12, 14, 15),
    "1": (*_CARD_LENGTHS, 11, 12),
    "8": (*_CARD_LENGTHS, 13, 12, *_LOCAL_LENGTHS),
} | dict.fromkeys("2345679", (*_CARD_LENGTHS, *_LOCAL_LENGTHS))
_LAST_X: Final = re.compile(r"[ \n-]{0,2}[xX](?![0-9A-Za-z])")
_OLD_SIZES: Final = ((15,), (6, 6, 3))
_IP: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def find_numbers(text: str) -> Iterator[Span]:
    """Numbers in figures in a folded text, disjoint, from left to right."""
    for row in figure_rows(text):
        yield from _in_row(text, row)


def find_said_numbers(text: str) -> Iterator[Span]:
    """Numbers in words, or in words and figures; disjoint, from left to right."""
    for row in said_rows(text):
        yield from _in_row(text, row)


def _in_row(text: str, row: Row) -> Iterator[Span]:
    # Sums of sizes tell at once whether some group ends so many digits behind the first.
    sums = list(accumulate(row.sizes, initial=0))
    if sums[-1] < _SHORTEST and not context.wants_local(context.lead_of(text, row.starts[0])):
        return
    groups = {total: count for count, total in enumerate(sums)}
    first = 0
    while first < len(row.digits):
        span = None
        for length in _LENGTHS.get(row.digits[first][:1], ()):
            end = groups.get(sums[first] + length)
            if end is not None and end - first <= _MAX_GROUPS:
                span = _number(text, row, first, end - 1)
                if span is not None:
                    yield span
                    break
        first = first + 1 if span is None or end is None else end


def _number(text: str, row: Row, first: int, last: int) -> Span | None:
    joined = "".join(row.digits[first : last + 1])
    if len(joined) < _SHORTEST_CARD or joined[0] == "0":
        if first and len(joined) in _LOCAL_LENGTHS:
            return None  # it does not stand behind the word that would announce it
        return _phone(text, joined, row, first, last)
    return _card(text, joined, row, first, last) if may_be_card(joined) else None


def _card(text: str, joined: str, row: Row, first: int, last: int) -> Span | None:
    start, end = row.starts[first], row.ends[last]
    old = False
    if is_like_id_card(joined):
        letter = _LAST_X.match(text, end) if len(joined) == 17 else None
        if is_id_card(joined + "X" if letter else joined):
            return Span(Sort.ID_CARD, start, letter.end() if letter else end)
        old = is_old_id_card(joined) and row.sizes[first : last + 1] in _OLD_SIZES
    bank = is_bank_card(joined)
    if not (old or bank or is_bank_card(joined, rare=True)) or _touches_stars(text, start, end):
        return None
    lead = context.lead_of(text, start)
    said = context.speaks_of_card(lead)
    if not (old or bank or said) or not context.letters_allow(text, start, end, card=True):
        return None
    if _is_other(text, lead, row, first, last) or context.is_other_card(lead):
        return None
    is_bank = not old or (said and bank)
    return Span(Sort.BANK_CARD if is_bank else Sort.ID_CARD, start, end)


def _phone(text: str, joined: str, row: Row, first: int, last: int) -> Span | None:
    phone = phone_of(joined, row.sizes[first : last + 1])
    if phone is None:
        return None
    start, end = row.starts[first], row.ends[last]
    if _touches_stars(text, start, end) or not context.letters_allow(text, start, end, card=False):
        return None
    if phone.counted and not context.counts_after(text, end):
        return None
    lead = context.lead_of(text, start)
    if phone.local and not context.wants_local(lead):
        return None
    if _is_other(text, lead, row, first, last) or _is_calendar(row, first, last):
        return None
    if text[start - 1 : start] == "(" and ")" in text[start:end]:
        start -= 1
    if phone.country:
        start = row.place(first, phone.country)
    return Span(phone.sort, start, end - phone.counted)


def _touches_stars(text: str, start: int, end: int) -> bool:
    """Whether it is what masking left of a longer number: 0571-****1234."""
    return text[start - 1 : start] == "*" or text.startswith(("*", "-*"), end)


def _is_other(text: str, lead: str, row: Row, first: int, last: int) -> bool:
    """Whether it is an order number, an amount, an address of a machine, or a list of figures."""
    start, end = row.starts[first], row.ends[last]
    if context.is_business(lead, text, end):
        return True
    if first == last:
        return False
    if _IP.fullmatch(text, start, end):
        return True
    sizes = row.sizes[first : last + 1]
    if any(mark in text[start:end] for mark in ",/"):
        return not (sizes == (3, 4, 4) or len(sizes) == 2 or set(sizes[:-1]) == {4})
    return False


def _is_calendar(row: Row, first: int, last: int) -> bool:
    """Whether some group is a year among small groups, or a whole date: 19900101 001."""
    if first == last:
        return False
    before, size = row.digits[first:last], last + 1 - first
    if any(len(one) == 8 and is_date(one) for one in before):
        return True
    return (
        size > 2
        and any(len(one) == 4 and one[:2] in ("19", "20") for one in before)
        and sum(len(one) <= 2 for one in row.digits[first : last + 1]) >= 2
    )
