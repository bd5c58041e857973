"""A conversation laid out for scoring: who said what in which situation, and who answered it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate, count

from bot.desk.scoring.standard import Standard, StandardOf
from bot.domain.events import AgentSaid, BotSaid, CustomerSaid, Event
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import Emotion, Intent
from bot.domain.ticket import Ticket
from prompts.terms import Kind

_MOODS = tuple(Emotion)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and the ticket right before and after it.

    ``seq`` is the event's number in the log, from 1; ``turn`` the line's among those of customer and
    agents, from 0 (None for a line of the bot); ``agent`` who wrote it, or who held the ticket.
    """

    seq: int
    turn: int | None
    event: CustomerSaid | AgentSaid | BotSaid
    before: Ticket
    after: Ticket

    @property
    def agent(self) -> str:
        """Who wrote it, "" where it was no agent or nobody is known."""
        return self.after.agent if isinstance(self.event, AgentSaid) else ""

    @property
    def text(self) -> str:
        """What was said."""
        return self.event.text

    @property
    def kinds(self) -> frozenset[Kind]:
        """What a line of ours did; nothing for the customer's."""
        return frozenset() if isinstance(self.event, CustomerSaid) else self.event.kinds


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the customer said in a row, and all our lines before he said more."""

    said: tuple[Line, ...]
    ours: tuple[Line, ...]

    @property
    def replies(self) -> tuple[Line, ...]:
        """The lines of people among ours."""
        return tuple(line for line in self.ours if isinstance(line.event, AgentSaid))

    @property
    def mood(self) -> Emotion:
        """The worst mood of the customer's lines; calm where he said nothing."""
        moods = [x.event.emotion for x in self.said if isinstance(x.event, CustomerSaid)]
        return max(moods, key=_MOODS.index, default=Emotion.CALM)

    @property
    def intents(self) -> frozenset[Intent]:
        """What the customer's lines do beside stating a need."""
        each = (x.event.intents for x in self.said if isinstance(x.event, CustomerSaid))
        return frozenset[Intent]().union(*each)

    @property
    def has_need(self) -> bool:
        """Whether the customer states a need."""
        return any(x.event.has_need for x in self.said if isinstance(x.event, CustomerSaid))

    @property
    def kinds(self) -> frozenset[Kind]:
        """What our lines do together."""
        return frozenset[Kind]().union(*(line.kinds for line in self.ours))


@dataclass(frozen=True, slots=True)
class Case:
    """All that the checks look at.

    Attributes:
        events: the ticket's log.
        ticket: as it stands after them.
        exchanges: in order; the first has nothing said where the desk wrote first.
        now: the moment of judging, with zone.
        note: the service note that counts, "" where there is none.
        policy: the desk's limits.
        matched: what was matched to the customer's messages.
        standard: the one of them that our lines follow, None where it cannot be told.
        states: the ticket after each event.

    """

    events: tuple[Event, ...]
    ticket: Ticket
    exchanges: tuple[Exchange, ...]
    now: dt.datetime
    note: str
    policy: Policy
    matched: tuple[Standard, ...]
    standard: Standard | None
    states: tuple[Ticket, ...]

    @property
    def end(self) -> int:
        """The number of the event that closed the ticket, else of its first one."""
        after = range(len(self.states), 0, -1)
        opened = next((seq for seq in after if not self.states[seq - 1].is_closed), 0)
        return opened + 1 if self.ticket.is_closed else 1

    @property
    def ended(self) -> bool:
        """Whether the conversation is over here; a merged one goes on elsewhere."""
        return self.ticket.is_closed and not self.ticket.merged_into

    @property
    def ours(self) -> tuple[Line, ...]:
        """All our lines, the bot's included."""
        return tuple(line for exchange in self.exchanges for line in exchange.ours)

    @property
    def replies(self) -> tuple[Line, ...]:
        """All lines of people of the desk."""
        return tuple(line for exchange in self.exchanges for line in exchange.replies)

    @property
    def scored(self) -> bool:
        """Whether there is anything to judge: a person took part, and the words are not erased."""
        return any(line.text for line in self.replies)


def case_of(
    events: Sequence[Event],
    now: dt.datetime,
    *,
    note: str = "",
    policy: Policy = STANDARD,
    standard_of: StandardOf = lambda _: None,
) -> Case:
    """A ticket's log laid out.

    Args:
        events: the log from its beginning.
        now: the moment of judging, with zone.
        note: the note that counts where nobody confirmed one.
        policy: the desk's limits.
        standard_of: solution id -> what it asks.

    """
    states = tuple(accumulate(events, Ticket.apply, initial=Ticket()))
    lines, ticket = _lines(events, states), states[-1]
    texts = [x.text for x in lines if not isinstance(x.event, CustomerSaid)]
    ids = dict.fromkeys(e.solution for e in events if isinstance(e, CustomerSaid) and e.solution)
    matched = tuple(found for one in ids if one and (found := standard_of(one)))
    closest = max(matched, key=lambda one: one.followed(texts), default=None)
    return Case(
        events=tuple(events),
        ticket=ticket,
        exchanges=tuple(_exchanges(lines)),
        now=now,
        note=ticket.note or note,
        policy=policy,
        matched=matched,
        standard=closest if closest and closest.followed(texts) else None,
        states=states[1:],
    )


def _lines(events: Sequence[Event], states: Sequence[Ticket]) -> list[Line]:
    turns = count()
    return [
        Line(seq, None if isinstance(event, BotSaid) else next(turns), event, before, after)
        for seq, (event, before, after) in enumerate(
            zip(events, states, states[1:], strict=False), 1
        )
        if isinstance(event, CustomerSaid | AgentSaid | BotSaid)
    ]


def _exchanges(lines: Sequence[Line]) -> list[Exchange]:
    return reduce(_with, lines, [])


def _with(known: list[Exchange], line: Line) -> list[Exchange]:
    customer = isinstance(line.event, CustomerSaid)
    last = known.pop() if known else Exchange((), ())
    if customer and last.ours:
        return [*known, last, Exchange((line,), ())]
    if customer:
        return [*known, Exchange((*last.said, line), ())]
    return [*known, Exchange(last.said, (*last.ours, line))]
