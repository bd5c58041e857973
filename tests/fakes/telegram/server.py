"""A Bot API server of one's own, with the people and groups that a test needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Self, TypeVar

from aiohttp import web

from tests.fakes.telegram.api import Api
from tests.fakes.telegram.clock import Clock, FastClock
from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.limits import UNLIMITED, Limits
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.records import Account, Chat, ChatType, Message, Press
from tests.fakes.telegram.world import Bot, Call, World

TOKEN: Final = "7000000001:AAFakeTokenForTestsOnly"  # noqa: S105 - opens nothing
#: Real seconds for which :meth:`FakeTelegram.until` waits.
PATIENCE: Final = 5.0
T = TypeVar("T")


class FakeTelegram:
    """Telegram on this machine.

    Used as ``async with FakeTelegram() as server``. What it knows outlives :meth:`stop`, so that a
    second :meth:`start` goes on where the first ended.

    Args:
        clock: the time; the system's when None.
        limits: flood limits of the first bot; none unless given.
        port: where to listen on 127.0.0.1; 0 for any free port, kept over a restart.
        token: of the first bot.

    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        limits: Limits = UNLIMITED,
        port: int = 0,
        token: str = TOKEN,
    ) -> None:
        self.clock = clock or FastClock()
        self.world = World(self.clock)
        self.faults = Faults()
        self.bot = self.world.add_bot(token, "huashu_bot", limits)
        self.port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, and deliver to the webhooks that are set."""
        # Cancelled with their connection, long polls end when their caller does.
        self._runner = web.AppRunner(
            Api(self.world, self.faults).app(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.01,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        for bot in self.world.bots.values():
            bot.webhook.start()

    async def stop(self) -> None:
        """Break all connections; nothing is forgotten."""
        for bot in self.world.bots.values():
            await bot.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def restart(self) -> None:
        """Stop and start at the same port."""
        await self.stop()
        await self.start()

    @property
    def token(self) -> str:
        """The first bot's token."""
        return self.bot.token

    @property
    def url(self) -> str:
        """Where it listens; for aiogram's ``TelegramAPIServer.from_base``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """For python-telegram-bot's ``base_url``, which puts the token behind it."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """For python-telegram-bot's ``base_file_url``."""
        return f"{self.url}/file/bot"

    def add_bot(self, token: str, username: str, limits: Limits = UNLIMITED) -> Bot:
        """Another bot."""
        bot = self.world.add_bot(token, username, limits)
        if self._runner is not None:
            bot.webhook.start()
        return bot

    def user(self, user_id: int, name: str, username: str = "") -> Person:
        """A person; asked for again, the same one."""
        account = Account(user_id, name, username)
        return Person(self.world, self.world.people.setdefault(user_id, account), self.bot)

    def group(
        self,
        chat_id: int,
        title: str,
        *people: Person,
        forum: bool = False,
        kind: ChatType = "supergroup",
        username: str = "",
    ) -> Group:
        """A group with these people, whose first is its owner, and the first bot as administrator.

        Args:
            chat_id: negative; a supergroup's begins with -100.
            title: its name.
            people: who is in it.
            forum: whether it has topics.
            kind: ``group`` or ``supergroup``.
            username: its public name, if it has one.

        """
        if chat_id >= 0 or not people:
            raise ValueError("a group has a negative id and at least one person")
        chat = Chat(chat_id, kind, title, username, is_forum=forum)
        self.world.groups[chat_id] = chat
        group = Group(self.world, chat, people[0].account)
        chat.members = {person.id: "member" for person in people}
        chat.members[people[0].id] = "creator"
        group.promote(self.bot)
        return group

    def block(self, person: Person) -> None:
        """Let a person block the bot."""
        person.blocks()

    def delete_topic(self, group: Group, thread_id: int) -> None:
        """Delete a topic behind the bot's back."""
        group.delete_topic(thread_id)

    def flood(self, chat_id: int, seconds: float, bot: Bot | None = None) -> None:
        """Refuse with 429 what a bot sends to a chat, for that many of the clock's seconds."""
        (bot or self.bot).meter.flood(chat_id, self.clock.now() + seconds)

    def fail_next(
        self,
        method: str | None,
        fault: Fault | int,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
    ) -> None:
        """See :meth:`Faults.fail_next`."""
        self.faults.fail_next(method, fault, times=times, chat_id=chat_id)

    def chat(self, chat_id: int, bot: Bot | None = None) -> Chat:
        """A group, or the private chat of a bot with a person.

        Raises:
            LookupError: there is none.

        """
        if chat_id in self.world.groups:
            return self.world.groups[chat_id]
        if chat_id not in self.world.people:
            raise LookupError(f"no chat {chat_id}")
        return self.world.private_chat(bot or self.bot, self.world.people[chat_id])

    def sent(self, chat_id: int, topic: int | None = None, bot: Bot | None = None) -> list[Message]:
        """What bots have sent to a chat, in order: as it is now, deleted messages too.

        Args:
            chat_id: which chat.
            topic: only this thread.
            bot: whose private chat; the first bot's when None.

        """
        return [
            message
            for message in self.chat(chat_id, bot).messages.values()
            if message.sender.is_bot
            and (message.words or message.file)
            and topic in {None, message.thread_id}
        ]

    def last(self, chat_id: int, topic: int | None = None) -> Message:
        """The newest of :meth:`sent`.

        Raises:
            LookupError: nothing was sent.

        """
        found = self.sent(chat_id, topic)
        if not found:
            raise LookupError(f"nothing was sent to {chat_id}")
        return found[-1]

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls so far, in order, of one method or all."""
        return [call for call in self.world.calls if method in {None, call.method}]

    def unanswered(self) -> list[Press]:
        """The presses that no bot has answered."""
        return [press for press in self.world.presses.values() if press.answer is None]

    async def until(self, condition: Callable[[], T], seconds: float = PATIENCE) -> T:
        """Wait until something is so; looked at after every change here.

        Args:
            condition: what to look at.
            seconds: real seconds to wait.

        Returns:
            what ``condition`` gave.

        Raises:
            TimeoutError: it is still not so; says what was sent last.

        """
        try:
            async with asyncio.timeout(seconds):
                while not (found := condition()):
                    await self.world.changed.wait()
                return found
        except TimeoutError:
            last = [f"{c.method} {c.error or ''}".strip() for c in self.world.calls[-5:]]
            raise TimeoutError(f"not within {seconds} s; last calls: {last}") from None

    async def until_sent(self, chat_id: int, words: str, topic: int | None = None) -> Message:
        """Wait for a message of a bot with these words, sent or edited."""

        def found() -> Message | None:
            sent = self.sent(chat_id, topic)
            return next((m for m in sent if words in m.words and not m.is_deleted), None)

        message = await self.until(found)
        if message is None:
            raise LookupError(words)
        return message

    async def until_polled(self, bot: Bot | None = None) -> None:
        """Wait until a long poll of a bot waits for updates."""
        queue = (bot or self.bot).queue
        async with asyncio.timeout(PATIENCE):
            while not queue.is_polled:
                await queue.polled.wait()
