"""The use case *simulate*: what other line rules would have made of chats that took place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.desk.forms.veil import Veil
from bot.desk.scoring.case import Case
from bot.desk.scoring.scoring import findings, score
from bot.quality import Checker

_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class RuleChange:
    """How often a rule fires now and would fire, and masked lines on which only one of them does."""

    rule: str
    name: str
    now: int
    then: int
    examples: tuple[str, ...]
    """Lines it would fire on and does not now."""
    spared: tuple[str, ...]
    """Lines it fires on now and would not."""


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A conversation whose score would be another."""

    ticket: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Rules in the order of the new file, dropped ones last; the greatest changes of score first."""

    chats: int
    lines: int
    mean_now: float | None
    mean_then: float | None
    rules: tuple[RuleChange, ...]
    scores: tuple[ScoreChange, ...]


def simulate(cases: Iterable[Case], now: Checker, then: Checker) -> Simulation:
    """Score conversations, one after the other, by the rules in force and by others."""
    names = {rule.id: rule.name for rule in (*then.rules, *now.rules)}
    fired = {rule: (list[str](), list[str]()) for rule in names}
    pairs: list[ScoreChange] = []
    lines = 0
    for case in cases:
        if not case.scored:
            continue
        lines += len(case.replies)
        veil = Veil.of(case.events)
        for side, checker in enumerate((now, then)):
            for line, found in findings(case, checker):
                fired[found.rule][side].append(veil.text(line.text))
        pairs.append(ScoreChange(case.ticket.id, score(case, now).total, score(case, then).total))
    changed = (pair for pair in pairs if pair.now != pair.then)
    return Simulation(
        chats=len(pairs),
        lines=lines,
        mean_now=_mean([pair.now for pair in pairs]),
        mean_then=_mean([pair.then for pair in pairs]),
        rules=tuple(_change(rule, names[rule], *fired[rule]) for rule in names),
        scores=tuple(sorted(changed, key=lambda c: (-abs(c.then - c.now), c.ticket))),
    )


def _change(rule: str, name: str, now: list[str], then: list[str]) -> RuleChange:
    return RuleChange(rule, name, len(now), len(then), _only(then, now), _only(now, then))


def _only(these: list[str], those: list[str]) -> tuple[str, ...]:
    known = set(those)
    return tuple(dict.fromkeys(text for text in these if text not in known))[:_EXAMPLES]


def _mean(values: list[int]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None
