"""Long polling: an update is on the disk before the offset that acknowledges it goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Bot, Update

from bot.desk.ports import Incoming
from bot.desk.receiving import receive
from bot.desk.service import DeskService
from bot.telegram.reading import WANTED

#: Seconds for which Telegram keeps a poll open.
_POLL: Final = 25
#: More kept updates than a restart ever finds.
_ALL: Final = 1_000_000


def source_of(bot_id: str) -> str:
    """The name of a bot's updates in the inbox; no person's number, because it is kept for good."""
    return f"telegram:{bot_id}"


async def left_over(service: DeskService, source: str) -> list[Incoming]:
    """What was kept and not handled before the last end."""
    kept = await service.run(lambda desk: desk.store.unhandled(_ALL))
    return [one for one in kept if one.source == source]


async def poll(
    bot: Bot,
    service: DeskService,
    source: str,
    take: Callable[[list[Incoming]], Awaitable[None]],
    alive: Callable[[], None],
) -> None:
    """Poll until cancelled.

    Args:
        bot: the bot.
        service: the live desk.
        source: see :func:`source_of`.
        take: gets the updates that are new, once they are kept.
        alive: told after every poll that was answered.

    Raises:
        TelegramError: a poll failed; calling again goes on where this ended, and what Telegram
            delivers twice is kept once.

    """
    offset: int | None = None
    while True:
        updates = await bot.get_updates(offset, timeout=_POLL, allowed_updates=list(WANTED))
        alive()
        if updates:
            await take(await _kept(service, source, updates))
            offset = updates[-1].update_id + 1


async def _kept(service: DeskService, source: str, updates: tuple[Update, ...]) -> list[Incoming]:
    """Commit updates; gives those that were not kept before."""
    now: dt.datetime = service.now()
    raw = [Incoming(source, str(u.update_id), now, u.to_dict()) for u in updates]
    return await service.run(lambda desk: [one for one in raw if receive(desk, one)])
