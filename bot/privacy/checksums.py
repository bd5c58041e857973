"""Arithmetic of identity and bank card numbers: what a random number would not satisfy."""

from __future__ import annotations

import datetime as dt
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
#: Issuer prefix -> lengths in use (ISO/IEC 7812; 62 and 81 UnionPay, the others the card schemes).
_ISSUERS: Final[tuple[tuple[str, tuple[int, ...]], ...]] = (
    ("62", (16, 17, 18, 19)),
    ("81", (16, 17, 18, 19)),
    ("4", (16,)),
    *((str(code), (16,)) for code in range(51, 56)),
    *((str(code), (16,)) for code in range(2221, 2721)),
    ("35", (16,)),
    ("34", (15,)),
    ("37", (15,)),
    ("30", (14,)),
    ("36", (14,)),
    ("38", (14,)),
    ("60", (16,)),
    ("65", (16,)),
    # debit cards of mainland banks from before UnionPay: 建行, 农行, 工行, 中行
    ("436742", (19,)),
    ("421349", (19,)),
    ("434061", (19,)),
    ("434062", (19,)),
    ("95599", (19,)),
    ("9558", (19,)),
    ("601382", (19,)),
)
#: Prefixes so common among order numbers that only a word about a card makes one of them.
_RARE_ISSUERS: Final[tuple[tuple[str, tuple[int, ...]], ...]] = (
    ("4", (19,)),
    ("5", (18, 19)),
    ("60", (19,)),
    ("9", (16, 17, 18, 19)),
    ("84", (16, 17, 18, 19)),
    ("68", (16, 17, 18, 19)),
    ("69", (15, 16, 17, 18, 19)),
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _by_length(
    issuers: tuple[tuple[str, tuple[int, ...]], ...],
) -> dict[int, tuple[str, ...]]:
    out: dict[int, list[str]] = {}
    for prefix, lengths in issuers:
        for length in lengths:
            out.setdefault(length, []).append(prefix)
    return {length: tuple(prefixes) for length, prefixes in out.items()}


_PREFIXES: Final = _by_length(_ISSUERS)
_RARE_PREFIXES: Final = _by_length(_RARE_ISSUERS)


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
    """ISO/IEC 7812-1 annex B."""
    total = sum([int(digit) for digit in digits[-1::-2]])
    total += sum([_DOUBLED[int(digit)] for digit in digits[-2::-2]])
    return total % 10 == 0


def is_bank_card(digits: str, *, said_to_be: bool = False) -> bool:
    """Whether 14 to 19 digits have an issuer's prefix, its length, and a right Luhn digit.

    ``said_to_be``: the text calls it a card, which lets in issuers whose numbers look like orders.
    """
    known = digits.startswith(_PREFIXES.get(len(digits), ())) or (
        said_to_be and digits.startswith(_RARE_PREFIXES.get(len(digits), ()))
    )
    return known and len(set(digits)) > 1 and passes_luhn(digits)
