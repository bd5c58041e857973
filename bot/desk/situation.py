"""Everything the choice of a reply looks at, gathered once for each message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.terms import Emotion, Intent, Rule
from bot.nlu.reading import Reading
from embeddings.hybrid import Hit
from kb.solutions import Solution
from prompts.terms import Kind, Tone


@dataclass(frozen=True, slots=True)
class Match:
    """What the knowledge base found for the message (and, if that was little, its context)."""

    hits: tuple[Hit, ...]
    solution: Solution | None
    probability: float
    carried: bool = False
    """True when the solution is the one under discussion, not found by this message."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A customer's message in its conversation. ``before`` is the state before it, ``now`` after."""

    at: dt.datetime
    reading: Reading
    before: Conversation
    now: Conversation
    match: Match
    fired: frozenset[Rule]
    missing: tuple[str, ...]
    tone: Tone
    locked: bool = False
    """Whether the remedy under discussion waits for consent, so that it may not be promised."""

    @property
    def upset(self) -> bool:
        """Whether feelings come before business."""
        return self.reading.emotion is not Emotion.CALM

    @property
    def angry(self) -> bool:
        """Whether the customer is angry."""
        return self.reading.emotion is Emotion.ANGRY

    def has(self, *intents: Intent) -> bool:
        """Whether the message shows one of these intents."""
        return any(i in self.reading.intents for i in intents)

    @property
    def verify_first(self) -> bool:
        """Whether the matched solution may only be told once the customer's identity is checked."""
        solution = self.match.solution
        return solution is not None and solution.identity_first and not self.now.verified

    @property
    def gave_information(self) -> bool:
        """Whether the message brings something that helps to look the case up."""
        helpful = {"order_no", "phone", "account", "customer_name", "fault_code", "address"}
        return bool(helpful & set(self.reading.fields))

    @property
    def answers_us(self) -> bool:
        """Whether our last line asked for something."""
        return Kind.ASK_INFO in self.before.last_done
