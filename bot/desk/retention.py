"""How long things are kept, and the sweep that sees to it; doing it twice does nothing more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.desk import audit
from bot.desk.account_ports import OfficeStore
from bot.desk.audit import Actor
from bot.desk.customers import erase
from bot.desk.signing_in import STANDARD

_DAY: Final = dt.timedelta(days=1)
_ACTOR: Final = Actor("huashu", "retention")
#: Customers erased in one go, so that the desk does not wait long.
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Retention:
    """Periods of keeping; house defaults, which a desk sets to what its law and contracts ask.

    Attributes:
        tickets: how long after his last ticket closed a customer's words, contacts and fields stay;
            then he is erased, and figures and codes remain for reports. Names of attachments go with
            them; the attachments themselves lie with the channel.
        messages: how long the channel's numbers of handled messages stay (a message that comes again
            after that would be taken for new) and the copies of messages that were sent.
        audit: how long audit records stay.

    """

    tickets: dt.timedelta = 3 * 365 * _DAY
    messages: dt.timedelta = 180 * _DAY
    audit: dt.timedelta = 3 * 365 * _DAY

    def __post_init__(self) -> None:
        if min(self.tickets, self.messages, self.audit) < _DAY:
            raise ValueError("保存期限不能短于 1 天")


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed; ``more`` where the next run has customers left to erase."""

    customers: int = 0
    messages: int = 0
    audit: int = 0
    credentials: int = 0
    more: bool = False


def enforce(
    store: OfficeStore,
    retention: Retention,
    now: dt.datetime,
    forget: Callable[[Iterable[str]], None],
) -> Removed:
    """Remove what was kept long enough.

    Args:
        store: the store.
        retention: the periods.
        now: the desk's time.
        forget: see :func:`bot.desk.customers.erase`.

    """
    quiet = store.quiet_customers(now - retention.tickets, _AT_ONCE)
    with store.atomic():
        for customer in quiet:
            erase(store, customer, _ACTOR, now, forget)
        messages = store.forget_messages(now - retention.messages)
        records = store.prune_audit(now - retention.audit)
        if messages or records:
            audit.record(store, _ACTOR, "retention", now, messages=messages, audit=records)
        ended = store.drop_expired(now)
        store.forget_failures(now - STANDARD.forgotten_after)
    return Removed(len(quiet), messages, records, ended, len(quiet) == _AT_ONCE)


@dataclass(slots=True)
class RetentionSweep:
    """Enforces periods when it is called, at most once in ``every`` unless something was left over."""

    retention: Retention = field(default_factory=Retention)
    every: dt.timedelta = dt.timedelta(hours=1)
    _next: dt.datetime | None = None

    def __call__(
        self, store: OfficeStore, now: dt.datetime, forget: Callable[[Iterable[str]], None]
    ) -> Removed:
        """Enforce what is due, if it is time."""
        if self._next is not None and now < self._next:
            return Removed()
        removed = enforce(store, self.retention, now, forget)
        self._next = now if removed.more else now + self.every
        return removed
