"""People who write, press, edit, block; everything they do reaches the bots as an update."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.telegram.files import PNG
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.methods.sending import LONGEST_TEXT
from tests.fakes.telegram.records import Account, Chat, Json, Message, Press, StoredFile
from tests.fakes.telegram.shapes import account_json, press_json
from tests.fakes.telegram.world import Bot, World, press_line


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with Telegram.

    Every action takes ``chat``: a group, or None for the private chat with ``bot``; ``topic`` is a
    thread's id, ``reply_to`` a message's.

    Attributes:
        account: id and name.
        bot: the bot written to in private.

    """

    world: World
    account: Account
    bot: Bot

    @property
    def id(self) -> int:
        """The account's id, and the private chat's."""
        return self.account.id

    def to(self, bot: Bot) -> Person:
        """The same person, who writes to another bot."""
        return Person(self.world, self.account, bot)

    def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        topic: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Write a text; Telegram's programs cut a longer one before they send it.

        Raises:
            ValueError: it is empty or longer than 4096 characters.

        """
        if not 1 <= len(text.strip()) <= LONGEST_TEXT:
            raise ValueError(f"a message has 1 to {LONGEST_TEXT} characters")
        return self._post(chat, topic, reply_to, text=text.strip())

    def sends_photo(
        self,
        caption: str = "",
        data: bytes = PNG,
        *,
        chat: Group | None = None,
        topic: int | None = None,
    ) -> Message:
        """Send a photo."""
        file = self.world.files.add("photo", "photo.jpg", data, "image/jpeg")
        return self._post(chat, topic, None, caption=caption, file=file)

    def sends_document(
        self,
        name: str,
        data: bytes,
        caption: str = "",
        *,
        chat: Group | None = None,
        topic: int | None = None,
    ) -> Message:
        """Send a file."""
        file = self.world.files.add("document", name, data)
        return self._post(chat, topic, None, caption=caption, file=file)

    def sends_voice(self, data: bytes = b"OggS", *, chat: Group | None = None) -> Message:
        """Send a voice message."""
        file: StoredFile = self.world.files.add("voice", "voice.oga", data, "audio/ogg")
        return self._post(chat, None, None, file=file)

    def forwards(
        self, message: Message, *, chat: Group | None = None, topic: int | None = None
    ) -> Message:
        """Pass a message on; as with Telegram, its callback buttons stay behind."""
        origin: Json = {
            "type": "user",
            "date": message.date,
            "sender_user": account_json(message.sender),
        }
        return self._post(
            chat,
            topic,
            None,
            text=message.text,
            caption=message.caption,
            file=message.file,
            extra={"forward_origin": origin},
        )

    def edits(self, message_id: int, text: str, *, chat: Group | None = None) -> Message:
        """Change an own text or caption.

        Raises:
            LookupError: there is no such message of this person.

        """
        message = self._found(chat, message_id)
        if message.sender != self.account:
            raise LookupError(f"message {message_id} is not of {self.account.first_name}")
        if message.file is None:
            message.text = text
        else:
            message.caption = text
        message.versions.append(text)
        message.edited = self.world.now
        self.world.changed.fire()
        self.world.announce("edited_message", message, self.bot)
        return message

    def deletes(self, message_id: int, *, chat: Group | None = None) -> None:
        """Delete a message; bots are not told."""
        self._found(chat, message_id).is_deleted = True
        self.world.changed.fire()

    def presses(self, message_id: int, button: str, *, chat: Group | None = None) -> Press:
        """Press the button with this label, or else this data, on a bot's message.

        Raises:
            LookupError: it is not on the message as it is now, or it calls no bot.

        """
        message = self._found(chat, message_id)
        found = message.button(button)
        if "callback_data" not in found:
            raise LookupError(f"button {button!r} does not call the bot")
        return self._press(message, found["callback_data"])

    def forges(self, message_id: int, data: str, *, chat: Group | None = None) -> Press:
        """Call a bot with data that no button of the message has, as a changed program can."""
        return self._press(self._found(chat, message_id), data)

    def copies(self, message_id: int, button: str, *, chat: Group | None = None) -> str:
        """The text that a copying button puts on the clipboard.

        Raises:
            LookupError: there is no such button.

        """
        found = self._found(chat, message_id).button(button)
        if "copy_text" not in found:
            raise LookupError(f"button {button!r} copies nothing")
        return str(found["copy_text"]["text"])

    def blocks(self) -> None:
        """Block the bot."""
        private = self._private()
        if not private.is_blocked:
            private.is_blocked = True
            self.world.tell_member(private, self.account, self.bot.account, ("member", "kicked"))

    def unblocks(self) -> None:
        """Let the bot write again."""
        private = self._private()
        if private.is_blocked:
            private.is_blocked = False
            self.world.tell_member(private, self.account, self.bot.account, ("kicked", "member"))

    def _private(self) -> Chat:
        return self.world.private_chat(self.bot, self.account)

    def _post(
        self, group: Group | None, topic: int | None, reply_to: int | None, **content: object
    ) -> Message:
        chat = self._open(group)
        if topic is not None and (topic not in chat.topics or chat.topics[topic].is_deleted):
            raise LookupError(f"no topic {topic}")
        replied = self._found(group, reply_to) if reply_to is not None else None
        bot = self.bot if group is None else None
        message = self.world.post(
            chat, self.account, bot, thread_id=topic, reply_to=replied, **content
        )
        self.world.announce("message", message, bot)
        return message

    def _open(self, group: Group | None) -> Chat:
        """The chat, ready for this person's words."""
        if group is None:
            self.unblocks()
            private = self._private()
            private.is_open = True
            return private
        if not group.chat.has(self.id):
            raise LookupError(f"{self.account.first_name} is not in {group.chat.title}")
        return group.chat

    def _found(self, group: Group | None, message_id: int) -> Message:
        chat = self._private() if group is None else group.chat
        found = self.world.standing(chat, message_id)
        if found is None:
            raise LookupError(f"no message {message_id} in {chat.title or chat.id}")
        return found

    def _press(self, message: Message, data: str) -> Press:
        bot = self.world.bot_of(message.sender.id)
        press = self.world.press(bot, self.account, message, data)
        bot.queue.add("callback_query", press_json(press), press_line(press))
        return press
