"""The API's flood limits, as strict as its text states them."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from tests.fakes.telegram.errors import too_many

#: Methods that count as sending.
SENDING: Final = frozenset(
    {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "editMessageText",
        "editMessageReplyMarkup",
        "pinChatMessage",
        "createForumTopic",
        "editForumTopic",
        "closeForumTopic",
        "reopenForumTopic",
        "deleteForumTopic",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one bot may send; 0 is no limit.

    Attributes:
        overall: calls within any second, to all chats.
        chat: calls within any second to one chat.
        group: calls within any minute to one group.
        counted: the methods that count.

    """

    overall: int = 30
    chat: int = 1
    group: int = 20
    counted: frozenset[str] = SENDING


#: No limits at all.
UNLIMITED: Final = Limits(0, 0, 0)


@dataclass(slots=True)
class Meter:
    """Counts the calls of one bot against the limits; a refused call does not count."""

    limits: Limits
    _times: dict[object, deque[float]] = field(default_factory=dict)
    _floods: dict[int, float] = field(default_factory=dict)

    def flood(self, chat_id: int, until: float) -> None:
        """Refuse all that goes to a chat until a moment."""
        self._floods[chat_id] = until

    def count(self, method: str, chat_id: int, now: float) -> None:
        """Count a call.

        Raises:
            ApiError: 429, with the whole seconds to wait.

        """
        if method not in self.limits.counted:
            return
        windows = [("all", self.limits.overall, 1.0), (chat_id, self.limits.chat, 1.0)]
        if chat_id < 0:
            windows.append((("group", chat_id), self.limits.group, 60.0))
        wait = self._floods.get(chat_id, now) - now
        for key, most, seconds in windows:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - seconds:
                times.popleft()
            if most and len(times) >= most:
                wait = max(wait, times[-most] + seconds - now)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        for key, _, _ in windows:
            self._times[key].append(now)
