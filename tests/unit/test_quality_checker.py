"""The checker: places, merging, context, and what a result says."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quality import Checker, Part, Rule, Severity


def rule(code: str = "sample", **fields: object) -> Rule:
    given_fields: dict[str, object] = {
        "id": code,
        "name": "样例",
        "part": Part.ATTITUDE,
        "severity": Severity.BLOCK,
        "points": 10,
        "message": "不妥",
        "advice": "换个说法",
    }
    return Rule(**(given_fields | fields))  # type: ignore[arg-type]


def fired(checker: Checker, text: str, *, upset: bool = False) -> set[str]:
    return {one.rule for one in checker.check(text, upset=upset).findings}


def test_a_finding_says_rule_place_points_and_better_wording() -> None:
    result = Checker.shipped().check("您好，这不归我管")
    [finding] = result.findings
    assert (finding.rule, finding.severity, finding.part) == (
        "shirking",
        Severity.BLOCK,
        Part.ATTITUDE,
    )
    assert "您好，这不归我管"[finding.start : finding.end] == "不归我"
    assert finding.points == result.points == 10
    assert finding.advice
    assert finding.message
    assert result.blocked
    assert not result.ok


def test_one_block_blocks_whatever_else_is_only_a_warning() -> None:
    checker = Checker(
        [
            rule("grave", patterns=("滚",)),
            rule("mild", patterns=("!",), severity=Severity.WARN, points=5),
        ]
    )
    assert checker.check("好!").ok
    result = checker.check("滚!")
    assert result.blocked
    assert result.points == 15


def test_a_fallback_speaks_only_where_no_other_rule_blocks() -> None:
    checker = Checker(
        [
            rule("last", patterns=(".+",), fallback=True),
            rule("grave", patterns=("滚",)),
            rule("mild", patterns=("哦",), severity=Severity.WARN),
        ]
    )
    assert fired(checker, "滚哦") == {"grave", "mild"}
    assert fired(checker, "哦") == {"last", "mild"}


def test_a_block_may_be_overridden_only_when_every_block_allows_it() -> None:
    checker = Checker([rule("a", patterns=("甲",)), rule("b", patterns=("乙",), override=False)])
    assert checker.check("甲").may_override
    assert not checker.check("甲乙").may_override


def test_overlapping_hits_of_one_rule_are_one_finding_and_separate_ones_are_not() -> None:
    checker = Checker([rule(patterns=("甲乙", "乙丙"))])
    places = [(f.start, f.end) for f in checker.check("甲乙丙。乙丙").findings]
    assert places == [(0, 3), (4, 6)]


def test_an_exception_around_the_hit_cancels_only_that_hit() -> None:
    checker = Checker([rule(patterns=("随便",), exceptions=("随便挑",))])
    assert [(f.start, f.end) for f in checker.check("随便挑。随便").findings] == [(4, 6)]


def test_unless_silences_the_rule_only_when_it_stands_outside_the_hits() -> None:
    checker = Checker([rule(patterns=("不能帮您查",), unless=("帮您查",))])
    assert checker.check("不能帮您查").blocked
    assert checker.check("不能帮您查，我请同事帮您查").ok


def test_words_quoted_from_the_customer_do_not_count_but_a_quoted_whole_line_does() -> None:
    checker = Checker([rule(patterns=("随便",))])
    assert checker.check("您说的“随便”是指颜色吗").ok
    assert checker.check("您说的「随便」是指颜色吗").ok
    assert checker.check("“随便”").blocked
    assert checker.check("您说的“随便是指颜色吗").blocked


def test_some_rules_look_inside_quotes_too() -> None:
    assert fired(Checker.shipped(), "您留的电话是“13800138000”吗") == {"personal_data"}


def test_offsets_are_those_of_the_original_text() -> None:
    checker = Checker([rule(patterns=("sb",))])
    text = "😀\u200bＳ\u200bＢ！"
    [finding] = checker.check(text).findings
    assert text[finding.start : finding.end] == "Ｓ\u200bＢ"


def test_traditional_characters_are_read_like_simplified_ones() -> None:
    assert Checker.shipped().check("沒辦法").blocked


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\n"])
def test_a_line_of_nothing_has_no_findings(text: str) -> None:
    assert Checker.shipped().check(text, upset=True).findings == ()


def test_business_before_feelings_is_noted_only_when_the_customer_is_upset() -> None:
    line = "请提供一下您的订单号"
    checker = Checker.shipped()
    assert fired(checker, line) == set()
    assert fired(checker, line, upset=True) == {"empathy_missing"}
    assert fired(checker, "非常抱歉，" + line, upset=True) == set()


def test_a_refusal_with_another_way_in_the_same_line_is_no_block() -> None:
    checker = Checker.shipped()
    assert checker.check("抱歉，没办法").blocked
    assert checker.check("抱歉，没办法，不过我可以帮您申请换货").ok


def test_a_promise_with_only_soon_asks_for_a_date() -> None:
    checker = Checker.shipped()
    assert fired(checker, "我们会尽快处理") == {"no_date"}
    assert fired(checker, "我们会在今天18点前尽快处理") == set()
    assert fired(checker, "抱歉没能尽快处理") == set()


def test_the_shipped_checker_is_made_once() -> None:
    assert Checker.shipped() is Checker.shipped()


def test_a_checker_without_rules_finds_nothing() -> None:
    assert Checker([]).check("随便").findings == ()


_WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            ["不知道", "随便", "您好", "13800138000", "{{x}}", "“", "”", "sb", "，", "尽快", "你"]
        ),
        st.text(max_size=8),
        st.text(st.characters(categories=["Cs", "Cf", "So"]), max_size=4),
    ),
    max_size=8,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(_WORDS, st.booleans())
def test_any_line_gives_sorted_findings_in_range(text: str, upset: bool) -> None:
    findings = Checker.shipped().check(text, upset=upset).findings
    assert [f.start for f in findings] == sorted(f.start for f in findings)
    for one in findings:
        assert 0 <= one.start < one.end <= len(text)
    for code in {f.rule for f in findings}:
        same = [f for f in findings if f.rule == code]
        for before, after in itertools.pairwise(same):
            assert before.end <= after.start
