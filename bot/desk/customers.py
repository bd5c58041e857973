"""The use cases *export* and *erase* a customer: the rights of whom the data is about.

Sources: spec 5 (a customer can be exported and erased on request) and the rights of access and
erasure of China's Personal Information Protection Law (articles 45 and 47).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from bot.desk import audit
from bot.desk.account_ports import OfficeStore
from bot.desk.audit import Actor
from bot.desk.forms import Form, as_json, forms
from bot.desk.house import House
from bot.desk.ports import NoSuchCustomer, TicketRow
from bot.domain.people import Operation
from bot.domain.ticket import fold
from bot.domain.wire import encode

#: More tickets than one customer ever has.
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Exported:
    """Everything kept about a customer: as plain JSON values, and the forms of his tickets, unmasked."""

    data: Mapping[str, Any]
    forms: tuple[tuple[Form, ...], ...]


def export(
    store: OfficeStore,
    house: House,
    customer: str,
    actor: Actor,
    at: dt.datetime,
    titles: Mapping[str, str] | None = None,
) -> Exported:
    """Gather what is kept about a customer; it is written into the audit log first.

    Args:
        store: the store.
        house: its zone is that of the forms' times.
        customer: the customer's id.
        actor: who exports.
        at: when.
        titles: id of a solution -> its title, for the forms.

    Raises:
        NoSuchCustomer: there is none with this id, or he was erased.

    """
    party = store.party_of(customer)
    if party is None:
        raise NoSuchCustomer(customer)
    rows = store.newest_of(customer, _ALL)
    audit.record(store, actor, Operation.EXPORT_CUSTOMER, at, customer=customer, tickets=len(rows))
    filled = []
    tickets = []
    gaps = [gap for row in rows for gap in store.gaps(ticket=row.id)]
    for row in rows:
        events = store.events(row.id)
        made = tuple(forms(fold(events), events, house, masked=False, titles=titles or {}))
        filled.append(made)
        tickets.append(
            {
                "ticket_id": row.id,
                "events": [_event(event) for event in events],
                "messages": [
                    {
                        "channel": o.channel,
                        "chat": o.chat,
                        "at": o.at.isoformat(),
                        "state": o.state.value,
                        "body": dict(o.body),
                    }
                    for o in store.outgoing(row.id)
                ],
                "forms": [as_json(form) for form in made],
            }
        )
    data = {
        "customer": customer,
        "exported_at": at.isoformat(),
        "reached_by": asdict(party),
        "tickets": tickets,
        "gaps": [
            {"ticket_id": g.ticket, "at": g.at.isoformat(), "question": g.question} for g in gaps
        ],
    }
    return Exported(data, tuple(form for form in filled if form))


def _event(event: Any) -> dict[str, Any]:
    name, version, public, personal = encode(event)
    return {"event": name, "v": version, **public, **(personal or {})}


def erase(
    store: OfficeStore,
    customer: str,
    actor: Actor,
    at: dt.datetime,
    forget: Callable[[Iterable[str]], None],
) -> list[TicketRow]:
    """Destroy a customer's key and what is readable of him; gives his tickets, of which figures stay.

    The erasure stands in the audit log and in the ledger that every later restore carries out.
    Doing it again changes nothing, but is written down again.

    Args:
        store: the store.
        customer: the customer's id.
        actor: who erases.
        at: when.
        forget: told the ids of the tickets; a live desk forgets what it remembers of them
            (:meth:`bot.desk.desk.Desk.forget`).

    Raises:
        NoSuchCustomer: there is none with this id.

    """
    rows = store.newest_of(customer, _ALL)
    with store.atomic():
        if not store.erase(customer, at):
            raise NoSuchCustomer(customer)
        audit.record(
            store, actor, Operation.ERASE_CUSTOMER, at, customer=customer, tickets=len(rows)
        )
    forget(row.id for row in rows)
    return rows
