"""From a ticket to its row, card, timers and look-ups: what can always be worked out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from bot.desk.ports import TicketCard, TicketRow
from bot.domain.clocks import Clock, ClockState, clocks
from bot.domain.events import Event
from bot.domain.policy import STANDARD, Policy
from bot.domain.ticket import Ticket, fold
from bot.domain.timers import timers

#: Fields by which a ticket is found again.
_LOOKED_UP: Final = ("phone", "order_no", "account", "email")
_CARD: Final = 60

Projection = tuple[TicketRow, TicketCard, dict[str, dt.datetime], list[tuple[str, str]]]


def project(ticket: Ticket, policy: Policy = STANDARD) -> Projection:
    """Row, card, timers and look-ups of a ticket in which something happened."""
    all_clocks = clocks(ticket, policy)
    due = {d.key: d.at for d in timers(ticket, policy, all_clocks)}
    found = [
        (code, str(ticket.talk.fields[code])) for code in _LOOKED_UP if code in ticket.talk.fields
    ]
    return _row(ticket, all_clocks), _card(ticket), due, found


def project_events(events: Sequence[Event], policy: Policy = STANDARD) -> Projection:
    """The same from a ticket's events, for rebuilding."""
    return project(fold(events), policy)


def _row(t: Ticket, all_clocks: Sequence[Clock]) -> TicketRow:
    talk, marks = t.talk, t.marks
    opened = t.opened_at
    last = t.last_at
    if opened is None or last is None:
        raise ValueError("nothing happened in this ticket")
    running = [c for c in all_clocks if c.due and c.stopped is None and c.due > last]
    following = min(running, key=lambda c: c.due or last, default=None)
    broken = dict.fromkeys(c.name.value for c in all_clocks if c.state(last) is ClockState.BROKEN)
    return TicketRow(
        id=t.id,
        customer=t.customer,
        channel=t.channel,
        opened_at=opened,
        updated_at=last,
        seq=t.seq,
        stage=talk.stage.value,
        category=talk.category.value,
        contact_type=talk.contact_type.value,
        priority=talk.priority.value,
        emotion=talk.emotion.value,
        holder=t.holder.value,
        agent=t.agent,
        level=talk.level.value if talk.level else "",
        solution=talk.solution or "",
        waiting_since=t.waiting_since,
        due=following.due if following else None,
        due_name=following.name.value if following else "",
        need_since=talk.need_since,
        first_reply_at=marks.replied_at,
        resolved_at=marks.resolved_at,
        closed_at=t.closed.at if t.closed else None,
        satisfaction=t.rating.overall if t.rating else None,
        reopened=t.reopened,
        open_promises=sum(p.kept_at is None for p in t.promises),
        complaint=t.complaint.state if t.complaint else "",
        departments=tuple(dict.fromkeys(o.opened.department for o in t.orders if o.open)),
        broken=tuple(broken),
        rules=tuple(dict.fromkeys(c.fired.rule.value for c in t.calls)),
        by_bot=bool(marks.resolved_at) and talk.is_new and talk.answered,
    )


def _card(t: Ticket) -> TicketCard:
    talk = t.talk
    last = talk.said[-1] if talk.said else ""
    return TicketCard(
        name=str(talk.fields.get("customer_name", "")),
        problem=str(talk.fields.get("problem", ""))[:_CARD],
        last=last[:_CARD],
    )
