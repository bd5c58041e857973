"""Kept updates, handled in order for each chat and many chats side by side.

A lane is what waits of one chat and the task that works on it; it ends when nothing waits. What a
customer writes in a row is gathered into one message. Updates count as handled in the transaction
of what they led to, so whatever a crash cuts short is taken up again by the next start.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from telegram import Bot

from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.intake import Message
from bot.desk.ports import Conflict, Incoming, Party
from bot.desk.service import DeskService
from bot.domain.terms import Holder
from bot.telegram import calling, customers
from bot.telegram.customers import CHANNEL, Answer
from bot.telegram.habits import Habits
from bot.telegram.pace import FloodGate
from bot.telegram.reading import Change, Command, Deed, Flooded, Press, Words, deed_of
from bot.telegram.wording import WANTS_HUMAN, Say

_LOG: Final = logging.getLogger(__name__)
#: A burst is answered when it has so many messages or characters.
_MESSAGES: Final = 20
_CHARACTERS: Final = 4_000
#: Longest pause between two tries.
_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Item:
    incoming: Incoming
    deed: Deed


@dataclass(slots=True)
class _Lane:
    waiting: deque[_Item] = field(default_factory=deque)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Lanes:
    """The lanes of one bot.

    Args:
        service: the live desk.
        bot: answers presses.
        bot_id: the bot's number, part of every customer's address.
        habits: pauses and limits.
        handled: told after each thing handled (there may be something to send).

    """

    def __init__(
        self,
        service: DeskService,
        bot: Bot,
        bot_id: str,
        habits: Habits,
        handled: Callable[[], None],
    ) -> None:
        self._service = service
        self._bot = bot
        self._bot_id = bot_id
        self._habits = habits
        self._handled = handled
        self._gate = FloodGate(habits.per_minute)
        self._flooded: set[int] = set()
        self._lanes: dict[int, _Lane] = {}

    async def add(self, incoming: list[Incoming]) -> None:
        """Put kept updates into their lanes, in order; those of no interest count as handled."""
        idle = []
        for one in incoming:
            try:
                deed = deed_of(one, self._habits.file_mb)
            except Exception:  # it stays kept, and holds up no other
                _LOG.exception("Telegram 消息 %s 无法读取，已保留", one.update)
                continue
            if deed is None:
                idle.append(one)
            else:
                self._put(_Item(one, self._admitted(deed)))
        if idle:
            await self._service.run(lambda desk: customers.handled(desk, idle))

    async def close(self) -> None:
        """Stop; what was not handled stays kept."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()

    def _admitted(self, deed: Deed) -> Deed:
        if self._gate.admits(deed.chat, deed.at.timestamp()):
            self._flooded.discard(deed.chat)
            return deed
        first = deed.chat not in self._flooded
        self._flooded.add(deed.chat)
        return Flooded(deed.chat, deed.at, first, deed.query if isinstance(deed, Press) else "")

    def _put(self, item: _Item) -> None:
        chat = item.deed.chat
        lane = self._lanes.setdefault(chat, _Lane())
        lane.waiting.append(item)
        lane.news.set()
        if lane.task is None:
            lane.task = asyncio.create_task(self._work(chat, lane))

    async def _work(self, chat: int, lane: _Lane) -> None:
        while lane.waiting:
            await self._settle(await self._gather(lane))
            self._handled()
        del self._lanes[chat]

    async def _gather(self, lane: _Lane) -> list[_Item]:
        """The next thing to handle: what was written in a row, or one of anything else."""
        items = [lane.waiting.popleft()]
        clock = asyncio.get_running_loop().time
        end = clock() + self._habits.longest_burst
        while isinstance(items[-1].deed, Words) and not _full(items):
            if lane.waiting:
                if not isinstance(lane.waiting[0].deed, Words):
                    break
                items.append(lane.waiting.popleft())
                continue
            lane.news.clear()
            try:
                async with asyncio.timeout(min(self._habits.debounce, end - clock())):
                    await lane.news.wait()
            except TimeoutError:
                break
        return items

    async def _settle(self, items: list[_Item]) -> None:
        """Handle until it is done; what fails is tried again, and what is behind it waits."""
        pause = self._habits.first_pause
        updates = [item.incoming for item in items]
        deed = items[0].deed
        while True:
            try:
                return await self._try(items, updates)
            except Exception:
                _LOG.exception("Telegram 消息 %s 处理失败，已保留，稍后重试", updates[0].update)
            if isinstance(deed, Press):
                await calling.answer(self._bot, deed.query, Say.BUSY.value)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _try(self, items: list[_Item], updates: list[Incoming]) -> None:
        """Handle; what is refused counts as handled, without effects."""
        try:
            await self._handle(items, updates)
        except Conflict:
            raise  # no answer to the customer: the next try sees what the other wrote
        except DeskError as refusal:
            _LOG.warning("Telegram 消息 %s 未被接受：%s", updates[0].update, refusal)
            await self._service.run(lambda desk: customers.handled(desk, updates))
            deed = items[0].deed
            if isinstance(deed, Press):
                await calling.answer(self._bot, deed.query, str(refusal))

    async def _handle(self, items: list[_Item], updates: list[Incoming]) -> None:
        deed = items[0].deed
        party = Party(CHANNEL, self._bot_id, str(deed.chat))
        match deed:
            case Words():
                words = [item.deed for item in items if isinstance(item.deed, Words)]
                await self._hear(party, words, updates)
            case Command(name="human"):
                await self._human(party, deed, updates)
            case Command():
                await self._do(updates, lambda desk: customers.obey(desk, party, updates[0], deed))
            case Change():
                await self._do(updates, lambda desk: customers.changed(desk, party, deed))
            case Press():
                await self._press(party, deed, updates)
            case Flooded():
                if deed.query:
                    await calling.answer(self._bot, deed.query, Say.TOO_FAST.value)
                await self._do(updates, lambda desk: _warn(desk, party, updates[0], deed))

    async def _do(self, updates: list[Incoming], work: Callable[[Desk], None]) -> None:
        def both(desk: Desk) -> None:
            work(desk)
            customers.handled(desk, updates)

        await self._service.run(both)

    async def _hear(self, party: Party, words: list[Words], updates: list[Incoming]) -> None:
        """Take what was written in a row as one message."""
        text = "\n".join(w.text for w in words if w.text)
        remarks = {w.remark: u for w, u in zip(words, updates, strict=True) if w.remark}

        def before(desk: Desk) -> Message | None:
            at = customers.in_order(desk, party, words[-1].at)
            thanks = customers.typed_score(desk, party, text, at)
            if thanks:
                customers.reply(desk, party, updates[0], thanks)
            if thanks or not text:
                after(desk)
                return None
            attached = tuple(a for w in words for a in w.attachments)
            return Message(party, text, at, ",".join(w.message for w in words), attached)

        def after(desk: Desk) -> None:
            for remark, incoming in remarks.items():
                customers.reply(desk, party, incoming, remark)
            customers.handled(desk, updates)

        message = await self._service.run(before)
        if message is not None:
            await self._service.hear(message, also=after)

    async def _human(self, party: Party, command: Command, updates: list[Incoming]) -> None:
        """Ask for a person in the customer's name; where one is asked for already, say how it stands."""

        def work(desk: Desk) -> dt.datetime | None:
            ticket = customers.newest(desk, party)
            if ticket is None or ticket.is_closed or ticket.holder is Holder.BOT:
                return customers.in_order(desk, party, command.at)
            customers.obey(desk, party, updates[0], replace(command, name="status"))
            customers.handled(desk, updates)
            return None

        at = await self._service.run(work)
        if at is not None:
            message = Message(party, WANTS_HUMAN, at)
            await self._service.hear(message, also=lambda desk: customers.handled(desk, updates))

    async def _press(self, party: Party, press: Press, updates: list[Incoming]) -> None:
        def work(desk: Desk) -> tuple[Answer, dt.datetime]:
            at = customers.in_order(desk, party, press.at)
            done = customers.pressed(desk, party, press.data, at)
            if not done.says:
                customers.handled(desk, updates)
            return done, at

        done, at = await self._service.run(work)
        if done.says:
            message = Message(party, done.says, at)
            await self._service.hear(message, also=lambda desk: customers.handled(desk, updates))
        self._handled()
        await calling.answer(self._bot, press.query, done.toast)
        await calling.show(self._bot, press, done)


def _full(items: list[_Item]) -> bool:
    written = sum(len(item.deed.text) for item in items if isinstance(item.deed, Words))
    return len(items) >= _MESSAGES or written >= _CHARACTERS


def _warn(desk: Desk, party: Party, incoming: Incoming, flooded: Flooded) -> None:
    if flooded.first:
        customers.reply(desk, party, incoming, Say.TOO_FAST.value)
