"""The service note (服务小结) drafted from a conversation."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import fold
from bot.domain.events import AgentSaid, CustomerSaid, Escalated, Event, Promise
from bot.domain.note import draft_note
from bot.domain.terms import Emotion, Intent, Level, Rule
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind

AT = dt.datetime(2026, 4, 8, 11, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MINUTE = dt.timedelta(minutes=1)


def said(text: str = "净水器装上就漏水", at: dt.datetime = AT, **changes: Any) -> CustomerSaid:
    base = CustomerSaid(
        at=at,
        text=text,
        emotion=Emotion.CALM,
        intents=frozenset(),
        category=Category.PRODUCT_QUALITY,
        contact_type=ContactType.AFTERSALE,
        priority=Priority.P2,
        priority_reason="",
        has_need=True,
        fields={"problem": text},
    )
    return replace(base, **changes)


def line(*kinds: Kind, due: dt.datetime | None = None, says: str = "") -> AgentSaid:
    promises = (Promise(says, due),) if says else ()
    return AgentSaid(AT + MINUTE, "一句话", frozenset(kinds), "8001", promises)


def note(*events: Event, solution: str = "") -> str:
    return draft_note(fold(events), solution)


def test_before_a_need_is_stated_there_is_no_note() -> None:
    assert note() == ""
    assert note(said("您好", has_need=False), line(Kind.OPENING)) == ""


def test_request_process_solution_and_follow_up_stand_in_this_order() -> None:
    text = note(said(), line(Kind.ANSWER))
    places = [text.index(part) for part in ("诉求：", "处理：", "方案：", "后续：")]
    assert places == sorted(places)
    assert "客户反映“净水器装上就漏水”" in text
    assert "归类为产品质量问题，优先级P2" in text


def test_what_is_known_of_the_customer_and_the_matter_is_told() -> None:
    fields = {
        "problem": "漏水",
        "customer_name": "陈先生",
        "expectation": "退款",
        "deadline": "48小时内",
        "order_no": "DD1",
        "product": "净水器",
        "fault_code": "E4",
    }
    text = note(said(fields=fields))
    assert "陈先生反映“漏水”，诉求为退款（要求48小时内）" in text
    assert "订单号DD1，产品净水器，故障代码E4" in text


def test_without_an_answer_there_is_no_solution_and_the_matter_goes_on() -> None:
    text = note(said(), line(Kind.WAITING))
    assert "方案：" not in text
    assert text.endswith("后续：问题处理中，需继续跟进。")


def test_the_solution_is_named_where_one_was_followed() -> None:
    assert "方案：按“净水器漏水”处理。" in note(said(), solution="净水器漏水")


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (AT + dt.timedelta(hours=6), "“今天17点前答复您”，时限04月08日17:00"),
        (None, "“今天17点前答复您”。"),
    ],
)
def test_the_last_promise_is_what_is_followed_up(due: dt.datetime | None, told: str) -> None:
    text = note(said(), line(Kind.PROMISE, due=due, says="今天17点前答复您"))
    assert f"后续：按承诺跟进{told}" in text


def test_an_ended_conversation_needs_no_follow_up() -> None:
    bye = said("谢谢", AT + 2 * MINUTE, has_need=False, intents=frozenset({Intent.THANKS}))
    assert note(said(), line(Kind.ANSWER), bye).endswith("后续：客户无其他问题，本次服务结束。")


def test_why_it_was_escalated_is_told_and_a_mere_warning_of_a_clock_is_not() -> None:
    warned = Escalated(AT, Rule.CLOCK, Level.AGENT, "首次响应即将到时")
    assert "升级：" not in note(said(), warned)
    threat = Escalated(AT, Rule.THREAT, Level.SUPERVISOR, "客户表示将投诉")
    higher = replace(threat, level=Level.MANAGER, reason="客户表示将投诉；30 分钟内无人响应")
    person = Escalated(AT, Rule.WANTS_HUMAN, Level.AGENT, "客户要求人工服务")
    text = note(said(), warned, threat, higher, person)
    assert "升级：客户表示将投诉、客户要求人工服务。" in text


def test_a_very_long_complaint_is_cut() -> None:
    long = "很长的话" * 100
    assert len(note(said(long))) < 200
