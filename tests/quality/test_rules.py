"""The shipped rules against their own examples, labelled agent lines and the shipped library."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.quality import Checker, Rule, Severity, shipped_rules, verify
from prompts.library import load_lines, shipped_folder
from prompts.template import render

LINES = yaml.safe_load((Path(__file__).parent / "agent_lines_own.yaml").read_text(encoding="utf-8"))
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
    fixed = {rule.id for rule in shipped_rules() if not rule.override}
    assert fixed == {"insult", "personal_data", "unfilled", "unauthorised_promise"}


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
