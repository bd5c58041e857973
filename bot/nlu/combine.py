"""One judgement out of the cues' and the classifier's.

The classifier knows what the cues found, so it decides; what the cues state only moves the bound
from which an intent counts. Two things it may not do: drop a critical intent that the cues state
unless it is very sure (the bounds see to that), and find a need in mere courtesies or numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.domain.terms import Emotion, Intent
from bot.nlu.classifier import Bounds, Opinion
from bot.nlu.features import Evidence
from bot.nlu.judgement import Judgement, settled
from kb.terms import Category

#: How much more often calm people write to a desk than in the training messages, of which two in
#: five show another mood: each other mood's likelihood is divided by this (docs/reading.md).
_RARER: Final = {Emotion.CALM: 1.0, Emotion.ANXIOUS: 2.2, Emotion.ANGRY: 3.3}
#: What calls a supervisor wants more where no cue states it: calm lines in the middle of a talk
#: (我先等着你们) outnumber threats without a word of threat by far. On messages kept aside this
#: drops half of the false alarms and misses none.
_UNSTATED: Final = {Intent.THREAT: 0.6, Intent.SAFETY: 0.5}
#: Characters that add nothing to a courtesy: 好的呀 is still 好的.
_FILLERS: Final = frozenset("啊呀哦喔呢吧啦哈嘛噢哟咯呗滴哇嗷捏的了你您我们亲请就行那")
#: Characters that may stand beside a name or number to say what it is: 订单号是, 电话也换一个打这个.
_LABEL: Final = 9


def combined(evidence: Evidence, opinion: Opinion, bounds: Mapping[Intent, Bounds]) -> Judgement:
    """Judge by both; ``bounds`` say from which probability an intent counts."""
    intents = _intents(evidence.judgement.intents, opinion.intents, bounds)
    likely = opinion.categories
    likeliest = Category.UNKNOWN if _says_nothing(evidence) else max(likely, key=likely.__getitem__)
    return Judgement(_emotion(opinion.emotions), settled(likeliest, intents), intents)


def _emotion(likely: Mapping[Emotion, float]) -> Emotion:
    return max(likely, key=lambda emotion: likely[emotion] / _RARER[emotion])


def _intents(
    stated: tuple[Intent, ...],
    likely: Mapping[Intent, float],
    bounds: Mapping[Intent, Bounds],
) -> tuple[Intent, ...]:
    return tuple(
        intent
        for intent in Intent
        if likely[intent]
        >= (
            bounds[intent].keep
            if intent in stated
            else max(bounds[intent].add, _UNSTATED.get(intent, 0.0))
        )
    )


def _says_nothing(evidence: Evidence) -> bool:
    """Whether courtesies, names and numbers are all there is."""
    if evidence.judgement.category is not Category.UNKNOWN:
        return False
    spans = [
        *evidence.given,
        *(s for intent in evidence.judgement.intents for s in evidence.found.spans[intent.value]),
    ]
    left = sum(
        character.isalpha()
        and character not in _FILLERS
        and not any(start <= at < end for start, end in spans)
        for at, character in enumerate(evidence.folded)
    )
    return left <= (_LABEL if evidence.given else 0)
