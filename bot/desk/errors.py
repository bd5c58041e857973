"""Errors of the use cases.

DeskError
├── BadConversation   a conversation file has a line that cannot be used
├── LabelledChatError a training chat has a line that cannot be used
├── NoSuchTicket      a ticket that does not exist
├── NotNow            something that cannot be done to this ticket as it stands
└── TextRefused       a line that is empty, too long or blocked
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


class NoSuchTicket(DeskError):  # noqa: N818 - named for what it is
    """There is no such ticket."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__(f"没有这张工单：{ticket_id[:40]}。请检查工单号，或刷新页面重新开始")
        self.ticket_id = ticket_id


class NotNow(DeskError):  # noqa: N818
    """The ticket does not allow it as it stands; the message says why and what to do instead."""


class TextRefused(DeskError):  # noqa: N818
    """A line cannot be taken; the message says why."""
