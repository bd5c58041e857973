"""A ticket as a list shows it: figures and codes, name and problem masked."""

from __future__ import annotations

import re
from typing import Any, Final

from bot.desk.forms.veil import Veil, hidden
from bot.desk.forms.view import fit
from bot.desk.house import House
from bot.desk.ports import TicketCard, TicketRow

#: A number at the very end of a card may be one that was cut off, which nothing then recognises.
_CUT: Final = re.compile(r"[0-9][0-9 -]{3,}\Z")


def listed(row: TicketRow, card: TicketCard, house: House) -> dict[str, Any]:
    """Plain JSON values; times in the desk's zone."""
    name = fit(card.name)
    return {
        "ticket_id": row.id,
        "customer_name": hidden("customer_name", name),
        "problem": _CUT.sub("****", Veil([("customer_name", name)]).text(fit(card.problem))),
        "category": row.category,
        "contact_type": row.contact_type,
        "priority": row.priority,
        "stage": row.stage,
        "holder": row.holder,
        "agent": row.agent,
        "opened_at": house.local(row.opened_at).isoformat(),
        "closed_at": house.local(row.closed_at).isoformat() if row.closed_at else None,
        "due": house.local(row.due).isoformat() if row.due else None,
        "due_name": row.due_name,
    }
