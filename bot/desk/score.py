"""A conversation's score: each part's points less what the findings deduct; never below zero in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.quality import Finding

#: Points of the score sheet's parts (service manuals, "how it is said").
PARTS: Final = MappingProxyType(
    {"courtesy": 5, "attitude": 20, "business": 50, "skill": 20, "ticket_work": 5}
)


@dataclass(frozen=True, slots=True)
class Score:
    """The total (0…100) and what is left of each part (may be below zero)."""

    total: int
    parts: Mapping[str, int]


def score_of(findings: Iterable[Finding]) -> Score:
    """Add up the deductions."""
    parts = dict(PARTS)
    for finding in findings:
        parts[finding.part] -= finding.points
    return Score(max(0, sum(parts.values())), parts)
