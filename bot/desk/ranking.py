"""Choosing and ordering lines: pure, from a situation and what the library offers; gives reasons.

The list holds the best line of each kind that fits first, then second choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from typing import Final

from bot.desk.candidates import Candidate, Finder, by_preference
from bot.desk.house import House
from bot.desk.next_line import kind_scores
from bot.desk.shelf import Shelf
from bot.desk.situation import Situation
from bot.desk.values import values_for, with_limits
from bot.desk.why import why_line, why_preferred, why_solution
from embeddings.hybrid import Hit
from kb.snapshot import Snapshot
from prompts.template import Rendered, render
from prompts.terms import Kind, Tone

#: How many lines are shown first.
FIRST_SIGHT: Final = 3
#: Below this a line is not listed.
LISTED_FROM: Final = 0.30
#: A line of the library is in the *answer* band when its kind is this sure,
_SURE_KIND: Final = 0.95
#: and one of a solution's script when it ranks this high.
_SURE_SCORE: Final = 0.60
#: What is left of a line's score when its very text was already sent.
_SENT: Final = 0.5


class Band(StrEnum):
    """How much a suggestion may be trusted."""

    ANSWER = "answer"
    SUGGEST = "suggest"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line offered to the agent; ``score`` is 0…1, ``matched`` the wording that matched or ""."""

    rank: int
    id: str
    source: str
    kind: Kind
    text: str
    holes: tuple[str, ...]
    score: float
    band: Band
    matched: str
    why: str
    tone: Tone

    @property
    def ready(self) -> bool:
        """Whether it may be sent as it stands."""
        return not self.holes


@dataclass(frozen=True, slots=True)
class _Written:
    """A candidate with its text."""

    candidate: Candidate
    rendered: Rendered
    score: float
    chance: float


def rank(
    s: Situation,
    snapshot: Snapshot,
    shelf: Shelf,
    house: House,
    line_hits: Sequence[Hit],
    top: int,
    preferences: Mapping[str, float] | None = None,
) -> list[Suggestion]:
    """The best ``top`` suggestions for a situation, best first.

    ``preferences`` (line id -> -1 to 1) orders lines of one kind that fit nearly alike.
    """
    liked = preferences or {}
    values = values_for(house, s.now, s.match.solution, s.at)
    fresh = 2 if top <= FIRST_SIGHT else top
    finder = Finder(s, snapshot, shelf, house, values, line_hits, fresh, liked)
    listed: list[_Written] = []
    behind: list[tuple[Candidate, float]] = []
    for kind, chance in sorted(kind_scores(s).items(), key=lambda item: -item[1]):
        if chance < LISTED_FROM or len(listed) >= top:
            break
        found = finder.find(kind, chance)
        best = nsmallest(top + 1, by_preference(found) if liked else found, key=lambda c: c.order)
        written = [_write(c, chance, s, house, values) for c in best[:1]]
        if written and written[0].score < best[0].score:  # it was sent before: look further
            written = sorted((_write(c, chance, s, house, values) for c in best), key=_order)
        listed.extend(w for w in written[:1] if w.score >= LISTED_FROM)
        listed.sort(key=_order)
        behind.extend((c, chance) for c in best if written and c is not written[0].candidate)
    if len(listed) < top:
        rest = (_write(c, chance, s, house, values) for c, chance in behind)
        listed += sorted((w for w in rest if w.score >= LISTED_FROM), key=_order)
        listed = _distinct(listed)
    return [_suggestion(place, w, s) for place, w in enumerate(listed[:top], 1)]


def _write(
    c: Candidate, chance: float, s: Situation, house: House, values: Mapping[str, str]
) -> _Written:
    filled = with_limits(values, c.line.text, house, c.solution or s.match.solution, s.at)
    rendered = render(c.line.text, filled, c.line.fallback)
    score = c.score * _SENT if rendered.text in s.before.sent else c.score
    return _Written(c, rendered, score, chance)


def _order(w: _Written) -> tuple[float, float, float, str]:
    """By kind, the likeliest first; within a kind by how well the line fits."""
    return (-w.chance, -w.score, -w.candidate.weighed, w.candidate.source)


def _distinct(written: Sequence[_Written]) -> list[_Written]:
    """Lines whose texts differ, order kept."""
    kept: dict[str, _Written] = {}
    for one in written:
        kept.setdefault(one.rendered.text, one)
    return list(kept.values())


def _suggestion(place: int, w: _Written, s: Situation) -> Suggestion:
    c = w.candidate
    if c.solution is not None:
        sure = c.sure and w.score >= _SURE_SCORE
        why = why_solution(s, c.solution, c.line, c.probability, c.matched)
    else:
        sure = c.sure and w.chance >= _SURE_KIND
        why = why_line(s, c.line, c.hit)
    return Suggestion(
        rank=place,
        id=c.line.id,
        source=c.source,
        kind=c.line.kind,
        text=w.rendered.text,
        holes=w.rendered.holes,
        score=round(w.score, 4),
        band=Band.ANSWER if sure and w.rendered.ready else Band.SUGGEST,
        matched=c.matched,
        why=why_preferred(why, c.preference),
        tone=c.line.tone,
    )
