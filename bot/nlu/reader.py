"""The reader: one pass over one message gives one :class:`~bot.nlu.reading.Reading`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot.nlu.classifier import Classifier
from bot.nlu.classifier import shipped as shipped_classifier
from bot.nlu.combine import combined
from bot.nlu.contact import contact_type_of, priority_of
from bot.nlu.features import Evidence
from bot.nlu.fields.extract import extract
from bot.nlu.fields.products import Products
from bot.nlu.fields.value import FieldValue, Message
from bot.nlu.fold import fold
from bot.nlu.judgement import Judgement, judged_by_cues
from bot.nlu.lexicon import shipped as shipped_lexicon
from bot.nlu.reading import Reading
from kb.terms import Category

#: Fields whose words tell of the trouble itself.
_TOLD: Final = frozenset({"cause", "tried"})
_DIGIT: Final = re.compile(r"[0-9]")
#: Fields whose values state no need by themselves.
_WHO_AND_WHERE: Final = frozenset(
    {"customer_name", "phone", "email", "account", "order_no", "address", "contact_time"}
)
_WHOLE_REPEATED: Final = re.compile(r"^([^\W\d_]{2,6}?)[,.!~ ]?(?:\1[,.!~ ]?){1,4}\W*$")


class Reader:
    """Reads customer messages. Stateless after construction, so one serves all threads.

    ``products`` are the product names of the knowledge base's lexicon; with ``cues_only`` the
    trained classifier is left aside.

    Raises:
        ModelUnavailable: the classifier's file is missing or damaged.

    """

    def __init__(self, products: Iterable[str], *, cues_only: bool = False) -> None:
        self._products = Products(products)
        self._lexicon = shipped_lexicon()
        self._classifier: Classifier | None = None if cues_only else shipped_classifier()

    def read(self, text: str, at: datetime | None = None) -> Reading:
        """Read one message; ``at`` is when it was sent (now, when not given).

        Never raises on any text; time is linear in its length.
        """
        evidence, fields = self._look(text, at)
        judged, found = self._judge(evidence), evidence.found
        has_need = judged.category is not Category.UNKNOWN
        if has_need:
            fields = {**fields, "problem": _problem(text)}
        wish, sum_ = fields.get("expectation"), fields.get("amount")
        contact_type = contact_type_of(
            judged.category, judged.intents, found, str(wish.value) if wish is not None else ""
        )
        priority, reason = priority_of(
            judged.category,
            judged.intents,
            found,
            judged.emotion,
            float(sum_.value) if sum_ is not None else 0.0,
        )
        return Reading(
            text=text,
            emotion=judged.emotion,
            intents=judged.intents,
            category=judged.category,
            contact_type=contact_type,
            priority=priority,
            priority_reason=reason,
            fields=dict(fields),
            has_need=has_need,
        )

    def evidence(self, text: str) -> Evidence:
        """What the cues alone make of a message: what the classifier is trained on."""
        return self._look(text, None)[0]

    def _look(self, text: str, at: datetime | None) -> tuple[Evidence, Mapping[str, FieldValue]]:
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
        filled = sum(v.end - v.start for code, v in fields.items() if code not in _TOLD)
        judgement = judged_by_cues(folded, once, found, filled)
        given = tuple((v.start, v.end) for code, v in fields.items() if code in _WHO_AND_WHERE)
        return Evidence(text, folded, found, judgement, given), fields

    def _judge(self, evidence: Evidence) -> Judgement:
        if self._classifier is None:
            return evidence.judgement
        opinion = self._classifier.opinion(evidence)
        return combined(evidence, opinion, self._classifier.bounds)


def _said_once(folded: str) -> str:
    """没有了没有了 as 没有了: a whole message said twice or more means what it means once."""
    repeated = _WHOLE_REPEATED.match(folded)
    return repeated[1] if repeated else folded


def _problem(text: str) -> FieldValue:
    """The customer's words: the whole message without the blanks around it."""
    stripped = text.strip()
    start = text.index(stripped)
    return FieldValue(stripped, start, start + len(stripped))
