"""Identity cards, bank cards and telephone numbers, however they are spaced out.

Cards are tried before phones, since a spaced card holds things that look like phones; and of two
cards that begin at one place the longer is taken, so that no end of it stays behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.privacy import context
from bot.privacy.checksums import is_bank_card, is_date, is_id_card, is_old_id_card
from bot.privacy.rows import Group, figure_rows, said_rows
from bot.privacy.spans import Sort, Span

_MAX_GROUPS: Final = 6
_LONGEST: Final = 19
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_WITH_COUNTRY: Final = re.compile(r"(?:00)?86(1[3-9][0-9]{9})")
#: Area codes of the ministry: 010, 02x, and three digits after the 0 for all other places.
_LANDLINE: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])[2-9][0-9]{6,7}")
_AREA: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])")
_BIG_AREA: Final = re.compile(r"0(?:10|2[0-57-9])")
_ABROAD: Final = re.compile(r"(?:00)?86")
#: Seven or eight digits of a town, none of a public number (95588, 400…, 800…).
_LOCAL: Final = re.compile(r"(?!95|400|800)[2-9][0-9]{6,7}")
_LOCAL_SIZES: Final = ((7,), (8,), (3, 4), (4, 4))
_LAST_X: Final = re.compile(r"[ \n-]{0,2}[xX](?![0-9A-Za-z])")
_IP: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def find_numbers(text: str) -> Iterator[Span]:
    """Numbers in figures in a folded text, disjoint, from left to right."""
    for row in figure_rows(text):
        yield from _in_row(text, row)


def find_said_numbers(text: str) -> Iterator[Span]:
    """Numbers in words, or in words and figures; disjoint, from left to right."""
    for row in said_rows(text):
        yield from _in_row(text, row)


def _in_row(text: str, row: Sequence[Group]) -> Iterator[Span]:
    i = 0
    while i < len(row):
        size, span = _number_at(text, row, i)
        if span is not None:
            yield span
        i += size


def _number_at(text: str, row: Sequence[Group], first: int) -> tuple[int, Span | None]:
    """How many groups the number beginning at ``first`` takes, and what it is."""
    head = row[first].digits
    start = row[first].start
    if not head or text[start - 1 : start] == "*":
        return 1, None
    card: tuple[int, Span] | None = None
    phone: tuple[int, Span] | None = None
    joined = ""
    for size in range(1, min(_MAX_GROUPS, len(row) - first) + 1):
        group = row[first + size - 1]
        joined += group.digits
        if not group.digits or len(joined) > _LONGEST:
            break
        if len(joined) < 7 or text[group.end : group.end + 1] == "*":
            continue
        groups = row[first : first + size]
        if len(joined) >= 14 and (found := _card(text, joined, groups)):
            card = size, found
        elif phone is None and (found := _phone(text, joined, groups)):
            phone = size, found
    return card or phone or (1, None)


def _card(text: str, joined: str, groups: Sequence[Group]) -> Span | None:
    start, end = groups[0].start, groups[-1].end
    if len(joined) == 17 and (last := _LAST_X.match(text, end)) and is_id_card(joined + "X"):
        return Span(Sort.ID_CARD, start, last.end())
    if is_id_card(joined):
        return Span(Sort.ID_CARD, start, end)
    if is_old_id_card(joined) and _sizes(groups) in ((15,), (6, 6, 3)):
        if context.letters_allow(text, start, end, card=True) and not _is_other(text, groups):
            return Span(Sort.ID_CARD, start, end)
    elif (
        is_bank_card(joined, said_to_be=context.speaks_of_card(text, start))
        and context.letters_allow(text, start, end, card=True)
        and not _is_other(text, groups)
        and not context.is_other_card(text, start)
    ):
        return Span(Sort.BANK_CARD, start, end)
    return None


def _phone(text: str, joined: str, groups: Sequence[Group]) -> Span | None:
    start, end = groups[0].start, groups[-1].end
    sort, skip = _phone_sort(text, joined, groups)
    if sort is None or not context.letters_allow(text, start, end, card=False):
        return None
    if _is_other(text, groups) or _is_calendar(groups):
        return None
    if len(joined) == 12 and sort is Sort.MOBILE:
        return Span(sort, start, end - 1)
    if text[start - 1 : start] == "(" and ")" in text[start:end]:
        start -= 1
    return Span(sort, _after_digits(groups, skip) if skip else start, end)


def _phone_sort(
    text: str, joined: str, groups: Sequence[Group]
) -> tuple[Sort, int] | tuple[None, int]:
    """The sort of telephone, and how many digits at its start are a country's."""
    if _MOBILE.fullmatch(joined):
        return Sort.MOBILE, 0
    if len(joined) == 12 and len(groups) == 1 and _MOBILE.match(joined):
        return (Sort.MOBILE, 0) if context.counts_after(text, groups[0].end) else (None, 0)
    if _WITH_COUNTRY.fullmatch(joined):
        return Sort.MOBILE, len(joined) - 11
    head = groups[0].digits
    if _LANDLINE.fullmatch(joined):
        if len(groups) > 1:
            return (Sort.LANDLINE, 0) if _AREA.fullmatch(head) else (None, 0)
        return (None, 0) if len(joined) == 10 and _BIG_AREA.match(joined) else (Sort.LANDLINE, 0)
    if len(groups) > 1 and _ABROAD.fullmatch(head):
        if _LANDLINE.fullmatch("0" + joined[len(head) :]):
            return Sort.LANDLINE, len(head)
    elif _LOCAL.fullmatch(joined) and _sizes(groups) in _LOCAL_SIZES:
        if context.wants_local(text, groups[0].start):
            return Sort.LANDLINE, 0
    return None, 0


def _after_digits(groups: Sequence[Group], count: int) -> int:
    """Where the digit after the first ``count`` stands."""
    for group in groups:
        if count < len(group.digits):
            return group.start + count * (group.end - group.start) // len(group.digits)
        count -= len(group.digits)
    return groups[-1].end


def _sizes(groups: Sequence[Group]) -> tuple[int, ...]:
    return tuple(len(one.digits) for one in groups)


def _is_other(text: str, groups: Sequence[Group]) -> bool:
    """Whether it is an order number, an amount, an address of a machine, or a list of figures."""
    start, end = groups[0].start, groups[-1].end
    if context.is_business(text, start, end):
        return True
    if len(groups) == 1:
        return False
    if _IP.fullmatch(text, start, end):
        return True
    sizes = _sizes(groups)
    if any(mark in text[start:end] for mark in ",/"):
        return not (sizes == (3, 4, 4) or len(sizes) == 2 or set(sizes[:-1]) == {4})
    return False


def _is_calendar(groups: Sequence[Group]) -> bool:
    """Whether some group is a year among small groups, or a whole date: 19900101 001."""
    if len(groups) == 1:
        return False
    if any(len(one.digits) == 8 and is_date(one.digits) for one in groups[:-1]):
        return True
    return (
        len(groups) > 2
        and any(len(one.digits) == 4 and one.digits[:2] in ("19", "20") for one in groups[:-1])
        and sum(len(one.digits) <= 2 for one in groups) >= 2
    )
