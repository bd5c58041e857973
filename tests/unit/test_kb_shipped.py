"""The knowledge that ships is of the size and soundness that its specification asks for."""

from __future__ import annotations

from collections import Counter

import pytest

from kb.library import shipped
from kb.regression import read_cases, shipped_file
from kb.terms import CATEGORY_NAMES, FIELD_NAMES, Category, Priority
from prompts.template import render, variables_of
from prompts.terms import ALWAYS_FILLED, VARIABLES, Kind

LIBRARY = shipped()
SOLUTIONS = LIBRARY.solutions
SPLITTER = LIBRARY.lexicon.splitter()
STEPS = [(s.id, step) for s in SOLUTIONS for step in s.script]
MOST_SHARED = 0.6


def content_words(text: str) -> frozenset[str]:
    """The words that carry the topic, stop words left out (synonyms are different words here)."""
    words = [w for w in SPLITTER.cut(text.lower()) if w not in set(LIBRARY.lexicon.stop_words)]
    return frozenset(words or [text])


def differing(wordings: tuple[str, ...]) -> int:
    """How many wordings are left when two that share over 60 % of their words count once."""
    kept: list[frozenset[str]] = []
    for wording in wordings:
        words = content_words(wording)
        if all(len(words & k) <= MOST_SHARED * min(len(words), len(k)) for k in kept):
            kept.append(words)
    return len(kept)


def test_two_wordings_of_the_same_words_count_once() -> None:
    assert differing(("退款怎么还没到账", "怎么退款还没到账呢", "钱去哪了")) == 2


def test_at_least_120_solutions_have_six_wordings_that_differ_in_words_from_the_title() -> None:
    counts = {s.id: differing(s.wordings) - 1 for s in SOLUTIONS}
    assert sum(count >= 6 for count in counts.values()) >= 120
    assert [i for i, count in counts.items() if count < 5] == []


def test_ids_and_titles_are_unique() -> None:
    assert [i for i, n in Counter(s.id for s in SOLUTIONS).items() if n > 1] == []
    assert [t for t, n in Counter(s.title for s in SOLUTIONS).items() if n > 1] == []


def test_ids_of_lines_and_script_steps_never_meet() -> None:
    ids = [line.id for line in LIBRARY.lines] + [step.id for _, step in STEPS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("category", [c for c in Category if c is not Category.UNKNOWN])
def test_every_class_has_solutions(category: Category) -> None:
    assert sum(s.category is category for s in SOLUTIONS) >= 3, CATEGORY_NAMES[category]


@pytest.mark.parametrize("priority", Priority)
def test_every_priority_has_solutions(priority: Priority) -> None:
    assert any(s.priority is priority for s in SOLUTIONS)


@pytest.mark.parametrize(
    "trade", ["retail", "logistics", "account", "telecom", "appliance", "utility"]
)
def test_all_six_trades_have_solutions(trade: str) -> None:
    assert sum(s.id.startswith(f"{trade}-") for s in SOLUTIONS) >= 15


def test_every_solution_answers_and_says_what_to_do() -> None:
    assert [s.id for s in SOLUTIONS if s.answer.kind is not Kind.ANSWER or not s.steps] == []


def test_every_step_is_ready_with_all_variables_and_without_the_ticket() -> None:
    every, always = dict.fromkeys(VARIABLES, "甲"), dict.fromkeys(ALWAYS_FILLED, "甲")
    assert [i for i, step in STEPS if not render(step.text, every).ready] == []
    asking = [(i, s) for i, s in STEPS if set(variables_of(s.text)) - ALWAYS_FILLED]
    assert [i for i, s in asking if not render(s.text, always, s.fallback).ready] == []


def test_what_a_bot_may_answer_needs_no_account_and_no_identity() -> None:
    safe = [s for s in SOLUTIONS if s.bot_safe]
    assert safe
    assert [s.id for s in safe if s.identity_first or s.priority is Priority.P1] == []


def test_fields_that_are_needed_are_known_codes_or_evidence() -> None:
    latin = {n for s in SOLUTIONS for n in s.needs if n.isascii() and n.islower()}
    assert latin <= set(FIELD_NAMES)


def test_the_regression_file_expects_entries_that_exist() -> None:
    cases = read_cases(shipped_file())
    assert len(cases) >= 50
    known = {s.id for s in SOLUTIONS}
    assert [c for c in cases if c.expect not in known] == []
