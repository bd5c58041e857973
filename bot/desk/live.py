"""The use case *live conversations*: many at once, each in order, over the served knowledge.

Everything that computes runs in one worker thread, so that the event loop never waits. Chats are
kept in memory, the longest unused forgotten first; the store arrives with the full tracker.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from bot.desk.conversing import Chat
from bot.desk.errors import NoSuchChat, TextRefused
from bot.desk.shapes import Shape, check_shape
from bot.desk.transcript import Said
from bot.domain.terms import Emotion, Speaker
from bot.quality import Checker

#: Longest line taken, in characters.
MAX_TEXT: Final = 2_000
#: Conversations kept.
MAX_CHATS: Final = 1_000
#: Suggestions listed for the agent: three at first sight, three more on request.
LISTED: Final = 6

T = TypeVar("T")


class LiveDesk:
    """Conversations in progress.

    Args:
        new_chat: makes a conversation in which nothing was said.
        checker: the check of outgoing lines.
        now: the clock; gives a time with zone.

    """

    def __init__(
        self, new_chat: Callable[[], Chat], checker: Checker, now: Callable[[], dt.datetime]
    ) -> None:
        self._new_chat = new_chat
        self._checker = checker
        self._now = now
        self._chats: OrderedDict[str, Chat] = OrderedDict()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="suggest")

    async def open(self) -> str:
        """Start a conversation and return its id (unguessable)."""
        chat = await self._run(self._new_chat)
        self._chats[chat.id] = chat
        while len(self._chats) > MAX_CHATS:
            self._chats.popitem(last=False)
        return chat.id

    async def say(self, chat_id: str, speaker: Speaker, text: str, suggestion: str = "") -> Shape:
        """Take one line of a conversation and return its turn object.

        Args:
            chat_id: the conversation.
            speaker: who wrote the line.
            text: the line.
            suggestion: id of the suggestion that an agent's line was made from, or ""; one that was
                not shown in this conversation is passed over.

        Raises:
            NoSuchChat: there is no such conversation (any more).
            TextRefused: the text is empty or too long.

        """
        chat = self._chat(chat_id)
        said = Said(speaker, _sound(text), self._now())
        if speaker is Speaker.AGENT:
            await self._refuse_blocked(said.text)
        return await self._run(lambda: chat.say(said, LISTED, suggestion))

    async def ticket(self, chat_id: str) -> Shape:
        """The ticket of a conversation as of its last line.

        Raises:
            NoSuchChat: there is no such conversation, or nothing was said in it.

        """
        chat = self._chat(chat_id)
        if chat.last_at is None:
            raise NoSuchChat(chat_id)
        return await self._run(chat.ticket)

    async def check(self, text: str, chat_id: str | None = None) -> Shape:
        """Check a line before it is sent; the mood is that of the conversation, if one is named.

        Raises:
            NoSuchChat: there is no such conversation (any more).
            TextRefused: the text is empty or too long.

        """
        upset = bool(chat_id) and self._chat(chat_id or "").state.emotion is not Emotion.CALM
        line = _sound(text)
        return check_shape(await self._run(lambda: self._checker.check(line, upset=upset)))

    async def _refuse_blocked(self, line: str) -> None:
        """No line that the quality rules block reaches a customer, whoever calls."""
        result = await self._run(lambda: self._checker.check(line))
        if result.blocked:
            first = next(f for f in result.findings if f.severity == "block")
            raise TextRefused(f"这句话需要先修改再发送：{first.message}")

    async def close(self) -> None:
        """Stop the worker after what it is doing."""
        await asyncio.to_thread(self._worker.shutdown)

    def _chat(self, chat_id: str) -> Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            raise NoSuchChat(chat_id)
        self._chats.move_to_end(chat_id)
        return chat

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)


def _sound(text: str) -> str:
    if not text.strip():
        raise TextRefused("内容是空的，请输入文字")
    if len(text) > MAX_TEXT:
        raise TextRefused(f"内容过长（{len(text)} 字，最多 {MAX_TEXT} 字），请分几次发送")
    return text
