"""The line with a better wording put in, where one can be put in mechanically."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import re2

from bot.quality.line import Line
from bot.quality.places import Place, overlaps

_ARROW: Final = " => "
_GROUP: Final = re.compile(r"\\([0-9])")


@dataclass(frozen=True, slots=True)
class Rewrite:
    r"""What a pattern matches (around a hit) becomes ``wording``, in which ``\1`` is a group."""

    pattern: str
    wording: str


def parse_rewrite(text: str) -> Rewrite | None:
    """A line ``pattern => wording``; None when there is no arrow or nothing before it."""
    pattern, arrow, wording = f"{text} ".partition(_ARROW)
    return Rewrite(pattern.strip(), wording.strip()) if arrow and pattern.strip() else None


def groups_of(wording: str) -> int:
    """The highest group a wording names."""
    return max((int(found[1]) for found in _GROUP.finditer(wording)), default=0)


class Rewriter:
    """The rewrites of one rule, ready to be used."""

    __slots__ = ("_rewrites",)

    def __init__(self, rewrites: Sequence[Rewrite]) -> None:
        self._rewrites = [(re2.compile(one.pattern), one.wording) for one in rewrites]

    def rewrite(self, line: Line, places: Sequence[Place], better: Mapping[Place, str]) -> str:
        """The original line with every one of the places reworded.

        Args:
            line: the line.
            places: the hits of a rule in the folded text, disjoint and in order.
            better: what a check itself puts in, by place.

        Returns:
            "" when any of the places has no better wording: half a correction is none.

        """
        out: list[str] = []
        done = 0
        for place in places:
            changed = (place, better[place]) if place in better else self._by_pattern(line, place)
            if changed is None:
                return ""
            start, end = line.folded.origin(*changed[0])
            if start < done:
                if end <= done:  # two hits reworded at once
                    continue
                return ""
            out += line.original[done:start], changed[1]
            done = end
        return "".join((*out, line.original[done:]))

    def _by_pattern(self, line: Line, place: Place) -> tuple[Place, str] | None:
        for pattern, wording in self._rewrites:
            for found in pattern.finditer(line.text):
                if overlaps(found.span(), [place]):
                    return found.span(), _filled(line, found, wording)
        return None


def _filled(line: Line, found: Any, wording: str) -> str:
    """The wording with its groups as the original has them, not as they were folded."""

    def group(number: re.Match[str]) -> str:
        start, end = found.span(int(number[1]))
        return line.original[slice(*line.folded.origin(start, end))] if start < end else ""

    return _GROUP.sub(group, wording)
