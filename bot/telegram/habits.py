"""How this channel behaves: pauses, sizes and budgets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """Settings of the channel; seconds where nothing else is said.

    Attributes:
        debounce: silence after which what a customer wrote in a row is answered.
        longest_burst: a customer who never pauses is answered after so long.
        file_mb: largest file taken, in MB.
        per_minute: messages of one customer taken in any minute.
        per_second: messages sent in any second, to all chats; the API allows about 30.
        chat_pause: between two messages to one chat; the API allows about one a second.
        look: between two looks into the outbox while nothing happens.
        patience: for an answer of Telegram's server.
        first_pause: before the second try of something that failed; it doubles up to a minute.

    """

    debounce: float = 1.5
    longest_burst: float = 10.0
    file_mb: int = 20
    per_minute: int = 30
    per_second: float = 28.0
    chat_pause: float = 1.0
    look: float = 0.5
    patience: float = 20.0
    first_pause: float = 1.0
