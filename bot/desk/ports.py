"""What the desk needs of a store: one port, many engines, one contract test suite.

Every method is called from the desk's one writer thread. Changes made inside :meth:`Store.atomic`
are one transaction, durable when it ends; what follows from them (an acknowledgement to a channel, a
suggestion shown) comes after that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.desk.errors import DeskError
from bot.domain.events import Event


class Conflict(DeskError):  # noqa: N818 - named for what it is
    """Somebody else wrote to the ticket meanwhile: ``expected`` events were there, now ``found``."""

    def __init__(self, ticket: str, expected: int, found: int) -> None:
        super().__init__(f"工单 {ticket} 刚刚被其他人更新，请刷新后重试")
        self.ticket = ticket
        self.expected = expected
        self.found = found


class NoSuchCustomer(DeskError):  # noqa: N818
    """A customer's id that no store gave out."""

    def __init__(self, customer: str) -> None:
        super().__init__(f"没有编号为 {customer} 的客户，请检查客户编号")
        self.customer = customer


class NoSuchMessage(DeskError):  # noqa: N818
    """A key under which no message to a customer was queued."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有编号为 {key} 的待发消息，请刷新后重试")
        self.key = key


@dataclass(frozen=True, slots=True)
class Party:
    """A customer as a channel knows him; the same person on two channels is two parties."""

    channel: str
    bot: str
    external: str


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in the read table: figures and codes, nothing personal.

    ``open_promises``, ``waiting_since`` and ``due`` (the next clock that ends) are for lists and
    boards; ``satisfaction`` is the overall rating, 1 to 5.
    """

    id: str
    customer: str
    channel: str
    opened_at: dt.datetime
    updated_at: dt.datetime
    seq: int
    stage: str
    category: str
    contact_type: str
    priority: str
    emotion: str
    holder: str
    agent: str = ""
    level: str = ""
    solution: str = ""
    waiting_since: dt.datetime | None = None
    due: dt.datetime | None = None
    due_name: str = ""
    need_since: dt.datetime | None = None
    first_reply_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    satisfaction: int | None = None
    reopened: int = 0
    open_promises: int = 0
    complaint: str = ""
    departments: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Names of the clocks that were broken."""
    rules: tuple[str, ...] = ()
    """Escalation rules that fired."""
    by_bot: bool = False
    """Whether the first-line bot resolved it alone."""


@dataclass(frozen=True, slots=True)
class TicketCard:
    """What a list shows of a ticket's personal side; stored sealed, empty after erasure."""

    name: str = ""
    problem: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which a ticket must be looked at; ``key`` is unique within the ticket."""

    ticket: str
    key: str
    due: dt.datetime


class OutState(StrEnum):
    """Where a message to a customer stands."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """Handed to the channel, but nobody knows whether it arrived; a person decides."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a customer (or a notification to a person), in the order of its chat.

    ``key`` is unique: putting the same key twice puts it once. ``body`` is JSON, stored sealed.
    """

    key: str
    channel: str
    chat: str
    ticket: str
    customer: str
    body: Mapping[str, object]
    at: dt.datetime
    state: OutState = OutState.READY
    attempts: int = 0
    not_before: dt.datetime | None = None
    error: str = ""
    position: int = 0
    """Given by the store; ascending in the order of putting."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A raw message of a channel as it came; ``source`` and ``update`` together are unique."""

    source: str
    update: str
    at: dt.datetime
    body: Mapping[str, object]


