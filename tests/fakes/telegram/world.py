"""Everything the server knows, and the rules by which messages come into being."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from tests.fakes.telegram.clock import Clock, Pulse
from tests.fakes.telegram.errors import ApiError, bad, forbidden
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.limits import UNLIMITED, Limits, Meter
from tests.fakes.telegram.records import Account, Chat, Json, Message, Press, Status
from tests.fakes.telegram.shapes import account_json, chat_json, member_json, message_json
from tests.fakes.telegram.updates import UpdateQueue
from tests.fakes.telegram.webhook import Webhook

_FIRST_UPDATE: Final = 870_000_001


@dataclass(slots=True)
class Call:
    """A call as it came in.

    Attributes:
        payload: its parameters as JSON; a file sent along as its name.
        at: the clock's seconds since 1970.
        error: why it was refused, or None.
        result: what was answered.
        fault: whether it was made to fail; its result may have been lost.

    """

    method: str
    payload: Json
    at: float
    bot_id: int
    error: ApiError | None = None
    result: Any = None
    fault: bool = False


@dataclass(slots=True, eq=False)
class Bot:
    """A bot's account and all that belongs to it alone.

    Attributes:
        reads_all: whether it sees all messages of a group without being its administrator.
        private: its private chats, by the person's id.
        commands: its menus, by scope and language.

    """

    account: Account
    token: str
    queue: UpdateQueue
    webhook: Webhook
    meter: Meter
    reads_all: bool = False
    private: dict[int, Chat] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    message_ids: count[int] = field(default_factory=lambda: count(1))

    @property
    def id(self) -> int:
        """Its account's number."""
        return self.account.id


