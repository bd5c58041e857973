"""The state of a conversation as a fold over its events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from types import MappingProxyType
from typing import Final

from bot.domain.events import (
    AgentSaid,
    BotSaid,
    Classified,
    CustomerSaid,
    Escalated,
    Event,
    FieldCorrected,
    IdentityVerified,
    Offered,
    Opened,
    Promise,
    Reopened,
    Value,
)
from bot.domain.likeness import alike
from bot.domain.stages import after_agent, after_customer
from bot.domain.terms import Act, Emotion, Intent, Level, Rule, Stage
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: ``by`` is "customer", "record" or a person's number."""

    by: str
    at: dt.datetime
    corrected: bool = False


#: Fields whose first value stands until the customer corrects it; of the others the latest counts.
FIRST_COUNTS: Final = frozenset({"problem", "product", "happened_at", "happened_on", "amount"})
_NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})
_NO_SOURCES: Final[Mapping[str, Source]] = MappingProxyType({})
#: A message that only says one of these waits for no reply.
_CONTENT: Final = frozenset({Intent.THANKS, Intent.GOODBYE, Intent.CONFIRM})


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known after some events. ``Conversation()`` is one in which nothing happened yet."""

    stage: Stage = Stage.GREETING
    emotion: Emotion = Emotion.CALM
    category: Category = Category.UNKNOWN
    contact_type: ContactType = ContactType.CONSULT
    priority: Priority = Priority.P4
    priority_reason: str = ""
    fields: Mapping[str, Value] = field(default_factory=lambda: _NOTHING)
    sources: Mapping[str, Source] = field(default_factory=lambda: _NO_SOURCES)
    fixed: frozenset[str] = frozenset()
    """What a person set: field codes, ``category``, ``contact_type``, ``priority``."""
    verified: bool = False
    """Whether the customer's identity was checked."""
    visit: int = 1
    solution: str | None = None
    agent: str = ""
    customer_lines: int = 0
    agent_lines: int = 0
    said: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    done: frozenset[Kind] = frozenset()
    last_done: frozenset[Kind] = frozenset()
    kinds_said: tuple[frozenset[Kind], ...] = ()
    """What each of our lines did, oldest first."""
    unanswered: tuple[str, ...] = ()
    """The customer's lines since our last one."""
    last_turn: tuple[str, ...] = ()
    """Our lines between the customer's last two turns (or since his last)."""
    waiting_since: dt.datetime | None = None
    need_since: dt.datetime | None = None
    first_reply_at: dt.datetime | None = None
    last_at: dt.datetime | None = None
    angry_in_row: int = 0
    misses_in_row: int = 0
    asked_alike: int = 0
    refusals: int = 0
    answered: bool = False
    fired: tuple[Escalated, ...] = ()
    promises: tuple[Promise, ...] = ()
    choices: tuple[str, ...] = ()
    """Titles the bot offered last, until something else is said."""

    @property
    def has_need(self) -> bool:
        """Whether the customer has stated a need."""
        return self.need_since is not None

    @property
    def is_new(self) -> bool:
        """Whether nobody from the desk has written yet."""
        return not self.agent_lines

    @property
    def level(self) -> Level | None:
        """The highest level the conversation was escalated to."""
        order = list(Level)
        levels = [e.level for e in self.fired if e.level is not Level.DEPARTMENT]
        return max(levels, key=order.index, default=None)

    def has_fired(self, *rules: Rule) -> bool:
        """Whether one of the rules has fired."""
        return any(e.rule in rules for e in self.fired)

    def apply(self, event: Event) -> Conversation:
        """The state after one more event."""
        if isinstance(event, CustomerSaid):
            return self._customer(event)
        if isinstance(event, AgentSaid):
            return self._agent(event)
        if isinstance(event, BotSaid):
            return self._bot(event)
        if isinstance(event, Escalated):
            return replace(self, fired=(*self.fired, event))
        if isinstance(event, Offered):
            return replace(self, used=self.used | frozenset(event.lines))
        return self._recorded(event)

    def _recorded(self, event: Event) -> Conversation:
        """What people set by hand, and how tickets begin."""
        if isinstance(event, Opened):
            sources = {code: Source("record", event.at) for code, _ in event.known}
            return replace(self, fields=dict(event.known), sources=sources, visit=event.visit)
        if isinstance(event, FieldCorrected):
            return self._corrected(event)
        if isinstance(event, Classified):
            return self._classified(event)
        if isinstance(event, IdentityVerified):
            return replace(self, verified=event.passed)
        if isinstance(event, Reopened):
            return self._reopened(event)
        return self

    def _customer(self, event: CustomerSaid) -> Conversation:
        angry = event.emotion is Emotion.ANGRY
        missed = event.has_need and not event.answerable and self.is_new
        asked = self.asked_alike
        if event.has_need:
            repeats = sum(alike(event.text, earlier) for earlier in self.said)
            asked = repeats + 1
        refused = Intent.REFUSE in event.intents and Kind.CONFIRM in self.done
        category, contact = self._class_after(event)
        priority, reason = self.priority, self.priority_reason
        # "P1" sorts before "P2"; a priority never falls by itself
        if event.priority < priority and "priority" not in self.fixed:
            priority, reason = event.priority, event.priority_reason
        fields, sources = self._fields_after(event)
        content = bool(event.intents) and event.intents <= _CONTENT
        waits = event.has_need or not (content or event.nothing_more)
        return replace(
            self,
            stage=after_customer(self.stage, event, self.last_done, answered=self.answered),
            emotion=event.emotion,
            category=category,
            contact_type=contact,
            priority=priority,
            priority_reason=reason,
            fields=fields,
            sources=sources,
            solution=event.solution or self.solution,
            customer_lines=self.customer_lines + 1,
            said=(*self.said, event.text),
            unanswered=(*self.unanswered, event.text),
            waiting_since=self.waiting_since or (event.at if waits else None),
            need_since=self.need_since or (event.at if event.has_need else None),
            last_at=event.at,
            angry_in_row=self.angry_in_row + 1 if angry else 0,
            misses_in_row=self.misses_in_row + 1 if missed else 0,
            asked_alike=asked,
            refusals=self.refusals + refused,
        )

    def _agent(self, event: AgentSaid) -> Conversation:
        # what was given to another department is waited for, however the line puts it
        waits = Act.TRANSFERRED in event.acts and Act.RESULT not in event.acts
        did = event.kinds | {Kind.ESCALATION} if waits else event.kinds
        return replace(
            self,
            stage=after_agent(self.stage, did),
            agent=event.agent or self.agent,
            agent_lines=self.agent_lines + 1,
            sent=(*self.sent, event.text),
            done=self.done | event.kinds,
            last_done=event.kinds,
            kinds_said=(*self.kinds_said, event.kinds),
            unanswered=(),
            last_turn=(event.text,) if self.unanswered else (*self.last_turn, event.text),
            waiting_since=None,
            first_reply_at=self.first_reply_at or event.at,
            last_at=event.at,
            misses_in_row=0,
            answered=self.answered
            or bool(event.kinds & {Kind.ANSWER, Kind.PROMISE})
            or Act.RESULT in event.acts,
            promises=(*self.promises, *event.promises),
        )

    def _bot(self, event: BotSaid) -> Conversation:
        """A line of the bot: it is no agent's line, so the conversation stays new to people."""
        return replace(
            self,
            sent=(*self.sent, event.text),
            unanswered=(),
            waiting_since=event.waits_since,
            last_at=event.at,
            answered=self.answered or Kind.ANSWER in event.kinds,
            choices=event.choices,
        )

    def _class_after(self, event: CustomerSaid) -> tuple[Category, ContactType]:
        category, contact = self.category, self.contact_type
        if event.has_need and event.category is not Category.UNKNOWN:
            if category is Category.UNKNOWN or _outweighs(event, self):
                category, contact = event.category, event.contact_type
            elif event.contact_type is ContactType.COMPLAINT and _complains(event):
                contact = event.contact_type
        return (
            self.category if "category" in self.fixed else category,
            self.contact_type if "contact_type" in self.fixed else contact,
        )

    def _fields_after(
        self, event: CustomerSaid
    ) -> tuple[Mapping[str, Value], Mapping[str, Source]]:
        """A person's value stands for good; a customer's correction beats what he said before."""
        fields, sources = dict(self.fields), dict(self.sources)
        for code, value in event.fields.items():
            corrects = code in event.corrections
            stands = code in FIRST_COUNTS and code in fields and not corrects
            if code not in self.fixed and not stands:
                fields[code] = value
                sources[code] = Source("customer", event.at, corrects)
        return fields, sources

    def _corrected(self, event: FieldCorrected) -> Conversation:
        fields = {k: v for k, v in self.fields.items() if k != event.code}
        if event.value is not None:
            fields[event.code] = event.value
        sources = {**self.sources, event.code: Source(event.by, event.at, corrected=True)}
        return replace(self, fields=fields, sources=sources, fixed=self.fixed | {event.code})

    def _classified(self, event: Classified) -> Conversation:
        given = {
            name
            for name in ("category", "contact_type", "priority")
            if getattr(event, name) is not None
        }
        return replace(
            self,
            category=event.category or self.category,
            contact_type=event.contact_type or self.contact_type,
            priority=event.priority or self.priority,
            priority_reason=event.reason if event.priority else self.priority_reason,
            fixed=self.fixed | given,
        )

    def _reopened(self, event: Reopened) -> Conversation:
        return replace(
            self,
            stage=Stage.UNDERSTANDING,
            need_since=event.at if self.need_since else None,
            first_reply_at=None,
            answered=False,
            angry_in_row=0,
            misses_in_row=0,
            asked_alike=0,
            refusals=0,
            fired=(),
            done=self.done - {Kind.CLOSING, Kind.SURVEY},
        )


def fold(events: Iterable[Event]) -> Conversation:
    """The state after all events, from the beginning."""
    return reduce(Conversation.apply, events, Conversation())


def _complains(event: CustomerSaid) -> bool:
    """A calm line in the middle of a talk that reads like feedback makes no complaint of it."""
    return event.emotion is not Emotion.CALM or Intent.THREAT in event.intents


def _outweighs(event: CustomerSaid, known: Conversation) -> bool:
    """Of several problems the most important one sets the class."""
    feedback = event.contact_type is ContactType.COMPLAINT and not _complains(event)
    return event.priority < known.priority and not feedback
