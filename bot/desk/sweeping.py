"""The use case *sweep*: whatever fell due, handled once, however often and late it is called."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.desk import bot
from bot.desk.desk import Desk, Draft
from bot.desk.notices import Notice, notice
from bot.desk.ports import Outgoing
from bot.domain.events import BotSaid
from bot.domain.terms import ClockName, Holder
from bot.domain.timers import fire, timers
from prompts.terms import Kind

#: Timers of one ticket handled in one sweep; a clock that restarted for weeks comes to few.
_MOST: Final = 200
_WAITING_LINE: Final = f"{ClockName.WAITING}@"


def sweep(desk: Desk, now: dt.datetime, limit: int = 500) -> list[Draft]:
    """Fire every timer that is due by ``now``; returns what happened, ticket by ticket."""
    found = dict.fromkeys(t.ticket for t in desk.store.due_timers(now, limit))
    return [sweep_ticket(desk, ticket, now) for ticket in found]


def sweep_ticket(desk: Desk, ticket_id: str, now: dt.datetime) -> Draft:
    """Fire the due timers of one ticket, each in the light of those before it."""
    draft = Draft(desk.ticket(ticket_id))
    for _ in range(_MOST):
        due = next(iter(timers(draft.ticket, desk.policy)), None)
        if due is None or due.at > now:
            break
        draft.add(*fire(draft.ticket, due))
        if due.key.startswith(_WAITING_LINE) and due.key.endswith(":line"):
            _ask_for_patience(desk, draft)
        if due.key.startswith("follow_up:"):
            _remind(draft, due.key, due.at)
    desk.commit(draft)
    return draft


def _ask_for_patience(desk: Desk, draft: Draft) -> None:
    """Whoever waits in the queue hears a waiting line once; a person's talk is his own."""
    ticket = draft.ticket
    text = notice(Notice.WAITING)
    if not desk.speaks or ticket.holder is not Holder.QUEUE or text in ticket.talk.sent:
        return
    since = ticket.talk.waiting_since
    at = ticket.last_at or draft.events[-1].at
    bot.say(draft, BotSaid(at, text, frozenset({Kind.WAITING}), waits_since=since), announces=True)


def _remind(draft: Draft, key: str, at: dt.datetime) -> None:
    """The owner of a dated task is told that it is due."""
    number = key.partition(":")[2]
    task = next(f for f in draft.ticket.follow_ups if f.planned.number == number)
    draft.outgoing.append(
        Outgoing(
            key=f"{draft.ticket.id}:{key}",
            channel="notify",
            chat=task.planned.owner or "agent",
            ticket=draft.ticket.id,
            customer=draft.ticket.customer,
            body={"task": task.planned.what, "number": number},
            at=at,
        )
    )
