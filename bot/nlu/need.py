"""Whether a message states a need at all: a question, a problem or a wish."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.terms import Intent
from bot.nlu.lexicon import Found

#: With one of these intents words like 我要 or 需要 belong to the intent, so only a cue of a
#: class can still show a need.
_CONVERSATIONAL: Final = frozenset(
    {
        Intent.WANTS_HUMAN,
        Intent.GOODBYE,
        Intent.CONFIRM,
        Intent.REFUSE,
    }
)


#: 收不收, 认没认: the verb said twice around a negation asks whether.
_WHETHER: Final = re.compile(r"([^\W\d_])[不没]\1")


def asks_something(folded: str, intents: tuple[Intent, ...], found: Found) -> bool:
    """Whether the wording itself asks or wishes, leaving the subject aside.

    人工, 在吗 and 我想咨询个问题 ask in form but state no need.
    """
    asks = found.has("need.ask") or _WHETHER.search(folded) is not None
    if not asks or found.has("need.empty"):
        return False
    return not any(intent in _CONVERSATIONAL for intent in intents)


#: Words that a report of trouble can hardly do without.
_TROUBLE: Final = re.compile(r"又|就|不|没|太|突然|一直|忽|越来越|老是|总|还|只|才|居然|竟然|了")
#: The shortest report of trouble: 灯又灭了, with a word to spare.
_SHORTEST: Final = 5


def states_something(folded: str, intents: tuple[Intent, ...], found: Found, filled: int) -> bool:
    """Whether a message without a question reports trouble in words no cue knows.

    ``filled`` counts the characters taken by names, numbers and other field values.
    """
    if intents or found.has("need.empty") or len(folded) - filled < _SHORTEST:
        return False
    return _TROUBLE.search(folded) is not None
