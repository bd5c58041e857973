"""A check of a whole conversation, as data, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.desk.scoring.case import Case, Line
from bot.quality import Part


@dataclass(frozen=True, slots=True)
class Hit:
    """One fault.

    Attributes:
        line: the line that shows it, whose writer it is about; None where something was not done
            at all, which is about whoever holds the ticket.
        detail: what the check's sentence is completed with.
        points: other points than the check's own, None for those.
        event: number of the event that shows it, where it is no line; None for the ticket's end.

    """

    line: Line | None = None
    detail: str = ""
    points: int | None = None
    event: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        id: stable code.
        name: what people at the desk call it.
        part: the part of the sheet.
        points: what each fault costs.
        most: what all faults of one conversation cost at most.
        why: one Chinese sentence; ``{}`` stands for the detail.
        find: finds the faults, in the order of the conversation.

    """

    id: str
    name: str
    part: Part
    points: int
    most: int
    why: str
    find: Callable[[Case], Iterable[Hit]]
