"""A chat as its people see it, in plain text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from tests.fakes.telegram.records import Chat, Message

_ZONE: Final = dt.timezone(dt.timedelta(hours=8))
_FILES: Final = {"photo": "图片", "document": "文件", "voice": "语音"}
_SERVICE: Final = {
    "forum_topic_created": "建立了话题",
    "forum_topic_edited": "改了话题名",
    "forum_topic_closed": "关闭了话题",
    "forum_topic_reopened": "重开了话题",
    "pinned_message": "置顶了一条消息",
    "new_chat_members": "加入了群",
}


def screen(chat: Chat, topic: int | None = None) -> str:
    """All messages that are still there, with their numbers, times (China's) and buttons.

    Args:
        chat: which.
        topic: only this thread; None for all.

    """
    lines: list[str] = []
    for message in chat.messages.values():
        if not message.is_deleted and topic in {None, message.thread_id}:
            lines += _lines(message)
    return "\n".join(lines)


def _lines(message: Message) -> Iterator[str]:
    clock = dt.datetime.fromtimestamp(message.date, _ZONE).strftime("%H:%M")
    edited = "（已编辑）" if message.edited is not None else ""
    yield f"#{message.message_id} {clock} {message.sender.first_name}{edited}"
    for kind, told in _SERVICE.items():
        if kind in message.extra:
            name = message.extra[kind].get("name", "") if kind.startswith("forum") else ""
            yield f"    · {told} {name}".rstrip()
    if message.file is not None:
        yield f"    〔{_FILES[message.file.kind]} {message.file.name}〕"
    for line in message.words.splitlines():
        yield f"    {line}".rstrip()
    for row in message.keyboard:
        yield "    " + " ".join(f"[{button['text']}]" for button in row)
