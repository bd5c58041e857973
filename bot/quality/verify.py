"""Whether the rules do what their own examples say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.quality.checker import Checker
from bot.quality.rules import Rule
from prompts.errors import Fault


def verify(rules: Sequence[Rule]) -> tuple[Fault, ...]:
    """Check every rule against its examples.

    Returns:
        one fault for each example of ``fires`` on which its rule is silent and each of
        ``passes`` on which it speaks; empty when all is well.

    """
    checker = Checker(rules)
    faults: list[Fault] = []
    for rule in rules:
        for text, expected in [(t, True) for t in rule.fires] + [(t, False) for t in rule.passes]:
            result = checker.check(text, upset=rule.when_upset)
            fired = any(one.rule == rule.id for one in result.findings)
            if fired != expected:
                field = "fires" if expected else "passes"
                reason = f"例句“{text}”{'没有触发' if expected else '不应触发'}"
                faults.append(Fault(rule.id, field, reason, "请调整规则或例句"))
    return tuple(faults)