class GapState(StrEnum):
    """Where a knowledge gap stands with the knowledge owner."""

    OPEN = "open"
    REQUESTED = "requested"
    """An upgrade request was handed in for it."""
    ADDED = "added"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the knowledge base did not serve; ``seq`` numbers the event that asked it.

    ``cause`` and ``category`` are codes; ``question`` and ``answer`` (the agent's own, "" where none
    was given) are masked, and stored sealed; ``solution`` is what was added for it.
    """

    ticket: str
    seq: int
    customer: str
    at: dt.datetime
    cause: str
    category: str
    question: str
    answer: str = ""
    state: GapState = GapState.OPEN
    requested_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    solution: str = ""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which tickets a list shows; an empty tuple or None does not restrict.

    ``open`` leaves closed ones out (True) or shows only them (False).
    """

    agent: str | None = None
    holder: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    customer: str | None = None
    department: str | None = None
    open: bool | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Store(Protocol):
    """A store of tickets."""

    def atomic(self) -> AbstractContextManager[None]:
        """One transaction: all or nothing, durable at its end.

        Nested ones join the outer; one that fails takes only its own changes back, so that the outer
        may catch the error and go on.
        """

    # customers -------------------------------------------------------------------------------
    def customer_of(self, party: Party, at: dt.datetime) -> str:
        """The customer's id; a new customer (with a key of his own) where the party is new."""

    def known_customer(self, party: Party) -> str | None:
        """The customer's id, where the party is known."""

    def party_of(self, customer: str) -> Party | None:
        """How to reach a customer; None when he is unknown or erased."""

    def erase(self, customer: str, at: dt.datetime) -> bool:
        """Destroy the customer's key and everything readable; False when he is unknown.

        Events stay with their public part, unsent messages to him count as failed, his knowledge
        gaps go. What is appended to his tickets later is kept without its personal part, and nothing
        is queued for him.
        """

    # tickets ---------------------------------------------------------------------------------
    def append(
        self,
        row: TicketRow,
        card: TicketCard,
        events: Sequence[Event],
        timers: Mapping[str, dt.datetime],
        lookups: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Append events to a ticket and put its row, card, timers (all of them) and look-ups.

        ``row.seq`` is the number of the last event; the first of ``events`` must follow the last
        one stored. Look-ups are added to those the ticket has.

        Raises:
            Conflict: it does not; nothing was changed.
            NoSuchCustomer: ``row.customer`` is unknown.

        """

    def events(self, ticket: str) -> list[Event]:
        """All events of a ticket in order; [] when there is none."""

    def row(self, ticket: str) -> TicketRow | None:
        """The ticket's row."""

    def rows(self, wanted: RowFilter, limit: int = 50, offset: int = 0) -> list[TicketRow]:
        """Rows, those that end soonest first (``due``, then the newest).

        ``since`` and ``until`` (not included) of the filter are about ``opened_at``.
        """

    def count(self, wanted: RowFilter) -> int:
        """How many tickets there are."""

    def cards(self, tickets: Sequence[str]) -> dict[str, TicketCard]:
        """The personal sides of these tickets."""

    def newest_of(self, customer: str, limit: int = 10) -> list[TicketRow]:
        """A customer's tickets, the newest first."""

    def find(self, kind: str, value: str) -> list[str]:
        """Ids of tickets in which a phone, order number … was seen (by keyed hash), newest first."""

    # timers ----------------------------------------------------------------------------------
    def due_timers(self, now: dt.datetime, limit: int = 500) -> list[Timer]:
        """Timers due by now, the earliest first."""

    def next_due(self) -> dt.datetime | None:
        """When the next timer falls due."""

    # inbox and outbox ------------------------------------------------------------------------
    def receive(self, incoming: Incoming) -> bool:
        """Keep a raw message; False when it was kept before."""

    def unhandled(self, limit: int = 500) -> list[Incoming]:
        """Raw messages not yet handled, in the order they came."""

    def handled(self, source: str, update: str) -> None:
        """A raw message was handled; its body is forgotten, its key is kept."""

    def put(self, outgoing: Outgoing) -> None:
        """Queue a message; a key that was queued before is passed over.

        ``customer`` may be "" for a notification that names none.

        Raises:
            NoSuchCustomer: ``customer`` is unknown.

        """

    def sendable(self, now: dt.datetime, limit: int = 100, channel: str = "") -> list[Outgoing]:
        """The oldest unsent message of each chat, if it is ready and its time has come.

        One that is being sent or uncertain holds its chat up until it is marked otherwise. ``channel``
        leaves the other channels' messages out.
        """

    def standing(self, state: OutState, limit: int = 500) -> list[Outgoing]:
        """Messages in a state, the oldest first; those SENDING at start are left from a crash."""

    def mark(
        self,
        key: str,
        state: OutState,
        *,
        error: str = "",
        not_before: dt.datetime | None = None,
    ) -> None:
        """Set where a message stands; going to SENDING counts an attempt.

        Raises:
            NoSuchMessage: the key is unknown.

        """

    def outgoing(self, ticket: str) -> list[Outgoing]:
        """All messages of a ticket, in order."""

    # knowledge gaps --------------------------------------------------------------------------
    def put_gap(self, gap: Gap) -> None:
        """Keep a gap, in the place of the one of its ticket and event; an erased customer's is not.

        Raises:
            NoSuchCustomer: ``gap.customer`` is unknown.

        """

    def gaps(
        self, states: Collection[GapState] = (), *, ticket: str = "", limit: int = 2_000
    ) -> list[Gap]:
        """Gaps, the newest first; no states or no ticket does not restrict."""
