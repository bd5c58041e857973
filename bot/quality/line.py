"""A line as the checks see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.privacy.fold import Folded
from bot.quality.context import NOTHING, Context


@dataclass(frozen=True, slots=True)
class Line:
    """A line as written, folded, the customer's mood, and the conversation around it."""

    original: str
    folded: Folded
    upset: bool = False
    context: Context = NOTHING

    @property
    def text(self) -> str:
        """The folded text, which patterns are matched against."""
        return self.folded.text


class Hit(NamedTuple):
    """A place a check objects to, in offsets of the folded text.

    ``better`` replaces the original characters of the place; None where no mechanical wording
    is right.
    """

    start: int
    end: int
    better: str | None = None


Hits = Iterable[Hit]
