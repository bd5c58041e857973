"""Errors of the use cases.

DeskError
├── BadConversation   a conversation file has a line that cannot be used
├── LabelledChatError a training chat has a line that cannot be used
├── NoSuchChat        a live conversation that does not exist (any more)
└── TextRefused       a line that is empty or too long
"""

from __future__ import annotations


class DeskError(Exception):
    """Root of this room's errors."""


class BadConversation(DeskError):  # noqa: N818 - named for what it is
    """A line of a conversation file cannot be used; ``where`` is file:line."""

    def __init__(self, where: str, reason: str, hint: str) -> None:
        super().__init__(f"{where}：{reason}。{hint}")
        self.where = where
        self.reason = reason
        self.hint = hint


class LabelledChatError(DeskError):
    """A line of a labelled chat cannot be used; ``where`` is file:line."""

    def __init__(self, where: str, reason: str, hint: str) -> None:
        super().__init__(f"{where}：{reason}。{hint}")
        self.where = where
        self.reason = reason
        self.hint = hint


class NoSuchChat(DeskError):  # noqa: N818
    """There is no such live conversation."""

    def __init__(self, chat_id: str) -> None:
        super().__init__("会话不存在或已过期，请刷新页面重新开始")
        self.chat_id = chat_id


class TextRefused(DeskError):  # noqa: N818
    """A line cannot be taken; the message says why."""
