"""Forum topics. A name too long is refused here, where the real server cuts it."""

from __future__ import annotations

from typing import Final

from tests.fakes.telegram.errors import bad
from tests.fakes.telegram.methods.request import Handler, Request
from tests.fakes.telegram.records import Chat, Json, Topic
from tests.fakes.telegram.shapes import topic_json

LONGEST_NAME: Final = 128
#: The colours that a topic's icon may have.
COLOURS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def create_forum_topic(request: Request) -> Json:
    """See createForumTopic."""
    chat = _forum(request, "create a topic")
    colour = request.number("icon_color", COLOURS[0])
    if colour not in COLOURS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    name = _name(request)
    first = request.world.post(
        chat,
        request.bot.account,
        request.bot,
        extra={"forum_topic_created": {"name": name, "icon_color": colour}},
    )
    first.thread_id = first.message_id
    topic = chat.topics[first.message_id] = Topic(first.message_id, name, colour)
    return topic_json(topic)


def edit_forum_topic(request: Request) -> bool:
    """See editForumTopic."""
    chat = _forum(request, "edit the topic")
    topic = _topic(request, chat)
    name = _name(request) if request.text("name") else topic.name
    if name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    return _tell(request, chat, topic, "forum_topic_edited", {"name": name})


def close_forum_topic(request: Request) -> bool:
    """See closeForumTopic."""
    return _turn(request, is_closed=True)


def reopen_forum_topic(request: Request) -> bool:
    """See reopenForumTopic."""
    return _turn(request, is_closed=False)


def delete_forum_topic(request: Request) -> bool:
    """See deleteForumTopic."""
    chat = _forum(request, "delete the topic")
    if not chat.may(request.bot.id, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    remove_topic(chat, _topic(request, chat))
    request.world.changed.fire()
    return True


def remove_topic(chat: Chat, topic: Topic) -> None:
    """Delete a topic and all that was said in it."""
    topic.is_deleted = True
    for message in chat.messages.values():
        if message.thread_id == topic.thread_id:
            message.is_deleted = True


def _turn(request: Request, *, is_closed: bool) -> bool:
    chat = _forum(request, "close or reopen the topic")
    topic = _topic(request, chat)
    if topic.is_closed is is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.is_closed = is_closed
    kind = "forum_topic_closed" if is_closed else "forum_topic_reopened"
    return _tell(request, chat, topic, kind, {})


def _forum(request: Request, purpose: str) -> Chat:
    chat = request.chat
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.may(request.bot.id, "can_manage_topics"):
        raise bad(f"not enough rights to {purpose}")
    return chat


def _topic(request: Request, chat: Chat) -> Topic:
    found = chat.topics.get(request.number("message_thread_id"))
    if found is None or found.is_deleted:
        raise bad("TOPIC_ID_INVALID")
    return found


def _name(request: Request) -> str:
    name = request.text("name").strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise bad("TOPIC_TITLE_INVALID" if name else "topic title must be non-empty")
    return name


def _tell(request: Request, chat: Chat, topic: Topic, kind: str, what: Json) -> bool:
    request.world.post(
        chat, request.bot.account, request.bot, thread_id=topic.thread_id, extra={kind: what}
    )
    return True


HANDLERS: Final[dict[str, Handler]] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
