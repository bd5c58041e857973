"""The value of one field as read from a message, and the message as the finders see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.nlu.lexicon import Found

#: 不是昨天, 别打139…: what follows is named only to be ruled out. 是不是昨天 asks.
_RULED_OUT: Final = re.compile(
    r"(?<!是)(?:不是|而非|并非|别打|不要打|不打|别用|不用|别联系)"
    r"(?:订单号?|单号|电话|手机号?|号码|我的|原来的|之前的|那个|这个|打|的|:| ){0,3}$"
)
#: How far a clause is looked at, in characters either way.
_NEAR: Final = 40
_CLOCK: Final = re.compile(r"\d:\d")


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value and where it stands: code points ``start`` to ``end`` (exclusive) of the text.

    ``value`` is text, or yuan as a number for ``amount``. ``correction`` tells that the customer
    corrects an earlier value (不对,是…).
    """

    value: str | float
    start: int
    end: int
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message for the finders: as written, folded, its cues, and when it was sent.

    ``corrected`` are the spans in which what is stated takes the place of an earlier value.
    """

    text: str
    folded: str
    found: Found
    at: datetime
    has_digit: bool
    corrected: Sequence[tuple[int, int]] = ()

    def value(self, start: int, end: int) -> FieldValue:
        """The text between two offsets as a value, as the customer wrote it."""
        return FieldValue(self.text[start:end], start, end, self.corrects(start))

    def corrects(self, start: int) -> bool:
        """Whether a value that begins at ``start`` is given as a correction."""
        return any(low <= start < high for low, high in self.corrected)

    def rules_out(self, start: int) -> bool:
        """Whether a value that begins at ``start`` is named only to be ruled out."""
        return _RULED_OUT.search(self.before(start, 12)) is not None

    def before(self, start: int, reach: int) -> str:
        """Up to ``reach`` folded characters before ``start``."""
        return self.folded[max(0, start - reach) : start]

    def clause(self, start: int, more: int = 0) -> tuple[int, int]:
        """Bounds of the clause at ``start``, with ``more`` clauses after it, kept near.

        The colon of 12:30 ends no clause.
        """
        clauses = self.found.clauses
        low, high = start - _NEAR, start + _NEAR
        first = clauses.clause[start]
        last = min(first + more, len(clauses.bounds) - 1)
        while first and clauses.bounds[first][0] > low and self._in_clock(first):
            first -= 1
        while last + 1 < len(clauses.bounds) and self._in_clock(last + 1):
            if clauses.bounds[last + 1][0] > high:
                break
            last += 1
        end = clauses.bounds[last + 1][0] if last + 1 < len(clauses.bounds) else len(self.folded)
        # Kept near, so that one endless clause does not make the work grow with its square.
        return max(clauses.bounds[first][0], low), min(end, high, len(self.folded))

    def _in_clock(self, clause: int) -> bool:
        """Whether the clause begins after the colon of a time."""
        begin = self.found.clauses.bounds[clause][0]
        return begin >= 2 and _CLOCK.match(self.folded, begin - 2) is not None
