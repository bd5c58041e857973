"""Customers on Telegram, from the greeting to the rating, through the real client."""

from __future__ import annotations

from typing import Final

import pytest

from bot.desk import ending
from bot.desk.notices import Notice, notice
from bot.desk.ports import OutState
from bot.domain.events import CustomerSaid, Edited, Rated, RatingSkipped, Reopened
from bot.domain.terms import Holder
from bot.telegram.wording import Say
from tests.fakes.on_telegram import Stage
from tests.fakes.telegram import Person

REFUND: Final = "退款多久到账"
BOTH: Final = "退款多久到账，还有快递一直不更新"


@pytest.fixture
async def wang(stage: Stage) -> Person:
    await stage.start()
    return stage.server.user(11, "王")


async def resolved(stage: Stage, user: int) -> str:
    ticket = await stage.ticket(user)
    await stage.run(lambda desk: ending.resolve(desk, ticket.id, "1001", stage.now()))
    return ticket.id


async def test_from_the_greeting_to_the_rating(stage: Stage, wang: Person) -> None:
    server = stage.server
    wang.says("/start")
    await server.until_sent(11, "智能助手")
    wang.says(REFUND)
    await server.until(lambda: len(server.sent(11)) == 2)
    wang.says("/human")
    await server.until_sent(11, notice(Notice.HANDING_OVER))
    assert (await stage.ticket(11)).holder is Holder.QUEUE
    await stage.agent_says(11, "您好，退款今天会到账。")
    await server.until_sent(11, "退款今天会到账")
    await resolved(stage, 11)
    survey = await server.until_sent(11, "评个分")
    assert survey.buttons[0] == "5 非常满意"
    assert survey.buttons[-1] == "跳过"
    press = wang.presses(survey.message_id, "5 非常满意")
    await server.until_sent(11, Say.RATED.of(score=5))
    await server.until(lambda: press.answer is not None)
    assert [e.overall for e in await stage.happened(11, Rated)] == [5]
    assert survey.buttons == []
    await stage.comes(lambda d: not d.store.standing(OutState.SENDING))
    assert {o.state for o in await stage.outbox(11)} == {OutState.SENT}
    assert all("parse_mode" not in call.payload for call in server.calls("sendMessage"))


async def test_a_survey_can_be_passed_over(stage: Stage, wang: Person) -> None:
    wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    await resolved(stage, 11)
    survey = await stage.server.until_sent(11, "评个分")
    wang.presses(survey.message_id, "跳过")
    await stage.server.until_sent(11, Say.SKIPPED.value)
    await stage.server.until(lambda: not stage.server.unanswered())
    assert len(await stage.happened(11, RatingSkipped)) == 1


async def test_a_score_may_be_typed_and_a_low_one_brings_the_supervisor(
    stage: Stage, wang: Person
) -> None:
    wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    await resolved(stage, 11)
    survey = await stage.server.until_sent(11, "评个分")
    wang.says("2分")
    await stage.server.until_sent(11, Say.RATED_LOW.of(score=2))
    assert len(await stage.happened(11, Reopened)) == 1
    assert await stage.said(11) == [REFUND]
    press = wang.presses(survey.message_id, "5 非常满意")
    await stage.server.until(lambda: press.answer is not None)
    assert press.answer == Say.STALE.value
    assert [e.overall for e in await stage.happened(11, Rated)] == [2]


async def test_a_burst_is_one_message_in_its_order(stage: Stage, wang: Person) -> None:
    ids = [wang.says(text).message_id for text in ("在吗", "我想问一下", REFUND)]
    await stage.server.until(lambda: stage.texts(11))
    (said,) = await stage.happened(11, CustomerSaid)
    assert said.text == f"在吗\n我想问一下\n{REFUND}"
    assert said.message == ",".join(map(str, ids))
    assert len(stage.texts(11)) == 1


