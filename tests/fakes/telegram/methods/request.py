"""A call on its way to the method that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.records import Chat, Json, Message
from tests.fakes.telegram.world import Bot, World


@dataclass(frozen=True, slots=True)
class Request:
    """Who calls, and with what."""

    world: World
    bot: Bot
    args: Json

    def text(self, name: str) -> str:
        """A text; "" when it is missing."""
        return str(self.args.get(name, ""))

    def number(self, name: str, default: int = 0) -> int:
        """A number."""
        return int(self.args.get(name, default))

    def flag(self, name: str) -> bool:
        """A flag; false when it is missing."""
        return bool(self.args.get(name, False))

    @property
    def chat(self) -> Chat:
        """The chat named, which is open to the bot."""
        return self.world.chat_for(self.bot, self.args.get("chat_id"))

    def message(self, chat: Chat, purpose: str) -> Message:
        """The message named.

        Args:
            chat: where it is.
            purpose: what is done with it, for the refusal: edit, delete, pin.

        Raises:
            ApiError: 400, it is not there.

        """
        if not self.args.get("message_id"):
            raise bad("message identifier is not specified")
        found = self.world.standing(chat, self.args["message_id"])
        if found is None:
            raise bad(f"message to {purpose} not found")
        return found

    def kinds(self) -> list[str] | None:
        """The kinds of updates asked for.

        Raises:
            ApiError: 400, they are no list of texts.

        """
        kinds: Any = self.args.get("allowed_updates")
        if kinds is None:
            return None
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad("can't parse allowed updates")
        return kinds


Handler = Callable[[Request], object | Awaitable[object]]
