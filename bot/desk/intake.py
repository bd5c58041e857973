"""The use case *intake*: a customer's message, from its arrival to what is suggested."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bot.desk import bot
from bot.desk.after_solving import plan_callback
from bot.desk.assigning import assign
from bot.desk.choices import Offers
from bot.desk.deciding import approval_wished
from bot.desk.desk import Desk, Draft
from bot.desk.gaps import gather
from bot.desk.ports import Party, RowFilter
from bot.desk.ranking import FIRST_SIGHT, Suggestion
from bot.desk.returning import comes_back, same_problem
from bot.desk.suggest import Prepared, Understood
from bot.domain.escalation import HAND_OVER, escalations
from bot.domain.events import (
    BotSaid,
    ComplaintRegistered,
    CustomerSaid,
    HandedOver,
    Offered,
    Opened,
)
from bot.domain.terms import Holder, Rule, Stage
from bot.domain.ticket import Ticket
from kb.terms import ContactType

#: What is known of a customer from his last ticket and not asked again.
_KNOWN: Final = ("customer_name", "phone", "email", "account")
_OFFERS_KEPT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Message:
    """A customer's message as a channel hands it over.

    ``id`` is the channel's own, "" where it has none; ``attachments`` are names by which the channel
    can fetch what came with it.
    """

    party: Party
    text: str
    at: dt.datetime
    id: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message led to."""

    ticket: Ticket
    draft: Draft
    understood: Understood
    suggestions: tuple[Suggestion, ...]
    bot_lines: tuple[BotSaid, ...]


def customer_said(
    desk: Desk, message: Message, top: int = FIRST_SIGHT, prepared: Prepared | None = None
) -> Heard:
    """Take a customer's message: read, record, escalate, hand over, answer or suggest.

    ``prepared`` is what another process made of the words beforehand, if it did.
    """
    customer = desk.store.customer_of(message.party, message.at)
    before, understood = _placed(desk, customer, message, prepared)
    draft = Draft(before)
    if before.seq == 0:
        draft.add(_opening(desk, customer, message))
    elif before.is_closed and _goes_on(before, understood.event):
        draft.add(*comes_back(before, message.at, desk.policy))
    started = draft.ticket
    draft.add(understood.event)
    _consequences(desk, draft, understood.event)
    suggestions = desk.suggester.propose(understood, started, draft.ticket, top)
    if desk.speaks and draft.ticket.holder is Holder.BOT and not draft.ticket.is_closed:
        bot.answer(desk, draft, understood, suggestions)
    draft.add(Offered(message.at, tuple(s.id for s in suggestions)))
    ticket = desk.commit(draft)
    gather(desk, draft)
    _remember(desk, ticket, suggestions)
    said = tuple(e for e in draft.events if isinstance(e, BotSaid))
    return Heard(ticket, draft, understood, suggestions, said)


def _goes_on(ticket: Ticket, event: CustomerSaid) -> bool:
    """A thank-you to a closed ticket, or the answer to a call-back, opens nothing; all else does."""
    last, closed = ticket.talk.last_at, ticket.closed
    replies = not ticket.talk.unanswered and last and closed and last > closed.at
    return event.has_need or not (event.intents or replies)


def _placed(
    desk: Desk, customer: str, message: Message, prepared: Prepared | None
) -> tuple[Ticket, Understood]:
    """The ticket a message belongs to, and what was understood in its light.

    An open ticket goes on. After the end, a message on the same problem within the settings' days
    reopens it, a word of thanks belongs to it, and everything else opens a linked ticket; a ticket
    whose talk has ended may still be open for what was promised.
    """
    latest = _latest(desk, customer)
    if latest is not None:
        understood = _understand(desk, latest, message, prepared)
        event = understood.event
        if not latest.is_closed:
            ended = latest.talk.stage is Stage.CLOSED and event.has_need
            if not ended or same_problem(latest, event, message.text):
                return latest, understood
        within = message.at - _ended_at(latest) <= desk.policy.reopen_within
        farewell = not _goes_on(latest, event) and within
        if farewell or (within and same_problem(latest, event, message.text)):
            return latest, understood
    fresh = Ticket()
    known = _with_known(fresh, latest, message.at)
    return fresh, _understand(desk, known, message, prepared)


def _latest(desk: Desk, customer: str) -> Ticket | None:
    """The newest open ticket of a customer, else the newest; a merged one stands in its target."""
    rows = desk.store.newest_of(customer, limit=5)
    row = next((r for r in rows if r.closed_at is None), rows[0] if rows else None)
    if row is None:
        return None
    ticket = desk.ticket(row.id)
    return desk.ticket(ticket.merged_into) if ticket.merged_into else ticket


def _understand(
    desk: Desk, ticket: Ticket, message: Message, prepared: Prepared | None
) -> Understood:
    return desk.suggester.understand(
        bot.chosen_text(ticket, message.text),
        ticket.talk,
        message.at,
        prepared,
        attachments=message.attachments,
        message=message.id,
    )


def _opening(desk: Desk, customer: str, message: Message) -> Opened:
    latest = _latest(desk, customer)
    visits = desk.store.count(RowFilter(customer=customer))
    return Opened(
        at=message.at,
        ticket=desk.make_id(message.at),
        customer=customer,
        channel=message.party.channel,
        visit=visits + 1,
        earlier=latest.id if latest else "",
        known=_known(latest),
    )


def _known(latest: Ticket | None) -> tuple[tuple[str, str | float], ...]:
    fields = latest.talk.fields if latest else {}
    return tuple((code, fields[code]) for code in _KNOWN if code in fields)


def _with_known(fresh: Ticket, latest: Ticket | None, at: dt.datetime) -> Ticket:
    known = _known(latest)
    return fresh.apply(Opened(at, "", "", "", known=known)) if known else fresh


def _ended_at(ticket: Ticket) -> dt.datetime:
    last = ticket.closed.at if ticket.closed else ticket.last_at
    if last is None:
        raise ValueError("nothing happened in this ticket")
    return last


def _consequences(desk: Desk, draft: Draft, event: CustomerSaid) -> None:
    """What a message sets off before anyone answers."""
    ticket = draft.ticket
    if ticket.talk.contact_type is ContactType.COMPLAINT and ticket.complaint is None:
        draft.add(ComplaintRegistered(event.at, event.text))
    fired = escalations(draft.ticket, event, desk.policy)
    draft.add(*fired)
    if any(e.rule is Rule.AUTHORITY for e in fired):
        draft.add(approval_wished(draft.ticket, event))
    if draft.ticket.holder is Holder.BOT:
        reasons = [e.reason for e in fired if e.rule in HAND_OVER]
        if reasons:
            draft.add(HandedOver(event.at, "；".join(reasons)))
            assign(desk, draft, event.at)
            if desk.speaks:
                bot.announce(desk, draft, event.at)
    if draft.ticket.talk.stage in {Stage.WRAPPING_UP, Stage.CLOSED}:
        plan_callback(desk, draft, event.at)


def _remember(desk: Desk, ticket: Ticket, suggestions: tuple[Suggestion, ...]) -> None:
    """Keep what is on show, so that it is known what the agent's line was made from."""
    shown = desk.offers.pop(ticket.id, Offers())
    desk.offers[ticket.id] = shown.shown(suggestions, ticket.talk.category, ticket.talk.stage)
    while len(desk.offers) > _OFFERS_KEPT:
        desk.offers.popitem(last=False)
