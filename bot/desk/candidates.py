"""Finding the lines that could be said for a kind: script, example, scene.

A candidate is cheap: what it would read like and why it is offered is worked out only for those
that are listed (:mod:`bot.desk.ranking`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from bot.desk.house import House
from bot.desk.scenes import scenes_for
from bot.desk.shelf import Shelf, tone_score, usable
from bot.desk.situation import Situation
from embeddings.hybrid import Hit
from kb.snapshot import Snapshot
from kb.solutions import Solution
from prompts.lines import Line
from prompts.template import variables_of
from prompts.terms import Kind

#: Joint score from which a line's example speaks for it, whatever its scene.
EXAMPLE_FROM: Final = 0.42
#: The same where something else is under discussion: a short 然后呢 is like many an example.
_EXAMPLE_ASIDE: Final = 0.80
#: Bonus of a line of the best, second and third scene of the situation.
SCENE: Final = (0.30, 0.24, 0.18)
#: What a general answer of the class is worth where nothing, or something, answers the question.
_GENERAL_ANSWER: Final = 0.84
_GENERAL_BESIDE: Final = 0.55
#: What speaks for a line beside its match: tone, no holes, asking for what is missed first; and
#: against it: having been offered before.
_TONE: Final = 0.5
_READY: Final = 0.12
_ASKS_FIRST: Final = 0.3
_OFFERED: Final = 0.9
_BEST_FIT: Final = 1.7
#: What is left of a script line that was offered before: an answer may be the only one, an apology
#: said twice is none.
_TOLD: Final = 0.96
_SAID: Final = 0.6
#: A conversation keeps one tone: another is for want of anything better.
_OTHER_TONE: Final = 0.85
#: What a preference of 1 adds to a line's score where it is weighed against others of its kind;
_PREFERRED: Final = 0.12
#: only lines whose scores are this near to the best of them are weighed: no liking makes up for fit.
_NEAR: Final = 0.95
#: Solutions whose answers compete.
_ANSWERS: Final = 3
#: Variables that :func:`bot.desk.values.with_limits` always fills.
_LIMITS: Final = frozenset({"time_limit", "deadline"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that could be offered.

    Attributes:
        line: the line itself.
        source: ``prompts:<id>`` or ``kb:<id>``.
        score: 0…1, what it is ranked by.
        sure: whether it may stand in the *answer* band once it is ready.
        matched: the wording that matched, or "".
        solution: the solution whose script it belongs to, or None.
        probability: how probable that solution is.
        hit: the example message that matched, or None.
        preference: how much the agents prefer it, -1 to 1.
        weighed: its own score with the preference, where that was used; orders equal scores.

    """

    line: Line
    source: str
    score: float
    sure: bool
    matched: str
    solution: Solution | None = None
    probability: float = 0.0
    hit: Hit | None = None
    preference: float = 0.0
    weighed: float = 0.0

    @property
    def order(self) -> tuple[float, float, float, str]:
        """Sorts the best first; ties by preference, how probable the solution is, and source."""
        return (-self.score, -self.weighed, -self.probability, self.source)


def by_preference(found: Iterable[Candidate]) -> list[Candidate]:
    """Candidates of one kind, best first, those that fit nearly alike in the order of preference.

    Lines whose scores lie within 5 % of the best of them are ordered by score · (1 + 0.12 ·
    preference); then come the next best and those near it. The scores stay with the places: what
    the agents like changes which line of a kind is offered, never which kind comes first or how
    sure its place on the list is.
    """
    left = sorted(found, key=lambda c: c.order)
    dealt: list[Candidate] = []
    while left:
        least = left[0].score * _NEAR
        near = list(takewhile(lambda c, least=least: c.score >= least, left))  # type: ignore[misc]
        left = left[len(near) :]
        weighed = [replace(c, weighed=c.score * (1.0 + _PREFERRED * c.preference)) for c in near]
        weighed.sort(key=lambda c: (-c.weighed, c.source))
        dealt += [replace(c, score=at.score) for c, at in zip(weighed, near, strict=True)]
    return dealt


