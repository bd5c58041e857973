"""What is judged of a message as a whole: mood, class and intents; and how the cues judge it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.terms import Emotion, Intent
from bot.nlu.category import category_of
from bot.nlu.intents import intents_of
from bot.nlu.lexicon import Found
from bot.nlu.mood import mood_of
from bot.nlu.need import asks_something, states_something
from kb.terms import Category


@dataclass(frozen=True, slots=True)
class Judgement:
    """Mood, class and intents of one message; ``intents`` in the order of :class:`Intent`."""

    emotion: Emotion
    category: Category
    intents: tuple[Intent, ...]


def judged_by_cues(folded: str, once: str, found: Found, filled: int) -> Judgement:
    """Judge a message by its cues alone.

    Args:
        folded: the folded message.
        once: the same without a whole repetition, which ``found`` was scanned from.
        found: the cues found in ``once``.
        filled: characters taken by names, numbers and other field values.

    """
    intents = intents_of(found)
    emotion = mood_of(folded, found)
    category = category_of(
        found,
        asks=asks_something(once, intents, found),
        states=states_something(once, intents, found, filled),
        upset=emotion is Emotion.ANGRY,
    )
    return Judgement(emotion, settled(category, intents), intents)


def settled(category: Category, intents: tuple[Intent, ...]) -> Category:
    """The class where the intents have a say: an accident is a need, whatever words it lacks."""
    if category is Category.UNKNOWN and Intent.SAFETY in intents:
        return Category.PRODUCT_QUALITY
    return category
