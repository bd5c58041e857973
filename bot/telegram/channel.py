"""The channel as a whole: started, kept running, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Bot, BotCommand
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.desk import sending
from bot.desk.desk import Desk
from bot.desk.service import DeskService
from bot.telegram.customers import CHANNEL
from bot.telegram.egress import Sender, note
from bot.telegram.habits import Habits
from bot.telegram.ingress import left_over, poll, source_of
from bot.telegram.lanes import Lanes
from bot.telegram.wording import COMMANDS, Told

_LOG: Final = logging.getLogger(__name__)
_LONGEST_PAUSE: Final = 60.0
#: Whoever ran so long before failing begins again with the shortest pause.
_STEADY: Final = 120.0


class Channel:
    """One bot's customers.

    Args:
        service: the live desk; stays open longer than this runs.
        token: the bot's token; told to nobody.
        api: base URL of the Bot API.
        habits: pauses and limits.
        tell: gets sentences for whoever runs the server.

    """

    def __init__(
        self,
        service: DeskService,
        token: str,
        api: str,
        habits: Habits,
        tell: Callable[[str], None],
    ) -> None:
        # These log every URL, and a URL of the Bot API holds the token.
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._service = service
        self._api = api
        self._habits = habits
        self._tell = tell
        self._told = ""
        wait = habits.patience
        self._bot = Bot(
            token,
            f"{api}/bot",
            f"{api}/file/bot",
            request=HTTPXRequest(read_timeout=wait, write_timeout=wait, connect_timeout=wait),
            get_updates_request=HTTPXRequest(1, read_timeout=wait, connect_timeout=wait),
        )
        bot_id = token.partition(":")[0]
        self._source = source_of(bot_id)
        self._sender = Sender(service, self._bot, bot_id, habits)
        self._lanes = Lanes(service, self._bot, bot_id, habits, self._sender.look)

    async def run(self) -> None:
        """Run until cancelled; a part that fails is started again after a pause."""
        try:
            await self._kept_running(self._begin)
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._kept_running(self._receive))
                parts.create_task(self._kept_running(self._sender.run))
        finally:
            await self._lanes.close()
            await self._bot.shutdown()

    async def _begin(self) -> None:
        """Take up what the last end left: once for a process, before anything comes or goes."""

        def work(desk: Desk) -> None:
            for outgoing in sending.after_restart(desk):
                if outgoing.channel == CHANNEL:
                    note(desk, outgoing, f"一条消息{outgoing.error}", self._service.now())

        await self._service.run(work)
        await self._lanes.add(await left_over(self._service, self._source))

    async def _receive(self) -> None:
        await self._bot.initialize()
        await self._bot.delete_webhook()  # with one set, polls are refused
        with contextlib.suppress(TelegramError):
            await self._bot.set_my_commands([BotCommand(n, what) for n, what in COMMANDS.items()])
        self._say(Told.CONNECTED.value.format(name=self._bot.username))
        pause = self._habits.first_pause
        await poll(self._bot, self._service, self._source, self._lanes.add, pause)

    async def _kept_running(self, work: Callable[[], Awaitable[None]]) -> None:
        pause = self._habits.first_pause
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            try:
                return await work()
            except InvalidToken:  # its text holds the token
                self._say(Told.REFUSED.value)
            except Conflict:
                self._say(Told.TAKEN.value)
            except NetworkError:
                self._say(Told.UNREACHABLE.value.format(api=self._api))
            except Exception:
                _LOG.exception("Telegram")
                self._say(Told.BROKEN.value)
            if clock() - begun > _STEADY:
                pause = self._habits.first_pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _say(self, sentence: str) -> None:
        """Tell it, but not the same again and again."""
        if sentence != self._told:
            self._tell(sentence)
        self._told = sentence