async def test_many_at_once_hear_only_what_is_theirs(stage: Stage, wang: Person) -> None:
    people = [stage.server.user(i, f"客{i}") for i in range(20, 26)]
    for number in range(3):
        for person in people:
            person.says(f"/start {number}" if number == 1 else f"我是{person.id}，{REFUND}")
    await stage.server.until(lambda: all(len(stage.texts(p.id)) == 3 for p in people))
    for person in people:
        assert set(await stage.said(person.id)) == {f"我是{person.id}，{REFUND}"}
        assert [("这里是" in text) for text in stage.texts(person.id)] == [False, True, False]


async def test_a_choice_is_a_button_that_counts_once(stage: Stage, wang: Person) -> None:
    server = stage.server
    wang.says(BOTH)
    asked = await server.until_sent(11, "回复序号")
    assert asked.buttons == [f"1. {REFUND}", "2. 快递一直不更新"]
    assert "1. " in asked.text
    assert all(len(b["callback_data"].encode()) <= 64 for row in asked.keyboard for b in row)
    first = wang.presses(asked.message_id, asked.buttons[0])
    await server.until(lambda: first.answer is not None)
    second = wang.presses(asked.message_id, asked.buttons[0])
    await server.until(lambda: second.answer is not None)
    assert (first.answer, second.answer) == ("", Say.STALE.value)
    assert await stage.said(11) == [BOTH, REFUND]


async def test_a_button_holds_over_a_restart(stage: Stage, wang: Person) -> None:
    wang.says(BOTH)
    asked = await stage.server.until_sent(11, "回复序号")
    await stage.stop()
    press = wang.presses(asked.message_id, asked.buttons[1])
    await stage.start()
    await stage.server.until(lambda: press.answer is not None)
    assert await stage.said(11) == [BOTH, "快递一直不更新"]


@pytest.mark.parametrize("data", ["x", "c.T.1.9", "r..5", "e.all", "admin"])
async def test_forged_presses_are_answered_and_do_nothing(
    stage: Stage, wang: Person, data: str
) -> None:
    wang.says(BOTH)
    asked = await stage.server.until_sent(11, "回复序号")
    press = wang.forges(asked.message_id, data)
    await stage.server.until(lambda: press.answer is not None)
    assert press.answer == Say.STALE.value
    assert await stage.said(11) == [BOTH]


async def test_a_button_of_another_customer_does_nothing(stage: Stage, wang: Person) -> None:
    wang.says(BOTH)
    asked = await stage.server.until_sent(11, "回复序号")
    li = stage.server.user(12, "李")
    li.says(BOTH)
    own = await stage.server.until_sent(12, "回复序号")
    ticket = (await stage.ticket(11)).id
    for data in (asked.keyboard[0][0]["callback_data"], f"r.{ticket}.1"):
        press = li.forges(own.message_id, data)
        await stage.server.until(lambda press=press: press.answer is not None)  # type: ignore[misc]
        assert press.answer == Say.STALE.value
    assert (await stage.said(11), await stage.said(12)) == ([BOTH], [BOTH])


async def test_erasure_after_a_confirming_button(stage: Stage, wang: Person) -> None:
    server = stage.server
    wang.says("我姓王，退款多久到账")
    await server.until(lambda: stage.texts(11))
    ticket = await stage.ticket(11)
    wang.says("/privacy")
    sent = await server.until_sent(11, "加密存放")
    wang.presses(sent.message_id, "删除我的资料")
    await server.until_sent(11, Say.ERASE_SURE.value)
    wang.presses(sent.message_id, "取消")
    await server.until_sent(11, Say.KEPT.value)
    assert (await stage.ticket(11)).id == ticket.id
    wang.says("/privacy")
    again = await server.until(lambda: next((m for m in server.sent(11)[-1:] if m.buttons), None))
    assert again
    wang.presses(again.message_id, "删除我的资料")
    await server.until_sent(11, Say.ERASE_SURE.value)
    wang.presses(again.message_id, "确认删除")
    await server.until_sent(11, Say.ERASED.value)
    await server.until(lambda: not server.unanswered())
    assert await stage.run(lambda desk: desk.store.known_customer(stage.party(11))) is None
    events = await stage.run(lambda desk: desk.store.events(ticket.id))
    assert {e.text for e in events if isinstance(e, CustomerSaid)} == {""}
    audited = await stage.run(lambda desk: desk.store.audit(0, 100))
    assert [r.what for r in audited][-1] == "erase_customer"
    before = len(stage.texts(11))
    wang.says(REFUND)
    await server.until(lambda: len(stage.texts(11)) > before)
    assert (await stage.ticket(11)).customer != ticket.customer


