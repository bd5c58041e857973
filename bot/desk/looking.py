"""The use case *look*: a ticket's events with personal data in full; every look is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.desk import audit
from bot.desk.access import require
from bot.desk.account_ports import OfficeStore
from bot.desk.audit import Actor
from bot.desk.errors import NoSuchTicket
from bot.domain.events import Event
from bot.domain.people import Operation, Person
from bot.domain.ticket import fold


def look_in_full(
    store: OfficeStore,
    person: Person,
    origin: str,
    ticket_id: str,
    teams: Mapping[str, str],
    at: dt.datetime,
) -> list[Event]:
    """A ticket's events as they were said.

    Raises:
        NoSuchTicket: there is none with this id.
        NotAllowed: the person does not handle it; that, too, is written down.

    """
    events = store.events(ticket_id)
    if not events:
        raise NoSuchTicket(ticket_id)
    ticket = fold(events)
    actor = Actor(person.name, origin)
    try:
        require(person, Operation.READ_FULL, ticket, teams=teams)
    except Exception:
        audit.record(
            store, actor, "refused", at, ticket=ticket_id, operation=Operation.READ_FULL.value
        )
        raise
    audit.record(store, actor, Operation.READ_FULL, at, ticket=ticket_id, customer=ticket.customer)
    return events
