"""Choosing and ordering lines: pure, from a situation and what the library offers; gives reasons.

For each kind that fits, the best line is found among the matched solution's own script, lines whose
example messages match, and lines of a scene that suits. The list holds one line of each kind first,
then second choices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.desk.house import House
from bot.desk.next_line import kind_scores
from bot.desk.scenes import scenes_for
from bot.desk.shelf import Shelf, tone_score, usable
from bot.desk.situation import Situation
from bot.desk.values import values_for, with_limits
from bot.desk.why import why_line, why_solution
from embeddings.hybrid import Hit
from kb.snapshot import Snapshot
from kb.solutions import Solution
from prompts.lines import Line
from prompts.template import Rendered, render
from prompts.terms import Kind, Tone

#: How many lines are shown first.
FIRST_SIGHT: Final = 3
#: Below this a line is not listed.
LISTED_FROM: Final = 0.30
#: Joint score from which a line's example speaks for it, whatever its scene.
_EXAMPLE_FROM: Final = 0.42
#: A kind that is this sure and has a line made for the scene is in the *answer* band.
_SURE_KIND: Final = 0.90
_SCENE: Final = (0.30, 0.24, 0.18)
_ANSWERS: Final = 3


class Band(StrEnum):
    """How much a suggestion may be trusted."""

    ANSWER = "answer"
    SUGGEST = "suggest"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line offered to the agent. ``score`` is 0…1; ``matched`` the wording that matched, or ""."""

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
class _Candidate:
    line: Line
    source: str
    rendered: Rendered
    fit: float
    score: float
    band: Band
    matched: str
    why: str


def rank(
    s: Situation, snapshot: Snapshot, shelf: Shelf, house: House, line_hits: Sequence[Hit], top: int
) -> list[Suggestion]:
    """The best ``top`` suggestions for a situation, best first."""
    return [
        Suggestion(
            rank=place,
            id=c.line.id,
            source=c.source,
            kind=c.line.kind,
            text=c.rendered.text,
            holes=c.rendered.holes,
            score=round(c.score, 4),
            band=c.band,
            matched=c.matched,
            why=c.why,
            tone=c.line.tone,
        )
        for place, c in enumerate(_ordered(s, snapshot, shelf, house, line_hits, top), 1)
    ]


def _ordered(
    s: Situation, snapshot: Snapshot, shelf: Shelf, house: House, hits: Sequence[Hit], top: int
) -> list[_Candidate]:
    chooser = _Chooser(s, snapshot, shelf, house, hits)
    scores = kind_scores(s)
    columns: list[list[_Candidate]] = []
    for kind, chance in scores.items():
        if chance >= LISTED_FROM:
            found = sorted(chooser.candidates(kind, chance), key=_order)
            columns.append(_distinct(found)[: max(2, top)])
    firsts = sorted((c[0] for c in columns if c), key=_order)
    if len(firsts) >= top:
        return _listed(firsts, top)
    rest = sorted((c for column in columns for c in column[1:]), key=_order)
    return _listed([*firsts, *rest], top)


def _listed(candidates: Sequence[_Candidate], top: int) -> list[_Candidate]:
    return [c for c in candidates if c.score >= LISTED_FROM][:top]


def _order(c: _Candidate) -> tuple[float, str]:
    return (-c.score, c.source)


