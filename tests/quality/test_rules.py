"""The shipped rules against their own examples, labelled agent lines and the shipped library.

``lines_labelled.jsonl`` and ``agent_lines_own.yaml`` were labelled before the rules were written for
them; the rules and the tone are fitted to them. ``lines_labelled_fresh.jsonl`` is what nothing was
trained on, so its bounds are lower (docs/quality.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.quality import Checker, Context, Rule, Severity, shipped_rules, verify
from kb.library import shipped
from prompts.library import load_lines, shipped_folder
from prompts.template import render

FOLDER: Final = Path(__file__).parent
LINES = yaml.safe_load((FOLDER / "agent_lines_own.yaml").read_text(encoding="utf-8"))
#: Values as tickets and settings give them, to fill the shipped lines with.
VALUES = {
    "company": "云杉商城",
    "desk": "客户服务台",
    "contact": "400-800-8888",
    "agent_no": "1024",
    "agent_name": "小林",
    "wait_time": "1到2分钟",
    "day_part": "上午好",
    "customer": "王先生",
    "order_no": "DD202310260001",
    "account": "u88123",
    "phone_tail": "1234",
    "product": "空气炸锅",
    "fault_code": "E4",
    "amount": "128元",
    "department": "物流部",
    "time_limit": "24小时",
    "deadline": "11月24日18:00前",
}


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker.shipped()


def _verdict(checker: Checker, text: str, *, upset: bool) -> str:
    result = checker.check(text, upset=upset)
    return "block" if result.blocked else "warn" if result.findings else "clean"


def _labelled(label: str) -> list[tuple[str, bool]]:
    calm = [(text, False) for text in LINES[label]] if label in LINES else []
    return calm + [(text, True) for text in LINES.get(f"upset_{label}", ())]


def test_every_example_of_every_rule_does_what_it_says() -> None:
    assert [str(fault) for fault in verify(shipped_rules())] == []


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.id)
def test_a_rule_has_enough_examples_on_both_sides(rule: Rule) -> None:
    assert len(rule.fires) >= 6
    assert len(rule.passes) >= 6
    assert not set(rule.fires) & set(rule.passes)


def test_only_the_four_gravest_sorts_cannot_be_overridden() -> None:
    """A promise without authority has two rules: what nobody may give, what nobody approved yet."""
    fixed = {rule.id for rule in shipped_rules() if not rule.override}
    promises = {"unauthorised_promise", "locked_remedy"}
    assert fixed == {"insult", "personal_data", "unfilled", *promises}


def test_there_are_enough_labelled_lines_and_no_line_has_two_labels() -> None:
    every = [text for texts in LINES.values() for text in texts]
    assert len(every) >= 300
    assert len(every) == len(set(every))


def test_nearly_every_line_that_must_be_changed_is_blocked(checker: Checker) -> None:
    missed = [t for t, upset in _labelled("block") if _verdict(checker, t, upset=upset) != "block"]
    assert len(missed) <= 0.03 * len(_labelled("block")), missed


def test_hardly_any_good_line_is_blocked(checker: Checker) -> None:
    good = _labelled("clean")
    wrong = [text for text, upset in good if _verdict(checker, text, upset=upset) == "block"]
    assert len(wrong) <= 0.01 * len(good), wrong


def test_warnings_are_mostly_right_and_mostly_given(checker: Checker) -> None:
    warned = [t for t, upset in _labelled("clean") if _verdict(checker, t, upset=upset) == "warn"]
    due = _labelled("warn")
    given = [text for text, upset in due if _verdict(checker, text, upset=upset) == "warn"]
    assert len(given) >= 0.9 * (len(given) + len(warned)), warned
    assert len(given) >= 0.9 * len(due), sorted({text for text, _ in due} - set(given))


def test_no_line_of_the_shipped_library_is_blocked(checker: Checker) -> None:
    blocked = []
    for line in load_lines([shipped_folder()]):
        for text in filter(None, (line.text, line.fallback)):
            filled = render(text, VALUES).text
            worst = [f for f in checker.check(filled).findings if f.severity is Severity.BLOCK]
            blocked += [(line.id, one.rule, filled[one.start : one.end]) for one in worst]
    assert blocked == []


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line and the rules a strict inspector would name; warnings are not listed on a blocked one."""

    text: str
    upset: bool
    context: Context
    block: frozenset[str]
    warn: frozenset[str]

    def fired(self, checker: Checker, severity: Severity) -> set[str]:
        """The rules that find something."""
        result = checker.check(self.text, upset=self.upset, context=self.context)
        return {one.rule for one in result.findings if one.severity is severity}