class World:
    """Accounts, chats, messages, files and calls.

    Args:
        clock: the time of all of it.

    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changed = Pulse()
        self.files = Files()
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Account] = {}
        self.groups: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.calls: list[Call] = []
        self._numbers = count(5_000_000_001)

    @property
    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.clock.now())

    def next_number(self) -> str:
        """A number never given before."""
        return str(next(self._numbers))

    def add_bot(self, token: str, username: str, limits: Limits = UNLIMITED) -> Bot:
        """A new bot; its id is the first part of its token."""
        queue = UpdateQueue(self.clock, _FIRST_UPDATE + 1_000_000 * len(self.bots))
        account = Account(int(token.partition(":")[0]), "客服助手", username, is_bot=True)
        webhook = Webhook(queue, self.clock, self.changed)
        bot = Bot(account, token, queue, webhook, Meter(limits))
        self.bots[token] = bot
        return bot

    def bot_of(self, account_id: int) -> Bot:
        """The bot with an id."""
        return next(bot for bot in self.bots.values() if bot.id == account_id)

    def private_chat(self, bot: Bot, person: Account) -> Chat:
        """The chat of a bot with a person, made when first asked for."""
        if person.id not in bot.private:
            bot.private[person.id] = Chat(person.id, "private", peer=person)
        return bot.private[person.id]

    def chat_for(self, bot: Bot, chat_id: object, *, only_look: bool = False) -> Chat:
        """The chat that a call names, which must be open to the bot.

        Args:
            bot: who calls.
            chat_id: number or ``@name``.
            only_look: whether nothing is sent; one who blocked the bot can be looked at.

        Raises:
            ApiError: 400 or 403, it does not exist or the bot may not be there.

        """
        if chat_id is None:
            raise bad("chat_id is empty")
        chat = self._named(bot, chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.peer is not None:
            if only_look and chat.is_open:
                return chat
            if chat.is_blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.is_open:
                raise forbidden("bot can't initiate conversation with a user")
        elif not chat.has(bot.id):
            is_kicked = chat.members.get(bot.id) == "kicked"
            what = "was kicked from" if is_kicked else "is not a member of"
            raise forbidden(f"bot {what} the {chat.type} chat")
        return chat

    def _named(self, bot: Bot, chat_id: object) -> Chat | None:
        if isinstance(chat_id, str):
            name = chat_id.removeprefix("@").lower()
            return next((c for c in self.groups.values() if c.username.lower() == name), None)
        if not isinstance(chat_id, int):
            return None
        if chat_id in self.people:
            return self.private_chat(bot, self.people[chat_id])
        return self.groups.get(chat_id)

    def post(self, chat: Chat, sender: Account, bot: Bot | None, **content: Any) -> Message:
        """A new message, put into its chat and its thread.

        Args:
            chat: where.
            sender: who.
            bot: whose private chat it is; it numbers the messages of all of them. None in a group.
            content: fields of :class:`Message`.

        """
        numbers = bot.message_ids if bot is not None and chat.peer is not None else None
        number = next(numbers) if numbers else len(chat.messages) + 1
        message = Message(number, chat, sender, self.now, **content)
        replied = message.reply_to
        if chat.is_forum and message.thread_id is None and replied is not None:
            message.thread_id = replied.thread_id
        if chat.is_forum and message.thread_id is not None and replied is None:
            # In a topic the API calls every plain message a reply to the topic's first one.
            message.reply_to = chat.messages.get(message.thread_id)
        elif chat.type == "supergroup" and not chat.is_forum and replied is not None:
            message.thread_id = replied.thread_id or replied.message_id
        message.versions.append(message.words)
        chat.messages[number] = message
        self.changed.fire()
        return message

    def announce(self, kind: str, message: Message, bot: Bot | None = None) -> None:
        """Tell the bots that may see it of a message by a person.

        Args:
            kind: ``message`` or ``edited_message``.
            message: the message as it is now.
            bot: whose private chat it is.

        """
        body = message_json(message)
        if message.chat.peer is not None and bot is not None:
            bot.queue.add(kind, body, message.chat.id)
            return
        for one in self.bots.values():
            if message.chat.has(one.id) and self._sees(one, message):
                one.queue.add(kind, body, message.chat.id)

    def _sees(self, bot: Bot, message: Message) -> bool:
        """Whether a group's message reaches a bot, which a plain member's privacy mode limits."""
        if bot.reads_all or message.chat.members.get(bot.id) == "administrator":
            return True
        replied = message.reply_to is not None and message.reply_to.sender.id == bot.id
        is_meant = message.text.startswith("/") or f"@{bot.account.username}" in message.words
        return replied or is_meant or "new_chat_members" in message.extra

    def tell_member(
        self, chat: Chat, by: Account, whom: Account, states: tuple[Status, Status]
    ) -> None:
        """Tell the bots that an account's standing in a chat has changed."""
        old, new = states
        body = {
            "chat": chat_json(chat),
            "from": account_json(by),
            "date": self.now,
            "old_chat_member": member_json(whom, old),
            "new_chat_member": member_json(whom, new),
        }
        for bot in self.bots.values():
            if bot.id == whom.id:
                bot.queue.add("my_chat_member", body, chat.id)
            elif chat.has(bot.id):
                bot.queue.add("chat_member", body, chat.id)

    def press(self, bot: Bot, person: Account, message: Message, data: str) -> Press:
        """A button pressed, whether or not the message has it."""
        press = Press(self.next_number(), person, message, data, self.clock.now(), bot.id)
        self.presses[press.id] = press
        return press

    def standing(self, chat: Chat, message_id: object) -> Message | None:
        """A message that is still there."""
        found = chat.messages.get(message_id) if isinstance(message_id, int) else None
        return found if found is not None and not found.is_deleted else None

    def account(self, account_id: int) -> Account | None:
        """A person or a bot."""
        bots: Mapping[int, Account] = {bot.id: bot.account for bot in self.bots.values()}
        return self.people.get(account_id) or bots.get(account_id)


def press_line(press: Press) -> Hashable:
    """Presses have no order with the messages of the same chat."""
    return ("press", press.person.id)
