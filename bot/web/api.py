"""JSON routes: conversations, their lines, the check of a line, facts of the served knowledge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.desk.errors import NoSuchTicket, NotNow, TextRefused
from bot.domain.terms import Speaker
from bot.web.keys import DESK, KNOWLEDGE_FACTS

routes = web.RouteTableDef()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn the desk's refusals into 4xx answers with one Chinese sentence."""
    try:
        return await handler(request)
    except NoSuchTicket as error:
        return web.json_response({"error": str(error)}, status=404)
    except NotNow as error:
        return web.json_response({"error": str(error)}, status=409)
    except TextRefused as error:
        return web.json_response({"error": str(error)}, status=422)


@routes.post("/api/chats")
async def open_chat(request: web.Request) -> web.Response:
    """Start a conversation."""
    return web.json_response({"id": await request.app[DESK].open()}, status=201)


@routes.post("/api/chats/{id}/lines")
async def say(request: web.Request) -> web.Response:
    """Take a line of either side; answers with the turn object.

    ``suggestion`` (optional) is the id of the suggestion that an agent's line was made from.
    """
    body = await _body(request)
    try:
        speaker = Speaker(str(body.get("role")))
    except ValueError:
        raise TextRefused("role 只能是 customer 或 agent") from None
    chat = request.match_info["id"]
    suggestion = body.get("suggestion")
    picked = suggestion if isinstance(suggestion, str) else ""  # no reason to hold a reply back
    return web.json_response(await request.app[DESK].say(chat, speaker, _text(body), picked))


@routes.get("/api/chats/{id}/ticket")
async def ticket(request: web.Request) -> web.Response:
    """The ticket and score so far."""
    return web.json_response(await request.app[DESK].ticket(request.match_info["id"]))


@routes.post("/api/check")
async def check(request: web.Request) -> web.Response:
    """Check a line before it is sent."""
    body = await _body(request)
    chat = body.get("chat")
    found = await request.app[DESK].check(_text(body), str(chat) if chat else None)
    return web.json_response(found)


@routes.get("/api/knowledge")
async def knowledge(request: web.Request) -> web.Response:
    """Version and size of what is served."""
    return web.json_response(request.app[KNOWLEDGE_FACTS]())


@routes.get("/livez")
async def livez(_: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok")


@routes.get("/readyz")
async def readyz(request: web.Request) -> web.Response:
    """Knowledge is loaded and being served."""
    return web.json_response({"ready": True, **request.app[KNOWLEDGE_FACTS]()})


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise TextRefused("请求内容不是有效的 JSON") from None
    if not isinstance(body, dict):
        raise TextRefused("请求内容不是 JSON 对象")
    return body


def _text(body: dict[str, Any]) -> str:
    text = body.get("text")
    if not isinstance(text, str):
        raise TextRefused("缺少 text")
    return text
