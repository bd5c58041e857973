"""From a conversation laid out to its score sheet: line rules, checks of the whole, and appeals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.desk.forms.veil import Veil
from bot.desk.scoring import attitude, business, courtesy, skill, ticket_work
from bot.desk.scoring.case import Case, Line
from bot.desk.scoring.check import Check, Hit
from bot.desk.scoring.sheet import Deduction, ScoreSheet
from bot.domain.events import ScoreAppealed, ScoreOverruled
from bot.domain.terms import Emotion
from bot.quality import Checker, Finding

#: Every check of a whole conversation.
CHECKS: Final[tuple[Check, ...]] = (
    *courtesy.CHECKS,
    *attitude.CHECKS,
    *business.CHECKS,
    *skill.CHECKS,
    *ticket_work.CHECKS,
)
#: Structural line checks that a check of the whole conversation judges better: a reply may be
#: several lines, of which one reassures.
_JUDGED_WHOLE: Final = frozenset({"empathy_missing"})
#: Characters of a line that a sheet quotes.
_QUOTED: Final = 60


def score(case: Case, checker: Checker) -> ScoreSheet:
    """The score sheet of a conversation by a set of line rules.

    What is taken off: every finding of the rules, and every fault of the conversation as a whole up
    to its check's most. The same events give the same sheet.
    """
    veil = Veil.of(case.events)
    found = [*_by_rules(case, checker), *_by_checks(case)]
    quoted = (replace(d, quote=_cut(veil.text(d.quote))) for d in found)
    numbered = _numbered(sorted(quoted, key=lambda d: d.event))
    return ScoreSheet(
        ticket=case.ticket.id,
        agents=tuple(dict.fromkeys(line.agent for line in case.replies)),
        ended=case.ended,
        scored=case.scored,
        deductions=tuple(_contested(numbered, case)),
    )


def findings(case: Case, checker: Checker) -> Iterator[tuple[Line, Finding]]:
    """What the line rules find in the lines of people, each with its line."""
    whole = {rule.id for rule in checker.rules if rule.check in _JUDGED_WHOLE}
    for line in case.replies:
        upset = line.before.talk.emotion is not Emotion.CALM
        for finding in checker.check(line.text, upset=upset).findings:
            if finding.rule not in whole:
                yield line, finding


def _by_rules(case: Case, checker: Checker) -> Iterator[Deduction]:
    for line, found in findings(case, checker):
        if found.points:
            yield Deduction(
                key="",
                check=found.rule,
                part=found.part,
                points=found.points,
                why=found.message,
                event=line.seq,
                turn=line.turn,
                agent=line.agent,
                quote=line.text,
                advice=found.advice,
                place=(found.start, found.end),
            )


def _by_checks(case: Case) -> Iterator[Deduction]:
    for check in CHECKS:
        left = check.most
        for hit in check.find(case):
            points = min(left, check.points if hit.points is None else hit.points)
            left -= points
            if points:
                yield _deduction(check, hit, points, case)


def _deduction(check: Check, hit: Hit, points: int, case: Case) -> Deduction:
    line = hit.line
    return Deduction(
        key="",
        check=check.id,
        part=check.part,
        points=points,
        why=check.why.format(hit.detail),
        event=line.seq if line else hit.event or case.end,
        turn=line.turn if line else None,
        agent=line.agent if line else case.ticket.agent,
        quote=line.text if line else "",
    )


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _numbered(found: list[Deduction]) -> Iterator[Deduction]:
    """With their keys: check and event, and a number where one check fired again there."""
    seen: Counter[str] = Counter()
    for one in found:
        key = f"{one.check}@{one.event}"
        seen[key] += 1
        yield replace(one, key=key if seen[key] == 1 else f"{key}.{seen[key]}")


def _contested(found: Iterator[Deduction], case: Case) -> Iterator[Deduction]:
    """With what was said for and against them; the last word counts."""
    appeals = {e.deduction: e for e in case.events if isinstance(e, ScoreAppealed)}
    words = {e.deduction: e for e in case.events if isinstance(e, ScoreOverruled)}
    for one in found:
        yield replace(one, appealed=appeals.get(one.key), overruled=words.get(one.key))