def _distinct(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Candidates whose texts differ, order kept."""
    seen: set[str] = set()
    kept = []
    for candidate in found:
        if candidate.rendered.text not in seen:
            seen.add(candidate.rendered.text)
            kept.append(candidate)
    return kept


class _Chooser:
    """Finds the candidates of each kind for one situation."""

    def __init__(
        self, s: Situation, snapshot: Snapshot, shelf: Shelf, house: House, hits: Sequence[Hit]
    ) -> None:
        self._s, self._shelf, self._house = s, shelf, house
        self._snapshot = snapshot
        self._day: dt.date = house.local(s.at).date()
        self._values = values_for(house, s.now, s.match.solution, s.at)
        self._hits: dict[Kind, list[tuple[Line, Hit]]] = {}
        for hit in hits:
            line = snapshot.line_of[hit.id]
            self._hits.setdefault(line.kind, []).append((line, hit))

    def candidates(self, kind: Kind, chance: float) -> Iterator[_Candidate]:
        if kind is Kind.ANSWER:
            yield from self._answers(chance)
        elif self._s.match.solution is not None:
            yield from self._script(self._s.match.solution, kind, chance)
        yield from self._lines(kind, chance)

    def _answers(self, chance: float) -> Iterator[_Candidate]:
        """The answers of the matched solutions, by how probable each is."""
        calibration = self._snapshot.solutions.calibration
        hits = self._s.match.hits
        if self._s.match.carried and self._s.match.solution is not None:
            solution, probability = self._s.match.solution, self._s.match.probability
            if self._may_tell(solution):
                yield self._solution_line(solution, solution.answer, chance, probability, "")
            return
        for hit in hits[:_ANSWERS]:
            solution = self._snapshot.solution_of[hit.id]
            if hit.probability < calibration.suggest or not self._may_tell(solution):
                continue
            yield self._solution_line(
                solution, solution.answer, chance, hit.probability, hit.wording
            )

    def _script(self, solution: Solution, kind: Kind, chance: float) -> Iterator[_Candidate]:
        """Lines of the matched solution's own script."""
        if not self._may_tell(solution) and kind not in {Kind.REASSURANCE, Kind.WAITING}:
            return
        hits = self._s.match.hits
        matched = hits[0].wording if hits and not self._s.match.carried else ""
        for line in solution.script:
            if line.kind is kind and self._asks_anew(line):
                probability = self._s.match.probability
                yield self._solution_line(solution, line, chance, probability, matched)

    def _solution_line(
        self, solution: Solution, line: Line, chance: float, probability: float, matched: str
    ) -> _Candidate:
        values = with_limits(self._values, line.text, self._house, solution, self._s.at)
        rendered = render(line.text, values, line.fallback)
        answer_from = self._snapshot.solutions.calibration.answer
        sure = probability >= answer_from
        if line.kind is Kind.ANSWER:
            score = chance * (0.55 + 0.45 * min(1.0, probability / answer_from))
        else:
            score = chance * (0.82 + 0.18 * probability)
        source = f"kb:{solution.id}"
        if source in self._s.before.used and line.kind is Kind.ANSWER:
            score *= 0.96
        if any(rendered.text == sent for sent in self._s.before.sent):
            score *= 0.5
        return _Candidate(
            line=line,
            source=source,
            rendered=rendered,
            fit=probability,
            score=score,
            band=Band.ANSWER if sure and rendered.ready else Band.SUGGEST,
            matched=matched,
            why=why_solution(self._s, solution, line, probability, matched),
        )

    def _may_tell(self, solution: Solution) -> bool:
        """Not before it is valid, and nothing account-specific before identity is verified."""
        return solution.is_valid_on(self._day) and not solution.identity_first

    def _lines(self, kind: Kind, chance: float) -> Iterator[_Candidate]:
        """Lines of the phrase library: by example message, then by scene."""
        scenes = scenes_for(kind, self._s)
        offered: set[str] = set()
        for line, hit in self._hits.get(kind, ()):
            general = bool(set(scenes) & set(line.scenes))
            if (hit.score >= _EXAMPLE_FROM or general) and self._may_offer(line):
                offered.add(line.id)
                place = self._scene_bonus(line, scenes)
                yield self._line(line, chance, 0.9 * hit.score + place, hit)
        if kind is Kind.ANSWER:
            return
        for scene in scenes:
            for line in self._shelf.in_scene(kind, scene):
                if line.id not in offered and self._may_offer(line):
                    offered.add(line.id)
                    yield self._line(line, chance, self._scene_bonus(line, scenes), None)
        if not offered:
            for line in self._shelf.of_kind(kind):
                if self._may_offer(line):
                    yield self._line(line, chance * 0.8, 0.0, None)

    def _may_offer(self, line: Line) -> bool:
        if not usable(line, self._day, self._house.team):
            return False
        return line.kind is not Kind.ASK_INFO or self._asks_anew(line)

    def _asks_anew(self, line: Line) -> bool:
        """Never ask for what was already said."""
        if line.kind is not Kind.ASK_INFO:
            return True
        return not (self._shelf.asks(line) & set(self._s.now.fields))

    @staticmethod
    def _scene_bonus(line: Line, scenes: Sequence[str]) -> float:
        for bonus, scene in zip(_SCENE, scenes, strict=False):
            if scene in line.scenes:
                return bonus
        return 0.0

    def _line(self, line: Line, chance: float, match: float, hit: Hit | None) -> _Candidate:
        solution = self._s.match.solution
        values = with_limits(self._values, line.text, self._house, solution, self._s.at)
        rendered = render(line.text, values, line.fallback)
        fit = match + 0.22 * tone_score(line, self._s.tone) + (0.12 if rendered.ready else 0.0)
        if line.kind is Kind.ASK_INFO and self._s.missing:
            fit += 0.3 * (self._s.missing[0] in self._shelf.asks(line))
        source = f"prompts:{line.id}"
        if source in self._s.before.used or rendered.text in self._s.before.sent:
            fit -= 0.5
        fit = max(0.0, min(1.0, fit))
        made_for = match >= _SCENE[0]
        sure = chance >= _SURE_KIND and made_for and rendered.ready
        return _Candidate(
            line=line,
            source=source,
            rendered=rendered,
            fit=fit,
            score=chance * (0.8 + 0.2 * fit),
            band=Band.ANSWER if sure else Band.SUGGEST,
            matched=hit.wording if hit and hit.score >= _EXAMPLE_FROM else "",
            why=why_line(self._s, line, hit if hit and hit.score >= _EXAMPLE_FROM else None),
        )
