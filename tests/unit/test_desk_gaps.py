"""Knowledge gaps: gathered from events, grouped, requested, settled, drafted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.errors import NotNow, TextRefused
from bot.desk.gaps import (
    Cause,
    added,
    as_solution_draft,
    dismiss,
    gaps_in,
    list_gaps,
    request_upgrade,
)
from bot.desk.gaps.grouping import grouped, most_typical
from bot.desk.ports import Gap, GapState, Party
from bot.domain.clocks import ClockState, clocks
from bot.domain.events import (
    AgentSaid,
    Chose,
    CustomerSaid,
    Event,
    FieldCorrected,
    Opened,
    Reopened,
    UpgradeAnswered,
)
from bot.domain.terms import ClockName, Emotion
from bot.storage.memory import MemoryStore
from kb.library import read_contents
from kb.terms import Category, ContactType, Priority
from prompts.errors import LoadFailed
from prompts.terms import Kind
from tests.fakes.encoder import NgramEncoder
from tests.fakes.playing import START, Play, program

ABROAD = "寄到加拿大要怎么办手续"
OWN = "目前只支持国内配送，海外地址暂时不能下单"
OPENED = Opened(START, "T1", "C1", "web")
ENCODER = NgramEncoder(dim=256)


def asks(text: str = ABROAD, **change: object) -> CustomerSaid:
    event = CustomerSaid(
        START,
        text,
        Emotion.CALM,
        frozenset(),
        Category.ORDER_LOGISTICS,
        ContactType.CONSULT,
        Priority.P3,
        "",
        has_need=True,
    )
    return replace(event, **change)  # type: ignore[arg-type]


def answers(text: str = OWN, *kinds: Kind) -> AgentSaid:
    return AgentSaid(START, text, frozenset(kinds or {Kind.ANSWER}), "1001")


def chose(how: str) -> Chose:
    return Chose(START, "" if how == "passed" else "line", how, "1001")


def found(*events: Event) -> list[tuple[int, str, str]]:
    return [(g.seq, g.cause, g.answer) for g in gaps_in((OPENED, *events))]


# what counts as a gap --------------------------------------------------------------------------


def test_a_question_nothing_matched_is_a_gap() -> None:
    assert found(asks()) == [(2, "unmatched", "")]


@pytest.mark.parametrize(
    "change",
    [
        {"answerable": True, "solution": "s-1"},
        {"answerable": True},  # carried on from the message before
        {"has_need": False},
        {"category": Category.UNKNOWN},
        {"text": "在国外呢"},
    ],
)
def test_what_matched_asks_nothing_or_is_not_clear_is_none(change: dict[str, object]) -> None:
    assert found(asks(**change)) == []


def test_an_answer_by_hand_is_kept_as_the_draft() -> None:
    assert found(asks(), answers()) == [(2, "unmatched", OWN)]


def test_suggestions_passed_over_make_a_gap_of_a_matched_question() -> None:
    matched = asks(answerable=True, solution="s-1")
    assert found(matched, answers(), chose("passed")) == [(2, "passed", OWN)]


def test_an_answer_beside_which_nothing_was_on_show_was_given_by_hand() -> None:
    assert found(asks(answerable=True), answers()) == [(2, "by_hand", OWN)]


@pytest.mark.parametrize("how", ["sent", "edited"])
def test_a_suggestion_that_was_taken_answers_and_what_is_added_is_no_gap(how: str) -> None:
    assert found(asks(answerable=True), answers(), chose(how), answers("在订单页点一下就行")) == []


def test_lines_that_tell_nothing_are_no_answer() -> None:
    waiting = answers("请您稍等，正在为您查询", Kind.WAITING)
    assert found(asks(answerable=True), waiting, chose("passed")) == []
    assert found(asks(answerable=True), waiting, chose("passed"), answers()) == [
        (2, "by_hand", OWN)
    ]


def test_an_answer_belongs_to_the_newest_question_and_lines_of_one_turn_to_each_other() -> None:
    first, second = asks(), asks("发到日本的运费怎么算呢")
    assert found(first, second, answers("按重量"), answers("每公斤八十元")) == [
        (2, "unmatched", ""),
        (3, "unmatched", "按重量\n每公斤八十元"),
    ]


def test_texts_carry_nothing_of_the_customer() -> None:
    known = {"customer_name": "李小明", "order_no": "ORD20231028001", "phone": "13800001111"}
    question = asks("订单ORD20231028001能寄到加拿大吗，我是李小明，电话13800001111", fields=known)
    corrected = FieldCorrected(START, "account", "8801234567", "1001")
    reply = answers("李小明您好，ORD20231028001寄不了，账号8801234567可以退款，回电13800001111")
    (gap,) = gaps_in((OPENED, question, corrected, reply))
    assert gap.question == "订单能寄到加拿大吗，我是，电话138****1111"
    assert gap.answer == (
        "{{customer}}您好，{{order_no}}寄不了，账号{{account}}可以退款，回电138****1111"
    )


def test_an_erased_customer_leaves_no_gaps() -> None:
    assert found(asks("")) == []


# gathering -------------------------------------------------------------------------------------

#: The shipped library has nothing on it.
HANDS = "我耳朵听不见，有手语客服吗"


def test_gaps_are_gathered_while_people_talk() -> None:
    play = Play()
    play.says(HANDS)
    (gap,) = play.desk.store.gaps()
    assert (gap.ticket, gap.seq, gap.question) == (play.id, 2, HANDS)
    assert (gap.cause, gap.state, gap.answer) == ("unmatched", GapState.OPEN, "")
    play.replies("手语视频客服在每天九点到十八点")
    (gap,) = play.desk.store.gaps()
    assert gap.answer == "手语视频客服在每天九点到十八点"


def test_a_suggestion_that_was_sent_leaves_no_gap() -> None:
    play = Play()
    heard = play.says("忘记登录密码怎么办")
    best = next(s for s in heard.suggestions if s.kind is Kind.ANSWER)
    play.replies(best.text, suggestion=best.id)
    assert play.desk.store.gaps() == []


def test_a_suggestion_passed_over_is_gathered_with_the_agents_own_words() -> None:
    play = Play()
    play.says("忘记登录密码怎么办")
    play.replies("本月起改用短信登录，老的口令已经停用")
    (gap,) = play.desk.store.gaps()
    assert (gap.cause, gap.answer) == ("passed", "本月起改用短信登录，老的口令已经停用")


def test_what_is_settled_stays_as_it_was() -> None:
    play = Play()
    play.says(HANDS)
    (gap,) = play.desk.store.gaps()
    dismiss(play.desk, [(gap.ticket, gap.seq)], "kb", play.now)
    play.replies("手语视频客服在每天九点到十八点")
    (after,) = play.desk.store.gaps()
    assert (after.state, after.answer) == (GapState.DISMISSED, "")


# grouping --------------------------------------------------------------------------------------


def test_alike_questions_are_together_and_others_apart() -> None:
    texts = [
        "发票抬头怎么改",
        "净水器滤芯多久换",
        "怎么改发票抬头",
        "净水器的滤芯多久换一次",
        "发票的抬头怎么改",
    ]
    assert grouped(texts, ENCODER) == [[0, 2, 4], [1, 3]]
    assert grouped([], ENCODER) == []


def test_other_fault_codes_are_other_questions_however_alike() -> None:
    texts = ["洗衣机显示E4怎么办", "洗衣机显示E7怎么办", "洗衣机显示e4怎么办呀", "洗衣机显示怎么办"]
    groups = grouped(texts, ENCODER)
    together = {i: group for group in groups for i in group}
    assert 2 in together[0]
    assert 1 not in together[0]


@given(st.permutations(range(6)))
@settings(max_examples=40)
def test_the_groups_do_not_depend_on_the_order(order: list[int]) -> None:
    texts = ["改地址", "改地址呀", "滤芯多久换", "多久换滤芯", "能寄国外吗", "寄国外能吗"]
    mixed = grouped([texts[i] for i in order], ENCODER)
    assert {frozenset(texts[order[i]] for i in g) for g in mixed} == {
        frozenset(texts[i] for i in g) for g in grouped(texts, ENCODER)
    }


def test_the_most_typical_is_nearest_to_all() -> None:
    texts = ["发票抬头怎么改呢我昨天买的", "发票抬头怎么改", "怎么改发票"]
    assert most_typical(texts, ENCODER) == 1


def put(store: MemoryStore, number: int, question: str, **change: object) -> Gap:
    customer = store.customer_of(Party("web", "", "v1"), START)
    at = START + dt.timedelta(minutes=number)
    gap = Gap(f"T{number}", 2, customer, at, Cause.UNMATCHED, "order_logistics", question)
    gap = replace(gap, **change)  # type: ignore[arg-type]
    store.put_gap(gap)
    return gap


def test_groups_are_counted_with_their_newest_and_an_answer() -> None:
    store = MemoryStore()
    put(store, 1, "发票抬头怎么改", answer="旧的答复")
    put(store, 2, "净水器滤芯多久换")
    put(store, 3, "发票抬头怎么改呢", answer="新的答复", category="price_policy")
    put(store, 4, "发票抬头怎么改", category="price_policy")
    first, second = list_gaps(store, ENCODER)
    assert first.keys == (("T4", 2), ("T3", 2), ("T1", 2))
    assert first.questions == ("发票抬头怎么改", "发票抬头怎么改呢")
    assert first.title == "发票抬头怎么改"
    assert (first.answer, first.category) == ("新的答复", Category.PRICE_POLICY)
    assert first.newest == START + dt.timedelta(minutes=4)
    assert (second.keys, second.answer, second.due) == ((("T2", 2),), "", None)


def test_requests_come_first_by_when_they_fall_due() -> None:
    store = MemoryStore()
    for number in (1, 2):
        put(store, number, "发票抬头怎么改")
    late, soon = START + dt.timedelta(hours=5), START + dt.timedelta(hours=1)
    put(store, 3, "净水器滤芯多久换", state=GapState.REQUESTED, requested_at=late)
    put(store, 4, "面板上锁打不开", state=GapState.REQUESTED, requested_at=soon)
    groups = list_gaps(store, ENCODER)
    assert [g.title for g in groups] == ["面板上锁打不开", "净水器滤芯多久换", "发票抬头怎么改"]
    assert groups[0].due == soon + dt.timedelta(hours=24)


def test_what_is_like_a_dismissed_one_stays_away_unless_an_agent_asks() -> None:
    store = MemoryStore()
    put(store, 1, "发票抬头怎么改", state=GapState.DISMISSED)
    again = put(store, 2, "发票抬头怎么改呢")
    put(store, 3, "净水器滤芯多久换", state=GapState.ADDED)
    assert list_gaps(store, ENCODER) == []
    store.put_gap(replace(again, state=GapState.REQUESTED, requested_at=START))
    (group,) = list_gaps(store, ENCODER)
    assert group.keys == (("T2", 2),)


# upgrade requests ------------------------------------------------------------------------------


def asked() -> Play:
    play = Play()
    play.says(HANDS)
    return play


def knowledge_clock(play: Play) -> tuple[dt.datetime | None, ClockState]:
    (clock,) = (c for c in clocks(play.ticket) if c.name is ClockName.KNOWLEDGE)
    return clock.due, clock.state(play.now)


def test_a_request_runs_24_hours_and_marks_the_gap() -> None:
    play = asked()
    at = play.later(minutes=5)
    after = request_upgrade(play.desk, play.id, " 缺少手语服务的说明 ", "1001", at)
    assert after.upgrade is not None
    assert after.upgrade.question == "缺少手语服务的说明"
    (gap,) = play.desk.store.gaps()
    assert (gap.question, gap.state, gap.requested_at) == (HANDS, GapState.REQUESTED, at)
    assert knowledge_clock(play) == (at + dt.timedelta(hours=24), ClockState.RUNNING)
    play.later(hours=24)
    assert knowledge_clock(play)[1] is ClockState.BROKEN


def test_a_request_without_a_gap_is_one_itself() -> None:
    play = Play()
    play.says("忘记登录密码怎么办，我的电话13800001111")
    request_upgrade(play.desk, play.id, "改用短信登录后13800001111怎么登", "1001", play.now)
    (gap,) = play.desk.store.gaps()
    assert gap.cause == Cause.REQUESTED
    assert gap.question == "改用短信登录后138****1111怎么登"
    assert gap.seq == play.ticket.seq


def test_a_request_is_refused_without_words_and_while_one_waits() -> None:
    play = asked()
    for text in ("  ", "长" * 501):
        with pytest.raises(TextRefused, match="请用不超过 500 字写明"):
            request_upgrade(play.desk, play.id, text, "1001", play.now)
    request_upgrade(play.desk, play.id, "缺少说明", "1001", play.now)
    with pytest.raises(NotNow, match="已经提交，请等待"):
        request_upgrade(play.desk, play.id, "缺少说明", "1001", play.now)


def test_a_solution_answers_the_request_and_stops_its_clock() -> None:
    play = asked()
    request_upgrade(play.desk, play.id, "缺少说明", "1001", play.now)
    (group,) = list_gaps(play.desk.store, ENCODER)
    added(play.desk, group.keys, " s-9 ", "kb", play.later(hours=2))
    assert play.happened(UpgradeAnswered)[0].solution == "s-9"
    (gap,) = play.desk.store.gaps()
    assert (gap.state, gap.solution, gap.settled_at) == (GapState.ADDED, "s-9", play.now)
    assert knowledge_clock(play)[1] is ClockState.MET
    assert list_gaps(play.desk.store, ENCODER) == []
    with pytest.raises(NotNow, match="请刷新列表"):
        added(play.desk, group.keys, "s-9", "kb", play.now)


def test_each_request_has_hours_of_its_own() -> None:
    play = asked()
    request_upgrade(play.desk, play.id, "缺少说明", "1001", play.now)
    added(play.desk, [(play.id, 2)], "s-9", "kb", play.later(hours=2))
    at = play.later(hours=30)
    request_upgrade(play.desk, play.id, "还缺英文的说明", "1001", at)
    assert knowledge_clock(play) == (at + dt.timedelta(hours=24), ClockState.RUNNING)


def test_a_request_runs_on_when_the_ticket_comes_back() -> None:
    play = asked()
    at = play.now
    request_upgrade(play.desk, play.id, "缺少说明", "1001", at)
    play.desk.change(play.id, Reopened(play.later(hours=1), "再次来访"))
    assert knowledge_clock(play) == (at + dt.timedelta(hours=24), ClockState.RUNNING)


def test_a_request_is_not_dismissed_without_a_reason() -> None:
    play = asked()
    dismissed = [(play.id, 2)]
    request_upgrade(play.desk, play.id, "缺少说明", "1001", play.now)
    with pytest.raises(TextRefused, match="请写明原因"):
        dismiss(play.desk, dismissed, "kb", play.now)
    dismiss(play.desk, dismissed, "kb", play.now, "已有热线说明")
    (answer,) = play.happened(UpgradeAnswered)
    assert (answer.solution, answer.remark) == (None, "已有热线说明")


def test_a_gap_nobody_asked_for_is_dismissed_in_silence() -> None:
    play = asked()
    dismiss(play.desk, [(play.id, 2)], "kb", play.now)
    assert play.happened(UpgradeAnswered) == []
    with pytest.raises(TextRefused, match="请写明补充的方案编号"):
        added(play.desk, [(play.id, 2)], " ", "kb", play.now)


# drafts ----------------------------------------------------------------------------------------


def draft(**change: object) -> str:
    store = MemoryStore()
    put(store, 1, "订单里的发票抬头怎么改", answer="{{customer}}您好：订单“{{order_no}}”可以改")
    put(store, 2, "发票抬头怎么改: 急", **change)
    put(store, 3, "发票抬头怎么改")
    (group,) = list_gaps(store, ENCODER)
    return as_solution_draft(group)


def test_a_draft_loads_as_a_solution(tmp_path: Path) -> None:
    path = tmp_path / "草稿.yaml"
    path.write_text(draft(), encoding="utf-8")
    (solution,) = read_contents([path]).solutions
    assert solution.title == "发票抬头怎么改"
    assert set(solution.questions) == {"订单里的发票抬头怎么改", "发票抬头怎么改: 急"}
    assert solution.answer.text == "{{customer}}您好：订单“{{order_no}}”可以改"
    assert solution.category is Category.ORDER_LOGISTICS
    assert not solution.bot_safe
    assert "3 次" in solution.source


def test_a_draft_without_an_answer_cannot_be_loaded_unfinished(tmp_path: Path) -> None:
    store = MemoryStore()
    put(store, 1, "发票抬头怎么改")
    (group,) = list_gaps(store, ENCODER)
    path = tmp_path / "草稿.yaml"
    path.write_text(as_solution_draft(group), encoding="utf-8")
    with pytest.raises(LoadFailed) as refused:
        read_contents([path])
    assert any(
        "业务解答" in fault.reason or fault.field == "text" for fault in refused.value.faults
    )


def test_the_shipped_encoder_lists_what_was_gathered() -> None:
    play = Play()
    for number, text in enumerate(("我耳朵听不见，有手语客服吗", "我听不见，有没有手语客服")):
        play.says(text, who=f"v{number}")
    play.says("第三方墨盒能不能用", who="v9")
    counts = [len(g.gaps) for g in list_gaps(play.desk.store, program().encoder)]
    assert counts == [2, 1]
