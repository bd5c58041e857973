"""The outbox, whatever the channel: nothing is lost, nothing goes out twice unnoticed."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from bot.desk.desk import Desk
from bot.desk.errors import NotNow
from bot.desk.intake import Message, customer_said
from bot.desk.notices import Notice
from bot.desk.ports import NoSuchMessage, Outgoing, OutState, Party, RowFilter
from bot.desk.replying import Reply, agent_said
from bot.desk.sending import (
    after_restart,
    delivered,
    failed,
    next_batch,
    send_again,
    uncertain,
)
from bot.domain.events import HandedBack, Noted, TakenOver
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk

AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return fake_desk(MemoryStore())


def asks(desk: Desk, who: str = "张三", text: str = "退款多久到账", at: dt.datetime = AT) -> str:
    return customer_said(desk, Message(Party("web", "", who), text, at)).ticket.id


def answers(desk: Desk, ticket: str, text: str = "您好，正在为您核实。") -> None:
    agent_said(desk, Reply(ticket, text, "1001", AT))


def states(desk: Desk, ticket: str) -> list[OutState]:
    return [o.state for o in desk.store.outgoing(ticket) if o.channel == "web"]


def only(desk: Desk, now: dt.datetime = AT) -> Outgoing:
    (outgoing,) = next_batch(desk, now)
    return outgoing


def test_what_is_to_be_sent_is_marked_before_the_channel_sees_it(desk: Desk) -> None:
    ticket = asks(desk)
    outgoing = only(desk)
    assert outgoing.state is OutState.SENDING
    assert outgoing.attempts == 1
    assert "退款" in str(outgoing.body["text"])
    assert desk.store.outgoing(ticket) == [outgoing]
    assert next_batch(desk, AT) == []


def test_what_was_delivered_makes_way_for_the_next_of_the_chat(desk: Desk) -> None:
    ticket = asks(desk, text="你好")
    answers(desk, ticket, "您好，请问有什么可以帮您？")
    answers(desk, ticket, "请提供订单号。")
    texts = []
    for _ in range(2):
        outgoing = only(desk)
        texts.append(outgoing.body["text"])
        delivered(desk, outgoing.key)
    assert texts == ["您好，请问有什么可以帮您？", "请提供订单号。"]
    assert next_batch(desk, AT) == []


def test_chats_do_not_wait_for_one_another_and_the_limit_holds(desk: Desk) -> None:
    for who in "甲乙丙":
        asks(desk, who)
    first = next_batch(desk, AT, limit=2)
    assert len(first) == 2
    assert len({o.chat for o in first}) == 2
    assert len(next_batch(desk, AT, limit=2)) == 1


def test_the_bot_is_silent_once_a_person_has_taken_over(desk: Desk) -> None:
    ticket = asks(desk)
    desk.change(ticket, TakenOver(AT, "1001"))
    answers(desk, ticket)
    outgoing = only(desk)
    assert outgoing.body["text"] == "您好，正在为您核实。"
    assert states(desk, ticket) == [OutState.FAILED, OutState.SENDING]
    assert desk.store.outgoing(ticket)[0].error == Notice.NOT_SENT.value


def test_dropped_lines_do_not_fill_the_batch(desk: Desk) -> None:
    for who in "甲乙丙":
        ticket = asks(desk, who)
        desk.change(ticket, TakenOver(AT, "1001"))
        answers(desk, ticket)
    assert [o.body["by"] for o in next_batch(desk, AT, limit=2)] == ["1001"] * 2


def test_a_line_that_was_tried_before_the_take_over_is_not_tried_again(desk: Desk) -> None:
    ticket = asks(desk)
    again = failed(desk, only(desk), AT, "断线")
    assert again is not None
    desk.change(ticket, TakenOver(AT, "1001"))
    assert next_batch(desk, again) == []
    assert states(desk, ticket) == [OutState.FAILED]


def test_the_bot_may_speak_again_once_it_is_handed_back(desk: Desk) -> None:
    ticket = asks(desk)
    desk.change(ticket, TakenOver(AT, "1001"))
    desk.change(ticket, HandedBack(AT, "1001", to_bot=True))
    assert only(desk).body["by"] == "bot"


def test_the_announcement_of_the_person_still_goes_out(desk: Desk) -> None:
    ticket = asks(desk, text="转人工")
    desk.change(ticket, TakenOver(AT, "1001"))
    assert only_to(desk, "web").body["announces"] is True


def only_to(desk: Desk, channel: str) -> Outgoing:
    (outgoing,) = (o for o in next_batch(desk, AT) if o.channel == channel)
    return outgoing


def test_pauses_double_up_to_five_minutes(desk: Desk) -> None:
    asks(desk)
    now, pauses = AT, []
    for _ in range(12):
        outgoing = only(desk, now)
        again = failed(desk, outgoing, now, "断线")
        assert again is not None
        pauses.append((again - now).total_seconds())
        assert next_batch(desk, again - SECOND / 2) == []
        now = again
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert only(desk, now).attempts == 13


def test_the_channel_s_own_longer_pause_counts(desk: Desk) -> None:
    asks(desk)
    again = failed(desk, only(desk), AT, "太频繁", retry_after=30 * SECOND)
    assert again == AT + 30 * SECOND
    shorter = failed(desk, only(desk, again), again, "太频繁", retry_after=SECOND)
    assert shorter == again + 2 * SECOND


def test_a_message_that_waits_for_another_try_holds_up_its_chat(desk: Desk) -> None:
    ticket = asks(desk)
    again = failed(desk, only(desk), AT, "断线")
    answers(desk, ticket)
    assert again is not None
    assert next_batch(desk, AT) == []


def test_after_a_day_a_message_is_given_up_and_the_next_one_goes(desk: Desk) -> None:
    ticket = asks(desk, text="你好")
    answers(desk, ticket)
    answers(desk, ticket, "请提供订单号。")
    outgoing = only(desk)
    now = AT + dt.timedelta(days=1)
    assert failed(desk, outgoing, now, "断线") is None
    assert desk.store.outgoing(ticket)[1].error == "断线"
    assert only(desk, now).body["text"] == "请提供订单号。"


def test_what_cannot_help_is_not_tried_again(desk: Desk) -> None:
    ticket = asks(desk)
    assert failed(desk, only(desk), AT, "客户已拉黑", for_good=True) is None
    assert states(desk, ticket) == [OutState.FAILED]


def test_a_restart_sends_nothing_silently_again(desk: Desk) -> None:
    ticket = asks(desk)
    answers(desk, ticket)
    outgoing = only(desk)
    (doubtful,) = after_restart(desk)
    assert (doubtful.key, doubtful.state) == (outgoing.key, OutState.UNCERTAIN)
    assert desk.store.outgoing(ticket)[1] == doubtful
    assert next_batch(desk, AT) == []
    assert after_restart(desk) == []


def test_a_restart_finds_every_message_that_was_being_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        asks(desk, f"客户{number}")
    sent = next_batch(desk, AT)
    monkeypatch.setattr(desk.store, "standing", partial(desk.store.standing, limit=2))
    assert {o.key for o in after_restart(desk)} == {o.key for o in sent}
    assert next_batch(desk, AT) == []


def test_a_channel_that_takes_a_key_once_gets_it_again(desk: Desk) -> None:
    asks(desk)
    outgoing = only(desk)
    assert after_restart(desk, idempotent={"web"}) == []
    assert only(desk).key == outgoing.key


def test_a_person_decides_what_becomes_of_an_uncertain_message(desk: Desk) -> None:
    ticket = asks(desk)
    outgoing = only(desk)
    uncertain(desk, outgoing.key, "超时")
    assert states(desk, ticket) == [OutState.UNCERTAIN]
    send_again(desk, outgoing.key, "1001", AT + MINUTE)
    again = only(desk, AT + MINUTE)
    assert (again.key, again.attempts) == (outgoing.key, 2)
    (noted,) = (e for e in desk.store.events(ticket) if isinstance(e, Noted))
    assert (noted.by, noted.at) == ("1001", AT + MINUTE)
    uncertain(desk, again.key, "超时")
    delivered(desk, again.key)
    assert states(desk, ticket) == [OutState.SENT]


def test_only_an_uncertain_message_is_sent_again(desk: Desk) -> None:
    ticket = asks(desk)
    outgoing = only(desk)
    with pytest.raises(NotNow, match="无需重发"):
        send_again(desk, outgoing.key, "1001", AT)
    delivered(desk, outgoing.key)
    with pytest.raises(NotNow, match="无需重发"):
        send_again(desk, outgoing.key, "1001", AT)
    assert states(desk, ticket) == [OutState.SENT]


def test_an_unknown_key_is_refused(desk: Desk) -> None:
    with pytest.raises(NoSuchMessage):
        delivered(desk, "nothing")
    with pytest.raises(NoSuchMessage):
        uncertain(desk, "nothing", "超时")


def test_nothing_goes_to_a_customer_erased_while_it_was_being_sent(desk: Desk) -> None:
    ticket = asks(desk)
    outgoing = only(desk)
    desk.store.erase(outgoing.customer, AT)
    again = failed(desk, outgoing, AT, "断线")
    assert again is not None
    assert next_batch(desk, again) == []
    assert states(desk, ticket) == [OutState.FAILED]


def test_notifications_go_out_like_messages(desk: Desk) -> None:
    asks(desk, text="漏电")
    told = only_to(desk, "notify")
    assert told.chat == "supervisor"
    delivered(desk, told.key)


def test_a_process_that_died_while_sending_leaves_it_uncertain(tmp_path: Path) -> None:
    folder, master = tmp_path / "store", MasterKey(b"k" * 32)
    with SqliteStore(folder, master) as store:
        desk = fake_desk(store)
        ticket = asks(desk)
        only(desk)
    with SqliteStore(folder, master) as store:
        desk = fake_desk(store)
        assert next_batch(desk, AT + HOUR) == []
        assert len(after_restart(desk)) == 1
        assert states(desk, ticket) == [OutState.UNCERTAIN]
        assert store.count(RowFilter()) == 1
