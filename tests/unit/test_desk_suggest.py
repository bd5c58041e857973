"""What is suggested: the rules of a good desk, over the shipped library."""

from __future__ import annotations

import datetime as dt
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bootstrap import Program
from bot.desk.conversing import Chat
from bot.desk.desk import Desk
from bot.desk.house import House
from bot.desk.ranking import LISTED_FROM
from bot.desk.shelf import usable
from bot.desk.suggest import Suggester
from bot.desk.transcript import Said
from bot.desk.values import day_part, due_at, said_time
from bot.domain.terms import Speaker
from bot.settings import Settings
from bot.storage.memory import MemoryStore
from kb.limits import Duration, Unit
from prompts.lines import Line
from prompts.terms import Kind, Tone

ZONE = dt.timezone(dt.timedelta(hours=8))
START = dt.datetime(2026, 3, 10, 9, 30, tzinfo=ZONE)


@cache
def ground() -> Chat:
    return Program(Settings()).chat(of_data=False)


def desk_of(house: House) -> Desk:
    base = ground().desk
    suggester = Suggester(base.suggester._served, house)
    return Desk(MemoryStore(), suggester, base.checker, house, base.policy)


def talk(*lines: str, top: int = 3, house: House | None = None) -> list[dict]:
    """Play lines ("客：…" the customer's, "服：…" ours) half a minute apart; their turn objects."""
    base = ground()
    chat = base.again() if house is None else Chat(partial(desk_of, house))
    turns = []
    for i, line in enumerate(lines):
        who, text = line.split("：", 1)
        speaker = Speaker.CUSTOMER if who == "客" else Speaker.AGENT
        turns.append(chat.say(Said(speaker, text, START + dt.timedelta(seconds=30 * i)), top))
    return turns


def kinds(turn: dict) -> list[str]:
    return [s["kind"] for s in turn["suggestions"]]


def test_a_bare_greeting_is_answered_with_an_opening() -> None:
    (turn,) = talk("客：你好")
    assert kinds(turn)[0] == "opening"
    assert turn["suggestions"][0]["band"] == "answer"
    assert "上午好" in turn["suggestions"][0]["text"] or "您好" in turn["suggestions"][0]["text"]


def test_there_is_only_one_opening_in_a_conversation() -> None:
    turns = talk(
        "客：在吗",
        "服：您好，客服中心1001号为您服务，请问有什么可以帮您？",
        "客：在吗",
        "客：暖气不热",
    )
    assert "opening" not in kinds(turns[2])
    assert "opening" not in kinds(turns[3])


@pytest.mark.parametrize(
    "text",
    ["你们什么破服务，骗子！气死我了", "再不解决我就打12315投诉你们", "冰箱漏电把我妈电了一下"],
)
def test_feelings_come_before_business_when_the_customer_is_upset(text: str) -> None:
    (turn,) = talk(f"客：{text}")
    assert kinds(turn)[0] == "reassurance"


def test_a_wish_for_a_person_is_handed_over_at_once() -> None:
    (turn,) = talk("客：别跟我扯了，给我转人工")
    assert kinds(turn)[0] == "escalation"
    assert {"rule": "wants_human", "level": "agent"}.items() <= turn["escalations"][0].items()


def test_thanks_are_answered_and_a_goodbye_is_closed() -> None:
    turns = talk(
        "客：暖气不热",
        "服：请先看阀门是否全开，不行我为您登记。",
        "客：好了，谢谢你",
        "服：不客气，请问还有其他可以帮您的吗？",
        "客：没有了，再见",
    )
    assert kinds(turns[2])[0] in {"thanks_reply", "closing"}
    assert kinds(turns[4])[0] in {"closing", "survey"}
    assert turns[4]["stage"] in {"wrapping_up", "closed"}
    assert "ask_info" not in kinds(turns[4])


def test_nothing_is_offered_twice_while_another_fits() -> None:
    turns = talk(
        *["客：快递三天没动静了，急死了", "客：到底什么时候到，急用", "客：能不能快点，一直等"]
    )
    texts = [s["text"] for t in turns for s in t["suggestions"] if s["kind"] == "reassurance"]
    assert len(texts) == len(set(texts)) >= 2


