"""The reader: one pass over one message gives one :class:`~bot.nlu.reading.Reading`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.terms import Emotion, Intent
from bot.nlu.category import category_of
from bot.nlu.contact import contact_type_of, priority_of
from bot.nlu.fields.extract import extract
from bot.nlu.fields.products import Products
from bot.nlu.fields.value import FieldValue, Message
from bot.nlu.fold import fold
from bot.nlu.intents import intents_of
from bot.nlu.lexicon import shipped
from bot.nlu.mood import mood_of
from bot.nlu.need import asks_something, states_something
from bot.nlu.reading import Reading
from kb.terms import Category

_DIGIT: Final = re.compile(r"[0-9]")
_WHOLE_REPEATED: Final = re.compile(r"^([^\W\d_]{2,6}?)[,.!~ ]?(?:\1[,.!~ ]?){1,4}\W*$")


class Reader:
    """Reads customer messages. Stateless after construction, so one serves all threads.

    ``products`` are the product names of the knowledge base's lexicon.
    """

    def __init__(self, products: Iterable[str]) -> None:
        self._products = Products(products)
        self._lexicon = shipped()

    def read(self, text: str, at: datetime | None = None) -> Reading:
        """Read one message; ``at`` is when it was sent (now, when not given).

        Never raises on any text; time is linear in its length.
        """
        folded = fold(text)
        found = self._lexicon.read(folded)
        message = Message(
            text=text,
            folded=folded,
            found=found,
            at=datetime.now().astimezone() if at is None else at,
            has_digit=_DIGIT.search(folded) is not None,
        )
        fields = extract(message, self._products)
        once = _said_once(folded)
        if once != folded:
            found = self._lexicon.read(once)
        intents = intents_of(found)
        emotion = mood_of(folded, found)
        filled = sum(value.end - value.start for value in fields.values())
        category = category_of(
            found,
            asks=asks_something(found, intents),
            states=states_something(once, intents, found, filled),
            upset=emotion is Emotion.ANGRY,
        )
        if category is Category.UNKNOWN and Intent.SAFETY in intents:
            category = Category.PRODUCT_QUALITY  # an accident is a need, whatever words it lacks
        has_need = category is not Category.UNKNOWN
        if has_need:
            fields = MappingProxyType({**fields, "problem": _problem(text)})
        wish, sum_ = fields.get("expectation"), fields.get("amount")
        contact_type = contact_type_of(
            category, intents, found, str(wish.value) if wish is not None else ""
        )
        priority, reason = priority_of(
            category, intents, found, emotion, float(sum_.value) if sum_ is not None else 0.0
        )
        return Reading(
            text=text,
            emotion=emotion,
            intents=intents,
            category=category,
            contact_type=contact_type,
            priority=priority,
            priority_reason=reason,
            fields=fields,
            has_need=has_need,
        )


def _said_once(folded: str) -> str:
    """没有了没有了 as 没有了: a whole message said twice or more means what it means once."""
    repeated = _WHOLE_REPEATED.match(folded)
    return repeated[1] if repeated else folded


def _problem(text: str) -> FieldValue:
    """The customer's words: the whole message without the blanks around it."""
    stripped = text.strip()
    start = text.index(stripped)
    return FieldValue(stripped, start, start + len(stripped))
