"""The reading as a whole: offsets, priorities, and behaviour on any text at all."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.terms import Emotion, Intent
from bot.nlu.reader import Reader
from kb.terms import Category, ContactType, Priority

AT = datetime.fromisoformat("2026-03-18T10:00:00+08:00")
READER = Reader(["空调", "手机"])
PIECES = [
    *(
        "我叫王明",
        "13812345678",
        "昨天",
        "3月40号",
        "99号",
        "¥1.5万",
        "地址是",
        "路8号",
        "E4",
        "订单",
    ),
    *("三", "百", "@a.b", "2026-13-45", "48小时内", "必须", "退款", ",", "。", " ", "1", "x"),
]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_is_read_and_every_offset_lies_inside_it(text: str) -> None:
    reading = READER.read(text, AT)
    for field in reading.fields.values():
        assert 0 <= field.start <= field.end <= len(text)
    assert reading.has_need == ("problem" in reading.fields)
    assert list(reading.intents) == sorted(reading.intents, key=list(Intent).index)


def test_a_value_taken_from_the_text_is_what_its_offsets_show() -> None:
    text = "您好,空调昨天下午显示E4"
    fields = READER.read(text, AT).fields
    assert {code: text[f.start : f.end] for code, f in fields.items() if code != "happened_on"} == {
        code: f.value for code, f in fields.items() if code != "happened_on"
    }
    assert {"product", "happened_at", "fault_code", "problem"} <= fields.keys()


@pytest.mark.parametrize("text", ["你好", "好的", "谢谢", "13812345678", "转人工", "", "   "])
def test_bare_courtesies_and_numbers_state_no_need(text: str) -> None:
    reading = READER.read(text, AT)
    assert not reading.has_need
    assert (reading.category, reading.contact_type, reading.priority) == (
        Category.UNKNOWN,
        ContactType.CONSULT,
        Priority.P4,
    )


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("插座冒烟了", Priority.P1),
        ("手机开不了机", Priority.P1),
        ("空调不制冷", Priority.P2),
        ("你们卖的什么垃圾,空调又不制冷了", Priority.P1),
        ("空调多少钱", Priority.P3),
        ("服务非常满意", Priority.P4),
    ],
)
def test_priority_follows_what_is_at_stake(text: str, priority: Priority) -> None:
    reading = READER.read(text, AT)
    assert reading.priority is priority
    assert reading.priority_reason


def test_a_threat_is_an_angry_complaint() -> None:
    reading = READER.read("再不处理我就打12315", AT)
    assert reading.emotion is Emotion.ANGRY
    assert Intent.THREAT in reading.intents
    assert reading.contact_type is ContactType.COMPLAINT


def test_traditional_characters_are_read_like_simplified_ones() -> None:
    assert READER.read("轉人工", AT).intents == (Intent.WANTS_HUMAN,)
