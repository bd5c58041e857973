"""What was read out of one customer message: one value, passed on and never recomputed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.terms import Emotion, Intent
from bot.nlu.fields.value import FieldValue
from kb.terms import Category, ContactType, Priority

__all__ = ["Emotion", "FieldValue", "Intent", "Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One message read once.

    ``priority`` and ``emotion`` are of this message alone; what a conversation adds up to is the
    ticket's business. ``fields`` maps field codes to values with their offsets in ``text`` (code
    points, end exclusive). ``has_need`` is false for a bare greeting, consent, thanks or number.
    """

    text: str
    emotion: Emotion
    intents: tuple[Intent, ...]
    category: Category
    contact_type: ContactType
    priority: Priority
    priority_reason: str
    fields: Mapping[str, FieldValue]
    has_need: bool
