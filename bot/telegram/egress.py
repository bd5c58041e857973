"""The sender: takes what the outbox gives for this channel and says what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from typing import Final

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.desk import sending
from bot.desk.desk import Desk
from bot.desk.ports import Outgoing, OutState, Party
from bot.desk.service import DeskService
from bot.domain.events import Noted
from bot.telegram.buttons import buttons_of, keyboard
from bot.telegram.customers import CHANNEL
from bot.telegram.habits import Habits
from bot.telegram.pace import Pace
from bot.telegram.splitting import split
from bot.telegram.verdicts import Fate, Verdict, verdict

_LOG: Final = logging.getLogger(__name__)
#: Messages on their way at once.
_SLOTS: Final = 64
#: Tries of a later piece of a long text, before it is left to a person.
_TRIES: Final = 6
_LONGEST_PAUSE: Final = 60.0
_PLAIN: Final = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Sends for one bot, many chats side by side, one message of a chat at a time.

    Args:
        service: the live desk.
        bot: sends.
        bot_id: its number; customers of other bots cannot be reached.
        habits: budgets and pauses.

    """

    def __init__(self, service: DeskService, bot: Bot, bot_id: str, habits: Habits) -> None:
        self._service = service
        self._bot = bot
        self._bot_id = bot_id
        self._habits = habits
        self._pace = Pace(habits.per_second, habits.chat_pause)
        self._on_way: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    def look(self) -> None:
        """There may be something to send."""
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled; what is on its way then is waited for."""
        try:
            while True:
                self._news.clear()
                free = _SLOTS - len(self._on_way)
                taken = await self._taken(free) if free else []
                for outgoing, party in taken:
                    task = asyncio.create_task(self._send(outgoing, party))
                    self._on_way.add(task)
                    task.add_done_callback(self._done)
                if not taken:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self._habits.look):
                            await self._news.wait()
        finally:
            if self._on_way:
                await asyncio.wait(self._on_way, timeout=self._habits.patience)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._on_way.discard(task)
        self._news.set()

    async def _taken(self, limit: int) -> list[tuple[Outgoing, Party | None]]:
        """The next messages and whom they go to; given back where we are stopped meanwhile."""

        def work(desk: Desk) -> list[tuple[Outgoing, Party | None]]:
            batch = sending.next_batch(desk, self._service.now(), limit, CHANNEL)
            return [(one, desk.store.party_of(one.customer)) for one in batch]

        taking = asyncio.ensure_future(self._service.run(work))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            keys = [outgoing.key for outgoing, _ in await taking]

            def give_back(desk: Desk) -> None:
                for key in keys:
                    desk.store.mark(key, OutState.READY)

            await self._service.run(give_back)
            raise

    async def _send(self, outgoing: Outgoing, party: Party | None) -> None:
        try:
            if party is None or party.bot != self._bot_id:
                found: Verdict | None = Verdict(Fate.NEVER, "这位客户属于另一个机器人或已删除")
            else:
                found = await self._pieces(outgoing, int(party.external))
            await self._service.run(lambda desk: report(desk, outgoing, found, self._service.now()))
        except Exception:
            _LOG.exception("消息 %s 的发送结果没有记下，重启后按不确定处理", outgoing.key)

    async def _pieces(self, outgoing: Outgoing, chat: int) -> Verdict | None:
        """Send the pieces of a message; None where all arrived.

        Only the first piece may go back into the outbox: after it, the customer would read it twice.
        """
        pieces = split(str(outgoing.body.get("text", "")))
        if not pieces:
            return Verdict(Fate.NEVER, "消息是空的")
        for place, piece in enumerate(pieces):
            last = place == len(pieces) - 1
            found = await self._call(
                chat, piece, keyboard(buttons_of(outgoing)) if last else None, again=place > 0
            )
            if found is not None:
                why = f"只发出了前 {place} 段，共 {len(pieces)} 段：{found.why}"
                return Verdict(Fate.UNSURE, why) if place else found
        return None

    async def _call(
        self, chat: int, text: str, buttons: InlineKeyboardMarkup | None, *, again: bool
    ) -> Verdict | None:
        """Send one piece; ``again`` tries here what surely did not arrive."""
        pause = self._habits.first_pause
        for left in reversed(range(_TRIES if again else 1)):
            await self._turn(chat)
            try:
                await self._bot.send_message(
                    chat, text, reply_markup=buttons, link_preview_options=_PLAIN
                )
            except TelegramError as error:
                found = verdict(error)
                if found.fate is not Fate.LATER or not left:
                    return found
                await asyncio.sleep(max(pause, found.pause.total_seconds() if found.pause else 0))
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return None
        return None

    async def _turn(self, chat: int) -> None:
        """Wait until the chat, then until anyone, may be written to."""
        now: Callable[[], float] = asyncio.get_running_loop().time
        if wait := self._pace.chat_wait(chat, now()):
            await asyncio.sleep(wait)
        if wait := self._pace.take(chat, now()):
            await asyncio.sleep(wait)


def report(desk: Desk, outgoing: Outgoing, found: Verdict | None, now: dt.datetime) -> None:
    """Write down what became of a message; where a person must know, the ticket gets a note."""
    if found is None:
        return sending.delivered(desk, outgoing.key)
    if found.fate is Fate.UNSURE:
        sending.uncertain(desk, outgoing.key, found.why)
        return note(desk, outgoing, f"一条消息{found.why}；后面的消息等人工决定是否重发", now)
    for_good = found.fate is Fate.NEVER
    if sending.failed(desk, outgoing, now, found.why, found.pause, for_good=for_good) is None:
        note(desk, outgoing, f"一条消息没有送达：{found.why}", now)
    return None


def note(desk: Desk, outgoing: Outgoing, text: str, now: dt.datetime) -> None:
    """Tell whoever works on the ticket; the same is not said twice in a row."""
    if not outgoing.ticket:
        return
    notes = desk.ticket(outgoing.ticket).notes
    if not notes or notes[-1].text != text:
        desk.change(outgoing.ticket, Noted(now, text, CHANNEL))
