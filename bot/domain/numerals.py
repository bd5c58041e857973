"""Chinese numerals up to the hundreds, as they stand in times: 两个工作日, 十二点, 四十八小时."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_DIGITS: Final = MappingProxyType(
    dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "俩": 2, "〇": 0}
)
#: Characters that a numeral may consist of, for patterns.
CHARS: Final = "0-9零〇一二两俩三四五六七八九十百半"


def number(text: str) -> float | None:
    """``48`` -> 48.0, ``四十八`` -> 48.0, ``半`` -> 0.5; None when it is no number."""
    if text == "半":
        return 0.5
    if text.isdigit():
        return float(text)
    total = current = 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        elif char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            return None
    return float(total + current) if text else None
