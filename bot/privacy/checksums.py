"""Arithmetic of identity and bank card numbers: what a random number would not satisfy."""

from __future__ import annotations

import datetime as dt
from typing import Final

#: GB 11643-1999: weights of the first 17 digits, and the check character by remainder of 11.
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
#: GB/T 2260: the first two digits, province by province (83 for residents from Taiwan).
_PROVINCES: Final = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)
_FIRST_YEAR: Final = 1880
_LAST_YEAR: Final = 2099
#: Issuer prefix -> lengths in use (ISO/IEC 7812 registry; 95588/9558 older ICBC, 62 UnionPay).
_ISSUERS: Final = (
    ("62", range(16, 20)),
    ("81", range(16, 20)),
    ("9558", range(16, 20)),
    ("60", range(16, 20)),
    ("65", range(16, 20)),
    ("4", (13, 16, 19)),
    ("51", (16,)),
    ("52", (16,)),
    ("53", (16,)),
    ("54", (16,)),
    ("55", (16,)),
    ("2", (16,)),
    ("35", range(16, 20)),
    ("34", (15,)),
    ("37", (15,)),
    ("30", (14,)),
    ("36", (14,)),
    ("38", (14,)),
    ("5", (18, 19)),
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_MASTERCARD_2: Final = range(2221, 2721)


def _is_birthday(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return False
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def is_id_card(number: str) -> bool:
    """Whether 17 digits and a check character are a resident identity number (GB 11643)."""
    if len(number) != 18 or number[:2] not in _PROVINCES or not number[:17].isdecimal():
        return False
    if number[2:6] == "0000" or not _is_birthday(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number[17].upper() == _CHECKS[total % 11]


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = sum(int(digit) for digit in digits[-1::-2])
    total += sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def is_bank_card(digits: str) -> bool:
    """Whether 13 to 19 digits have an issuer's prefix, its length, and a right Luhn digit."""
    for prefix, lengths in _ISSUERS:
        if digits.startswith(prefix) and len(digits) in lengths:
            if prefix == "2" and int(digits[:4]) not in _MASTERCARD_2:
                continue
            return len(set(digits)) > 1 and passes_luhn(digits)
    return False
