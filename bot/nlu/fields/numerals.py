"""Chinese numerals as people write them in a chat: 四十八, 一百二, 三千五, 两百, 1.2万."""

from __future__ import annotations

from typing import Final

DIGITS: Final = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
UNITS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000}
#: Characters a numeral is made of, for use inside a character class.
NUMERAL: Final = "零〇一二两三四五六七八九十百千万"


def numeral(text: str) -> int | None:
    """The value of a folded numeral, or None when ``text`` is not one.

    A last digit without its unit counts one place lower, as in speech: 一百二 is 120.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    total = section = 0
    digit: int | None = None
    last_unit = 1
    for character in text:
        if character in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[character]
            last_unit = 1 if digit == 0 else last_unit
        elif character in UNITS:
            unit = UNITS[character]
            if unit == 10000:
                total += (section + (digit or 0)) * unit
                section = 0
            else:
                section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            return None
    if digit is not None:
        section += digit * (last_unit // 10 if last_unit >= 100 else 1)
    return total + section
