"""Near-duplicates and contradictions among solutions, told at load for a person to judge."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from embeddings.text import normalise
from kb.snapshot import Snapshot
from kb.solutions import Solution

#: Joint score from which two wordings of different entries ask the same (docs/matching.md).
NEAR: Final = 0.80
#: Wordings looked at for likeness in one load; exact repeats are always found.
MOST_WORDINGS: Final = 2_000
_FIGURE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(分钟|小时|天|日|个工作日|工作日|个月|年|元|%|折)")
_SAME_UNIT: Final = MappingProxyType({"日": "天", "工作日": "个工作日"})
_DENIES: Final = re.compile(r"(?:不支持|不能|无法|不可以|不予|暂不)")
_SPACE: Final = re.compile(r"\W+")


class Finding(StrEnum):
    """What is doubtful about two entries."""

    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two entries that ask the same; ``score`` 0…1, ``detail`` says in Chinese what differs."""

    finding: Finding
    first: str
    second: str
    wording: str
    other_wording: str
    score: float
    detail: str


def review(snapshot: Snapshot, only: Collection[str] | None = None) -> list[Doubt]:
    """Doubts about a library; ``only`` limits the likeness search to these solution ids."""
    found: dict[tuple[str, str], Doubt] = {}
    same: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for solution in snapshot.library.solutions:
        for wording in solution.wordings:
            same[_SPACE.sub("", normalise(wording))].append((solution.id, wording))
    for places in same.values():
        for (first, wording), (second, other) in pairwise(places):
            if first != second:
                _note(found, snapshot, first, second, wording, other, 1.0)
    looked = 0
    for solution in snapshot.library.solutions:
        if only is not None and solution.id not in only:
            continue
        for wording in solution.wordings:
            looked += 1
            if looked > MOST_WORDINGS:
                return sorted(found.values(), key=_order)
            for hit in snapshot.solutions.search(snapshot.prepare(wording), 2):
                if hit.id != solution.id and hit.score >= NEAR:
                    _note(found, snapshot, solution.id, hit.id, wording, hit.wording, hit.score)
    return sorted(found.values(), key=_order)


def _order(doubt: Doubt) -> tuple[int, float, str, str]:
    return (doubt.finding is Finding.DUPLICATE, -doubt.score, doubt.first, doubt.second)


def _note(
    found: dict[tuple[str, str], Doubt],
    snapshot: Snapshot,
    first: str,
    second: str,
    wording: str,
    other: str,
    score: float,
) -> None:
    key = (min(first, second), max(first, second))
    if key in found and found[key].score >= score:
        return
    detail = _difference(snapshot.solution_of[first], snapshot.solution_of[second])
    finding = Finding.CONTRADICTION if detail else Finding.DUPLICATE
    found[key] = Doubt(
        finding, first, second, wording, other, round(score, 3), detail or "答复一致"
    )


def _difference(first: Solution, second: Solution) -> str:
    """What the two answers say differently: figures of one unit, or yes against no."""
    figures = []
    for solution in (first, second):
        units: dict[str, set[str]] = defaultdict(set)
        for value, unit in _FIGURE.findall(solution.answer.text):
            units[_SAME_UNIT.get(unit, unit)].add(value)
        figures.append(units)
    for unit in sorted(set(figures[0]) & set(figures[1])):
        if not figures[0][unit] & figures[1][unit]:
            left, right = ("、".join(sorted(f[unit])) for f in figures)
            return f"数字不一致：{left}{unit} 与 {right}{unit}"
    denies = [bool(_DENIES.search(s.answer.text)) for s in (first, second)]
    if denies[0] != denies[1]:
        return "一条表示可以，另一条表示不可以"
    return ""
