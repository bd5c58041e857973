"""Digits in a text, however they are written: rows of neighbouring groups, and where they stand.

A number is one group of digits, or several with short separators between; it never begins or ends
inside a group. Digits in figures and digits in words (一三八, 幺, 壹, ①, ❶) are read in two passes,
so that a figure keeps its borders beside a word: 13800138000一直没人接.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

_WORDS: Final = ("零〇⓪⓿", "一幺壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
#: First of nine characters for 1 to 9, in circles, brackets, with a stop, or raised and lowered.
_ONES: Final = (0x2460, 0x2474, 0x2488, 0x2776, 0x2780, 0x278A, 0x24F5)
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED: Final = "₀₁₂₃₄₅₆₇₈₉"


def _said() -> dict[int, str]:
    table = {ord(word): str(value) for value, words in enumerate(_WORDS) for word in words}
    table |= {one + value - 1: str(value) for one in _ONES for value in range(1, 10)}
    table |= {ord(one): str(value) for row in (_RAISED, _LOWERED) for value, one in enumerate(row)}
    return table


_SAID: Final = _said()
_SAID_CLASS: Final = "".join(map(chr, _SAID))
#: 一 is no digit where it begins a word: 一直, 一个, 一下.
_ONE_OF_A_WORD: Final = re.compile("一(?=[直下个样起定般共次天会位些点律旦])")
#: Between groups: blanks, and one mark or break among them. A bracket closes an area code.
_GAP: Final = r"(?: {0,2}+(?:[-._、·•,/]{1,4}+(?:\r?\n)?|\r?\n-?|\)-?)?+ {0,2}+)"
_SAID_GAP: Final = r"[ \n·,.、-]{0,2}"


def _pattern(digit: str, gap: str) -> re.Pattern[str]:
    """A row of seven digits at least, which is the shortest local number.

    Digits and separators have no character in common, so that this is linear in `re`, too.
    """
    return re.compile(rf"(?={digit}(?:{gap}{digit}){{6}}){digit}++(?:{gap}{digit}++)*+")


_ROW: Final = _pattern("[0-9]", _GAP)
_SAID_ROW: Final = _pattern(f"[0-9{_SAID_CLASS}]", _SAID_GAP)
_IS_SAID: Final = re.compile(rf"[{_SAID_CLASS}]")
#: Two words for digits close together, or one beside a figure; it begins with the rarer of the two.
_SAID_HINT: Final = re.compile(
    rf"[{_SAID_CLASS}](?:[ -]?[0-9{_SAID_CLASS}]|(?<=[0-9].)|(?<=[0-9][ -].))"
)
_GROUP: Final = re.compile(r"([0-9]+)")
_LONGEST: Final = 19
#: As many single digits, one by one, as the shortest number that is written so.
_MIN_SINGLES: Final = 10
_HAS_SINGLES: Final = re.compile(
    rf"(?<![0-9])[0-9](?:[^0-9]{{1,4}}[0-9](?![0-9])){{{_MIN_SINGLES - 1}}}"
)
_SINGLES: Final = re.compile(f"1{{{_MIN_SINGLES},}}")
#: In a row of more groups than this, of fewer digits each on an average, no number has ends; telephones
#: in groups of 3, 4 and 4 have more.
_MANY_GROUPS: Final = 64
_SMALL_GROUP: Final = 3.5


#: A country code and its separators are no longer than this.
_REACH: Final = 32


@dataclass(frozen=True, slots=True)
class Row:
    """Neighbouring groups of digits, side by side: what they say, where they start and end.

    ``digits`` of a group is empty when it is too long to be personal; ``sizes`` has their lengths.
    ``text`` is the row with all digits as figures, which stands at ``offset``.
    """

    digits: tuple[str, ...]
    sizes: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    text: str
    offset: int

    def place(self, group: int, count: int) -> int:
        """Where the digit after the first ``count`` from the start of ``group`` stands."""
        inside = self.text[self.starts[group] - self.offset :]
        digit = [place for place, one in enumerate(inside[:_REACH]) if one.isdecimal()][count]
        return self.starts[group] + digit


def spelled(text: str) -> str:
    """The text with every digit that is said in a word or a circle as a figure, of same length."""
    return text.translate(_SAID)


def figure_rows(text: str) -> Iterator[Row]:
    """Rows of groups written in figures, in a folded text."""
    for found in _ROW.finditer(text):
        if row := _row(found.group(), found.start()):
            yield row


def said_rows(text: str) -> Iterator[Row]:
    """Rows of groups in which at least one digit is a word, in a folded text."""
    if not _SAID_HINT.search(text):
        return
    for found in _SAID_ROW.finditer(_ONE_OF_A_WORD.sub("\0", text)):
        written = found.group()
        if _IS_SAID.search(written) and (row := _row(spelled(written), found.start())):
            yield row


def _row(written: str, start: int) -> Row | None:
    parts = _GROUP.split(written)
    digits = parts[1::2]
    if len(digits) > _MANY_GROUPS and sum(map(len, digits)) < _SMALL_GROUP * len(digits):
        return None
    places = list(accumulate(map(len, parts), initial=start))
    starts, ends = places[1::2], places[2::2]
    if len(digits) >= _MIN_SINGLES and _HAS_SINGLES.search(written):
        digits, starts, ends = _join_singles(digits, starts, ends)
    kept = tuple([one if len(one) <= _LONGEST else "" for one in digits])
    return Row(kept, tuple(map(len, digits)), tuple(starts), tuple(ends), written, start)


def _join_singles(
    digits: list[str], starts: list[int], ends: list[int]
) -> tuple[list[str], list[int], list[int]]:
    """The same groups, each run of single digits as one of them: 1 3 8 0 0 …."""
    singles = "".join(["1" if len(one) == 1 else "0" for one in digits])
    for found in reversed([*_SINGLES.finditer(singles)]):
        first, last = found.span()
        digits[first:last] = ["".join(digits[first:last])]
        starts[first:last] = [starts[first]]
        ends[first:last] = [ends[last - 1]]
    return digits, starts, ends
