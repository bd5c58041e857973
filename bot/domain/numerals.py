"""Numbers as people write them in a chat: 四十八, 一百二, 三千五, 3千5, 1.5万, 三点五, 两亿, 廿五.

The one reading of numerals for times, sums and dates.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

#: Digits by character. 幺 is how 一 is said in telephone numbers, 俩 and 仨 hold their counter.
DIGITS: Final = MappingProxyType(
    dict(zip("零一二三四五六七八九", range(10), strict=True))
    | {"〇": 0, "幺": 1, "两": 2, "俩": 2, "仨": 3}
)
_UNITS: Final = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_MYRIADS: Final = MappingProxyType({"万": 10_000, "w": 10_000, "亿": 100_000_000})
#: Characters that a numeral in a time may consist of, for patterns.
CHARS: Final = "0-9零〇一二两俩三四五六七八九十百半"
#: Characters that a written-out numeral may consist of, for use inside a character class.
NUMERAL: Final = "零〇一二两俩三仨四五六七八九十廿百千万亿"
#: No number of daily life is longer; what is longer is no number.
_LONGEST: Final = 20
_PIECE: Final = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\D")
_SPOKEN: Final = str.maketrans({character: str(digit) for character, digit in DIGITS.items()})


def number(text: str) -> float | None:
    """The value of a folded numeral, or None when ``text`` is none.

    ``48`` and ``四十八`` are 48.0, ``半`` is 0.5, ``三点五`` is 3.5, ``1.2万`` is 12000.0. A last
    digit without its unit counts one place lower, as in speech: ``一百二`` is 120.0.
    """
    if text == "半":
        return 0.5
    if not text or len(text) > _LONGEST:
        return None
    if "点" in text:
        return _with_point(text)
    return _plain(_PIECE.findall(text.replace("廿", "二十")))


def whole(text: str) -> int | None:
    """As :func:`number`, for whole numbers only: ``三点五`` is None."""
    value = number(text)
    return int(value) if value is not None and value.is_integer() else None


def spelled(text: str) -> str:
    """Digits said one by one as ASCII digits, of the same length: 一三八 is 138."""
    return text.translate(_SPOKEN)


def _with_point(text: str) -> float | None:
    before, _, after = text.partition("点")
    scale = _MYRIADS.get(after[-1:], 1)
    decimals = spelled(after if scale == 1 else after[:-1])
    ones = number(before) if before else None
    if ones is None or not (decimals.isascii() and decimals.isdigit()):
        return None
    return round((ones + float(f"0.{decimals}")) * scale, 6)


def _plain(pieces: list[str]) -> float | None:
    total = section = 0.0
    digit: float | None = None
    #: The last unit said, and the last within the section, which must fall: 千 百 十.
    last, least = 1, 10_000
    for piece in pieces:
        if piece in _UNITS:
            unit = _UNITS[piece]
            if unit >= least or (digit is None and unit != 10):
                return None
            section += (1 if digit is None else digit) * unit
            digit, last, least = None, unit, unit
        elif piece in _MYRIADS:
            if digit is None and not section and not total:
                return None
            part = section + (digit or 0)
            # 亿 multiplies all that was said, 万 only what was said since 亿.
            total = (total + part) * _MYRIADS[piece] if piece == "亿" else total + part * 10_000
            section, digit, last, least = 0.0, None, _MYRIADS[piece], 10_000
        else:
            value = DIGITS.get(piece)
            if value is None and not (piece[0].isascii() and piece[0].isdigit()):
                return None
            if digit not in (None, 0.0):
                return None
            digit = float(piece.replace(",", "")) if value is None else float(value)
            # After 零 a last digit is what it says: 一百零二 is 102.
            last = 1 if digit == 0 else last
    if digit is None:
        return round(total + section, 6)
    shift = last // 10 if last >= 100 and digit < 10 else 1
    return round(total + section + digit * shift, 6)
