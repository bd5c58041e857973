"""The score sheet of a conversation: what was deducted from which part, where, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from bot.domain.events import ScoreAppealed, ScoreOverruled
from bot.quality import Part

#: Points of the sheet's parts; together 100 (service manuals, "how it is said").
PARTS: Final[Mapping[Part, int]] = MappingProxyType(
    {
        Part.COURTESY: 5,
        Part.ATTITUDE: 20,
        Part.BUSINESS: 50,
        Part.SKILL: 20,
        Part.TICKET_WORK: 5,
    }
)


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off, with what shows it.

    Attributes:
        key: unique within the sheet and the same whenever the sheet is made: check and event.
        check: id of the check, or of the line rule that fired.
        part: the part of the sheet.
        points: points deducted at first.
        why: one Chinese sentence.
        event: number of the event in the ticket's log, from 1.
        turn: number of the line among those of customer and agents, from 0; None where it is none.
        agent: the agent whom it is about, "" where none is known.
        quote: the line, masked and cut short; "" where it is none.
        advice: a better wording, "" where there is none.
        place: first code point in the line and one past the last; None for the whole of it.
        appealed: the agent's appeal, if there is one.
        overruled: the supervisor's last word on it, if there is one.

    """

    key: str
    check: str
    part: Part
    points: int
    why: str
    event: int
    turn: int | None = None
    agent: str = ""
    quote: str = ""
    advice: str = ""
    place: tuple[int, int] | None = None
    appealed: ScoreAppealed | None = None
    overruled: ScoreOverruled | None = None

    @property
    def counts(self) -> int:
        """The points that are deducted in the end."""
        return self.overruled.points if self.overruled else self.points


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A conversation's score.

    Attributes:
        ticket: the ticket's id.
        agents: who wrote to the customer, in the order of their first lines.
        ended: whether the conversation is over, so that nothing will be added to make it good.
        scored: whether there is anything to judge: a person took part, and the words are not erased.
        deductions: by event.

    """

    ticket: str
    agents: tuple[str, ...]
    ended: bool
    scored: bool
    deductions: tuple[Deduction, ...] = ()

    @property
    def parts(self) -> dict[str, int]:
        """What is left of each part, appeals considered; may be below zero."""
        return _left((d.part, d.counts) for d in self.deductions)

    @property
    def total(self) -> int:
        """The score, 0 to 100, appeals considered."""
        return max(0, sum(self.parts.values()))

    @property
    def original(self) -> int:
        """The score as it was before anything was overruled."""
        return max(0, sum(_left((d.part, d.points) for d in self.deductions).values()))

    def deduction(self, key: str) -> Deduction | None:
        """The deduction with this key."""
        return next((d for d in self.deductions if d.key == key), None)

    def of(self, agent: str) -> ScoreSheet:
        """The same conversation with only what is about one agent."""
        mine = tuple(d for d in self.deductions if d.agent == agent)
        return replace(self, agents=(agent,), deductions=mine)


def _left(taken: Iterable[tuple[Part, int]]) -> dict[str, int]:
    left = {part.value: points for part, points in PARTS.items()}
    for part, points in taken:
        left[part.value] -= points
    return left
