"""Identity cards, bank cards and telephone numbers, however they are spaced out.

Cards are tried before phones, since a spaced card holds things that look like phones; and of two
cards that begin at one place the longer is taken, so that no end of it stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy import context
from bot.privacy.checksums import is_bank_card, is_date, is_id_card, is_like_id_card, is_old_id_card, may_be_card
from bot.privacy.phones import phone_of
from bot.privacy.rows import Row, figure_rows, said_rows
from bot.privacy.spans import Sort, Span

_MAX_GROUPS: Final = 6
_LONGEST: Final = 19
_SHORTEST_CARD: Final = 14
#: How many digits a telephone has that begins with this one; with any other it is a local number.
_PHONE_LENGTHS: Final = {
    "0": frozenset((10, 11, 12, 14, 15)),
    "1": frozenset((11, 12)),
    "8": frozenset((12, 13)),
}
_LOCAL_LENGTHS: Final = frozenset((7, 8))
_NO_LENGTHS: Final = frozenset[int]()
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
    first = 0
    while first < len(row.digits):
        last, span = _number_at(text, row, first)
        if span is not None:
            yield span
        first = last + 1


def _number_at(text: str, row: Row, first: int) -> tuple[int, Span | None]:
    """The last group of the number that begins with group ``first``, and what it is."""
    digits, sizes = row.digits, row.sizes
    best: tuple[int, Span | None] = first, None
    length = 0
    lengths = _PHONE_LENGTHS.get(digits[first][:1], _NO_LENGTHS)
    if first == 0:  # a local number stands right behind the word that announces it
        lengths |= _LOCAL_LENGTHS
    for last in range(first, min(first + _MAX_GROUPS, len(digits))):
        length += sizes[last]
        if not sizes[last] or length > _LONGEST:
            break
        if length >= _SHORTEST_CARD:
            joined = "".join(digits[first : last + 1])
            if may_be_card(joined) and (found := _card(text, joined, row, first, last)):
                best = last, found
        if length in lengths and best[1] is None:
            joined = "".join(digits[first : last + 1])
            if found := _phone(text, joined, row, first, last):
                best = last, found
    return best


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
