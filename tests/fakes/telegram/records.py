"""What the server remembers: accounts, chats, topics, messages, files. Shapes are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]
PRESENT: Final = frozenset({"creator", "administrator", "member"})
#: What an administrator may do in a group.
RIGHTS: Final = frozenset({"can_manage_topics", "can_pin_messages", "can_delete_messages"})


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a bot."""

    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False
    language: str = "zh-hans"


@dataclass(slots=True)
class Topic:
    """A forum topic; a deleted one is kept, as its id is never used again."""

    thread_id: int
    name: str
    icon_color: int
    is_closed: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server; ``kind`` is photo, document or voice."""

    file_id: str
    unique_id: str
    path: str
    kind: str
    name: str
    mime: str
    data: bytes


@dataclass(slots=True, eq=False)
class Message:
    """A message as it is now, with the texts it had before.

    Attributes:
        date: seconds since 1970, as are ``edited``.
        file: the photo, document or voice sent.
        extra: further fields of the message's JSON, such as a service message's.
        versions: all texts or captions it has had, the newest last.

    """

    message_id: int
    chat: Chat
    sender: Account
    date: int
    text: str = ""
    caption: str = ""
    file: StoredFile | None = None
    markup: Json | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    extra: Json = field(default_factory=dict)
    edited: int | None = None
    is_deleted: bool = False
    versions: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Text or caption."""
        return self.text or self.caption

    @property
    def keyboard(self) -> list[list[Json]]:
        """Its inline buttons, row by row."""
        return list((self.markup or {}).get("inline_keyboard", ()))

    @property
    def buttons(self) -> list[str]:
        """The labels of its inline buttons, in reading order."""
        return [button["text"] for row in self.keyboard for button in row]

    def button(self, wanted: str) -> Json:
        """The button with this label, or else this callback data.

        Raises:
            LookupError: there is none.

        """
        for key in ("text", "callback_data"):
            for row in self.keyboard:
                for button in row:
                    if button.get(key) == wanted:
                        return button
        raise LookupError(f"no button {wanted!r} on message {self.message_id}: {self.buttons}")


@dataclass(slots=True, eq=False)
class Chat:
    """A group, or the private chat of one bot with one person.

    Attributes:
        peer: the person of a private chat.
        members: how each account stands in a group, by its id.
        rights: what each bot may do there, by its id.
        is_open: whether a private chat's person has ever written.
        pinned: the message pinned last.

    """

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    peer: Account | None = None
    is_forum: bool = False
    is_open: bool = False
    is_blocked: bool = False
    members: dict[int, Status] = field(default_factory=dict)
    rights: dict[int, frozenset[str]] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: Message | None = None

    def has(self, account_id: int) -> bool:
        """Whether an account is in the group."""
        return self.members.get(account_id, "left") in PRESENT

    def may(self, bot_id: int, right: str) -> bool:
        """Whether a bot is an administrator with this right."""
        is_admin = self.members.get(bot_id) == "administrator"
        return is_admin and right in self.rights.get(bot_id, frozenset())


@dataclass(slots=True, eq=False)
class Press:
    """A pressed button, and what the bot answered."""

    id: str
    person: Account
    message: Message
    data: str
    at: float
    bot_id: int
    answers: list[str] = field(default_factory=list)
    is_alert: bool = False

    @property
    def answer(self) -> str | None:
        """What the person last saw; "" for an answer without text, None for none yet."""
        return self.answers[-1] if self.answers else None
