"""Identity cards, bank cards and telephone numbers, however they are spaced out.

A number is one group of digits, or up to five groups with short separators between; it never
begins or ends inside a group. Groups of a single digit in a row count as one (``1 3 8 0 …``).
Cards are tried before phones, since a spaced card holds things that look like phones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.privacy.checksums import is_bank_card, is_id_card
from bot.privacy.spans import Sort, Span

# Digits and separators have no character in common, so that these are linear in `re`, too.
_ROW: Final = re.compile(r"[0-9]+(?:[ \r\n._、()-]{1,3}[0-9]+)*")
_GROUP: Final = re.compile(r"[0-9]+")
_MAX_GROUPS: Final = 5
_SHORTEST: Final = 10
_LONGEST: Final = 19
#: No personal number hides in a longer row of single digits, since nothing shows its ends.
_MAX_SINGLES: Final = 24
#: Words that say the digits after them are a business number (MII: tracking, order, invoice).
_BUSINESS: Final = re.compile(
    r"(?:订单|单号|运单|快递单|编号|流水|交易号|发票|货号|条码|工号|户号|设备号|序列号|型号|案件号|"
    r"优惠码|券码|卡密|取件码|验证码|编码|sn|no\.|SN|ID|id)[号码]{0,2}[ 是为：:=#]{0,3}$"
)
_LEAD: Final = 14
_MONEY: Final = re.compile(r"[ ]?(?:元|块|人民币|件|个|米|克|GB|gb|MB|次|%)")
_LANDLINE: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])[2-9][0-9]{6,7}")
_AREA: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])")
#: Letters that may stand right before a number and still make it a telephone.
_PHONE_LETTERS: Final = re.compile(
    r"(?:tel|phone|mobile|mob|call|dh|sj|wx|vx|v|weixin|wechat|qq|t|m)\Z", re.IGNORECASE
)


class _Digits(NamedTuple):
    """A group of digits and its place; ``text`` is empty when it is too long to be personal."""

    text: str
    start: int
    end: int


def _groups(text: str) -> Iterator[list[_Digits]]:
    """Rows of neighbouring groups, rows of single digits already joined."""
    for row in _ROW.finditer(text):
        first, last = row.span()
        if last - first < _SHORTEST:
            continue
        yield _join_singles(
            [
                _Digits(one.group() if one.end() - one.start() <= _LONGEST else "", *one.span())
                for one in _GROUP.finditer(text, first, last)
            ]
        )


def _join_singles(row: list[_Digits]) -> list[_Digits]:
    if len(row) < 11:
        return row
    out: list[_Digits] = []
    i = 0
    while i < len(row):
        j = i
        while j < len(row) and len(row[j].text) == 1:
            j += 1
        if j - i < 11:
            out.extend(row[i : max(j, i + 1)])
        else:
            joined = "".join(one.text for one in row[i : min(j, i + _MAX_SINGLES)])
            text = joined if j - i <= _LONGEST else ""
            out.append(_Digits(text, row[i].start, row[j - 1].end))
        i = max(j, i + 1)
    return out


def find_numbers(text: str) -> Iterator[Span]:
    """Numbers in a folded text, disjoint, from left to right."""
    for row in _groups(text):
        i = 0
        while i < len(row):
            size, span = _number_at(text, row, i)
            if span is not None:
                yield span
            i += size


def _number_at(text: str, row: list[_Digits], first: int) -> tuple[int, Span | None]:
    """How many groups the number beginning at ``first`` takes, and what it is."""
    start = row[first].start
    before = text[start - 1] if start else ""
    if not row[first].text or before == "*":
        return 1, None
    if row[min(first + _MAX_GROUPS, len(row)) - 1].end - start < _SHORTEST:
        return 1, None
    phones_only = bool(before) and before.isascii() and before.isalpha()
    if phones_only and not _PHONE_LETTERS.search(text, max(0, start - 8), start):
        return 1, None
    joined = ""
    phone: tuple[int, Span] | None = None
    for size in range(1, min(_MAX_GROUPS, len(row) - first) + 1):
        group = row[first + size - 1]
        joined += group.text
        if not group.text or len(joined) > _LONGEST:
            break
        if len(joined) < 10 or text[group.end : group.end + 1] == "*":
            continue
        if not phones_only:
            card = _card(text, joined, start, group.end)
            if card is not None:
                return size, card
        if phone is None:
            sort = _phone(joined, [one.text for one in row[first : first + size]])
            if sort and not _is_business(text, start, group.end):
                skip = _country_code(joined, row[first])
                opened = before == "(" and ")" in text[start : group.end]
                phone = size, Span(sort, start - opened + skip, group.end)
    return phone or (1, None)


def _card(text: str, joined: str, start: int, end: int) -> Span | None:
    if len(joined) == 17 and text[end : end + 1] in ("x", "X") and is_id_card(joined + "X"):
        return Span(Sort.ID_CARD, start, end + 1)
    if len(joined) == 17 and text[end : end + 2] in (" x", " X") and is_id_card(joined + "X"):
        return Span(Sort.ID_CARD, start, end + 2)
    if len(joined) == 18 and is_id_card(joined):
        return Span(Sort.ID_CARD, start, end)
    if len(joined) >= 13 and is_bank_card(joined) and not _is_business(text, start, end):
        return Span(Sort.BANK_CARD, start, end)
    return None


def _phone(joined: str, groups: list[str]) -> Sort | None:
    digits = joined
    for code in ("0086", "86"):
        if joined.startswith(code) and len(joined) == len(code) + 11:
            digits = joined[len(code) :]
    if len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
        return None if _is_date(groups) else Sort.MOBILE
    whole = len(groups) == 1 or bool(_AREA.fullmatch(groups[0]))
    return Sort.LANDLINE if whole and _LANDLINE.fullmatch(joined) else None


def _country_code(joined: str, first: _Digits) -> int:
    """How many characters to leave out at the start: a country code written as part of a group."""
    for code in ("0086", "86"):
        if joined.startswith(code) and len(joined) == len(code) + 11:
            return len(code) if first.text != code else len(code) + 1
    return 0


def _is_date(groups: list[str]) -> bool:
    """Whether some group is a year among small groups: quantities and dates in a row."""
    return (
        len(groups) > 2
        and any(len(one) == 4 and one[:2] in ("19", "20") for one in groups[:-1])
        and sum(len(one) <= 2 for one in groups) >= 2
    )


def _is_business(text: str, start: int, end: int) -> bool:
    lead = text[max(0, start - _LEAD) : start]
    return bool(_BUSINESS.search(lead) or _MONEY.match(text, end))
