"""The fake Bot API server, driven by python-telegram-bot and by plain HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from tests.fakes.telegram import (
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    FakeTelegram,
    FastClock,
    HandClock,
    Limits,
    flood,
    screen,
    slow,
)
from tests.fakes.telegram.__main__ import main
from tests.fakes.telegram.console import Console
from tests.fakes.telegram.files import PNG

GROUP: Final = -1001
Context = ContextTypes.DEFAULT_TYPE
Kit = Application[Any, Any, Any, Any, Any, Any]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock) as server:
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[ExtBot[None]]:
    bot = ExtBot(server.token, server.base_url, server.base_file_url)
    async with bot:
        yield bot


class Caller:
    """Plain HTTP calls; gives results, or the whole answer of a refusal."""

    def __init__(self, server: FakeTelegram, token: str = "") -> None:
        base = f"{server.base_url}{token or server.token}/"
        self.http = httpx.AsyncClient(base_url=base, timeout=2)

    async def __call__(self, method: str, **payload: Any) -> Any:
        answer = (await self.http.post(method, json=payload)).json()
        return answer["result"] if answer["ok"] else answer

    async def texts(self, **payload: Any) -> list[str]:
        updates = await self("getUpdates", **payload)
        return [update["message"]["text"] for update in updates if "message" in update]


@pytest.fixture
async def call(server: FakeTelegram) -> AsyncIterator[Caller]:
    caller = Caller(server)
    async with caller.http:
        yield caller


async def greet(update: Update, _: Context) -> None:
    assert update.message
    keys = [
        [InlineKeyboardButton("转人工", callback_data="human")],
        [InlineKeyboardButton("复制编号", copy_text=CopyTextButton("T-1"))],
    ]
    await update.message.reply_text("您好，请讲", reply_markup=InlineKeyboardMarkup(keys))


async def echo(update: Update, _: Context) -> None:
    message = update.effective_message
    assert message
    edited = "改为：" if update.edited_message else ""
    await message.reply_text(f"{edited}{message.text}")


async def hand_over(update: Update, _: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer("已转接")
    await query.edit_message_text("已为您转人工")


def kit_for(server: FakeTelegram) -> Kit:
    kit = (
        ApplicationBuilder()
        .token(server.token)
        .base_url(server.base_url)
        .base_file_url(server.base_file_url)
        .build()
    )
    kit.add_handler(CommandHandler("start", greet))
    kit.add_handler(CallbackQueryHandler(hand_over, pattern="human"))
    kit.add_handler(MessageHandler(filters.TEXT, echo))
    return kit


@pytest.fixture
async def running(server: FakeTelegram) -> AsyncIterator[Kit]:
    kit = kit_for(server)
    async with kit:
        assert kit.updater
        await kit.updater.start_polling()
        await kit.start()
        yield kit
        await kit.updater.stop()
        await kit.stop()


# python-telegram-bot's Application


async def test_an_application_talks_with_three_customers_at_once(
    server: FakeTelegram, running: Kit
) -> None:
    people = [server.user(i, name) for i, name in enumerate(("王", "李", "赵"), start=11)]
    for number in range(4):
        for person in people:
            person.says(f"{person.account.first_name}{number}")
    await server.until(lambda: all(len(server.sent(p.id)) == 4 for p in people))
    for person in people:
        name = person.account.first_name
        assert [m.text for m in server.sent(person.id)] == [f"{name}{n}" for n in range(4)]


async def test_an_application_answers_a_press_and_edits_its_message(
    server: FakeTelegram, running: Kit
) -> None:
    wang = server.user(11, "王")
    wang.says("/start")
    sent = await server.until_sent(11, "请讲")
    assert sent.buttons == ["转人工", "复制编号"]
    assert wang.copies(sent.message_id, "复制编号") == "T-1"
    press = wang.presses(sent.message_id, "转人工")
    await server.until_sent(11, "已为您转人工")
    assert (press.answer, server.unanswered()) == ("已转接", [])
    assert sent.versions == ["您好，请讲", "已为您转人工"]
    with pytest.raises(LookupError, match=r"(?i)no button"):
        wang.presses(sent.message_id, "转人工")


async def test_an_application_hears_of_edits(server: FakeTelegram, running: Kit) -> None:
    wang = server.user(11, "王")
    said = wang.says("退货")
    wang.edits(said.message_id, "换货")
    await server.until_sent(11, "改为：换货")


async def test_files_go_both_ways(server: FakeTelegram, bot: ExtBot[None]) -> None:
    wang = server.user(11, "王")
    wang.sends_photo("坏了")
    (update,) = await bot.get_updates(timeout=0)
    assert update.message
    assert update.message.caption == "坏了"
    fetched = await bot.get_file(update.message.photo[-1].file_id)
    assert bytes(await fetched.download_as_bytearray()) == PNG
    sent = await bot.send_document(11, b"a,b", filename="记录.csv", caption="记录")
    again = await bot.send_photo(11, update.message.photo[0].file_id)
    assert sent.document
    assert (sent.document.file_name, sent.document.file_size) == ("记录.csv", 3)
    assert again.photo
    document, photo = server.sent(11)
    assert document.file
    assert document.file.data == b"a,b"
    assert photo.file
    assert photo.file.data == PNG
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Photo as Document"):
        await bot.send_document(11, update.message.photo[0].file_id)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(11, b"text")


async def test_menus_are_kept_by_scope(server: FakeTelegram, bot: ExtBot[None]) -> None:
    server.user(11, "王").says("/start")
    scope = BotCommandScopeChat(11)
    await bot.set_my_commands([BotCommand("start", "开始")])
    await bot.set_my_commands([BotCommand("reload", "重新载入")], scope=scope)
    assert [c.command for c in await bot.get_my_commands()] == ["start"]
    assert [c.command for c in await bot.get_my_commands(scope=scope)] == ["reload"]
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == ()
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("开始", "开始")])


# Topics and groups


async def test_topics_live_and_die(server: FakeTelegram, bot: ExtBot[None]) -> None:
    li = server.user(12, "李工")
    group = server.group(GROUP, "售后群", li, forum=True)
    topic = await bot.create_forum_topic(GROUP, "王* T-1")
    thread = topic.message_thread_id
    card = await bot.send_message(GROUP, "客户：您好", message_thread_id=thread)
    assert card.is_topic_message
    assert card.reply_to_message
    assert card.reply_to_message.forum_topic_created
    li.says("好的", chat=group, topic=thread)
    (update,) = [u for u in await bot.get_updates(timeout=0) if u.message]
    assert update.message
    assert update.message.message_thread_id == thread
    await bot.edit_forum_topic(GROUP, thread, name="王* T-1 急")
    await bot.close_forum_topic(GROUP, thread)
    assert (group.topic("急").thread_id, group.topic("急").is_closed) == (thread, True)
    with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
        await bot.close_forum_topic(GROUP, thread)
    server.delete_topic(group, thread)
    assert group.topics == {}
    for gone in (thread, 1, 999):
        with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
            await bot.send_message(GROUP, "在吗", message_thread_id=gone)
    with pytest.raises(BadRequest, match=r"(?i)topic_id_invalid"):
        await bot.reopen_forum_topic(GROUP, thread)


async def test_topics_need_a_forum_rights_and_a_short_name(
    server: FakeTelegram, bot: ExtBot[None]
) -> None:
    li = server.user(12, "李工")
    forum = server.group(GROUP, "售后群", li, forum=True)
    server.group(-1002, "小群", li)
    with pytest.raises(BadRequest, match=r"(?i)not a forum"):
        await bot.create_forum_topic(-1002, "王")
    assert (await bot.create_forum_topic(GROUP, "王" * 128)).name == "王" * 128
    with pytest.raises(BadRequest):
        await bot.create_forum_topic(GROUP, "王" * 129)
    forum.demote(server.bot)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to create a topic"):
        await bot.create_forum_topic(GROUP, "王")


async def test_a_plain_member_bot_sees_only_what_is_meant_for_it(
    server: FakeTelegram, call: Caller
) -> None:
    li = server.user(12, "李工")
    group = server.group(GROUP, "小群", li)
    sent = await call("sendMessage", chat_id=GROUP, text="新客户")
    li.says("看到了", chat=group)
    group.demote(server.bot)
    for text in ("闲聊", "/kb 退货", "@huashu_bot 在吗"):
        li.says(text, chat=group)
    li.says("好的", chat=group, reply_to=sent["message_id"])
    assert await call.texts() == ["看到了", "/kb 退货", "@huashu_bot 在吗", "好的"]


async def test_people_only_write_where_they_are(server: FakeTelegram) -> None:
    li, wang = server.user(12, "李工"), server.user(11, "王")
    group = server.group(GROUP, "小群", li)
    with pytest.raises(LookupError):
        wang.says("在吗", chat=group)
    group.add(wang.account)
    wang.says("在吗", chat=group)
    with pytest.raises(LookupError):
        wang.says("在吗", chat=group, topic=7)


async def test_a_bot_thrown_out_cannot_write(server: FakeTelegram, bot: ExtBot[None]) -> None:
    group = server.group(GROUP, "小群", server.user(12, "李工"))
    group.remove(server.bot.account)
    with pytest.raises(Forbidden, match=r"(?i)kicked from the supergroup chat"):
        await bot.send_message(GROUP, "在吗")


async def test_pins_and_members(server: FakeTelegram, bot: ExtBot[None]) -> None:
    li = server.user(12, "李工")
    group = server.group(GROUP, "小群", li)
    sent = await bot.send_message(GROUP, "值班表")
    await bot.pin_chat_message(GROUP, sent.message_id)
    chat = await bot.get_chat(GROUP)
    assert chat.pinned_message
    assert chat.pinned_message.text == "值班表"
    assert (await bot.get_chat_member(GROUP, 12)).status == "creator"
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "administrator"
    group.promote(server.bot, frozenset())
    with pytest.raises(BadRequest, match=r"(?i)manage pinned messages"):
        await bot.pin_chat_message(GROUP, sent.message_id)


# Updates


async def test_an_offset_acknowledges_and_nothing_else_does(
    server: FakeTelegram, call: Caller
) -> None:
    wang = server.user(11, "王")
    for text in "一二三四":
        wang.says(text)
    first, *_ = await call("getUpdates")
    assert await call.texts() == list("一二三四")
    assert await call.texts(limit=2) == list("一二")
    assert await call.texts(offset=first["update_id"] + 1) == list("二三四")
    await server.restart()
    assert await call.texts() == list("二三四")
    assert await call.texts(offset=-1) == ["四"]
    assert await call.texts() == ["四"]


async def test_a_long_poll_ends_with_an_update_or_with_its_time(
    server: FakeTelegram, call: Caller, clock: HandClock
) -> None:
    waiting = asyncio.create_task(call.texts(timeout=30))
    await server.until(lambda: server.calls("getUpdates"))
    server.user(11, "王").says("在吗")
    assert await waiting == ["在吗"]
    offset = next(iter(server.bot.queue.pending)) + 1
    waiting = asyncio.create_task(call("getUpdates", offset=offset, timeout=30))
    await server.until_polled()
    clock.advance(29)
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.advance(1)
    assert await waiting == []


async def test_a_second_poll_ends_the_first(
    server: FakeTelegram, bot: ExtBot[None], call: Caller
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until_polled()
    await call("getUpdates")
    with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates"):
        await first


async def test_only_the_kinds_asked_for_come(server: FakeTelegram, call: Caller) -> None:
    wang = server.user(11, "王")
    said = wang.says("在吗")
    assert len(await call("getUpdates", allowed_updates=["edited_message"])) == 1
    wang.says("喂")
    wang.edits(said.message_id, "您在吗")
    kinds = [set(update) - {"update_id"} for update in await call("getUpdates")]
    assert kinds == [{"message"}, {"edited_message"}]


async def test_updates_are_forgotten_after_a_day(
    server: FakeTelegram, call: Caller, clock: HandClock
) -> None:
    wang = server.user(11, "王")
    wang.says("昨天的")
    clock.advance(24 * 3600)
    wang.says("今天的")
    assert len(await call("getUpdates")) == 2
    clock.advance(1)
    assert await call.texts() == ["今天的"]


async def test_updates_can_come_twice(server: FakeTelegram, call: Caller) -> None:
    wang = server.user(11, "王")
    wang.says("一")
    (first,) = await call("getUpdates")
    offset = first["update_id"] + 1
    assert await call("getUpdates", offset=offset) == []
    server.bot.queue.repeat(first["update_id"])
    wang.says("二")
    assert await call.texts(offset=offset) == ["一", "二"]
    server.bot.queue.repeat_share(1.0)
    assert await call.texts(offset=offset + 1) == ["二"]
    assert await call("getUpdates", offset=offset + 1) == []


async def test_two_bots_have_their_own_chats_with_one_person(
    server: FakeTelegram, call: Caller
) -> None:
    other = server.add_bot("7000000002:AASecond", "second_bot")
    wang = server.user(11, "王")
    wang.says("给一号")
    wang.to(other).says("给二号")
    second = Caller(server, other.token)
    async with second.http:
        assert (await call.texts(), await second.texts()) == (["给一号"], ["给二号"])
        await second("sendMessage", chat_id=11, text="二号收到")
        await call("sendMessage", chat_id=11, text="一号收到")
    assert [m.text for m in server.sent(11)] == ["一号收到"]
    assert [m.text for m in server.sent(11, bot=other)] == ["二号收到"]


# Messages


async def test_texts_are_limited_and_trimmed(server: FakeTelegram, call: Caller) -> None:
    server.user(11, "王").says("在吗")
    assert (await call("sendMessage", chat_id=11, text="  好\n"))["text"] == "好"
    assert "message_id" in await call("sendMessage", chat_id=11, text="😀" * 4096)
    long = await call("sendMessage", chat_id=11, text="好" * 4097)
    assert (long["error_code"], long["description"]) == (400, "Bad Request: message is too long")
    empty = await call("sendMessage", chat_id=11, text=" \n")
    assert empty["description"] == "Bad Request: message text is empty"


async def test_an_edit_must_change_something(server: FakeTelegram, bot: ExtBot[None]) -> None:
    server.user(11, "王").says("在吗")
    keys = InlineKeyboardMarkup.from_button(InlineKeyboardButton("好", callback_data="1"))
    sent = await bot.send_message(11, "您好", reply_markup=keys)
    with pytest.raises(BadRequest, match=r"(?i)Message is not modified"):
        await sent.edit_text("您好", reply_markup=keys)
    await sent.edit_reply_markup(None)
    assert server.last(11).buttons == []
    with pytest.raises(BadRequest, match=r"(?i)Message is not modified"):
        await sent.edit_reply_markup(None)
    await sent.delete()
    with pytest.raises(BadRequest, match=r"(?i)Message to edit not found"):
        await sent.edit_text("您好呀")
    assert server.last(11).is_deleted


async def test_a_bot_changes_and_deletes_only_what_it_may(
    server: FakeTelegram, call: Caller, clock: HandClock
) -> None:
    said = server.user(11, "王").says("在吗")
    sent = await call("sendMessage", chat_id=11, text="在")
    theirs = await call("editMessageText", chat_id=11, message_id=said.message_id, text="不在")
    assert theirs["description"] == "Bad Request: message can't be edited"
    clock.advance(48 * 3600 + 1)
    old = await call("deleteMessage", chat_id=11, message_id=sent["message_id"])
    assert old["description"] == "Bad Request: message can't be deleted for everyone"


async def test_a_reply_needs_its_message(server: FakeTelegram, bot: ExtBot[None]) -> None:
    wang = server.user(11, "王")
    said = wang.says("在吗")
    sent = await bot.send_message(11, "在", reply_parameters=ReplyParameters(said.message_id))
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "在吗"
    wang.deletes(said.message_id)
    with pytest.raises(BadRequest, match=r"(?i)Message to be replied not found"):
        await bot.send_message(11, "在", reply_parameters=ReplyParameters(said.message_id))
    lenient = ReplyParameters(said.message_id, allow_sending_without_reply=True)
    assert (await bot.send_message(11, "在", reply_parameters=lenient)).reply_to_message is None


@pytest.mark.parametrize(
    "button",
    [
        {"text": "好"},
        {"text": "", "callback_data": "1"},
        {"text": "好", "callback_data": "好" * 22},
        {"text": "好", "callback_data": "1", "url": "https://example.com"},
        {"text": "好", "copy_text": {"text": "好" * 257}},
        {"text": "好", "copy_text": {"text": ""}},
        {"text": "好", "data": "1"},
    ],
)
async def test_buttons_are_checked(
    server: FakeTelegram, call: Caller, button: dict[str, Any]
) -> None:
    server.user(11, "王").says("在吗")
    keys = {"inline_keyboard": [[button]]}
    assert (await call("sendMessage", chat_id=11, text="好", reply_markup=keys))["ok"] is False


async def test_a_press_can_be_answered_for_150_seconds(
    server: FakeTelegram, call: Caller, clock: HandClock
) -> None:
    wang = server.user(11, "王")
    wang.says("在吗")
    keys = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
    sent = await call("sendMessage", chat_id=11, text="在", reply_markup=keys)
    press, forged = (
        wang.presses(sent["message_id"], "1"),
        wang.forges(sent["message_id"], "admin"),
    )
    (_, *pressed) = await call("getUpdates")
    assert [u["callback_query"]["data"] for u in pressed] == ["1", "admin"]
    long = await call("answerCallbackQuery", callback_query_id=press.id, text="好" * 201)
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    clock.advance(150)
    assert await call("answerCallbackQuery", callback_query_id=press.id, text="好" * 200) is True
    clock.advance(1)
    late = await call("answerCallbackQuery", callback_query_id=forged.id)
    assert "query is too old" in late["description"]
    assert server.unanswered() == [forged]


async def test_who_blocks_the_bot_hears_nothing(server: FakeTelegram, bot: ExtBot[None]) -> None:
    wang = server.user(11, "王")
    with pytest.raises(Forbidden, match=r"(?i)can't initiate"):
        await bot.send_message(11, "您好")
    wang.says("在吗")
    server.block(wang)
    with pytest.raises(Forbidden, match=r"(?i)blocked by the user"):
        await bot.send_message(11, "您好")
    assert (await bot.get_chat(11)).first_name == "王"
    wang.says("又来了")
    await bot.send_message(11, "您好")
    changes = [u.my_chat_member for u in await bot.get_updates(timeout=0) if u.my_chat_member]
    assert [c.new_chat_member.status for c in changes] == ["kicked", "member"]


async def test_all_ways_of_sending_parameters_are_read(server: FakeTelegram, call: Caller) -> None:
    server.user(11, "王").says("在吗")
    await call.http.get("SendMessage", params={"chat_id": 11, "text": "一"})
    await call.http.post("sendmessage", data={"chat_id": "11", "text": "二"})
    parts = {"chat_id": (None, "11"), "text": (None, "三")}
    await call.http.post("sendMessage", files=parts)
    assert [m.text for m in server.sent(11)] == ["一", "二", "三"]


async def test_strangers_and_unknown_methods_are_refused(
    server: FakeTelegram, call: Caller
) -> None:
    stranger = Caller(server, "1:x")
    async with stranger.http:
        assert (await stranger("getMe"))["error_code"] == 401
    assert (await call("sendTelegram"))["error_code"] == 404
    assert "no parameter 'limits'" in (await call("getUpdates", limits=1))["description"]
    assert "no number" in (await call("getUpdates", limit="many"))["description"]


# What goes wrong


async def test_limits_are_kept_by_the_clock(clock: HandClock) -> None:
    async with FakeTelegram(clock, limits=Limits()) as server:
        call = Caller(server)
        server.group(GROUP, "小群", server.user(12, "李工"))
        for number in range(20):
            assert "message_id" in await call("sendMessage", chat_id=GROUP, text=str(number))
            again = await call("sendMessage", chat_id=GROUP, text="快")
            wait = 1 if number < 19 else 41
            assert again["parameters"] == {"retry_after": wait}
            clock.advance(1)
        assert (await call("sendMessage", chat_id=GROUP, text="快"))["error_code"] == 429
        clock.advance(40)
        assert "message_id" in await call("sendMessage", chat_id=GROUP, text="好")
        people = [server.user(i, "客") for i in range(100, 131)]
        for person in people:
            person.says("在吗")
        answers = [await call("sendMessage", chat_id=p.id, text="在") for p in people]
        assert [("message_id" in a) for a in answers] == [True] * 29 + [False] * 2
        await call.http.aclose()


async def test_planned_failures_come_in_their_order(
    server: FakeTelegram, bot: ExtBot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    for number in (11, 12):
        server.user(number, "客").says("在吗")
    server.fail_next("sendMessage", 502)
    server.fail_next("sendMessage", flood(3), times=2)
    server.fail_next("sendMessage", RESET, chat_id=12)
    with pytest.raises(NetworkError, match=r"(?i)Bad Gateway"):
        await bot.send_message(11, "一")
    for _ in range(2):
        with pytest.raises(RetryAfter) as flooded:
            await bot.send_message(11, "一")
        assert flooded.value.retry_after == dt.timedelta(seconds=3)
    await bot.send_message(11, "一")
    with pytest.raises(NetworkError):
        await bot.send_message(12, "一")
    await bot.send_message(12, "二")
    assert [m.text for m in server.sent(11)] == ["一"]
    assert [m.text for m in server.sent(12)] == ["二"]


@pytest.mark.parametrize(
    ("fault", "delivered"), [(TIMEOUT, 0), (TIMEOUT_AFTER, 1), (RESET, 0), (RESET_AFTER, 1)]
)
async def test_a_lost_answer_says_nothing_of_the_message(
    server: FakeTelegram, bot: ExtBot[None], fault: Any, delivered: int
) -> None:
    server.user(11, "王").says("在吗")
    server.fail_next("sendMessage", fault)
    lost = TimedOut if fault in {TIMEOUT, TIMEOUT_AFTER} else NetworkError
    with pytest.raises(lost):
        await bot.send_message(11, "在", read_timeout=0.05)
    assert len(server.sent(11)) == delivered
    assert [c.fault for c in server.calls("sendMessage")] == [True]


async def test_a_late_answer_waits_for_the_clock(
    server: FakeTelegram, call: Caller, clock: HandClock
) -> None:
    server.user(11, "王").says("在吗")
    server.fail_next("sendMessage", slow(20))
    waiting = asyncio.create_task(call("sendMessage", chat_id=11, text="在"))
    await server.until_sent(11, "在")
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.advance(20)
    assert (await waiting)["text"] == "在"


async def test_a_share_of_answers_can_be_lost(server: FakeTelegram, call: Caller) -> None:
    server.user(11, "王").says("在吗")
    server.faults.fail_share(0.3, 500, {"sendMessage"}, seed=1)
    answers = [await call("sendMessage", chat_id=11, text=str(i)) for i in range(40)]
    failed = [a for a in answers if a.get("error_code") == 500]
    assert 0 < len(failed) < 30
    assert len(server.sent(11)) == 40 - len(failed)
    server.faults.clear()
    assert "message_id" in await call("sendMessage", chat_id=11, text="好")


async def test_until_says_what_it_saw(server: FakeTelegram, call: Caller) -> None:
    await call("getMe")
    with pytest.raises(TimeoutError, match=r"(?i)getMe"):
        await server.until(lambda: False, seconds=0.01)


async def test_a_fast_clock_shortens_long_polls() -> None:
    async with FakeTelegram(FastClock(1000)) as server:
        call = Caller(server)
        async with call.http:
            before = server.clock.now()
            assert await call("getUpdates", timeout=40) == []
            assert server.clock.now() - before >= 40


# To look at


async def test_a_chat_is_shown_as_text(server: FakeTelegram, call: Caller) -> None:
    wang = server.user(11, "王小姐")
    wang.says("空调不制冷")
    wang.sends_photo("看")
    keys = {"inline_keyboard": [[{"text": "是", "callback_data": "1"}]]}
    await call("sendMessage", chat_id=11, text="您想问：\n不制冷", reply_markup=keys)
    assert screen(server.chat(11)).splitlines() == [
        "#1 10:00 王小姐",
        "    空调不制冷",
        "#2 10:00 王小姐",
        "    〔图片 photo.jpg〕",
        "    看",
        "#3 10:00 客服助手",
        "    您想问：",
        "    不制冷",
        "    [是]",
    ]


async def test_the_console_plays_people(server: FakeTelegram, call: Caller) -> None:
    console = Console(server)
    for line in ("as 12 李工", "group -1001 售后群", "as 11 王", "你好", "edit 1 您好"):
        assert not console.run(line).startswith("?")
    keys = {"inline_keyboard": [[{"text": "是", "callback_data": "yes"}]]}
    await call("sendMessage", chat_id=11, text="在", reply_markup=keys)
    for line in ("photo 图", "press 2 是", "join -1001", "in -1001", "大家好", "block", "unblock"):
        assert not console.run(line).startswith("?")
    assert "大家好" in console.run("show")
    assert "您好" in console.run("in me")
    assert console.run("press 2 否").startswith("? no button")
    assert console.run("press x 否").startswith("?")
    kinds = {next(iter(set(u) - {"update_id"})) for u in await call("getUpdates")}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}


def test_the_command_names_its_options() -> None:
    assert {parameter.name for parameter in main.params} == {"port", "token"}
