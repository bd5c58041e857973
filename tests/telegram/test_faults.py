"""What goes wrong between the desk and Telegram: nothing lost, nothing sent twice unnoticed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

import pytest

from bot import logs
from bot.desk import sending
from bot.desk.intake import Message, customer_said
from bot.desk.ports import OutState, Party
from bot.domain.events import CustomerSaid
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore
from bot.telegram.wording import Told
from tests.fakes.on_telegram import Stage
from tests.fakes.telegram import RESET, TIMEOUT_AFTER, flood

REFUND = "退款多久到账"


async def states(stage: Stage, user: int = 11) -> list[OutState]:
    return [o.state for o in await stage.outbox(user)]


async def notes(stage: Stage, user: int = 11) -> list[str]:
    return [n.text for n in (await stage.ticket(user)).notes]


async def test_what_was_kept_and_not_handled_is_taken_up_after_a_crash(
    stage: Stage, tmp_path: Path
) -> None:
    key = MasterKey(b"k" * 32)
    wang, li = stage.server.user(11, "王"), stage.server.user(12, "李")
    with SqliteStore(tmp_path / "store", key) as store:
        stage.store = store
        await stage.start(debounce=60)
        for text in ("你好", REFUND):
            wang.says(text)
        li.says(REFUND)
        await stage.comes(lambda desk: len(desk.store.unhandled()) == 3)
        await stage.stop()
    assert stage.texts(11) == []
    with SqliteStore(tmp_path / "store", key) as store:
        stage.store = store
        await stage.start()
        await stage.server.until(lambda: stage.texts(11) and stage.texts(12))
        assert await stage.said(11) == [f"你好\n{REFUND}"]
        assert await stage.said(12) == [REFUND]
        assert await stage.run(lambda desk: desk.store.unhandled()) == []
        assert len(stage.texts(11)) == len(stage.texts(12)) == 1
        await stage.stop()


async def test_what_telegram_delivers_twice_is_handled_once(stage: Stage) -> None:
    await stage.start()
    stage.server.fail_next("getUpdates", RESET, times=None)  # so that nothing is acknowledged
    stage.server.user(11, "王").says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    await stage.stop()
    assert stage.server.bot.queue.pending
    stage.server.faults.clear()
    await stage.start()
    await stage.server.until(lambda: not stage.server.bot.queue.pending)
    stage.server.user(12, "李").says(REFUND)
    await stage.server.until(lambda: stage.texts(12))
    assert await stage.said(11) == [REFUND]
    assert len(stage.texts(11)) == 1


async def test_nothing_is_acknowledged_before_it_is_kept(stage: Stage) -> None:
    await stage.start(debounce=60)
    assert stage.service
    held = asyncio.Event()
    loop = asyncio.get_running_loop()
    gate = asyncio.run_coroutine_threadsafe

    def hold(_: object) -> None:  # the desk's thread is busy, so nothing can be kept
        gate(held.wait(), loop).result(5)

    busy = asyncio.create_task(stage.service.run(hold, apart=True))
    polls = len(stage.server.calls("getUpdates"))
    stage.server.user(11, "王").says(REFUND)
    await stage.server.until(lambda: not stage.server.bot.queue.is_polled)
    await asyncio.sleep(0.05)
    assert len(stage.server.bot.queue.pending) == 1
    assert len(stage.server.calls("getUpdates")) <= polls + 1
    held.set()
    await busy
    await stage.server.until(lambda: not stage.server.bot.queue.pending)


async def test_a_flooded_chat_waits_as_long_as_it_is_asked_and_others_do_not(
    stage: Stage,
) -> None:
    await stage.start()
    stage.server.fail_next("sendMessage", flood(3), chat_id=11)
    stage.server.user(11, "王").says(REFUND)
    await stage.server.until(lambda: stage.server.calls("sendMessage"))
    stage.server.user(12, "李").says(REFUND)
    await stage.server.until(lambda: stage.texts(12))
    stage.clock.advance(2.9)
    await asyncio.sleep(0.05)
    assert stage.texts(11) == []
    assert await states(stage) == [OutState.READY]
    stage.clock.advance(0.2)
    await stage.server.until(lambda: stage.texts(11))
    assert len(stage.texts(11)) == 1


async def test_a_server_error_is_tried_again_later(stage: Stage) -> None:
    await stage.start()
    stage.server.fail_next("sendMessage", 502, times=2)
    stage.server.user(11, "王").says(REFUND)
    for tries in (1, 2):
        await stage.server.until(lambda n=tries: len(stage.server.calls("sendMessage")) == n)  # type: ignore[misc]
        await stage.comes(lambda d: d.store.standing(OutState.READY))
        stage.clock.advance(tries)
    await stage.server.until(lambda: stage.texts(11))
    assert len(stage.server.calls("sendMessage")) == 3


async def test_a_lost_answer_is_uncertain_and_a_person_decides(stage: Stage) -> None:
    await stage.start()
    stage.server.fail_next("sendMessage", TIMEOUT_AFTER)
    stage.server.user(11, "王").says(REFUND)
    (doubtful,) = await stage.comes(lambda d: d.store.standing(OutState.UNCERTAIN))
    assert "不确定是否送达" in (await notes(stage))[0]
    await stage.agent_says(11, "您好，正在为您核实。")
    stage.clock.advance(3600)
    await asyncio.sleep(0.05)
    assert len(stage.texts(11)) == 1  # it had arrived, and is not sent again by itself
    await stage.run(lambda desk: sending.delivered(desk, doubtful.key))
    await stage.server.until_sent(11, "正在为您核实")
    assert len(stage.texts(11)) == 2


async def test_a_person_may_have_it_sent_again(stage: Stage) -> None:
    await stage.start()
    stage.server.fail_next("sendMessage", RESET)
    stage.server.user(11, "王").says(REFUND)
    (doubtful,) = await stage.comes(lambda d: d.store.standing(OutState.UNCERTAIN))
    assert stage.texts(11) == []
    await stage.run(lambda d: sending.send_again(d, doubtful.key, "1001", stage.now()))
    await stage.server.until(lambda: stage.texts(11))


async def test_what_was_on_its_way_when_the_process_died_is_uncertain(stage: Stage) -> None:
    await stage.start(look=60)
    stage.server.fail_next("sendMessage", RESET)
    stage.server.user(11, "王").says(REFUND)
    await stage.comes(lambda d: d.store.standing(OutState.UNCERTAIN))
    (one,) = await stage.outbox(11)
    await stage.run(lambda desk: desk.store.mark(one.key, OutState.SENDING))
    await stage.stop()
    await stage.start()
    assert await states(stage) == [OutState.UNCERTAIN]
    assert "发送途中程序中断" in (await notes(stage))[-1]


async def test_who_blocked_the_bot_is_noted_on_the_ticket(stage: Stage) -> None:
    await stage.start()
    wang = stage.server.user(11, "王")
    wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    wang.blocks()
    for text in ("您好，正在为您核实。", "您好，已经为您核实。"):
        await stage.agent_says(11, text)
    await stage.comes(lambda d: len(d.store.standing(OutState.FAILED)) == 2)
    assert await notes(stage) == ["一条消息没有送达：客户已屏蔽机器人或停用了账号"]
    wang.says("在吗")
    await stage.agent_says(11, "您好，在的。")
    await stage.server.until_sent(11, "在的")


@pytest.mark.parametrize("kept", [True, False])
async def test_other_channels_messages_are_left_alone(
    stage: Stage, tmp_path: Path, kept: bool
) -> None:
    with contextlib.ExitStack() as closing:
        if kept:
            store = SqliteStore(tmp_path / "store", MasterKey(b"k" * 32))
            stage.store = closing.enter_context(store)
        await stage.start()
        web = Message(Party("web", "", "v1"), REFUND, stage.now())
        heard = await stage.run(lambda desk: customer_said(desk, web))
        stage.server.user(11, "王").says("漏电了")
        await stage.server.until(lambda: stage.texts(11))
        await stage.comes(lambda d: not d.store.standing(OutState.SENDING))
        ready = await stage.run(lambda desk: desk.store.standing(OutState.READY))
        assert {o.channel for o in ready} == {"web", "notify"}
        assert heard.ticket.id in {o.ticket for o in ready}
        await stage.stop()


async def test_a_long_line_goes_out_in_pieces_each_once(stage: Stage) -> None:
    await stage.start()
    wang = stage.server.user(11, "王")
    wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    long = "这是很长的说明，请您看完。\n" * 500
    stage.server.fail_next("sendMessage", flood(1))
    await stage.agent_says(11, long.strip())
    await stage.comes(lambda d: d.store.standing(OutState.READY))
    stage.clock.advance(2)
    await stage.server.until(lambda: len(stage.texts(11)) == 3)
    assert "".join(t + "\n" for t in stage.texts(11)[1:]) == long


async def test_a_later_piece_is_tried_again_where_it_stands(stage: Stage) -> None:
    await stage.start()
    wang = stage.server.user(11, "王")
    wang.says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    first = len(stage.server.calls("sendMessage"))
    await stage.stop()
    await stage.start(chat_pause=0.05)
    await stage.agent_says(11, ("说明" * 2048) + "。" + "完")
    await stage.server.until(lambda: len(stage.server.calls("sendMessage")) == first + 1)
    stage.server.fail_next("sendMessage", 502)
    await stage.server.until(lambda: len(stage.texts(11)) == 3)
    assert len(stage.server.calls("sendMessage")) == first + 3
    await stage.comes(lambda d: not d.store.standing(OutState.SENDING))
    assert (await states(stage))[-1] is OutState.SENT


async def test_a_failure_inside_keeps_the_message_and_answers_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.start()
    broken = [1, 1]

    def stumble(store: object, *args: object) -> None:
        if broken:
            broken.pop()
            raise OSError("disk")
        original(*args)  # type: ignore[arg-type]

    original = stage.store.append
    monkeypatch.setattr(type(stage.store), "append", stumble)
    stage.server.user(11, "王").says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    assert await stage.said(11) == [REFUND]


async def test_a_refused_token_is_told_in_one_sentence_without_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = f"{stage.server.bot.id}:AAAnotherSecretToken"
    await stage.start(wrong)
    await stage.tells(1)
    await asyncio.sleep(0.05)
    assert stage.told == [Told.REFUSED.value]
    assert "Secret" not in caplog.text
    assert "Secret" not in "".join(stage.told)


async def test_urls_with_the_token_stay_out_of_the_log(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    before = logging.getLogger().handlers, logging.getLogger().level
    logs.set_up()
    try:
        await stage.start()
        stage.server.user(11, "王").says("/start")
        await stage.server.until(lambda: stage.texts(11))
    finally:
        logging.getLogger().handlers, level = before
        logging.getLogger().setLevel(level)
    assert stage.server.token.split(":")[1] not in capsys.readouterr().err


async def test_it_comes_back_when_telegram_does(stage: Stage) -> None:
    await stage.start()
    await stage.server.stop()
    await stage.tells(2)
    await stage.server.start()
    await stage.server.until_polled()
    stage.server.user(11, "王").says(REFUND)
    await stage.server.until(lambda: stage.texts(11))
    assert stage.told[0] == stage.told[-1] == Told.CONNECTED.value.format(name="huashu_bot")
    assert stage.told[1] == Told.UNREACHABLE.value.format(api=stage.server.url)
    assert len(await stage.happened(11, CustomerSaid)) == 1
