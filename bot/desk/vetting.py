"""The use case *vet*: no line that must not be said gets into the library unnoticed."""

from __future__ import annotations

from collections.abc import Callable

from bot.quality import Checker
from kb.library import Contents
from prompts.errors import Fault
from prompts.template import variables_of
from prompts.terms import VARIABLES

#: What stands for a variable while a line is checked: any ordinary word.
_FILLED = dict.fromkeys(VARIABLES, "甲")


def vetting(checker: Checker) -> Callable[[Contents], list[Fault]]:
    """A function that lists every line and script step that the quality rules block."""

    def vet(contents: Contents) -> list[Fault]:
        steps = [(step, s.id) for s in contents.solutions for step in s.script]
        faults = []
        for line, where in [*((line, line.id) for line in contents.lines), *steps]:
            for text in filter(None, (line.text, line.fallback)):
                result = checker.check(_without_variables(text))
                blocked = next((f for f in result.findings if f.severity == "block"), None)
                if result.blocked and blocked:
                    reason = f"“{text[:30]}”不能发给客户（{blocked.message}）"
                    faults.append(
                        Fault(f"编号 {where}", "内容", reason, blocked.advice or "请修改")
                    )
        return faults

    return vet


def _without_variables(text: str) -> str:
    for name in variables_of(text):
        text = text.replace(f"{{{{{name}}}}}", _FILLED.get(name, "甲"))
    return text
