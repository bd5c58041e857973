"""What many sheets tell of an agent or a team over a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.desk.scoring.sheet import PARTS, ScoreSheet

_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Common:
    """A check or line rule, how often it took points off, and how many in all."""

    check: str
    times: int
    points: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores of some conversations.

    Attributes:
        count: how many were scored.
        mean: the mean score, one decimal; None where none was scored.
        lowest: (ticket, score) of the worst, the worst first.
        parts: the mean of each part, one decimal; empty where none was scored.
        frequent: what took points off most often, the most frequent first.
        appealed: how many deductions were contested.
        overruled: how many of all deductions a supervisor changed.

    """

    count: int
    mean: float | None
    lowest: tuple[tuple[str, int], ...]
    parts: dict[str, float]
    frequent: tuple[Common, ...]
    appealed: int
    overruled: int


def summarise(sheets: Iterable[ScoreSheet], listed: int = _LISTED) -> Summary:
    """The summary of those sheets that score anything.

    Args:
        sheets: of conversations that ended in the period; an agent's own are ``sheet.of(agent)``.
        listed: how many of the lowest and of the most frequent are told.

    """
    scored = [sheet for sheet in sheets if sheet.scored]
    deductions = [d for sheet in scored for d in sheet.deductions]
    counted = [d for d in deductions if d.counts]
    times = Counter(d.check for d in counted)
    points = Counter[str]()
    for d in counted:
        points[d.check] += d.counts
    order = sorted(times, key=lambda check: (-times[check], -points[check], check))
    totals = sorted((sheet.total, sheet.ticket) for sheet in scored)
    return Summary(
        count=len(scored),
        mean=_mean([total for total, _ in totals]),
        lowest=tuple((ticket, total) for total, ticket in totals[:listed]),
        parts={
            part: mean
            for part in (p.value for p in PARTS)
            if (mean := _mean([sheet.parts[part] for sheet in scored])) is not None
        },
        frequent=tuple(Common(c, times[c], points[c]) for c in order[:listed]),
        appealed=sum(d.appealed is not None for d in deductions),
        overruled=sum(d.counts != d.points for d in deductions),
    )


def by_agent(sheets: Iterable[ScoreSheet], listed: int = _LISTED) -> dict[str, Summary]:
    """The summary of each agent who took part, by number; each is judged by what is his own."""
    own: dict[str, list[ScoreSheet]] = {}
    for sheet in sheets:
        for agent in sheet.agents if sheet.scored else ():
            own.setdefault(agent, []).append(sheet.of(agent))
    return {agent: summarise(own[agent], listed) for agent in sorted(own)}


def _mean(values: list[int]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None
