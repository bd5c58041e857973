"""A desk for tests: everything real but the reading and finding, which follow from cues in the text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from bot.desk.account_ports import OfficeStore
from bot.desk.desk import Desk
from bot.desk.house import House
from bot.desk.ranking import FIRST_SIGHT, Band, Suggestion
from bot.desk.roster import Agent, Roster
from bot.desk.suggest import Prepared, Suggester, Understood
from bot.domain.policy import Policy
from bot.domain.terms import Emotion, Intent
from bot.domain.ticket import Ticket
from bot.nlu.reading import FieldValue, Reading
from bot.quality import Checker
from embeddings.hybrid import Hit
from kb.snapshot import Snapshot, build
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind, Tone
from tests.fakes.encoder import NgramEncoder
from tests.fakes.library import TOPICS, small_library, solution

#: The topic whose customers must prove who they are first.
GUARDED: Final = 3


@dataclass(frozen=True, slots=True)
class _Cue:
    """What a word in a message says of it."""

    need: bool = False
    category: Category = Category.UNKNOWN
    contact: ContactType | None = None
    priority: Priority = Priority.P4
    emotion: Emotion = Emotion.CALM
    intent: Intent | None = None
    wish: str = ""


_CUES: Final = {
    "坏了": _Cue(True, Category.PRODUCT_QUALITY, ContactType.FAULT, Priority.P2),
    "漏电": _Cue(True, Category.PRODUCT_QUALITY, None, Priority.P1, intent=Intent.SAFETY),
    "停电": _Cue(True, Category.PRODUCT_QUALITY, ContactType.FAULT, Priority.P1),
    "没到": _Cue(True, Category.ORDER_LOGISTICS, ContactType.AFTERSALE, Priority.P3),
    "态度": _Cue(True, Category.SERVICE_EXPERIENCE, ContactType.COMPLAINT, Priority.P2),
    "怎么办": _Cue(True, Category.PRODUCT_FUNCTION, ContactType.CONSULT, Priority.P3),
    "生气": _Cue(emotion=Emotion.ANGRY),
    "急": _Cue(emotion=Emotion.ANXIOUS),
    "曝光": _Cue(contact=ContactType.COMPLAINT, emotion=Emotion.ANGRY, intent=Intent.THREAT),
    "人工": _Cue(intent=Intent.WANTS_HUMAN),
    "主管": _Cue(intent=Intent.WANTS_HUMAN),
    "谢谢": _Cue(intent=Intent.THANKS),
    "再见": _Cue(intent=Intent.GOODBYE),
    "你好": _Cue(intent=Intent.GREETING),
    "好的": _Cue(intent=Intent.CONFIRM),
    "不行": _Cue(intent=Intent.REFUSE),
    "快点": _Cue(intent=Intent.URGE),
    "要赔": _Cue(True, wish="赔偿"),
}
_FIELDS: Final = {
    "phone": re.compile(r"1\d{10}"),
    "order_no": re.compile(r"ORD\d+"),
    "customer_name": re.compile(r"(?<=我姓)\w"),
}
_SURE: Final = 0.95
_UNSURE: Final = 0.6


class CueSuggester(Suggester):
    """Reads a message by the words of ``_CUES`` and finds the topic it names; the rest is real.

    A message that names a topic of :data:`tests.fakes.library.TOPICS` matches its solution surely;
    two of them, the first somewhat. Even topics are safe for the bot.
    """

    def __init__(self, house: House) -> None:
        snapshot = small_snapshot()
        super().__init__(lambda: snapshot, house)
        self._snapshot = snapshot
        self._query = snapshot.prepare("话")

    def prepare(self, text: str, at: dt.datetime) -> Prepared:
        """See :meth:`Suggester.prepare`."""
        topics = [i for i, topic in enumerate(TOPICS) if topic in text]
        probability = _SURE if len(topics) == 1 else _UNSURE
        hits = tuple(_hit(f"s-{i:03d}", TOPICS[i], probability) for i in topics)
        version = (self._snapshot.version, self._snapshot.encoder.fingerprint)
        return Prepared(text, version, reading_of(text), self._query, hits, ())

    def propose(
        self, understood: Understood, before: Ticket, after: Ticket, top: int = FIRST_SIGHT
    ) -> tuple[Suggestion, ...]:
        """The script of the solution found, then a line of the library."""
        found = understood.match.solution
        shown: list[Suggestion] = []
        if found is not None:
            band = Band.ANSWER if understood.match.probability >= _SURE else Band.SUGGEST
            for one in found.script:
                shown.append(_suggestion(len(shown), one.id, f"kb:{found.id}", one.text, band))
        for one in self._snapshot.library.lines:
            source = f"prompts:{one.id}"
            shown.append(_suggestion(len(shown), one.id, source, one.text, Band.SUGGEST, one.kind))
        return tuple(shown[:top])


@cache
def small_snapshot() -> Snapshot:
    """Ten solutions and five lines, indexed once."""
    solutions = tuple(
        solution(i, topic, bot_safe=i % 2 == 0, identity_first=i == GUARDED)
        for i, topic in enumerate(TOPICS)
    )
    return build(replace(small_library(), solutions=solutions), NgramEncoder(), 1)[0]


def reading_of(text: str) -> Reading:
    """A message as its cues read."""
    cues = [cue for word, cue in _CUES.items() if word in text]
    topics = [t for t in TOPICS if t in text]
    fields = {
        code: FieldValue(found[0], *found.span())
        for code, pattern in _FIELDS.items()
        if (found := pattern.search(text))
    }
    need = bool(topics) or any(c.need for c in cues)
    if need:
        fields["problem"] = FieldValue(text, 0, len(text))
    if wish := next((c.wish for c in cues if c.wish), ""):
        fields["expectation"] = FieldValue(wish, text.index("赔"), text.index("赔") + 1)
    priority = min((c.priority for c in cues), default=Priority.P4)
    return Reading(
        text=text,
        emotion=max((c.emotion for c in cues), key=list(Emotion).index, default=Emotion.CALM),
        intents=tuple(c.intent for c in cues if c.intent),
        category=next(
            (c.category for c in cues if c.category is not Category.UNKNOWN), _class(topics)
        ),
        contact_type=next((c.contact for c in cues if c.contact), ContactType.CONSULT),
        priority=priority,
        priority_reason="线索" if priority < Priority.P4 else "",
        fields=fields,
        has_need=need,
    )


def fake_desk(
    store: OfficeStore,
    *,
    policy: Policy | None = None,
    house: House | None = None,
    agents: tuple[Agent, ...] = (),
    speaks: bool = True,
) -> Desk:
    """A desk over a store, with the fake suggester and the shipped quality rules."""
    house = house or House()
    return Desk(
        store,
        CueSuggester(house),
        Checker.shipped(),
        house,
        policy or Policy(),
        Roster(agents),
        speaks=speaks,
    )


def _class(topics: list[str]) -> Category:
    return Category.PAYMENT_AFTERSALE_PROCESS if topics else Category.UNKNOWN


def _hit(solution_id: str, wording: str, probability: float) -> Hit:
    return Hit(solution_id, wording, probability, probability, 0.0, 0.0, 0.0, 0.0, (None,) * 3)


def _suggestion(
    place: int, line_id: str, source: str, text: str, band: Band, kind: Kind = Kind.ANSWER
) -> Suggestion:
    score = 0.9 - place / 10
    return Suggestion(place + 1, line_id, source, kind, text, (), score, band, "", "", Tone.FORMAL)
