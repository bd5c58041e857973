"""The check against the conversation around a line."""

from __future__ import annotations

import pytest

from bot.quality import Checker, Context

CHECKER = Checker.shipped()


def fired(text: str, context: Context | None = None) -> set[str]:
    return {one.rule for one in CHECKER.check(text, context=context).findings}


@pytest.mark.parametrize("text", ["随便你", "您好，包裹明天到", "我赔您一百元", "点击设置即可"])
def test_an_empty_context_is_no_context(text: str) -> None:
    assert CHECKER.check(text, context=Context()) == CHECKER.check(text)


def test_a_line_said_before_is_noted_however_it_is_dressed() -> None:
    before = Context(sent=("麻烦您提供一下设备编号",))
    assert fired("麻烦您提供一下设备编号", before) == {"repeated_line"}
    assert fired("您好，麻烦您提供一下设备编号哦！", before) == {"repeated_line"}
    assert fired("麻烦您提供一下故障代码", before) == set()


@pytest.mark.parametrize("text", ["好的", "请您稍等", "感谢您的耐心等待", "非常抱歉"])
def test_courtesy_may_come_again(text: str) -> None:
    assert fired(text, Context(sent=(text,))) == set()


def test_another_figure_makes_another_line() -> None:
    assert fired("维修费一共是80元", Context(sent=("维修费一共是60元",))) == set()


def test_a_remedy_nobody_approved_must_not_be_promised() -> None:
    context = Context(authority=("退款>500",))
    line = "这笔钱明天退给您"
    assert fired(line) == set()
    assert fired(line, context) == {"locked_remedy"}
    assert not CHECKER.check(line, context=context).may_override
    assert fired("换一台新的明天寄给您", context) == set()


def test_what_is_only_asked_for_or_approved_is_no_promise() -> None:
    context = Context(authority=("退款", "补偿", "减免"), locked=True)
    for text in (
        "退款已经为您提交主管审批，明天12点前答复您",
        "主管同意给您补偿30元，今天到账",
        "请问您想要退款还是维修呢",
        "退款的流程在页面下方可以看到",
    ):
        assert fired(text, context) == set(), text


def test_a_remedy_of_a_kind_of_its_own_is_known_by_its_name() -> None:
    context = Context(authority=("延长会员:supervisor",))
    assert fired("给您延长会员三个月", context) == {"locked_remedy"}
    assert fired("给您送一张券", context) == set()


def test_odd_words_of_authority_do_no_harm() -> None:
    assert fired("您好", Context(authority=("", ":", "(", "退款"))) == set()
    assert fired("您好", Context(authority=("",))) == set()


def test_an_answer_without_any_reminder_is_noted_and_can_be_completed() -> None:
    context = Context(reminders=("操作前请先备份照片", "充电线请拔下"))
    text = "打开设置，长按还原键五秒即可"
    [finding] = CHECKER.check(text, context=context).findings
    assert finding.rule == "reminder_missing"
    assert finding.rewrite == text + "。温馨提示：操作前请先备份照片。"
    assert CHECKER.check(finding.rewrite, context=context).findings == ()


def test_one_reminder_told_then_or_before_is_enough() -> None:
    reminders = ("操作前请先备份照片", "充电线请拔下")
    assert fired("先备份照片，再长按还原键即可", Context(reminders=reminders)) == set()
    told = Context(sent=("操作之前麻烦先备份照片",), reminders=reminders)
    assert fired("打开设置，长按还原键五秒即可", told) == set()


@pytest.mark.parametrize(
    "text", ["请问您的手机是什么型号", "请您稍等", "非常抱歉", "我马上为您登记，今天18点前答复"]
)
def test_questions_apologies_and_promises_need_no_reminder(text: str) -> None:
    assert fired(text, Context(reminders=("操作前请先备份照片",))) == set()


def test_words_of_the_customer_may_be_repeated_where_they_are_led_in() -> None:
    context = Context(customer="他居然说关我什么事")
    line = "您提到他说关我什么事，这样说确实不对，我们向您道歉"
    assert "indifference" in fired(line)
    assert "indifference" not in fired(line, context)
    assert "indifference" in fired("关我什么事", context)


def test_personal_data_of_the_customer_is_not_repeated_even_so() -> None:
    context = Context(customer="我电话13800138000")
    assert fired("您说的是13800138000", context) == {"personal_data"}
