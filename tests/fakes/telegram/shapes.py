"""Records as the API's JSON."""

from __future__ import annotations

import re
from typing import Final

from tests.fakes.telegram.records import (
    RIGHTS,
    Account,
    Chat,
    Json,
    Message,
    Press,
    Status,
    StoredFile,
    Topic,
)

_COMMAND: Final = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]+)?(?!\S)")
#: Rights that the API wants named of every administrator and that no test turns.
_OTHER_RIGHTS: Final = (
    "can_manage_chat",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
#: Width and height of every photo; its small copy has a quarter of each.
PHOTO_SIZE: Final = (1280, 960)


def account_json(account: Account) -> Json:
    """A User."""
    shape: Json = {
        "id": account.id,
        "is_bot": account.is_bot,
        "first_name": account.first_name,
    }
    if account.username:
        shape["username"] = account.username
    if not account.is_bot:
        shape["language_code"] = account.language
    return shape


def bot_json(account: Account, reads_all: bool) -> Json:
    """A User as getMe gives it."""
    return account_json(account) | {
        "can_join_groups": True,
        "can_read_all_group_messages": reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


def chat_json(chat: Chat) -> Json:
    """A Chat."""
    shape: Json = {"id": chat.id, "type": chat.type}
    if chat.peer is not None:
        shape["first_name"] = chat.peer.first_name
        if chat.peer.username:
            shape["username"] = chat.peer.username
        return shape
    shape["title"] = chat.title
    if chat.username:
        shape["username"] = chat.username
    if chat.is_forum:
        shape["is_forum"] = True
    return shape


def full_chat_json(chat: Chat) -> Json:
    """A ChatFullInfo."""
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    shape = chat_json(chat) | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }
    if chat.peer is None:
        shape["permissions"] = {"can_send_messages": True, "can_manage_topics": False}
    return shape


def member_json(account: Account, status: Status, rights: frozenset[str] = RIGHTS) -> Json:
    """A ChatMember."""
    shape: Json = {"status": status, "user": account_json(account)}
    if status == "creator":
        shape["is_anonymous"] = False
    elif status == "kicked":
        shape["until_date"] = 0
    elif status == "administrator":
        shape |= {"can_be_edited": False, "is_anonymous": False}
        shape |= dict.fromkeys(_OTHER_RIGHTS, False) | {"can_manage_chat": True}
        shape |= {right: right in rights for right in sorted(RIGHTS)}
    return shape


def topic_json(topic: Topic) -> Json:
    """A ForumTopic."""
    return {
        "message_thread_id": topic.thread_id,
        "name": topic.name,
        "icon_color": topic.icon_color,
    }


def file_json(file: StoredFile) -> Json:
    """A File, as getFile gives it."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


def media_json(file: StoredFile) -> Json:
    """The fields of a Message that hold a file."""
    one: Json = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }
    match file.kind:
        case "photo":
            width, height = PHOTO_SIZE
            small = one | {"file_id": f"{file.file_id}s", "file_unique_id": f"{file.unique_id}s"}
            small |= {"width": width // 4, "height": height // 4}
            return {"photo": [small, one | {"width": width, "height": height}]}
        case "voice":
            return {"voice": one | {"duration": 3, "mime_type": file.mime}}
        case _:
            return {"document": one | {"file_name": file.name, "mime_type": file.mime}}


def message_json(message: Message, *, nested: bool = False) -> Json:
    """A Message; what it replies to is left out of one that is itself inside another."""
    shape: Json = {
        "message_id": message.message_id,
        "from": account_json(message.sender),
        "chat": chat_json(message.chat),
        "date": message.date,
    }
    if message.thread_id is not None:
        shape["message_thread_id"] = message.thread_id
        if message.chat.is_forum:
            shape["is_topic_message"] = True
    if message.reply_to is not None and not nested and not message.reply_to.is_deleted:
        shape["reply_to_message"] = message_json(message.reply_to, nested=True)
    if message.edited is not None:
        shape["edit_date"] = message.edited
    if message.text:
        shape["text"] = message.text
        if entities := _commands(message.text):
            shape["entities"] = entities
    if message.file is not None:
        shape |= media_json(message.file)
    if message.caption:
        shape["caption"] = message.caption
    if message.keyboard:
        shape["reply_markup"] = message.markup
    return shape | message.extra


def press_json(press: Press) -> Json:
    """A CallbackQuery."""
    return {
        "id": press.id,
        "from": account_json(press.person),
        "message": message_json(press.message),
        "chat_instance": str(press.message.chat.id * 7919),
        "data": press.data,
    }


def _commands(text: str) -> list[Json]:
    """The commands in a text; offsets and lengths count UTF-16 units, as the API's do."""
    return [
        {
            "type": "bot_command",
            "offset": len(text[: found.start()].encode("utf-16-le")) // 2,
            "length": len(found.group()),
        }
        for found in _COMMAND.finditer(text)
    ]
