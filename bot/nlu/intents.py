"""What a message wants from the conversation itself, by the cues of ``cues/intents.txt``."""

from __future__ import annotations

from typing import Final

from bot.domain.terms import Intent
from bot.nlu.lexicon import Found

#: Points from which an intent is taken as stated; hints of 1 never suffice alone.
_STATED: Final = 2.0


def intents_of(found: Found) -> tuple[Intent, ...]:
    """The intents of one message, in the fixed order of :class:`Intent`."""
    stated = [intent for intent in Intent if found.score(intent.value) >= _STATED]
    if Intent.REFUSE in stated and Intent.CONFIRM in stated:
        # 好的,不用了 consents to nothing that is to be done; the refusal is the safer reading.
        stated.remove(Intent.CONFIRM)
    return tuple(stated)
