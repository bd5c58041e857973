"""Who the bot is, and how its updates reach it."""

from __future__ import annotations

import re
from typing import Final

from tests.fakes.telegram.errors import bad, conflict
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.records import Json
from tests.fakes.telegram.shapes import bot_json
from tests.fakes.telegram.webhook import Target

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
#: The real API takes HTTPS only; this one also what stays on the machine.
_URL: Final = re.compile(r"https://.+|http://(?:127\.0\.0\.1|localhost)[:/].*")
_MOST_CONNECTIONS: Final = 100
_MOST_UPDATES: Final = 100


def get_me(request: Request) -> Json:
    """See getMe."""
    return bot_json(request.bot.account, request.bot.reads_all)


async def get_updates(request: Request) -> list[Json]:
    """See getUpdates."""
    if request.bot.webhook.target is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete "
            "the webhook first"
        )
    queue = request.bot.queue
    queue.allow(request.kinds())
    limit = min(max(request.number("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
    return await queue.poll(request.number("offset"), limit, request.number("timeout"))


def set_webhook(request: Request) -> bool:
    """See setWebhook; an empty URL deletes it."""
    url, secret = request.text("url"), request.text("secret_token")
    if not url:
        return delete_webhook(request)
    if not _URL.fullmatch(url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = request.number("max_connections", 40)
    target = Target(
        url,
        secret,
        min(max(connections, 1), _MOST_CONNECTIONS),
        request.text("ip_address"),
        "certificate" in request.args,
    )
    queue = request.bot.queue
    queue.allow(request.kinds())
    queue.interrupt("terminated by setWebhook request")
    if request.flag("drop_pending_updates"):
        queue.clear()
    request.bot.webhook.aim(target)
    return True


def delete_webhook(request: Request) -> bool:
    """See deleteWebhook."""
    if request.flag("drop_pending_updates"):
        request.bot.queue.clear()
    request.bot.webhook.aim(None)
    return True


def get_webhook_info(request: Request) -> Json:
    """See getWebhookInfo."""
    queue, webhook = request.bot.queue, request.bot.webhook
    queue.drop_old()
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if queue.allowed is not None:
        info["allowed_updates"] = queue.allowed
    if (target := webhook.target) is None:
        return info
    info |= {
        "url": target.url,
        "has_custom_certificate": target.has_certificate,
        "max_connections": target.connections,
        "ip_address": target.ip_address or "127.0.0.1",
    }
    if webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    return info


HANDLERS: Final[dict[str, Handler]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
