"""Headers and checks that every request passes: no foreign origin, no foreign host, no script inline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.web.keys import HOSTS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS: Final = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }
)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts (DNS rebinding) and writes that another site makes a browser send."""
    hosts = request.app[HOSTS]
    if hosts and _name(request.host) not in hosts:
        raise web.HTTPForbidden(text="不允许的主机名")
    if request.method not in _SAFE_METHODS and not _same_origin(request):
        raise web.HTTPForbidden(text="不允许跨站请求")
    return await handler(request)


def _same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _name(host: str) -> str:
    """The host without its port: ``[::1]:80`` -> ``::1``."""
    return (urlsplit(f"//{host}").hostname or "").lower()


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler that adds the headers to every response, errors included."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
