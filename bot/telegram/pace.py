"""How fast we send and how much we take; both pure, told the time in seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

_MINUTE: Final = 60.0
#: Chats remembered before those that are long past are forgotten.
_MANY: Final = 1_000


@dataclass(slots=True)
class Pace:
    """Spaces what is sent: ``per_second`` overall, one each ``chat_pause`` seconds to a chat."""

    per_second: float
    chat_pause: float
    _next: float = 0.0
    _chats: dict[int, float] = field(default_factory=dict)

    def chat_wait(self, chat: int, now: float) -> float:
        """Seconds until the chat may get its next message."""
        return max(0.0, self._chats.get(chat, now) - now)

    def take(self, chat: int, now: float) -> float:
        """Take the next place for a chat that may be written to; gives the seconds until it."""
        place = max(self._next, now)
        self._next = place + 1 / self.per_second
        self._chats[chat] = place + self.chat_pause
        if len(self._chats) > _MANY:
            self._chats = {c: free for c, free in self._chats.items() if free > now}
        return place - now


@dataclass(slots=True)
class FloodGate:
    """Takes ``per_minute`` messages of each customer within any minute."""

    per_minute: int
    _seen: dict[int, deque[float]] = field(default_factory=dict)

    def admits(self, chat: int, now: float) -> bool:
        """Whether one more is taken; one that is not does not count."""
        seen = self._seen.setdefault(chat, deque())
        while seen and seen[0] <= now - _MINUTE:
            seen.popleft()
        if len(seen) >= self.per_minute:
            return False
        seen.append(now)
        if len(self._seen) > _MANY:
            self._seen = {c: s for c, s in self._seen.items() if s and s[-1] > now - _MINUTE}
        return True
