"""The HTTP side: a call in, its effect, its answer, and what goes wrong in between."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, Final

from aiohttp import web

from tests.fakes.telegram.errors import ApiError, too_many
from tests.fakes.telegram.faults import Fault, Faults, Trouble
from tests.fakes.telegram.methods import HANDLERS
from tests.fakes.telegram.methods.request import Request
from tests.fakes.telegram.parameters import NAMES, Upload, decode
from tests.fakes.telegram.reading import read
from tests.fakes.telegram.world import Bot, Call, World

#: Bytes of a request at most; a little above the largest file.
LARGEST_BODY: Final = 60 * 1024 * 1024
#: From this status on it is the proxy that answers, in HTML.
_BY_PROXY: Final = 502


class Api:
    """Answers requests out of a world.

    Args:
        world: what there is.
        faults: what goes wrong.

    """

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._bot(request)
            method = NAMES.get(request.match_info["method"].lower())
            if method is None:
                raise ApiError(404, "Not Found")
            raw = await read(request)
            try:
                args = decode(method, raw)
            except ApiError as error:
                self._record(method, dict(raw.values), bot).error = error
                raise
        except ApiError as error:
            return refused(error)
        call = self._record(method, args, bot)
        fault = self._faults.take(method, args.get("chat_id"))
        call.fault = fault is not None
        if fault is not None and not fault.after:
            return await self._fail(request, fault)
        answer = await self._answer(call, bot, args)
        if fault is not None and fault.trouble is not Trouble.DELAY:
            return await self._fail(request, fault)
        if fault is not None:
            await self._world.clock.sleep(fault.seconds)
        return answer

    def _bot(self, request: web.Request) -> Bot:
        bot = self._world.bots.get(request.match_info["token"])
        if bot is None:
            raise ApiError(401, "Unauthorized")
        return bot

    def _record(self, method: str, args: dict[str, Any], bot: Bot) -> Call:
        payload = {k: v.name if isinstance(v, Upload) else v for k, v in args.items()}
        call = Call(method, payload, self._world.clock.now(), bot.id)
        self._world.calls.append(call)
        self._world.changed.fire()
        return call

    async def _answer(self, call: Call, bot: Bot, args: dict[str, Any]) -> web.Response:
        try:
            if isinstance(chat_id := args.get("chat_id"), int):
                bot.meter.count(call.method, chat_id, self._world.clock.now())
            result = HANDLERS[call.method](Request(self._world, bot, args))
            call.result = await result if inspect.isawaitable(result) else result
        except ApiError as error:
            call.error = error
            return refused(error)
        finally:
            self._world.changed.fire()
        return web.json_response({"ok": True, "result": call.result})

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.trouble:
            case Trouble.STATUS if fault.code == 429:
                return refused(too_many(int(fault.seconds)))
            case Trouble.STATUS if fault.code >= _BY_PROXY:
                page = f"<html><title>{fault.code}</title><center>nginx</center></html>"
                return web.Response(status=fault.code, text=page, content_type="text/html")
            case Trouble.STATUS:
                return refused(ApiError(fault.code, web.Response(status=fault.code).reason or ""))
            case Trouble.SILENCE:
                # Ends when the caller hangs up or the server stops, which cancels this.
                await asyncio.get_running_loop().create_future()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self._world.files.at(request.match_info["path"])
        if request.match_info["token"] not in self._world.bots or file is None:
            return refused(ApiError(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")


def refused(error: ApiError) -> web.Response:
    """The answer to a refused call."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return web.json_response(body, status=error.code)