def _read(name: str) -> list[Labelled]:
    rows = [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]
    return [
        Labelled(
            row["text"],
            row.get("upset", False),
            _context(row.get("context", {})),
            frozenset(row["block"]),
            frozenset(row["warn"]),
        )
        for row in rows
    ]


def _context(given: dict[str, Any]) -> Context:
    return Context(
        sent=tuple(given.get("sent", ())),
        authority=tuple(given.get("authority", ())),
        locked=given.get("locked", False),
        reminders=tuple(given.get("reminders", ())),
        customer=given.get("customer", ""),
    )


LABELLED: Final = _read("lines_labelled.jsonl")
FRESH: Final = _read("lines_labelled_fresh.jsonl")


def test_the_labelled_lines_are_many_half_of_them_good_and_none_stands_twice() -> None:
    assert len(LABELLED) >= 900
    good = [one for one in LABELLED if not one.block and not one.warn]
    assert len(good) >= 0.45 * len(LABELLED)
    every = [(one.text, one.upset, one.context) for one in LABELLED + FRESH]
    assert len(every) == len(set(every))
    known = {rule.id for rule in shipped_rules()}
    assert {code for one in LABELLED + FRESH for code in one.block | one.warn} <= known


@pytest.mark.parametrize(
    ("lines", "least"), [(LABELLED, 0.97), (FRESH, 0.85)], ids=["labelled", "fresh"]
)
def test_lines_labelled_block_are_blocked(
    checker: Checker, lines: list[Labelled], least: float
) -> None:
    due = [one for one in lines if one.block]
    missed = [one.text for one in due if not one.fired(checker, Severity.BLOCK)]
    assert len(missed) <= (1 - least) * len(due), missed


@pytest.mark.parametrize(
    ("lines", "most"), [(LABELLED, 0.01), (FRESH, 0.02)], ids=["labelled", "fresh"]
)
def test_lines_labelled_good_are_not_blocked(
    checker: Checker, lines: list[Labelled], most: float
) -> None:
    good = [one for one in lines if not one.block and not one.warn]
    wrong = [one.text for one in good if one.fired(checker, Severity.BLOCK)]
    assert len(wrong) <= most * len(good), wrong


@pytest.mark.parametrize("lines", [LABELLED, FRESH], ids=["labelled", "fresh"])
def test_the_warnings_are_those_labelled(checker: Checker, lines: list[Labelled]) -> None:
    pairs = [(one, one.fired(checker, Severity.WARN)) for one in lines if not one.block]
    right = sum(len(fired & one.warn) for one, fired in pairs)
    wrong = [(one.text, fired - one.warn) for one, fired in pairs if fired - one.warn]
    missed = [(one.text, one.warn - fired) for one, fired in pairs if one.warn - fired]
    assert right >= 0.9 * (right + len(wrong)), wrong
    assert right >= 0.8 * (right + len(missed)), missed


def test_no_sentence_of_a_shipped_solution_is_blocked(checker: Checker) -> None:
    blocked = []
    for solution in shipped().solutions:
        for step in solution.script:
            for text in filter(None, (step.text, step.fallback)):
                filled = render(text, VALUES).text
                if checker.check(filled).blocked:
                    blocked.append((solution.id, filled))
    assert blocked == []
