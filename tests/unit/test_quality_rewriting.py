"""One-click better wordings, and the tone of a line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.quality import Checker, shipped_rules
from bot.quality.fold import fold_line
from bot.quality.tone import HARSH, ToneModel, dump, parse, runs, shipped_tone

CHECKER = Checker.shipped()


def rewrite(text: str, rule: str, *, upset: bool = False) -> str:
    found = [one for one in CHECKER.check(text, upset=upset).findings if one.rule == rule]
    assert found, text
    assert len({one.rewrite for one in found}) == 1
    return found[0].rewrite


@pytest.mark.parametrize(
    ("rule", "text", "better"),
    [
        ("pronoun", "你好，你的包裹到了", "您好，您的包裹到了"),
        ("pronoun", "你们家的水表换好了", "您家的水表换好了"),
        ("typo", "号的，麻凡您少等", "好的，麻烦您稍等"),
        ("slang", "这款木有货了", "这款没有货了"),
        ("slang", "886，祝您愉快", "再见，祝您愉快"),
        ("punctuation", "请问您在吗？？", "请问您在吗？"),
        ("punctuation", "嗯……我再看看", "嗯，我再看看"),
        ("punctuation", "好吧。。。", "好吧。"),
        ("ordering", "把订单号发过来", "麻烦您把订单号发过来，好吗？"),
        ("ordering", "你必须先付款", "需要麻烦您付款，可以吗？"),
        ("cold_reply", "哦", "好的，明白了。"),
        ("refusal_softened", "不行，您可以改到明天", "很抱歉，这个暂时办不到，您可以改到明天"),
        ("lecturing", "你明白了吗？", "请问我这样说清楚了吗？"),
        ("personal_data", "您的手机号是13800138000吗", "您的手机号是138****8000吗"),
        ("personal_data", "身份证330106198806151234", "身份证**************1234"),
    ],
)
def test_a_mechanical_wording_is_put_in(rule: str, text: str, better: str) -> None:
    assert rewrite(text, rule) == better


def test_feelings_are_put_before_business() -> None:
    better = rewrite("请提供一下订单号", "empathy_missing", upset=True)
    assert better == "给您添麻烦了，非常抱歉。请提供一下订单号"
    assert CHECKER.check(better, upset=True).findings == ()


@pytest.mark.parametrize(
    ("rule", "text"),
    [("insult", "你这个废物"), ("put_off", "改天再说"), ("unfilled", "您好{{customer}}")],
)
def test_what_needs_a_person_has_no_wording(rule: str, text: str) -> None:
    assert rewrite(text, rule) == ""


def test_the_rest_of_the_line_stays_as_it_was_written() -> None:
    assert rewrite("😀你\u200b好，Ｓize是Ｍ嗎", "pronoun") == "😀您\u200b好，Ｓize是Ｍ嗎"


def test_every_wording_of_every_example_leaves_no_new_block() -> None:
    for rule in shipped_rules():
        for text in rule.fires:
            result = CHECKER.check(text, upset=rule.when_upset, context=rule.given)
            blocks = {one.rule for one in result.findings if one.severity == "block"}
            for one in result.findings:
                if not one.rewrite:
                    continue
                after = CHECKER.check(one.rewrite, upset=rule.when_upset, context=rule.given)
                new = {f.rule for f in after.findings if f.severity == "block"} - blocks
                assert not new, (text, one.rewrite)


_PIECES = ["你", "号的", "木有", "？？", "……", "13800138000", "您好", "把单号发过来", "，", "Ａ"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=4)), max_size=6).map("".join))
def test_a_wording_is_empty_or_another_line(text: str) -> None:
    for one in CHECKER.check(text, upset=True).findings:
        assert one.rewrite != text


def test_runs_are_blind_to_punctuation_and_figures() -> None:
    assert runs("行!3个") == runs("行。85个")
    assert "^行" in runs("行")
    assert runs("行" * 1000) == runs("行" * 2000)


def test_a_model_is_read_as_it_was_written() -> None:
    model = ToneModel(-1.5, {"^行": (1.25, 2.5), "|": (1.0, -0.5)})
    assert parse(dump(model)) == model


def test_a_line_of_unknown_characters_has_no_tone() -> None:
    assert ToneModel(3.0, {"行": (1.0, 1.0)}).harshness("☃☃") == 0.0
    assert shipped_tone().harshness("☃☃") < 0.1


def test_the_manner_is_heard_where_no_wording_is_known() -> None:
    without = Checker([rule for rule in shipped_rules() if rule.id != "harsh_tone"])
    rude = "您没坐过飞机吧"
    fine = "您坐过这趟车吗，我帮您看看站点"
    assert not without.check(rude).blocked
    assert shipped_tone().harshness(fold_line(rude).text) >= HARSH
    assert shipped_tone().harshness(fold_line(fine).text) < 0.3