class Finder:
    """Finds the candidates of each kind for one situation.

    Args:
        s: the situation.
        snapshot: what is being served.
        shelf: its lines sorted for choosing.
        house: the desk's settings.
        values: the variables that can be filled now.
        hits: lines whose example messages are like the message.
        fresh: lines of one scene, not offered before, after which the rest is not looked at, but
            for those that the agents prefer.
        preferences: line id -> preference, -1 to 1.

    """

    def __init__(
        self,
        s: Situation,
        snapshot: Snapshot,
        shelf: Shelf,
        house: House,
        values: Mapping[str, str],
        hits: Sequence[Hit],
        fresh: int,
        preferences: Mapping[str, float],
    ) -> None:
        self._fresh = fresh
        self._preferences = preferences
        self._s, self._shelf, self._house, self._snapshot = s, shelf, house, snapshot
        self._filled = _LIMITS | values.keys()
        self._day: dt.date = house.local(s.at).date()
        self._hits: dict[Kind, list[tuple[Line, Hit]]] = {}
        for hit in hits:
            line = snapshot.line_of[hit.id]
            self._hits.setdefault(line.kind, []).append((line, hit))

    def find(self, kind: Kind, chance: float) -> Iterator[Candidate]:
        """Candidates of a kind that fits with this chance, in no order."""
        solution = self._s.match.solution
        if self._s.locked and kind is Kind.CONFIRM:
            return
        if kind is Kind.ANSWER:
            yield from self._answers(chance)
        elif self._s.locked and kind is Kind.PROMISE:
            pass  # what waits for consent may not be promised; when we answer again may be
        elif solution is not None:
            yield from self._script(solution, kind, chance)
        yield from self._by_example(kind, chance)

    def _answers(self, chance: float) -> Iterator[Candidate]:
        """The answers of the matched solutions, by how probable each is."""
        match = self._s.match
        if match.carried and match.solution is not None:
            if self._may_tell(match.solution):
                line = match.solution.answer
                yield self._of_script(match.solution, line, chance, match.probability, "")
            return
        suggest_from = self._snapshot.solutions.calibration.suggest
        for hit in match.hits[:_ANSWERS]:
            solution = self._snapshot.solution_of[hit.id]
            if hit.probability >= suggest_from and self._may_tell(solution):
                line = solution.answer
                yield self._of_script(solution, line, chance, hit.probability, hit.wording)

    def _script(self, solution: Solution, kind: Kind, chance: float) -> Iterator[Candidate]:
        """Lines of the matched solution's own script."""
        if not self._may_tell(solution):
            return
        match = self._s.match
        matched = match.hits[0].wording if match.hits and not match.carried else ""
        for line in solution.script:
            if line.kind is kind and self._asks_anew(line):
                yield self._of_script(solution, line, chance, match.probability, matched)

    def _of_script(
        self, solution: Solution, line: Line, chance: float, probability: float, matched: str
    ) -> Candidate:
        answer_from = self._snapshot.solutions.calibration.answer
        source = f"kb:{solution.id}"
        if line.kind is Kind.ANSWER:
            score = chance * (0.55 + 0.45 * min(1.0, probability / answer_from))
        else:
            score = chance * (0.82 + 0.18 * probability)
        if line.id in self._s.before.used:
            score *= _TOLD if line.kind is Kind.ANSWER else _SAID
        return Candidate(
            line=line,
            source=source,
            score=score,
            sure=probability >= answer_from,
            matched=matched,
            solution=solution,
            probability=probability,
            preference=self._preference(line, asked_for=True),
        )

    def _may_tell(self, solution: Solution) -> bool:
        """Not outside its validity, and nothing account-specific before identity is verified."""
        told = self._s.now.verified or not solution.identity_first
        return told and solution.is_valid_on(self._day)

    def _by_example(self, kind: Kind, chance: float) -> Iterator[Candidate]:
        """Lines of the phrase library: by example message, then by scene, then any of the kind."""
        scenes = scenes_for(kind, self._s)
        offered: set[str] = set()
        example_from = EXAMPLE_FROM
        if kind is Kind.ANSWER and self._s.match.carried:
            example_from = _EXAMPLE_ASIDE
        for line, hit in self._hits.get(kind, ()):
            general = kind is not Kind.ANSWER and bool(set(scenes) & set(line.scenes))
            if (hit.score >= example_from or general) and self._may_offer(line):
                offered.add(line.id)
                match = 0.9 * hit.score + _scene_bonus(line, scenes)
                yield self._of_library(line, chance, match, hit)
        if kind is Kind.ANSWER:
            chance *= _GENERAL_BESIDE if self._s.match.solution else _GENERAL_ANSWER
        wanted = self._s.missing[0] if kind is Kind.ASK_INFO and self._s.missing else ""
        for scene in scenes:
            fresh = 0
            for line in self._shelf.in_scene(kind, scene, self._s.tone, wanted):
                if fresh >= self._fresh and self._preferences.get(line.id, 0.0) <= 0:
                    if not self._preferences:
                        break
                    continue
                if line.id not in offered and self._may_offer(line):
                    offered.add(line.id)
                    yield self._of_library(line, chance, _scene_bonus(line, scenes), None)
                    disliked = self._preferences.get(line.id, 0.0) < 0
                    fresh += line.id not in self._s.before.used and not disliked
        if not offered and kind is not Kind.ANSWER:
            for line in self._shelf.of_kind(kind):
                if self._may_offer(line):
                    yield self._of_library(line, chance * 0.8, 0.0, None)

    def _may_offer(self, line: Line) -> bool:
        return usable(line, self._day, self._house.team) and self._asks_anew(line)

    def _asks_anew(self, line: Line) -> bool:
        """Never ask for what was already said."""
        if line.kind is not Kind.ASK_INFO:
            return True
        return not (self._shelf.asks(line) & self._s.now.fields.keys())

    def _of_library(self, line: Line, chance: float, match: float, hit: Hit | None) -> Candidate:
        tone = tone_score(line, self._s.tone)
        ready = bool(line.fallback) or self._filled.issuperset(variables_of(line.text))
        fit = match + _TONE * tone + _READY * ready
        if line.kind is Kind.ASK_INFO and self._s.missing:
            fit += _ASKS_FIRST * (self._s.missing[0] in self._shelf.asks(line))
        if line.id in self._s.before.used:
            fit -= _OFFERED
        fit = max(0.0, min(1.0, fit / _BEST_FIT))
        by_example = hit is not None and hit.score >= EXAMPLE_FROM
        return Candidate(
            line=line,
            source=f"prompts:{line.id}",
            score=chance * (0.75 + 0.25 * fit) * (1.0 if tone else _OTHER_TONE),
            sure=match >= SCENE[0],
            matched=hit.wording if hit and by_example else "",
            hit=hit if by_example else None,
            preference=self._preference(line, asked_for=hit is not None),
        )

    def _preference(self, line: Line, *, asked_for: bool) -> float:
        """How much the agents prefer a line; which answer was asked for is no matter of taste."""
        if line.kind is Kind.ANSWER and asked_for:
            return 0.0
        return self._preferences.get(line.id, 0.0)


def _scene_bonus(line: Line, scenes: Sequence[str]) -> float:
    for bonus, scene in zip(SCENE, scenes, strict=False):
        if scene in line.scenes:
            return bonus
    return 0.0
