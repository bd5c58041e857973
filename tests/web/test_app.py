"""The web page's routes: what they answer, what they refuse, and that reloads go on beside them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.bootstrap import Program
from bot.desk.choices import Action, read_choices
from bot.desk.errors import NoSuchTicket
from bot.desk.live import LiveDesk
from bot.desk.ports import Store
from bot.desk.service import DeskService
from bot.domain.terms import Speaker
from bot.settings import Settings
from bot.storage.memory import MemoryStore
from bot.web.app import create_app
from bot.web.safety import HEADERS

ZONE = dt.timezone(dt.timedelta(hours=8))
Client = TestClient[object, object]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Settings(data=tmp_path, key_file=tmp_path / "keys" / "master.key"))


def service(program: Program, store: Store | None = None) -> DeskService:
    desk = program.desk(store or MemoryStore())
    return DeskService(desk, lambda: dt.datetime.now(ZONE))


@pytest.fixture
async def client(program: Program) -> AsyncIterator[Client]:
    knowledge = program.knowledge

    def facts() -> dict[str, object]:
        return {
            "version": knowledge.served.version,
            "lines": len(knowledge.served.library.lines),
            "solutions": 1,
        }

    desk = LiveDesk(service(program))
    app = create_app(desk, facts, company="甲<b>公司", hosts=frozenset({"127.0.0.1"}))
    async with TestClient(TestServer(app)) as made:
        yield made


async def opened(client: Client) -> str:
    return (await (await client.post("/api/chats")).json())["id"]


async def test_a_message_is_answered_with_suggestions_and_the_line_is_recorded(
    client: Client,
) -> None:
    chat = await opened(client)
    answer = await client.post(
        f"/api/chats/{chat}/lines", json={"role": "customer", "text": "暖气不热"}
    )
    turn = await answer.json()
    assert answer.status == 200
    assert turn["suggestions"]
    await client.post(
        f"/api/chats/{chat}/lines", json={"role": "agent", "text": "我为您登记，明天给您答复。"}
    )
    ticket = await (await client.get(f"/api/chats/{chat}/ticket")).json()
    assert ticket["ticket"]["promises"]


async def test_lines_sent_at_once_are_taken_in_order(client: Client) -> None:
    chat = await opened(client)
    answers = await asyncio.gather(
        *(
            client.post(f"/api/chats/{chat}/lines", json={"role": "customer", "text": f"第{i}句"})
            for i in range(8)
        )
    )
    turns = sorted([(await a.json())["turn"] for a in answers])
    assert turns == list(range(8))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"role": "customer", "text": "  "}, "空"),
        ({"role": "customer", "text": "长" * 2001}, "过长"),
        ({"role": "customer"}, "缺少 text"),
        ({"role": "boss", "text": "x"}, "role"),
        ([1], "JSON 对象"),
    ],
)
async def test_a_line_that_cannot_be_taken_is_refused_with_one_sentence(
    client: Client, body: object, says: str
) -> None:
    chat = await opened(client)
    answer = await client.post(f"/api/chats/{chat}/lines", json=body)
    assert answer.status == 422
    assert says in (await answer.json())["error"]


async def test_broken_json_and_unknown_chats_are_refused(client: Client) -> None:
    chat = await opened(client)
    answer = await client.post(f"/api/chats/{chat}/lines", data=b"{")
    assert answer.status == 422
    answer = await client.post(
        "/api/chats/nothing/lines", json={"role": "customer", "text": "你好"}
    )
    assert answer.status == 404
    assert (await client.get(f"/api/chats/{chat}/ticket")).status == 404


async def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    chat = await opened(client)
    answer = await client.post(f"/api/chats/{chat}/lines", data=b"x" * 100_000)
    assert answer.status == 413


async def test_a_draft_is_checked_before_it_is_sent(client: Client) -> None:
    answer = await client.post("/api/check", json={"text": "这不归我管"})
    assert (await answer.json())["blocked"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
async def test_another_site_cannot_make_a_browser_write(
    client: Client, headers: dict[str, str]
) -> None:
    assert (await client.post("/api/chats", headers=headers)).status == 403


async def test_every_answer_carries_the_security_headers_and_the_page_escapes(
    client: Client,
) -> None:
    for path in ("/", "/static/desk.js", "/api/knowledge", "/nothing-here"):
        answer = await client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
    page = await (await client.get("/")).text()
    assert "甲&lt;b&gt;公司" in page
    assert "<script>" not in page
    assert "http" not in page


async def test_health_routes(client: Client) -> None:
    assert await (await client.get("/livez")).text() == "ok"
    assert (await (await client.get("/readyz")).json())["ready"] is True


async def test_a_running_chat_sees_a_load_and_survives_a_failed_one(
    client: Client, program: Program, tmp_path: Path
) -> None:
    chat = await opened(client)
    header = "编号,分类,场景,语气,标题,内容,备用话术,示例问法,标签,团队,生效,失效\n"
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(header + "own-1,业务解答,停车,,停车说明,,,停车怎么收费,,,,\n", encoding="utf-8")
    good.write_text(
        header + "own-1,业务解答,停车,,停车说明,前两小时停车免费。,,停车怎么收费,,,,\n",
        encoding="utf-8",
    )
    served = program.knowledge.served
    with pytest.raises(Exception, match=r"bad\.csv:2"):
        await asyncio.to_thread(
            program.knowledge.load, [bad], at="2026-03-10T09:30:00+08:00", who="t"
        )
    assert program.knowledge.served is served
    load = asyncio.to_thread(
        program.knowledge.load, [good], at="2026-03-10T09:30:00+08:00", who="t"
    )
    ask = client.post(f"/api/chats/{chat}/lines", json={"role": "customer", "text": "你好"})
    _, answer = await asyncio.gather(load, ask)
    assert answer.status == 200
    turn = await (
        await client.post(
            f"/api/chats/{chat}/lines", json={"role": "customer", "text": "停车怎么收费"}
        )
    ).json()
    assert "prompts:own-1" in [s["source"] for s in turn["suggestions"]]
    assert (await (await client.get("/api/knowledge")).json())["version"] == 2


async def test_a_conversation_goes_on_after_a_restart(program: Program) -> None:
    with program.store() as store:
        desk = LiveDesk(service(program, store))
        chat = await desk.open()
        await desk.say(chat, Speaker.CUSTOMER, "我的订单DD202511210046三天没动静了")
        before = await desk.ticket(chat)
        await desk.close()
    with program.store() as store:
        desk = LiveDesk(service(program, store))
        assert await desk.ticket(chat) == before
        turn = await desk.say(chat, Speaker.CUSTOMER, "还没发货吗")
        assert turn["fields"]["order_no"] == "DD202511210046"
        with pytest.raises(NoSuchTicket, match="没有"):
            await desk.say("another", Speaker.CUSTOMER, "在吗")
        await desk.close()


async def test_a_line_that_must_not_be_sent_is_refused(client: Client) -> None:
    chat = await opened(client)
    for text in ("这不归我管", "您的订单{{order_no}}已发货"):
        line = {"role": "agent", "text": text}
        answer = await client.post(f"/api/chats/{chat}/lines", json=line)
        assert answer.status == 422
        assert "修改" in (await answer.json())["error"]


async def said(client: Client, chat: str, role: str, text: str, **more: object) -> dict:
    line = {"role": role, "text": text} | more
    return await (await client.post(f"/api/chats/{chat}/lines", json=line)).json()


async def test_what_the_agent_chooses_is_recorded_without_what_was_written(
    client: Client, program: Program
) -> None:
    chat = await opened(client)
    replies = []
    for tail, action in (("", "sent"), ("有消息马上告诉您。", "edited"), (None, "passed")):
        turn = await said(client, chat, "customer", "我的快递三天没动静了，急死了")
        first = next(s for s in turn["suggestions"] if s["ready"])
        if tail is None:
            await said(client, chat, "agent", "我这就打电话问站点。")
        else:
            text = first["text"] + tail
            await said(client, chat, "agent", text, suggestion=first["id"])
        replies.append((action, first["id"] if tail is not None else "", turn))
    log = read_choices(program.choices_file)
    assert [(c.action.value, c.chosen) for c in log] == [(a, line) for a, line, _ in replies]
    for kept, (_, _, turn) in zip(log, replies, strict=True):
        shown = [(s.id, s.source, s.kind.value) for s in kept.shown]
        assert shown == [(s["id"], s["source"], s["kind"]) for s in turn["suggestions"]]
        assert (kept.chat, kept.agent) == (turn["ticket_id"], "1001")
        assert (kept.category.value, kept.stage.value) == (turn["category"], turn["stage"])
    raw = program.choices_file.read_text(encoding="utf-8")
    assert not any(words in raw for words in ("快递", "站点", "消息"))


@pytest.mark.parametrize("suggestion", ["no-such-line", "", None, 7, ["x"]])
async def test_a_suggestion_that_was_not_shown_is_passed_over(
    client: Client, program: Program, suggestion: object
) -> None:
    chat = await opened(client)
    await said(client, chat, "customer", "暖气不热")
    turn = await said(client, chat, "agent", "我为您登记。", suggestion=suggestion)
    assert turn["role"] == "agent"
    assert [c.action for c in read_choices(program.choices_file)] == [Action.PASSED]


async def test_a_suggestion_of_another_chat_and_a_line_unasked_for_record_nothing(
    client: Client, program: Program
) -> None:
    other, chat = await opened(client), await opened(client)
    turn = await said(client, other, "customer", "暖气不热")
    first = turn["suggestions"][0]
    await said(client, chat, "agent", first["text"], suggestion=first["id"])
    assert not read_choices(program.choices_file)


async def test_a_log_that_cannot_be_written_holds_no_reply_back(
    client: Client, program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    program.choices_file.mkdir()
    chat = await opened(client)
    await said(client, chat, "customer", "暖气不热")
    turn = await said(client, chat, "agent", "我为您登记。")
    assert turn["role"] == "agent"
    assert "选择记录写不进去" in caplog.text


async def test_what_is_learned_is_used_by_the_next_message(
    client: Client, program: Program
) -> None:
    plain = await said(client, await opened(client), "customer", "你好")
    disliked = {s["id"]: -1.0 for s in plain["suggestions"]}
    program.preferences_file.parent.mkdir(exist_ok=True)
    program.preferences_file.write_text(json.dumps(disliked), encoding="utf-8")
    other = await said(client, await opened(client), "customer", "你好")
    kinds = [[s["kind"] for s in turn["suggestions"]] for turn in (plain, other)]
    assert kinds[0] == kinds[1]
    assert other["suggestions"] != plain["suggestions"]
