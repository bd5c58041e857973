"""What telephone a row of digits is by its numbering plan, apart from the words around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.privacy.spans import Sort

_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_WITH_COUNTRY: Final = re.compile(r"(00)?86(1[3-9][0-9]{9})")
#: Area codes (YD/T telephone numbering plan): 010, 02x, and 0 with three digits elsewhere.
_LANDLINE: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])[2-9][0-9]{6,7}")
_AREA: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])")
#: Where numbers have eight digits: seven of them are too few unless the area code stands apart.
_BIG_AREA: Final = re.compile(r"0(?:10|2)")
_FROM_ABROAD: Final = re.compile(r"(00)?86((?:10|2[0-57-9]|[3-9][1-9][0-9])[2-9][0-9]{6,7})")
#: Seven or eight digits of a town, none of a public number (95588, 400…, 800…).
_LOCAL: Final = re.compile(r"(?!95|400|800)[2-9][0-9]{6,7}")
_LOCAL_SIZES: Final = ((7,), (8,), (3, 4), (4, 4))


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone; ``country`` is how many digits at its start are a country's.

    ``local``: it lacks its area code, so that a word must announce it. ``counted``: its last digit
    belongs to a counter that must follow (13800138000 3天, written without the blank).
    """

    sort: Sort
    country: int = 0
    local: bool = False
    counted: bool = False


def phone_of(digits: str, sizes: tuple[int, ...]) -> Phone | None:
    """The telephone that digits in groups of these sizes are, if any."""
    if digits[0] == "1":
        if len(digits) == 12:
            return Phone(Sort.MOBILE, counted=True) if sizes == (12,) else None
        return Phone(Sort.MOBILE) if _MOBILE.fullmatch(digits) else None
    if digits[0] == "0" and digits[1] != "0":
        apart = len(sizes) > 1
        if not _LANDLINE.fullmatch(digits) or (not apart and _is_short(digits)):
            return None
        return Phone(Sort.LANDLINE) if not apart or _AREA.fullmatch(digits[: sizes[0]]) else None
    if digits[0] in "08":
        if found := _WITH_COUNTRY.fullmatch(digits):
            return Phone(Sort.MOBILE, country=found.start(2))
        if (found := _FROM_ABROAD.fullmatch(digits)) and sizes[0] == found.start(2):
            return Phone(Sort.LANDLINE, country=found.start(2))
    if sizes in _LOCAL_SIZES and _LOCAL.fullmatch(digits):
        return Phone(Sort.LANDLINE, local=True)
    return None


def _is_short(digits: str) -> bool:
    return len(digits) == 10 and bool(_BIG_AREA.match(digits))