async def test_an_edit_is_recorded_in_its_ticket(stage: Stage, wang: Person) -> None:
    wang.says("你好")
    said = wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    wang.edits(said.message_id, "换货多久")
    ticket = await stage.ticket(11)
    await stage.comes(lambda d: any(isinstance(e, Edited) for e in d.store.events(ticket.id)))
    (edited,) = await stage.happened(11, Edited)
    assert (edited.message, edited.text) == (str(said.message_id), "换货多久")


async def test_photos_and_files_are_kept_by_their_id(stage: Stage, wang: Person) -> None:
    wang.sends_photo("洗衣机漏水")
    wang.sends_document("单据.pdf", b"pdf")
    await stage.server.until(lambda: stage.texts(11))
    (said,) = await stage.happened(11, CustomerSaid)
    assert said.text == "洗衣机漏水\n[文件]"
    assert [a.split(":")[0] for a in said.attachments] == ["photo", "document"]
    assert said.evidence


async def test_a_file_too_large_is_told_and_its_words_are_heard(stage: Stage) -> None:
    await stage.start(file_mb=1)
    wang = stage.server.user(11, "王")
    wang.sends_document("录像.mp4", b"0" * (2**20 + 1), "洗衣机漏水")
    await stage.server.until_sent(11, Say.TOO_BIG.of(limit=1))
    (said,) = await stage.happened(11, CustomerSaid)
    assert (said.text, said.attachments) == ("洗衣机漏水", ())


async def test_a_flood_is_cut_off_with_one_word(stage: Stage) -> None:
    await stage.start(per_minute=3)
    wang = stage.server.user(11, "王")
    for number in range(8):
        wang.says(f"第{number}条")
    await stage.server.until_sent(11, Say.TOO_FAST.value)
    stage.clock.advance(61)
    wang.says("/status")
    await stage.server.until_sent(11, "工单")
    assert await stage.said(11) == ["第0条\n第1条\n第2条"]
    assert stage.texts(11).count(Say.TOO_FAST.value) == 1


async def test_the_status_says_who_is_on_it(stage: Stage, wang: Person) -> None:
    wang.says("/status")
    await stage.server.until_sent(11, Say.NO_TICKET.value)
    wang.says(REFUND)
    await stage.server.until(lambda: len(stage.texts(11)) == 2)
    wang.says("/status")
    await stage.server.until_sent(11, "智能助手正在为您解答")
    wang.says("/human")
    await stage.server.until_sent(11, notice(Notice.HANDING_OVER))
    wang.says("/human")
    await stage.server.until_sent(11, "正在排队等待人工客服")
    assert await stage.said(11) == [REFUND, "转人工"]
    await resolved(stage, 11)
    wang.says("/status")
    await stage.server.until_sent(11, "等您确认")
    wang.says("/nonsense")
    await stage.server.until_sent(11, "/privacy")


async def test_groups_are_not_customers(stage: Stage, wang: Person) -> None:
    group = stage.server.group(-1001, "群", wang)
    wang.says(REFUND, chat=group)
    wang.says("/status")
    await stage.server.until_sent(11, Say.NO_TICKET.value)
    assert stage.texts(-1001) == []
