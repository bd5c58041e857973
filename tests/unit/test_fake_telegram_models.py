"""The fake Bot API server against aiogram's models, an independent reading of the same API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import pytest
from aiogram import Bot, methods, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import BufferedInputFile
from pydantic import BaseModel, TypeAdapter

from tests.fakes.telegram import Call, FakeTelegram, HandClock
from tests.fakes.telegram.files import PNG
from tests.fakes.telegram.markup import ACTIONS, LOOKS, REPLY
from tests.fakes.telegram.parameters import PARAMETERS

GROUP: Final = -1001
KEYS: Final = {
    "inline_keyboard": [
        [{"text": "发送", "callback_data": "s:1"}, {"text": "复制", "copy_text": {"text": "您好"}}],
        [{"text": "说明", "url": "https://example.com"}],
    ]
}


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(HandClock()) as server:
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session) as bot:
        yield bot


def model_of(method: str) -> Any:
    return getattr(methods, method[0].upper() + method[1:])


def names_of(model: Any) -> set[str]:
    """The fields of a model as they are sent, without the deprecated ones."""
    return {
        field.alias or name
        for name, field in model.model_fields.items()
        if not (
            isinstance(field.json_schema_extra, dict) and "deprecated" in field.json_schema_extra
        )
    }


def unknown(value: object, path: str = "") -> Iterator[str]:
    """Where a parsed answer has fields that the API does not know."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from unknown(one, f"{path}[]")


def check_call(call: Call) -> None:
    """What was asked fits the method's model, and what was answered the model of its answer."""
    model = model_of(call.method)
    assert list(unknown(model(**call.payload), call.method)) == []
    if call.error is None:
        parsed = TypeAdapter(model.__returning__).validate_python(call.result)
        assert list(unknown(parsed, call.method)) == []


async def everything(server: FakeTelegram) -> list[dict[str, Any]]:
    """Call every method once and let people do all they can; the updates that come of it."""
    wang, li = server.user(11, "王小姐", "wang"), server.user(12, "李工")
    group = server.group(GROUP, "售后群", li, forum=True)
    other = server.group(-1002, "小群", li)
    async with httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/") as http:

        async def call(method: str, **payload: Any) -> Any:
            answer = (await http.post(method, json=payload)).json()
            assert answer["ok"], (method, answer)
            return answer["result"]

        await call("getMe")
        await call("deleteWebhook")
        kinds = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
        await call("getUpdates", allowed_updates=kinds, timeout=0)
        said = wang.says("/start 你好")
        photo = wang.sends_photo("坏的地方")
        wang.sends_document("单.pdf", b"%PDF-")
        wang.sends_voice()
        wang.edits(said.message_id, "您好")
        sent = await call(
            "sendMessage",
            chat_id=11,
            text="您好！",
            reply_markup=KEYS,
            reply_parameters={"message_id": said.message_id},
        )
        press = wang.presses(sent["message_id"], "发送")
        await call("answerCallbackQuery", callback_query_id=press.id, text="好", show_alert=True)
        await call("editMessageText", chat_id=11, message_id=sent["message_id"], text="请稍等")
        await call(
            "editMessageReplyMarkup", chat_id=11, message_id=sent["message_id"], reply_markup=KEYS
        )
        await call("pinChatMessage", chat_id=11, message_id=sent["message_id"])
        await call("getChat", chat_id=11)
        await call("deleteMessage", chat_id=11, message_id=sent["message_id"])
        await call("sendChatAction", chat_id=11, action="typing")
        file_id = photo.file.file_id if photo.file else ""
        await call("sendPhoto", chat_id=11, photo=file_id, caption="收到")
        uploaded = {"document": ("表.txt", b"12", "text/plain")}
        await http.post("sendDocument", data={"chat_id": "11"}, files=uploaded)
        await call("getFile", file_id=file_id)
        topic = await call("createForumTopic", chat_id=GROUP, name="王*姐 T-1")
        where = {"chat_id": GROUP, "message_thread_id": topic["message_thread_id"]}
        await call("sendMessage", **where, text="客户：您好")
        li.says("好的", chat=group, topic=topic["message_thread_id"])
        li.forwards(said, chat=group, topic=topic["message_thread_id"])
        await call("editForumTopic", **where, name="王*姐 T-1 急")
        await call("closeForumTopic", **where)
        await call("reopenForumTopic", **where)
        group.close_topic(topic["message_thread_id"])
        await call("deleteForumTopic", **where)
        await call("getChat", chat_id=GROUP)
        for member in (11, 12, server.bot.id):
            await call("getChatMember", chat_id=GROUP, user_id=member)
        group.add(wang.account)
        group.remove(wang.account)
        await call("getChatMember", chat_id=GROUP, user_id=11)
        menu = [{"command": "start", "description": "开始"}]
        scope = {"type": "chat_member", "chat_id": GROUP, "user_id": 12}
        await call("setMyCommands", commands=menu, scope=scope)
        assert await call("getMyCommands", scope=scope) == menu
        await call("deleteMyCommands", scope=scope)
        wang.blocks()
        wang.unblocks()
        other.demote(server.bot)
        await call("leaveChat", chat_id=-1002)
        updates: list[dict[str, Any]] = await call("getUpdates")
        await call("setWebhook", url="http://127.0.0.1:9/x", allowed_updates=["message"])
        await call("getWebhookInfo")
        await call("deleteWebhook", drop_pending_updates=True)
    return updates


