"""What the web application carries, by typed key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.desk.live import LiveDesk

DESK = web.AppKey("desk", LiveDesk)
#: Gives facts of the served knowledge: version, numbers of lines and solutions.
KNOWLEDGE_FACTS: web.AppKey[Callable[[], dict[str, Any]]] = web.AppKey("knowledge_facts")
#: Host names that requests may be addressed to; empty allows all (a proxy checks then).
HOSTS = web.AppKey("hosts", frozenset[str])
