"""The application factory: routes, pages, guards and one clean-up per resource."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.desk.live import LiveDesk
from bot.web import api
from bot.web.keys import DESK, HOSTS, KNOWLEDGE_FACTS
from bot.web.safety import add_headers, guard
from prompts.terms import KIND_NAMES, VARIABLES

_HERE: Final = Path(__file__).parent
_MAX_BODY: Final = 64 * 1024


def create_app(
    desk: LiveDesk,
    facts: Callable[[], dict[str, Any]],
    *,
    company: str,
    hosts: frozenset[str] = frozenset(),
    background: Callable[[], Awaitable[None]] | None = None,
) -> web.Application:
    """Build the application.

    Args:
        desk: the live conversations.
        facts: version and size of the served knowledge.
        company: shown in the page's title.
        hosts: host names that requests may be addressed to; empty allows all.
        background: work that runs beside the server until it stops (watching for new versions).

    """
    app = web.Application(middlewares=[guard, api.told], client_max_size=_MAX_BODY)
    app[DESK], app[KNOWLEDGE_FACTS], app[HOSTS] = desk, facts, hosts
    app.on_response_prepare.append(add_headers)
    env = aiohttp_jinja2.setup(
        app, loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True
    )
    env.globals.update(company=company)
    app.add_routes(api.routes)
    app.router.add_get("/", _page)
    app.router.add_static("/static/", _HERE / "static")

    async def resources(_: web.Application) -> AsyncIterator[None]:
        beside = [asyncio.ensure_future(desk.service.keep_sweeping())]
        if background:
            beside.append(asyncio.ensure_future(background()))
        yield
        for task in beside:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await desk.close()

    app.cleanup_ctx.append(resources)
    return app


@aiohttp_jinja2.template("desk.html")
async def _page(_: web.Request) -> dict[str, Any]:
    return {
        "words": {
            "kinds": {k.value: names[0] for k, names in KIND_NAMES.items()},
            "holes": dict(VARIABLES),
        }
    }
