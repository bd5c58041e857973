"""Whether the rules do what their own examples say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.quality.checker import Checker
from bot.quality.findings import Finding
from bot.quality.rules import Rule
from prompts.errors import Fault


def verify(rules: Sequence[Rule]) -> tuple[Fault, ...]:
    """Check every rule against its examples.

    Returns:
        one fault for each example of ``fires`` on which its rule is silent, each of ``passes``
        on which it speaks, and each ``fires`` whose rewrite the rule objects to again; empty when
        all is well.

    """
    checker = Checker(rules)
    faults: list[Fault] = []
    for rule in rules:
        for text, expected in [(t, True) for t in rule.fires] + [(t, False) for t in rule.passes]:
            hits = _hits(checker, rule, text)
            if bool(hits) != expected:
                field = "fires" if expected else "passes"
                reason = f"例句“{text}”{'没有触发' if expected else '不应触发'}"
                faults.append(Fault(rule.id, field, reason, "请调整规则或例句"))
            for rewrite in {one.rewrite for one in hits if one.rewrite}:
                if _hits(checker, rule, rewrite):
                    reason = f"“{text}”改写成“{rewrite}”后仍会触发"
                    faults.append(Fault(rule.id, "rewrite", reason, "请调整改写"))
    return tuple(faults)


def _hits(checker: Checker, rule: Rule, text: str) -> list[Finding]:
    result = checker.check(text, upset=rule.when_upset, context=rule.given)
    return [one for one in result.findings if one.rule == rule.id]
