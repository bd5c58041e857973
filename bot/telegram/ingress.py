"""Long polling: an update is on the disk before the offset that acknowledges it goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Bot, Update
from telegram.error import NetworkError

from bot.desk.ports import Incoming
from bot.desk.receiving import receive
from bot.desk.service import DeskService
from bot.telegram.reading import WANTED

#: Seconds for which Telegram keeps a poll open.
_POLL: Final = 25
#: Polls that may fail in a row without a word.
_PATIENCE: Final = 2
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
    pause: float,
) -> None:
    """Poll until cancelled.

    Args:
        bot: the bot.
        service: the live desk.
        source: see :func:`source_of`.
        take: gets the updates that are new, once they are kept.
        pause: seconds before the next poll after one that failed.

    Raises:
        TelegramError: polls failed, more than a passing fault explains; calling again goes on where
            this ended, and what Telegram delivers twice is kept once.

    """
    offset: int | None = None
    failed = 0
    while True:
        try:
            updates = await bot.get_updates(offset, timeout=_POLL, allowed_updates=list(WANTED))
        except NetworkError:  # a long poll is easily cut off
            failed += 1
            if failed > _PATIENCE:
                raise
            await asyncio.sleep(pause)
            continue
        failed = 0
        if updates:
            await take(await _kept(service, source, updates))
            offset = updates[-1].update_id + 1


async def _kept(service: DeskService, source: str, updates: tuple[Update, ...]) -> list[Incoming]:
    """Commit updates; gives those that were not kept before."""
    now = service.now()
    raw = [Incoming(source, str(u.update_id), now, u.to_dict()) for u in updates]
    return await service.run(lambda desk: [one for one in raw if receive(desk, one)])
