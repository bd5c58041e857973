"""The stage table: where a conversation stands after a line of either side."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from bot.domain.events import CustomerSaid
from bot.domain.terms import Intent, Stage
from prompts.terms import Kind

_ENDINGS: Final = frozenset({Kind.CLOSING, Kind.SURVEY})
_LEAVING: Final = frozenset({Intent.THANKS, Intent.GOODBYE})
#: A whole message that says there is nothing else: 没有了, 暂时没了, 明白了，没别的了.
_NOTHING_MORE: Final = re.compile(
    r"(?:好的?|行|嗯+|哦|明白了?|知道了|暂时|目前|那|就|[，,。.!！~～\s])*"
    r"没有?(?P<else>别的|其他的?|其它的?|什么)?(?:问题|事儿?)?了[，,。.!！~～\s]*(?:谢谢|辛苦)?[。.!！~～\s]*"
)


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
        nothing_more(event.text)
        or Intent.GOODBYE in event.intents
        or (Intent.THANKS in event.intents and answered)
    ):
        return Stage.WRAPPING_UP
    return stage


def nothing_more(text: str) -> bool:
    """Whether a message says in so many words that there is nothing else."""
    found = _NOTHING_MORE.fullmatch(text)
    return found is not None and found["else"] is not None


def _declines(event: CustomerSaid) -> bool:
    """A plain no to "anything else?": nothing is asked and nothing refused in anger."""
    return Intent.REFUSE in event.intents or _NOTHING_MORE.fullmatch(event.text) is not None


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
