"""Messages of the bot: texts, photos, documents, and files to fetch."""

from __future__ import annotations

from typing import Any, Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.files import FETCHED
from tests.fakes.telegram.markup import checked_markup, reply_wish
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.records import Chat, Json, Message
from tests.fakes.telegram.shapes import file_json, message_json

#: Characters, not UTF-16 units, of a text and of a caption.
LONGEST_TEXT: Final = 4096
LONGEST_CAPTION: Final = 1024
_ACTIONS: Final = frozenset({"typing", "upload_photo", "upload_document", "record_voice"})


def checked_text(text: str) -> str:
    """A text as it is sent: without white space around it.

    Raises:
        ApiError: 400, it is empty or too long.

    """
    text = text.strip()
    if not text:
        raise bad("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad("message is too long")
    return text


def send_message(request: Request) -> Json:
    """See sendMessage; entities and parse_mode do nothing."""
    chat = request.chat
    return _post(request, chat, text=checked_text(request.text("text")))


def send_photo(request: Request) -> Json:
    """See sendPhoto."""
    return _send_file(request, "photo")


def send_document(request: Request) -> Json:
    """See sendDocument."""
    return _send_file(request, "document")


def _send_file(request: Request, kind: str) -> Json:
    chat = request.chat
    if kind not in request.args:
        raise bad(f"there is no {kind} in the request")
    caption = request.text("caption").strip()
    if len(caption) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    file = request.world.files.wanted(request.args[kind], kind)
    return _post(request, chat, file=file, caption=caption)


def _post(request: Request, chat: Chat, **content: Any) -> Json:
    markup = checked_markup(request.args.get("reply_markup"))
    thread = _thread(request, chat)
    reply_to = _replied(request, chat)
    message = request.world.post(
        chat,
        request.bot.account,
        request.bot,
        markup=markup,
        thread_id=thread,
        reply_to=reply_to,
        **content,
    )
    return message_json(message)


def _thread(request: Request, chat: Chat) -> int | None:
    """The thread named: an open topic of a forum, or a message of a plain supergroup."""
    if "message_thread_id" not in request.args:
        return None
    number = request.number("message_thread_id")
    missing = bad("message thread not found")
    if not chat.is_forum:
        if chat.type != "supergroup" or request.world.standing(chat, number) is None:
            raise missing
        return number
    topic = chat.topics.get(number)
    # The general topic, number 1, is reached without naming it.
    if topic is None or topic.is_deleted:
        raise missing
    if topic.is_closed and not chat.may(request.bot.id, "can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return number


def _replied(request: Request, chat: Chat) -> Message | None:
    wish = reply_wish(request.args.get("reply_parameters"))
    if wish is None:
        return None
    number, is_optional = wish
    found = request.world.standing(chat, number)
    if found is None and not is_optional:
        raise bad("message to be replied not found")
    return found


def send_chat_action(request: Request) -> bool:
    """See sendChatAction."""
    if request.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    return request.chat is not None


def get_file(request: Request) -> Json:
    """See getFile."""
    file = request.world.files.find(request.text("file_id"))
    if len(file.data) > FETCHED:
        raise bad("file is too big")
    return file_json(file)


HANDLERS: Final[dict[str, Handler]] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "getFile": get_file,
}
