"""What each method of the API does."""

from __future__ import annotations

from typing import Final

from tests.fakes.telegram.methods import callbacks, chats, editing, receiving, sending, topics
from tests.fakes.telegram.methods.request import Handler

#: By the method's name.
HANDLERS: Final[dict[str, Handler]] = {
    **receiving.HANDLERS,
    **sending.HANDLERS,
    **editing.HANDLERS,
    **callbacks.HANDLERS,
    **topics.HANDLERS,
    **chats.HANDLERS,
}
