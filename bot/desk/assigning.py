"""The use case *assign*: who takes a ticket that waits for a person."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from bot.desk.desk import Desk, Draft
from bot.desk.ports import RowFilter
from bot.domain.events import Assigned
from bot.domain.terms import Holder

#: Open tickets counted for the agents' loads.
_COUNTED = 5_000


def assign(desk: Desk, draft: Draft, at: dt.datetime, but: str = "") -> str | None:
    """Give the drafted ticket to the next agent who is there, but for one; None leaves it waiting."""
    if not desk.roster.agents:
        return None
    agent = desk.roster.next_for(draft.ticket.talk.category, loads(desk), but)
    if agent is not None:
        draft.add(Assigned(at, agent))
    return agent


def assign_to(desk: Desk, ticket_id: str, agent: str, by: str, at: dt.datetime) -> None:
    """A person gives a ticket to an agent."""
    desk.change(ticket_id, Assigned(at, agent, by))


def assign_waiting(desk: Desk, at: dt.datetime) -> int:
    """Give out what waits in the queue, the longest wait first; returns how many were given."""
    waiting = desk.store.rows(RowFilter(holder=(Holder.QUEUE.value,), open=True), limit=200)
    given = 0
    for row in sorted(waiting, key=lambda r: r.waiting_since or r.updated_at):
        draft = Draft(desk.ticket(row.id))
        if assign(desk, draft, at) is None:
            continue
        desk.commit(draft)
        given += 1
    return given


def loads(desk: Desk) -> Counter[str]:
    """Open tickets held by each agent."""
    held = RowFilter(holder=(Holder.PERSON.value,), open=True)
    return Counter(row.agent for row in desk.store.rows(held, limit=_COUNTED))
