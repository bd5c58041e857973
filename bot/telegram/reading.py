"""A raw update as what a customer did; pure functions."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

from telegram import Message, Update
from telegram.constants import ChatType

from bot.desk.ports import Incoming
from bot.telegram.wording import BARE, Say

#: Kinds of updates asked for.
WANTED: Final = ("message", "edited_message", "callback_query")
_COMMAND: Final = re.compile(r"/([a-z_]{1,32})(?:@\w+)?(?:\s|$)", re.IGNORECASE)
#: Telegram's times are whole seconds: one so near to the receipt is taken for the receipt's.
_FRESH: Final = dt.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Words:
    """A customer wrote or sent something; ``remark`` is what he is told of what was not taken."""

    chat: int
    at: dt.datetime
    message: str
    text: str
    attachments: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A customer gave a command, by its name without the slash."""

    chat: int
    at: dt.datetime
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A customer changed a message."""

    chat: int
    at: dt.datetime
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed; ``data`` is empty where it does not count (a group, another's chat)."""

    chat: int
    at: dt.datetime
    query: str
    message: int
    data: str


@dataclass(frozen=True, slots=True)
class Flooded:
    """Too much in a minute: not taken. ``first`` of a row is told; ``query`` of a press answered."""

    chat: int
    at: dt.datetime
    first: bool
    query: str = ""


Deed = Words | Command | Change | Press | Flooded


def deed_of(incoming: Incoming, file_mb: int) -> Deed | None:
    """What a customer did; None for what is of no interest here (groups, channels, service messages).

    Args:
        incoming: a kept update.
        file_mb: largest file taken, in MB.

    """
    update = Update.de_json(dict(incoming.body), None)
    if update.callback_query:
        return _press(update, incoming.at)
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    at = _moment(message.edit_date or message.date, incoming.at)
    text = message.text or message.caption or ""
    if update.edited_message:
        return Change(message.chat.id, at, str(message.message_id), text)
    named = _COMMAND.match(text)
    if named:
        return Command(message.chat.id, at, named[1].lower())
    return _words(message, at, text, file_mb)


def _press(update: Update, received: dt.datetime) -> Press | None:
    query = update.callback_query
    if query is None:
        return None
    where = query.message
    own = where is not None and where.chat.type == ChatType.PRIVATE
    own = own and where is not None and where.chat.id == query.from_user.id
    return Press(
        query.from_user.id,
        received,
        query.id,
        where.message_id if where is not None else 0,
        (query.data or "") if own else "",
    )


def _words(message: Message, at: dt.datetime, text: str, file_mb: int) -> Words | None:
    chat, number = message.chat.id, str(message.message_id)
    found = _attached(message)
    if found is not None:
        kind, file = found
        if (file.file_size or 0) > file_mb * 2**20:
            return Words(chat, at, number, text, remark=Say.TOO_BIG.of(limit=file_mb))
        return Words(chat, at, number, text or BARE[kind], (f"{kind}:{file.file_id}",))
    if text:
        return Words(chat, at, number, text)
    if message.effective_attachment is None:
        return None
    return Words(chat, at, number, "", remark=Say.UNSUPPORTED.value)


def _attached(message: Message) -> tuple[str, Any] | None:
    """The kind and the file of what came with a message; the largest of a photo's sizes."""
    if message.photo:
        return "photo", message.photo[-1]
    if video := message.video or message.video_note or message.animation:
        return "video", video
    if sound := message.voice or message.audio:
        return "voice", sound
    return ("document", message.document) if message.document else None


def _moment(written: dt.datetime, received: dt.datetime) -> dt.datetime:
    """When it was written, as far as it waited in Telegram's queue; never after it was received."""
    return received if received - written < _FRESH else written.astimezone(received.tzinfo)
