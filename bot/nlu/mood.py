"""The mood of one message, by weighed cues (``cues/mood.txt``) and its punctuation.

Convention of the desk: *angry* is blame, complaint, insult, threat or sarcasm; *anxious* is
hurried, worried or urging again and again; a polite question stays *calm* even about a fault.
"""

from __future__ import annotations

import re
from typing import Final

from bot.domain.terms import Emotion
from bot.nlu.lexicon import Found

#: Points from which a mood is taken as shown: one plain cue (3) or two hints.
_SHOWN: Final = 3.0
#: The same one to six characters three times running: 在吗在吗在吗, 快快快.
_REPEATED: Final = re.compile(r"([^\W\d_]{1,6}?)[,.!? ]?\1[,.!? ]?\1")
#: Repetitions that are laughter, assent or thanks rather than pressing.
_HARMLESS: Final = frozenset("哈嗯好谢嘿呵啊哦对行是呜www")
_LOUD: Final = re.compile(r"[!?]{2}")


def mood_of(folded: str, found: Found) -> Emotion:
    """Judge the mood of one folded message from the cues found in it."""
    angry, anxious = found.score("mood.angry"), found.score("mood.anxious")
    if found.has("threat"):
        angry += _SHOWN
    if _LOUD.search(folded):
        angry += 1.0 if angry > 0 else 0.0
        anxious += 1.0
    repeated = _REPEATED.search(folded)
    if repeated is not None and repeated[1][0] not in _HARMLESS:
        anxious += 2.0
    if angry >= _SHOWN:
        return Emotion.ANGRY
    return Emotion.ANXIOUS if anxious >= _SHOWN else Emotion.CALM
