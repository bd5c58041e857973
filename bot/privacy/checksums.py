"""Arithmetic of identity and bank card numbers: what a random number would not satisfy."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

#: GB 11643-1999: weights of the first 17 digits, and the check character by remainder of 11.
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
#: GB/T 2260: the first two digits, province by province.
_PROVINCES: Final = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
    )
    for code in codes
)
#: Residence permits of people from Hong Kong, Macao and Taiwan carry no city (GB 11643, 2018).
_PERMITS: Final = frozenset(("710000", "810000", "820000", "830000"))
#: GB/T 2260: prefectures are 01 to 70, counties run directly by a province 90.
_CITIES: Final = frozenset((*(f"{code:02}" for code in range(1, 71)), "90"))
_FIRST_YEAR: Final = 1880
_LAST_YEAR: Final = 2099
#: Issuers by prefix and length (ISO/IEC 7812): 62 and 81 UnionPay, the card schemes, and debit cards
#: of mainland banks from before UnionPay (建行, 中行, 农行, 工行).
_ISSUED: Final = re.compile(
    r"(?:62|81)\d{14,17}|(?:4\d|5[1-5]|35|6[05])\d{14}"
    r"|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3[068]\d{12}"
    r"|(?:436742|421349|434061|434062|601382)\d{13}|95599\d{14}|9558\d{15}"
)
#: Issuers so common among order numbers that only a word about a card makes one of them.
_RARELY_ISSUED: Final = re.compile(
    r"4\d{18}|5\d{17,18}|60\d{17}|(?:9\d|84|68|69)\d{14,17}|69\d{13}"
)
#: As much of an identity number as can be told without arithmetic: region, month and day.
_LIKE_ID: Final = re.compile(
    r"[1-8]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d{4,5}|[1-8]\d{7}(?:0[1-9]|1[0-2])[0-3]\d{4}"
)
_ANY_CARD: Final = re.compile(
    "|".join(one.pattern for one in (_ISSUED, _RARELY_ISSUED, _LIKE_ID)), re.ASCII
)
_DOUBLED: Final = str.maketrans("0123456789", "0246813579")
_ZERO: Final = ord("0")


def is_date(digits: str) -> bool:
    """Whether ``YYYYMMDD`` is a day of 1880 to 2099."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _is_region(digits: str) -> bool:
    return digits in _PERMITS or (digits[:2] in _PROVINCES and digits[2:4] in _CITIES)


def is_id_card(number: str) -> bool:
    """Whether 17 digits and a check character are a resident identity number (GB 11643)."""
    if len(number) != 18 or not number[:17].isdecimal() or not _is_region(number[:6]):
        return False
    if not is_date(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17].upper() == _CHECKS[total % 11]


def is_old_id_card(digits: str) -> bool:
    """Whether 15 digits are an identity number of before 1999: region, YYMMDD, serial number."""
    return len(digits) == 15 and _is_region(digits[:6]) and is_date(f"19{digits[6:12]}")


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B, for figures."""
    codes = digits[-1::-2].encode(), digits[-2::-2].translate(_DOUBLED).encode()
    return (sum(codes[0]) + sum(codes[1]) - _ZERO * len(digits)) % 10 == 0


def is_bank_card(digits: str, *, rare: bool = False) -> bool:
    """Whether 14 to 19 digits have an issuer's prefix, its length, and a right Luhn digit.

    ``rare``: look among the issuers whose numbers look like order numbers instead.
    """
    issued = (_RARELY_ISSUED if rare else _ISSUED).fullmatch(digits)
    return bool(issued) and passes_luhn(digits) and len(set(digits)) > 1


def is_like_id_card(digits: str) -> bool:
    """Whether 15, 17 or 18 digits may be an identity number, before any arithmetic."""
    return bool(_LIKE_ID.fullmatch(digits))


def may_be_card(digits: str) -> bool:
    """Whether digits begin and are as long as a card of some sort, before any arithmetic."""
    return bool(_ANY_CARD.fullmatch(digits))
