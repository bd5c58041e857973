"""The fake Bot API server as it delivers to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram import SECRET_HEADER, FakeTelegram, FastClock
from tests.fakes.telegram.clock import Pulse

SECRET: Final = "abc_123"  # noqa: S105 - of a hook that only this file knows


class Receiver:
    """A webhook that notes what comes; answers as told, else with 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, int]] = []
        self.answers: list[web.Response] = []
        self.busy: asyncio.Event | None = None
        self.came = Pulse()
        app = web.Application()
        app.router.add_post("/hook", self.take)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/hook"))

    @property
    def texts(self) -> list[str]:
        return [text for text, _, status in self.got if status == 200]

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        message = body.get("message")
        text = message["text"] if message else body["callback_query"]["data"]
        if self.busy is not None and text == "慢":
            await self.busy.wait()
        answer = self.answers.pop(0) if self.answers else web.Response()
        self.got.append((text, request.headers.get(SECRET_HEADER, ""), answer.status))
        self.came.fire()
        return answer


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    # 1,000 seconds in one, so that the pauses between tries take milliseconds.
    async with FakeTelegram(FastClock(1000)) as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.server.start_server()
    yield receiver
    await receiver.server.close()


async def call(server: FakeTelegram, method: str, **payload: Any) -> Any:
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{server.base_url}{server.token}/{method}", json=payload)
    return answer.json()


async def until_got(receiver: Receiver, count: int) -> None:
    async with asyncio.timeout(5):
        while len(receiver.got) < count:
            await receiver.came.wait()


async def test_updates_come_with_the_secret_and_are_then_done(
    server: FakeTelegram, receiver: Receiver
) -> None:
    wang = server.user(11, "王")
    wang.says("早")
    await call(server, "setWebhook", url=receiver.url, secret_token=SECRET)
    wang.says("在吗")
    await until_got(receiver, 2)
    assert receiver.got == [("早", SECRET, 200), ("在吗", SECRET, 200)]
    refused = await call(server, "getUpdates")
    assert (refused["error_code"], "webhook is active" in refused["description"]) == (409, True)
    info = (await call(server, "getWebhookInfo"))["result"]
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)


async def test_a_refused_update_comes_again_before_the_next_of_its_chat(
    server: FakeTelegram, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500) for _ in range(4)]
    await call(server, "setWebhook", url=receiver.url)
    wang = server.user(11, "王")
    before = server.clock.now()
    wang.says("一")
    wang.says("二")
    await until_got(receiver, 6)
    assert server.clock.now() - before >= 0 + 2 + 4 + 8
    assert [text for text, _, _ in receiver.got] == ["一"] * 5 + ["二"]
    info = (await call(server, "getWebhookInfo"))["result"]
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")


async def test_retry_after_is_honoured(server: FakeTelegram, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=503, headers={"Retry-After": "40"})]
    await call(server, "setWebhook", url=receiver.url)
    before = server.clock.now()
    server.user(11, "王").says("一")
    await until_got(receiver, 2)
    assert server.clock.now() - before >= 40


async def test_a_slow_chat_does_not_hold_up_others_nor_presses(
    server: FakeTelegram, receiver: Receiver
) -> None:
    wang, li = server.user(11, "王"), server.user(12, "李")
    wang.says("在吗")
    keys = {"inline_keyboard": [[{"text": "好", "callback_data": "按下"}]]}
    sent = await call(server, "sendMessage", chat_id=11, text="在", reply_markup=keys)
    await call(server, "setWebhook", url=receiver.url, drop_pending_updates=True)
    receiver.busy = asyncio.Event()
    wang.says("慢")
    wang.says("后面的")
    wang.presses(sent["result"]["message_id"], "好")
    li.says("别人的")
    await until_got(receiver, 2)
    assert sorted(receiver.texts) == ["别人的", "按下"]
    receiver.busy.set()
    await until_got(receiver, 4)
    assert receiver.texts[2:] == ["慢", "后面的"]


async def test_one_connection_is_one_at_a_time(server: FakeTelegram, receiver: Receiver) -> None:
    await call(server, "setWebhook", url=receiver.url, max_connections=1)
    receiver.busy = asyncio.Event()
    server.user(11, "王").says("慢")
    server.user(12, "李").says("别人的")
    await asyncio.sleep(0.03)
    assert receiver.got == []
    receiver.busy.set()
    await until_got(receiver, 2)
    assert receiver.texts == ["慢", "别人的"]


async def test_what_a_dead_receiver_missed_comes_when_it_is_back(
    server: FakeTelegram, receiver: Receiver
) -> None:
    await call(server, "setWebhook", url="http://127.0.0.1:9/hook")
    server.user(11, "王").says("在吗")
    await server.until(lambda: server.bot.webhook.last_error)
    info = (await call(server, "getWebhookInfo"))["result"]
    assert (info["pending_update_count"], info["last_error_message"]) == (1, "Connection refused")
    await server.restart()
    await call(server, "setWebhook", url=receiver.url)
    await until_got(receiver, 1)
    assert receiver.texts == ["在吗"]


async def test_a_taken_update_can_come_again(server: FakeTelegram, receiver: Receiver) -> None:
    server.bot.queue.repeat_share(1.0)
    await call(server, "setWebhook", url=receiver.url)
    server.user(11, "王").says("在吗")
    await until_got(receiver, 2)
    assert receiver.texts == ["在吗", "在吗"]


async def test_without_a_webhook_polling_goes_on(server: FakeTelegram, receiver: Receiver) -> None:
    await call(server, "setWebhook", url=receiver.url)
    await call(server, "deleteWebhook")
    server.user(11, "王").says("在吗")
    assert len((await call(server, "getUpdates"))["result"]) == 1
    assert receiver.got == []


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://example.com/hook"}, {"url": "https://example.com", "secret_token": "a b"}],
)
async def test_bad_webhooks_are_refused(server: FakeTelegram, wrong: dict[str, str]) -> None:
    assert (await call(server, "setWebhook", **wrong))["error_code"] == 400
    assert server.bot.webhook.target is None