@pytest.mark.parametrize("method", PARAMETERS)
def test_each_method_takes_the_parameters_of_the_api(method: str) -> None:
    assert set(PARAMETERS[method]) == names_of(model_of(method))


def test_buttons_and_replies_take_the_fields_of_the_api() -> None:
    assert names_of(types.InlineKeyboardButton) == LOOKS | ACTIONS
    assert names_of(types.ReplyParameters) == set(REPLY)


async def test_every_method_is_asked_and_answers_as_the_models_say(server: FakeTelegram) -> None:
    await everything(server)
    for call in server.calls():
        check_call(call)
    assert {call.method for call in server.calls()} == set(PARAMETERS)
    assert [call.method for call in server.calls() if call.error] == []


async def test_every_kind_of_update_parses(server: FakeTelegram) -> None:
    updates = await everything(server)
    parsed = [types.Update.model_validate(update) for update in updates]
    assert [list(unknown(update)) for update in parsed] == [[] for _ in parsed]
    assert {update.event_type for update in parsed} == {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
    }
    kinds = {update.message.content_type for update in parsed if update.message}
    assert {"text", "photo", "document", "voice", "new_chat_members", "forum_topic_closed"} <= kinds
    assert all(u.message.from_user and not u.message.from_user.is_bot for u in parsed if u.message)


async def test_dates_are_whole_seconds_of_the_clock(server: FakeTelegram) -> None:
    updates = await everything(server)
    dates = {update["message"]["date"] for update in updates if "message" in update}
    assert dates == {int(server.clock.now())}


async def test_aiogram_itself_works_against_it(server: FakeTelegram, bot: Bot) -> None:
    wang = server.user(11, "王小姐")
    wang.says("/start")
    (update,) = await bot.get_updates(timeout=0)
    assert update.message
    assert update.message.text == "/start"
    keys = types.InlineKeyboardMarkup.model_validate(KEYS)
    sent = await bot.send_message(11, "您好", reply_markup=keys)
    assert sent.reply_markup
    assert sent.reply_markup.model_dump(exclude_none=True) == KEYS
    photo = await bot.send_photo(11, BufferedInputFile(PNG, "图.png"), caption="看")
    assert photo.photo
    data = await bot.download(photo.photo[-1].file_id)
    assert data
    assert data.read() == PNG
    for call in server.calls():
        check_call(call)


async def test_aiogram_reads_its_refusals(server: FakeTelegram, bot: Bot) -> None:
    wang = server.user(11, "王小姐")
    wang.says("在吗")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(99, "您好")
    server.flood(11, 7)
    with pytest.raises(TelegramRetryAfter) as flooded:
        await bot.send_message(11, "您好")
    assert flooded.value.retry_after == 7


async def test_a_bad_call_is_refused_and_does_nothing(server: FakeTelegram) -> None:
    server.user(11, "王小姐").says("在吗")
    async with httpx.AsyncClient(base_url=f"{server.url}/bot{server.token}/") as http:
        for payload in (
            {"chat_id": 11, "text": "您好", "reply_to": 1},
            {
                "chat_id": 11,
                "text": "您好",
                "reply_markup": {"inline_keyboard": [[{"text": "好"}]]},
            },
            {"chat_id": "十一", "text": "您好"},
        ):
            answer = await http.post("sendMessage", json=payload)
            assert answer.status_code == 400
            assert answer.json()["ok"] is False
    assert all(call.error for call in server.calls())
    assert server.sent(11) == []


def test_the_checks_here_find_a_wrong_answer() -> None:
    result = {"id": 1, "first_name": "助手"}
    with pytest.raises(ValueError, match="is_bot"):
        check_call(Call("getMe", {}, 0, 1, result=result))
    with pytest.raises(AssertionError):
        check_call(Call("getMe", {}, 0, 1, result=result | {"is_bot": True, "bot": 1}))
    with pytest.raises(AssertionError):
        check_call(Call("sendMessage", {"chat_id": 1, "text": "好", "to": 2}, 0, 1, result={}))
