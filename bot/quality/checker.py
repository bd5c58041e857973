"""The check of one outgoing line against all rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any, Final

import re2

from bot.quality.context import NOTHING, Context
from bot.quality.findings import Finding, Result
from bot.quality.fold import fold_line
from bot.quality.line import Line
from bot.quality.places import Place, is_inside, merge, overlaps
from bot.quality.quotes import is_repeated, quoted_places
from bot.quality.rewriting import Rewriter
from bot.quality.rules import Rule, shipped_rules
from bot.quality.structural import STRUCTURAL
from bot.quality.terms import Severity

#: Which rule is shown first where several begin at the same place.
_ORDER: Final = {"block": 0, "warn": 1}


class _Compiled:
    """A rule with its expressions ready."""

    __slots__ = ("exceptions", "rewriter", "rule", "unless")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.exceptions = [re2.compile(one) for one in rule.exceptions]
        self.unless = [re2.compile(one) for one in rule.unless]
        self.rewriter = Rewriter(rule.rewrites)


class _Ready:
    """All rules compiled."""

    __slots__ = ("compiled", "filter", "order", "patterns")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.compiled = [_Compiled(rule) for rule in rules]
        # Those that speak only where no other blocks come last.
        self.order = sorted(range(len(rules)), key=lambda i: rules[i].fallback)
        # One pass over the text tells which patterns can match at all; few lines have any.
        self.filter = re2.Filter()
        self.patterns: list[tuple[int, Any]] = []
        for i, rule in enumerate(rules):
            for pattern in rule.patterns:
                self.filter.Add(pattern)
                self.patterns.append((i, re2.compile(pattern)))
        if self.patterns:
            self.filter.Compile()


class Checker:
    """Checks lines against a set of rules. Safe to share between threads.

    Args:
        rules: the rules, or what gives them when the first line is checked: a suggestion for a
            customer's message needs none, and compiling them takes a fifth of a second.

    """

    def __init__(self, rules: Sequence[Rule] | Callable[[], Sequence[Rule]]) -> None:
        self._given = rules

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules."""
        return tuple(self._given() if callable(self._given) else self._given)

    @cached_property
    def _ready(self) -> _Ready:
        return _Ready(self.rules)

    @classmethod
    def shipped(cls) -> Checker:
        """The checker with the rules that ship, made once."""
        return _shipped()

    def warm(self) -> None:
        """Let RE2 build its automata (it does so on demand), so that first lines are not slow."""
        for rule in self.rules:
            for text in (*rule.fires, *rule.passes):
                self.check(text, upset=True, context=rule.given)

    def check(self, text: str, *, upset: bool = False, context: Context | None = None) -> Result:
        """Check one line before it is sent.

        Args:
            text: what would be sent.
            upset: whether the customer is anxious or angry.
            context: the conversation around the line; without it the line is judged alone.

        Returns:
            findings by start, offsets in code points of ``text``; those of one rule that touch
            the same characters are one finding.

        """
        folded = fold_line(text)
        if not folded.text.strip():
            return Result()
        line = Line(text, folded, upset, context or NOTHING)
        hits: dict[int, list[Place]] = {}
        ready = self._ready
        for index in ready.filter.Match(folded.text, True) or () if ready.patterns else ():
            number, pattern = ready.patterns[index]
            for found in pattern.finditer(folded.text):
                hits.setdefault(number, []).append(found.span())
        findings: list[Finding] = []
        for number in ready.order:
            compiled = ready.compiled[number]
            if compiled.rule.fallback and any(one.severity is Severity.BLOCK for one in findings):
                continue
            findings += _judge(compiled, line, hits.get(number, []))
        findings.sort(key=lambda one: (one.start, _ORDER[one.severity], one.end, one.rule))
        return Result(tuple(findings))


@cache
def _shipped() -> Checker:
    return Checker(shipped_rules)


def _judge(compiled: _Compiled, line: Line, places: list[Place]) -> list[Finding]:
    """What one rule finds in a line, given where its patterns match."""
    rule = compiled.rule
    if rule.when_upset and not line.upset:
        return []
    better: dict[Place, str] = {}
    if rule.check:
        for start, end, wording in STRUCTURAL[rule.check](line):
            places.append((start, end))
            if wording is not None:
                better[start, end] = wording
    if not places:
        return []
    if not rule.in_quotes:
        quoted = quoted_places(line.text)
        said = line.context.customer
        places = [
            one
            for one in places
            if not is_inside(one, quoted) and not (said and is_repeated(line.text, one, said))
        ]
    places = _settle(places, compiled, line.text)
    if not places:
        return []
    rewrite = compiled.rewriter.rewrite(line, places, better)
    return [_finding(rule, *line.folded.origin(*place), rewrite) for place in places]


def _finding(rule: Rule, start: int, end: int, rewrite: str) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        start=start,
        end=end,
        points=rule.points,
        advice=rule.advice,
        message=rule.message,
        part=rule.part,
        override=rule.override,
        rewrite=rewrite,
    )


def _settle(places: list[Place], compiled: _Compiled, text: str) -> list[Place]:
    """Hits without those an exception cancels, overlapping ones merged."""
    for exception in compiled.exceptions:
        if not places:
            return []
        allowed = merge(found.span() for found in exception.finditer(text))
        places = [one for one in places if not overlaps(one, allowed)]
    merged = merge(places)
    for other in compiled.unless if merged else ():
        if any(not overlaps(found.span(), merged) for found in other.finditer(text)):
            return []
    return merged
