"""Making the read tables again from the events, which alone are the truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from bot.desk.ports import TicketCard, TicketRow
from bot.domain.events import Event
from bot.storage.errors import StoreDamaged
from bot.storage.tickets import TicketTables

#: Row, card, timers and look-ups that follow from all events of a ticket.
Projection: TypeAlias = tuple[
    TicketRow, TicketCard, Mapping[str, dt.datetime], Iterable[tuple[str, str]]
]
Project: TypeAlias = Callable[[Sequence[Event]], Projection]


def rebuild(
    store: TicketTables,
    project: Project,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Rows, cards, timers and look-ups of all tickets anew, in one transaction.

    Args:
        store: the store.
        project: what follows from a ticket's events; the same function the desk writes with.
        progress: called with (tickets done, tickets in all).

    Returns:
        How many tickets there are.

    Raises:
        StoreDamaged: events cannot be read or have gaps; nothing was changed.
        BadEvent: one is unknown; nothing was changed.

    """
    with store.atomic():
        for table in ("tickets", "timers", "lookups"):
            store.db.run(f"DELETE FROM {table}")  # noqa: S608 - one of three names
        tickets = [
            t for (t,) in store.db.rows("SELECT DISTINCT ticket FROM events ORDER BY ticket")
        ]
        for number, ticket in enumerate(tickets, 1):
            events = store.events(ticket)
            row, card, timers, lookups = project(events)
            if row.id != ticket or row.seq != len(events):
                raise StoreDamaged(
                    f"工单 {ticket} 的 {len(events)} 个事件推出了 {row.id} 的第 {row.seq} 步"
                )
            store.put_ticket(row, card, timers, lookups, store.seal_of(row.customer))
            if progress:
                progress(number, len(tickets))
    return len(tickets)
