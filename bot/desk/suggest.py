"""The use case *suggest*: from a customer's message to ranked scripted replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from bot.desk.house import House
from bot.desk.ranking import FIRST_SIGHT, Suggestion, rank
from bot.desk.shelf import Shelf
from bot.desk.situation import Match, Situation
from bot.desk.tone import tone_of
from bot.desk.wording import event_of
from bot.domain.conversation import Conversation
from bot.domain.escalation import escalations
from bot.domain.events import CustomerSaid
from bot.domain.ticket import Ticket
from bot.nlu.reader import Reader
from bot.nlu.reading import Reading
from embeddings.hybrid import Hit, Query
from kb.snapshot import Snapshot
from kb.solutions import Solution
from kb.terms import FIELD_NAMES

#: Entries looked at in each index.
_SOLUTIONS: Final = 5
_LINES: Final = 28
#: Fields whose words say nothing of the problem.
_NOT_SUBJECT: Final = frozenset(
    {
        "order_no",
        "phone",
        "email",
        "account",
        "customer_name",
        "deadline",
        "address",
        "contact_time",
    }
)
#: A message shorter than this that finds nothing is looked up together with what was said before.
_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be told of a message without its conversation; another process may work it out.

    ``version`` is what was served: (number, fingerprint of the encoder). ``hits`` are the solutions
    found for what the message is about, ``lines`` the lines of the phrase library.
    """

    text: str
    version: tuple[int, str]
    reading: Reading
    query: Query
    hits: tuple[Hit, ...]
    lines: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A customer's message as it was read and matched, and the event it becomes."""

    snapshot: Snapshot
    reading: Reading
    match: Match
    lines: tuple[Hit, ...]
    event: CustomerSaid


def heard(before: Ticket, event: CustomerSaid) -> Ticket:
    """The ticket after a message and the escalations it fires."""
    after = before.apply(event)
    return reduce(Ticket.apply, escalations(after, event), after)


