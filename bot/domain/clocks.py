"""The clocks of a ticket that run during a conversation, as of a moment.

Limits are the manuals': first response 2/4/24/48 h by priority, classification 10 min, first action
on an urgent matter 1 h. Clocks in business hours join with the full tracker.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.conversation import Conversation
from kb.terms import Category, Priority

FIRST_RESPONSE: Final = MappingProxyType(
    {Priority.P1: 2, Priority.P2: 4, Priority.P3: 24, Priority.P4: 48}
)
CLASSIFICATION: Final = dt.timedelta(minutes=10)
URGENT_ACTION: Final = dt.timedelta(hours=1)


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    MET = "met"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock; ``due`` is None for a promise that named no time."""

    name: str
    due: dt.datetime | None
    state: ClockState


def clocks(conversation: Conversation, now: dt.datetime) -> list[Clock]:
    """Every clock that has started, as of ``now`` (with zone)."""
    started = conversation.need_since
    found: list[Clock] = []
    if started:
        limit = dt.timedelta(hours=FIRST_RESPONSE[conversation.priority])
        replied = conversation.first_reply_at
        classified = started if conversation.category is not Category.UNKNOWN else None
        found.append(_clock("classification", started + CLASSIFICATION, classified, now))
        found.append(_clock("first_response", started + limit, replied, now))
        if conversation.priority is Priority.P1:
            found.append(_clock("urgent_action", started + URGENT_ACTION, replied, now))
    found.extend(_clock("promise", p.due, None, now) for p in conversation.promises)
    return found


def _clock(
    name: str, due: dt.datetime | None, met_at: dt.datetime | None, now: dt.datetime
) -> Clock:
    if due is None:
        return Clock(name, None, ClockState.RUNNING)
    if met_at is not None:
        return Clock(name, due, ClockState.MET if met_at <= due else ClockState.BROKEN)
    return Clock(name, due, ClockState.BROKEN if now > due else ClockState.RUNNING)
