"""The value of one field as read from a message, and the message as the finders see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.nlu.lexicon import Found


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
    """One message for the finders: as written, folded, its cues, and when it was sent."""

    text: str
    folded: str
    found: Found
    at: datetime
    has_digit: bool

    def value(self, start: int, end: int) -> FieldValue:
        """The text between two offsets as a value, as the customer wrote it."""
        return FieldValue(self.text[start:end], start, end, self.corrects(start))

    def corrects(self, start: int) -> bool:
        """Whether a value that begins at ``start`` is given as a correction."""
        return any(low <= start for low, _ in self.found.spans.get("correction", ()))

    def before(self, start: int, reach: int) -> str:
        """Up to ``reach`` folded characters before ``start``."""
        return self.folded[max(0, start - reach) : start]
