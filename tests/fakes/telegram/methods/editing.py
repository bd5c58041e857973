"""Messages changed, deleted and pinned."""

from __future__ import annotations

from typing import Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.markup import checked_markup
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.methods.sending import checked_text
from tests.fakes.telegram.records import Json, Message
from tests.fakes.telegram.shapes import message_json

#: Seconds after which a message cannot be deleted any more.
DELETABLE: Final = 48 * 3600


def edit_message_text(request: Request) -> Json:
    """See editMessageText."""
    message = _own(request)
    text = checked_text(request.text("text"))
    if message.file is not None or not message.text:
        raise bad("there is no text in the message to edit")
    return _change(request, message, text)


def edit_message_reply_markup(request: Request) -> Json:
    """See editMessageReplyMarkup."""
    message = _own(request)
    return _change(request, message, message.text)


def _own(request: Request) -> Message:
    message = request.message(request.chat, "edit")
    if message.sender.id != request.bot.id or message.extra:
        raise bad("message can't be edited")
    return message


def _change(request: Request, message: Message, text: str) -> Json:
    markup = checked_markup(request.args.get("reply_markup"), inline_only=True)
    if (text, markup) == (message.text, message.markup):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    if text != message.text:
        message.versions.append(text)
    message.text, message.markup, message.edited = text, markup, request.world.now
    request.world.changed.fire()
    return message_json(message)


def delete_message(request: Request) -> bool:
    """See deleteMessage."""
    chat = request.chat
    message = request.message(chat, "delete")
    is_own = message.sender.id == request.bot.id
    if not (is_own or chat.peer or chat.may(request.bot.id, "can_delete_messages")):
        raise bad("message can't be deleted")
    if message.date < request.world.now - DELETABLE:
        raise bad("message can't be deleted for everyone")
    message.is_deleted = True
    request.world.changed.fire()
    return True


def pin_chat_message(request: Request) -> bool:
    """See pinChatMessage."""
    chat = request.chat
    if chat.peer is None and not chat.may(request.bot.id, "can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    message = request.message(chat, "pin")
    request.world.post(
        chat,
        request.bot.account,
        request.bot,
        thread_id=message.thread_id,
        extra={"pinned_message": message_json(message, nested=True)},
    )
    chat.pinned = message
    return True


HANDLERS: Final[dict[str, Handler]] = {
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "pinChatMessage": pin_chat_message,
}
