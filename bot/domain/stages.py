"""The stage table: where a conversation stands after a line of either side."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.domain.events import CustomerSaid
from bot.domain.terms import Intent, Stage
from prompts.terms import Kind

_ENDINGS: Final = frozenset({Kind.CLOSING, Kind.SURVEY})
_LEAVING: Final = frozenset({Intent.THANKS, Intent.GOODBYE})


def after_customer(
    stage: Stage, event: CustomerSaid, last_done: Collection[Kind], *, answered: bool
) -> Stage:
    """The stage after a customer's message.

    Args:
        stage: before it.
        event: the message as read.
        last_done: what our last line did.
        answered: whether an answer or a promise was given before.

    """
    ended = bool(_ENDINGS & set(last_done))
    if event.has_need:
        return stage if stage in {Stage.HANDLING, Stage.FOLLOWING_UP} else Stage.UNDERSTANDING
    if stage is Stage.CLOSED:
        return stage
    if ended and (Intent.CONFIRM in event.intents or _LEAVING & event.intents or _declines(event)):
        return Stage.CLOSED if stage is Stage.WRAPPING_UP else Stage.WRAPPING_UP
    if (
        event.nothing_more
        or Intent.GOODBYE in event.intents
        or (Intent.THANKS in event.intents and answered)
    ):
        return Stage.WRAPPING_UP
    return stage


def _declines(event: CustomerSaid) -> bool:
    """A plain no to "anything else?": nothing is asked and nothing refused in anger."""
    return Intent.REFUSE in event.intents or event.says_no


def after_agent(stage: Stage, kinds: Collection[Kind]) -> Stage:
    """The stage after a line of ours that did ``kinds``."""
    if stage is Stage.CLOSED:
        return stage
    if Kind.SURVEY in kinds:
        return Stage.WRAPPING_UP
    if Kind.CLOSING in kinds and Kind.ASK_INFO not in kinds:
        return Stage.WRAPPING_UP
    if Kind.ESCALATION in kinds or Kind.PROMISE in kinds:
        return Stage.FOLLOWING_UP
    if {Kind.ANSWER, Kind.CONFIRM, Kind.WAITING} & set(kinds):
        return Stage.HANDLING
    if stage is Stage.GREETING and Kind.ASK_INFO in kinds:
        return Stage.UNDERSTANDING
    return stage
