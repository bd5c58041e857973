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
_SAID_CLASS: Final = "".join(chr(code) for code in _SAID if chr(code) != "一")
#: 一 is no digit where it begins a word: 一直, 一个, 一下.
_SAID_DIGIT: Final = f"(?:[0-9{_SAID_CLASS}]|一(?![直下个样起定般共次天会位些点律旦]))"
_GAP: Final = r"[ \r\n._、()·•,/-]{1,3}"
# Digits and separators have no character in common, so that these are linear in `re`, too.
_ROW: Final = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_SAID_ROW: Final = re.compile(rf"{_SAID_DIGIT}+(?:{_GAP}{_SAID_DIGIT}+)*")
_IS_SAID: Final = re.compile(rf"[一{_SAID_CLASS}]")
#: Cheap to look for: two words for digits close together, or one beside a figure.
_SAID_HINT: Final = re.compile(
    rf"[一{_SAID_CLASS}][ -]?[0-9一{_SAID_CLASS}]|[0-9][ -]?[一{_SAID_CLASS}]"
)
_GROUP: Final = re.compile(r"([0-9]+)")
#: Below this a row is too short for any personal number.
_SHORTEST: Final = 7
_LONGEST: Final = 19
#: No personal number hides in a longer row of single digits, since nothing shows its ends.
_MAX_SINGLES: Final = 24
#: As many single digits, one by one, as the shortest number that is written so.
_MIN_SINGLES: Final = 10
#: In a row of more groups than this, of fewer digits each than the next, no number has ends.
_MANY_GROUPS, _SMALL_GROUP = 64, 3


@dataclass(frozen=True, slots=True)
class Group:
    """A group of digits and its place; ``digits`` is empty when it is too long to be personal."""

    digits: str
    start: int
    end: int


def spelled(text: str) -> str:
    """The text with every digit that is said in a word or a circle as a figure, of same length."""
    return text.translate(_SAID)


def figure_rows(text: str) -> Iterator[list[Group]]:
    """Rows of groups written in figures, in a folded text."""
    for row in _ROW.finditer(text):
        first, last = row.span()
        if last - first >= _SHORTEST:
            groups = _groups(row.group(), first)
            if groups:
                yield groups


def said_rows(text: str) -> Iterator[list[Group]]:
    """Rows of groups in which at least one digit is a word, in a folded text."""
    if not _SAID_HINT.search(text):
        return
    for row in _SAID_ROW.finditer(text):
        first, last = row.span()
        if last - first >= _SHORTEST and _IS_SAID.search(text, first, last):
            groups = _groups(spelled(row.group()), first)
            if groups:
                yield groups


def _groups(row: str, start: int) -> list[Group]:
    parts = _GROUP.split(row)
    digits = parts[1::2]
    if len(digits) > _MANY_GROUPS and sum(map(len, digits)) < _SMALL_GROUP * len(digits):
        return []
    ends = list(accumulate(map(len, parts), initial=start))[2::2]
    return _join_singles(
        [
            Group(one if len(one) <= _LONGEST else "", end - len(one), end)
            for one, end in zip(digits, ends, strict=False)
        ]
    )


def _join_singles(row: list[Group]) -> list[Group]:
    """A run of single digits as one group: 1 3 8 0 0 …."""
    if len(row) < _MIN_SINGLES:
        return row
    out: list[Group] = []
    i = 0
    while i < len(row):
        j = i
        while j < len(row) and len(row[j].digits) == 1:
            j += 1
        if j - i < _MIN_SINGLES:
            out.extend(row[i : max(j, i + 1)])
        else:
            joined = "".join([one.digits for one in row[i : min(j, i + _MAX_SINGLES)]])
            digits = joined if j - i <= _LONGEST else ""
            out.append(Group(digits, row[i].start, row[j - 1].end))
        i = max(j, i + 1)
    return out
