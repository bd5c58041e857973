"""Asking the permission table about a ticket as it stands; every channel asks here, at every request."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.people_errors import NotAllowed
from bot.desk.ports import TicketRow
from bot.domain.people import Operation, Person, may
from bot.domain.terms import Holder
from bot.domain.ticket import Ticket

_NO_TEAMS: Mapping[str, str] = {}


def allowed(
    person: Person,
    operation: Operation,
    ticket: Ticket | TicketRow | None = None,
    *,
    teams: Mapping[str, str] = _NO_TEAMS,
    order: str = "",
) -> bool:
    """Whether a person may do something, to a ticket where one is named.

    Args:
        person: who asks.
        operation: for what.
        ticket: the ticket, or its row in a list.
        teams: agent number -> team (:func:`bot.desk.accounts.teams`).
        order: the number of the work order asked for, where it is about one.

    """
    if ticket is None:
        return may(person, operation)
    held = ticket.holder == Holder.PERSON
    department = _department(ticket, order)
    return may(
        person,
        operation,
        own=held and bool(person.number) and ticket.agent == person.number,
        queued=not held,
        team=teams.get(ticket.agent, "") if held else None,
        assigned=bool(department),
        department=department,
    )


def require(
    person: Person,
    operation: Operation,
    ticket: Ticket | TicketRow | None = None,
    *,
    teams: Mapping[str, str] = _NO_TEAMS,
    order: str = "",
) -> None:
    """See :func:`allowed`.

    Raises:
        NotAllowed: no.

    """
    if not allowed(person, operation, ticket, teams=teams, order=order):
        raise NotAllowed(person, operation)


def _department(ticket: Ticket | TicketRow, order: str) -> str:
    """The department of a work order; a row in a list does not know orders by their numbers."""
    if isinstance(ticket, TicketRow) or not order:
        return ""
    found = (o.opened.department for o in ticket.orders if o.opened.number == order)
    return next(found, "")