def test_what_was_said_is_not_asked_for_again() -> None:
    turns = talk(
        "客：我要退款",
        "服：麻烦您提供订单号，好吗？",
        "客：ORD20231028001",
        "客：还有电话13800001111，尽快处理",
        top=10,
    )
    for turn in turns[2:]:
        asked = [s["text"] for s in turn["suggestions"] if s["kind"] == "ask_info"]
        assert not any("订单号" in text for text in asked)
    asked = [s["text"] for s in turns[3]["suggestions"] if s["kind"] == "ask_info"]
    assert not any("手机号" in text or "联系电话" in text for text in asked)


def test_identity_is_verified_before_account_matters_are_told() -> None:
    (turn,) = talk("客：我要注销账号", top=10)
    assert kinds(turn)[0] == "ask_info"
    assert "核实身份" in turn["suggestions"][0]["why"]
    assert not any(s["source"] == "kb:account-close" for s in turn["suggestions"])


def test_variables_are_filled_and_unknown_ones_marked_never_guessed() -> None:
    turns = talk("客：我姓陈，陈先生，订单ORD20231028001一直没发货，催一下", top=12)
    for s in turns[0]["suggestions"]:
        assert "{{" not in s["text"]
        assert ("【" in s["text"]) >= bool(s["holes"])
        assert s["ready"] == (not s["holes"])
        if not s["ready"]:
            assert s["band"] == "suggest"


def test_every_suggestion_is_explained_and_none_is_below_its_band() -> None:
    for text in ("怎么开发票", "水管爆了", "好的", "你们几点下班", "asdf", "👍"):
        for s in talk(f"客：{text}", top=12)[0]["suggestions"]:
            assert s["why"].endswith("。")
            assert s["score"] >= LISTED_FROM


def test_the_tone_follows_the_customer_and_the_house() -> None:
    (turn,) = talk("客：我七十多岁了，不会弄手机，电费怎么交啊", top=3)
    assert {s["tone"] for s in turn["suggestions"]} & {"plain"}
    warm = House(tone=Tone.WARM, zone=ground().desk.house.zone)
    (turn,) = talk("客：谢谢", house=warm)
    assert turn["suggestions"][0]["tone"] == "warm"


def test_a_short_follow_up_is_understood_by_what_is_under_discussion() -> None:
    turns = talk(
        "客：燃气灶闻到煤气味", "服：请先关闭阀门、开窗并到室外，切勿开关电器。", "客：然后呢"
    )
    sources = [s["source"] for s in turns[2]["suggestions"]]
    assert any("gas" in source for source in sources)


def test_lines_outside_their_dates_or_of_another_team_are_not_used() -> None:
    day = dt.date(2026, 3, 10)
    line = Line("x", Kind.ANSWER, "内容", valid_from=day, valid_until=day, team="甲")
    assert usable(line, day, "甲")
    assert not usable(line, day, "乙")
    assert not usable(line, day - dt.timedelta(days=1), "甲")
    assert not usable(line, day + dt.timedelta(days=1), "甲")
    assert usable(Line("y", Kind.ANSWER, "内容"), day, "乙")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Duration(48, Unit.HOUR), "3月12日10:00"),
        (Duration(30, Unit.MINUTE), "3月10日10:00"),
        (Duration(3, Unit.DAY), "3月13日18:00"),
        (Duration(4, Unit.WORKDAY), "3月16日18:00"),
    ],
)
def test_a_deadline_is_a_time_a_person_would_say(limit: Duration, said: str) -> None:
    assert said_time(due_at(limit, START)) == said


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "上午好"), (12, "中午好"), (15, "下午好"), (20, "晚上好")]
)
def test_greetings_follow_the_hour(hour: int, words: str) -> None:
    assert day_part(START.replace(hour=hour)) == words


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.text(min_size=1, max_size=60)), min_size=1, max_size=5))
def test_no_text_whatever_breaks_a_conversation(lines: list[tuple[bool, str]]) -> None:
    chat = ground().again()
    for i, (ours, text) in enumerate(lines):
        speaker = Speaker.AGENT if ours else Speaker.CUSTOMER
        turn = chat.say(Said(speaker, text, START + dt.timedelta(seconds=i)))
        assert all("{{" not in s["text"] for s in turn["suggestions"])
    assert chat.ticket()["ticket"]["stage"]