class Suggester:
    """Reads, matches, decides and ranks, over whatever snapshot is being served.

    Args:
        served: gives the snapshot to use for one message; it is asked once a message.
        house: the desk's own settings.
        preferences: line id -> how much the agents prefer it, -1 to 1 (or what gives that, asked
            once a message); None where nothing was learned.

    """

    def __init__(
        self,
        served: Callable[[], Snapshot],
        house: House,
        preferences: Mapping[str, float] | Callable[[], Mapping[str, float] | None] | None = None,
    ) -> None:
        self._served = served
        self._house = house
        self._preferences = preferences
        self._tools: tuple[Snapshot, Shelf, Reader] | None = None

    def prepare(self, text: str, at: dt.datetime) -> Prepared:
        """Read a message and search for it; ``at`` is when it was written, with zone."""
        snapshot, _, reader = self._tools_for(self._served())
        reading = reader.read(text, at)
        query = snapshot.prepare(text)
        subject = _subject(reading)
        asked = query if subject == text else snapshot.prepare(subject)
        hits = tuple(snapshot.solutions.search(asked, _SOLUTIONS))
        lines = tuple(snapshot.lines.search(query, _LINES))
        return Prepared(text, _version(snapshot), reading, query, hits, lines)

    def understand(
        self,
        text: str,
        before: Conversation,
        at: dt.datetime,
        prepared: Prepared | None = None,
        *,
        attachments: tuple[str, ...] = (),
        message: str = "",
    ) -> Understood:
        """Read one customer message and look it up.

        Args:
            text: the customer's words.
            before: the conversation so far.
            at: when it was written, with zone.
            prepared: what :meth:`prepare` made of it, if that was done; passed over where it is of
                another text or of something else than is served now.
            attachments: names by which the channel can fetch what came with it.
            message: the channel's own id of it.

        """
        snapshot = self._served()
        if prepared is None or (prepared.text, prepared.version) != (text, _version(snapshot)):
            prepared = self.prepare(text, at)
        reading = prepared.reading
        match = self._match(snapshot, prepared, before)
        earlier = snapshot.solution_of.get(before.solution or "")
        event = event_of(reading, match, before, at, earlier)
        if attachments or message:
            seen = event.evidence or bool(attachments)
            event = replace(event, attachments=attachments, message=message, evidence=seen)
        return Understood(snapshot, reading, match, prepared.lines, event)

    def suggest(
        self, text: str, before: Ticket, at: dt.datetime, top: int = FIRST_SIGHT
    ) -> tuple[Ticket, tuple[Suggestion, ...]]:
        """The ticket after a message and the suggestions, with the rules as they ship."""
        understood = self.understand(text, before.talk, at)
        after = heard(before, understood.event)
        return after, self.propose(understood, before, after, top)

    def situation(self, understood: Understood, before: Ticket, after: Ticket) -> Situation:
        """A message in its conversation; ``after`` has it and what it fired folded in."""
        now, match = after.talk, understood.match
        return Situation(
            at=understood.event.at,
            reading=understood.reading,
            before=before.talk,
            now=now,
            match=match,
            fired=frozenset(c.fired.rule for c in after.calls[len(before.calls) :]),
            missing=_missing(now, match.solution),
            tone=tone_of(now.said, self._house.tone),
            locked=after.locked,
        )

    def propose(
        self, understood: Understood, before: Ticket, after: Ticket, top: int = FIRST_SIGHT
    ) -> tuple[Suggestion, ...]:
        """The best ``top`` suggestions after a message, best first."""
        snapshot, shelf, _ = self._tools_for(understood.snapshot)
        situation = self.situation(understood, before, after)
        liked = self._preferences() if callable(self._preferences) else self._preferences
        return tuple(rank(situation, snapshot, shelf, self._house, understood.lines, top, liked))

    def read(self, text: str, at: dt.datetime | None = None) -> Reading:
        """Read one message without matching it."""
        return self._tools_for(self._served())[2].read(text, at)

    def solution(self, solution_id: str) -> Solution | None:
        """A solution that is served now."""
        return self._served().solution_of.get(solution_id)

    def solution_of(self, conversation: Conversation) -> Solution | None:
        """The solution under discussion, where it is of the conversation's class."""
        solution = self._served().solution_of.get(conversation.solution or "")
        return solution if solution and solution.category is conversation.category else None

    def title_of(self, conversation: Conversation) -> str:
        """The title of the solution under discussion, or ""."""
        solution = self.solution_of(conversation)
        return solution.title if solution else ""

    def _tools_for(self, snapshot: Snapshot) -> tuple[Snapshot, Shelf, Reader]:
        tools = self._tools
        if tools is None or tools[0] is not snapshot:
            tools = (snapshot, Shelf(snapshot), Reader(snapshot.library.lexicon.products))
            self._tools = tools
        return tools

    def _match(self, snapshot: Snapshot, prepared: Prepared, before: Conversation) -> Match:
        """The solutions that fit; a short follow-up is understood by what was said before."""
        reading, hits = prepared.reading, prepared.hits
        suggest_from = snapshot.solutions.calibration.suggest
        best = hits[0] if hits and hits[0].probability >= suggest_from else None
        if best and (reading.has_need or best.probability >= snapshot.solutions.calibration.answer):
            return Match(hits, snapshot.solution_of[best.id], best.probability)
        if before.solution and before.solution in snapshot.solution_of:
            probability = max(suggest_from, _probability_of(hits, before.solution))
            return Match(hits, snapshot.solution_of[before.solution], probability, carried=True)
        if reading.has_need and before.said and len(reading.text) < _SHORT:
            joined = f"{before.said[-1]} {reading.text}"
            together = snapshot.solutions.search(snapshot.prepare(joined), _SOLUTIONS)
            if together and together[0].probability >= suggest_from:
                first = together[0]
                return Match(tuple(together), snapshot.solution_of[first.id], first.probability)
        return Match(hits, None, hits[0].probability if hits else 0.0)


def _version(snapshot: Snapshot) -> tuple[int, str]:
    return snapshot.version, snapshot.encoder.fingerprint


def _subject(reading: Reading) -> str:
    """The message without what tells whose case it is and by when, not which problem."""
    text = reading.text
    spans = sorted(
        ((f.start, f.end) for code, f in reading.fields.items() if code in _NOT_SUBJECT),
        reverse=True,
    )
    for start, end in spans:
        text = f"{text[:start]} {text[end:]}"
    return text if text.strip() else reading.text


def _probability_of(hits: Sequence[Hit], solution_id: str) -> float:
    return next((h.probability for h in hits if h.id == solution_id), 0.0)


def _missing(now: Conversation, solution: Solution | None) -> tuple[str, ...]:
    """Fields that the matched solution needs and nobody has given, in its order."""
    if solution is None:
        return ()
    return tuple(n for n in solution.needs if n in FIELD_NAMES and n not in now.fields)
