"""What a customer's commands, presses and changes lead to; runs in the desk's thread.

Every function here is called inside a transaction that also notes the update as handled, so it
happens once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.desk import customers, ending
from bot.desk.audit import Actor
from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.notices import Notice, notice
from bot.desk.ports import Incoming, Outgoing, Party
from bot.domain.events import BotSaid, CustomerSaid, Edited, Rated
from bot.domain.terms import Holder
from bot.domain.ticket import Ticket
from bot.telegram import wording
from bot.telegram.buttons import ASK_ERASURE, ERASURE, Choice, Erasure, Rows, Score, meaning
from bot.telegram.reading import Change, Command
from bot.telegram.wording import Say

CHANNEL: Final = "telegram"
_TYPED_SCORE: Final = re.compile(r"\s*([1-5])\s*(?:分|星)?\s*[。.!！]?\s*")
#: Scores that bring the supervisor in (:mod:`bot.desk.ending`).
_LOW: Final = 2
#: A customer's tickets in which a changed message is looked for.
_RECENT: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of a press.

    Attributes:
        toast: shown for a moment, "" for nothing.
        text: the message's new words, "" to leave it as it is.
        rows: its new buttons.
        says: the press stands for these words of the customer.

    """

    toast: str = ""
    text: str = ""
    rows: Rows = ()
    says: str = ""


def reply(desk: Desk, party: Party, incoming: Incoming, text: str, rows: Rows = ()) -> None:
    """Queue a line that belongs to no ticket, in the order of the customer's chat."""
    customer = desk.store.customer_of(party, incoming.at)
    desk.store.put(
        Outgoing(
            key=f"{incoming.source}-{incoming.update}",
            channel=CHANNEL,
            chat=customer,
            ticket="",
            customer=customer,
            body={"text": text, "by": CHANNEL, "buttons": [[list(b) for b in r] for r in rows]},
            at=incoming.at,
        )
    )


def obey(desk: Desk, party: Party, incoming: Incoming, command: Command) -> None:
    """Answer a command."""
    if command.name == "start":
        reply(desk, party, incoming, wording.greeting(desk.house.desk))
    elif command.name == "status":
        ticket = newest(desk, party)
        if ticket is None or ticket.opened_at is None:
            reply(desk, party, incoming, Say.NO_TICKET.value)
        else:
            opened = desk.house.local(ticket.opened_at)
            reply(desk, party, incoming, wording.status(ticket, opened))
    elif command.name == "privacy":
        reply(desk, party, incoming, Say.PRIVACY.value, ASK_ERASURE)
    else:
        reply(desk, party, incoming, wording.commands())


def pressed(desk: Desk, party: Party, data: str, at: dt.datetime) -> Answer:
    """Do what a button says; one that is not this customer's, or is used up, does nothing."""
    called = meaning(data)
    if isinstance(called, Choice):
        title = _offered(desk, party, called)
        return Answer(says=title) if title else Answer(Say.STALE.value)
    if isinstance(called, Score):
        return _score(desk, party, called, at)
    if isinstance(called, Erasure):
        return _erasure(desk, party, called.step, at)
    return Answer(Say.STALE.value)


def changed(desk: Desk, party: Party, change: Change) -> None:
    """Record that a message was changed, in the ticket it belongs to."""
    customer = desk.store.known_customer(party)
    for row in desk.store.newest_of(customer, _RECENT) if customer else ():
        for event in desk.store.events(row.id):
            if isinstance(event, CustomerSaid) and change.message in event.message.split(","):
                desk.change(row.id, Edited(change.at, change.message, change.text))
                return


def typed_score(desk: Desk, party: Party, text: str, at: dt.datetime) -> str:
    """Take a figure written in answer to the survey for a rating; gives the thanks, "" if it is none."""
    found = _TYPED_SCORE.fullmatch(text)
    ticket = newest(desk, party) if found else None
    if found is None or ticket is None or not _wants_rating(ticket):
        return ""
    if ticket.talk.sent[-1:] != (notice(Notice.SURVEY),):
        return ""
    return _rated(desk, ticket, int(found[1]), at)


def newest(desk: Desk, party: Party) -> Ticket | None:
    """The customer's newest ticket."""
    customer = desk.store.known_customer(party)
    rows = desk.store.newest_of(customer, 1) if customer else []
    return desk.ticket(rows[0].id) if rows else None


def in_order(desk: Desk, party: Party, at: dt.datetime) -> dt.datetime:
    """A moment, or that of the ticket's last event if later: a ticket's time never runs back."""
    ticket = newest(desk, party)
    return max(at, ticket.last_at) if ticket and ticket.last_at else at


def handled(desk: Desk, updates: Sequence[Incoming]) -> None:
    """Note updates as handled."""
    for incoming in updates:
        desk.store.handled(incoming.source, incoming.update)


def _own(desk: Desk, party: Party, ticket_id: str) -> Ticket | None:
    """A ticket, if it is this customer's."""
    customer = desk.store.known_customer(party)
    row = desk.store.row(ticket_id)
    return desk.ticket(ticket_id) if row and customer and row.customer == customer else None


def _offered(desk: Desk, party: Party, choice: Choice) -> str:
    """The title of a choice that still stands, else ""; after one answer none does."""
    ticket = _own(desk, party, choice.ticket)
    if ticket is None or ticket.holder is not Holder.BOT or ticket.is_closed:
        return ""
    events = desk.store.events(ticket.id)
    said = [(seq, e) for seq, e in enumerate(events, 1) if isinstance(e, BotSaid)]
    seq, last = said[-1] if said else (0, None)
    if last is None or seq != choice.seq or choice.number >= len(last.choices):
        return ""
    return last.choices[choice.number]


def _score(desk: Desk, party: Party, given: Score, at: dt.datetime) -> Answer:
    ticket = _own(desk, party, given.ticket)
    if ticket is None or ticket.marks.resolved_at is None:
        return Answer(Say.STALE.value)
    if given.score:
        try:
            return Answer(text=_rated(desk, ticket, given.score, at))
        except DeskError as refusal:
            return Answer(str(refusal))
    if _wants_rating(ticket) and not ticket.rating_skipped:
        ending.skip_rating(desk, ticket.id, at)
    return Answer(text=Say.SKIPPED.value)


def _wants_rating(ticket: Ticket) -> bool:
    solved, rating = ticket.marks.resolved_at, ticket.rating
    return solved is not None and (rating is None or rating.at < solved)


def _rated(desk: Desk, ticket: Ticket, score: int, at: dt.datetime) -> str:
    ending.rate(desk, ticket.id, Rated(at, score))
    return (Say.RATED_LOW if score <= _LOW else Say.RATED).of(score=score)


def _erasure(desk: Desk, party: Party, step: str, at: dt.datetime) -> Answer:
    if step == "ask":
        return Answer(text=Say.ERASE_SURE.value, rows=ERASURE)
    if step == "no":
        return Answer(text=Say.KEPT.value)
    customer = desk.store.known_customer(party)
    if customer:
        customers.erase(desk.store, customer, Actor("customer", CHANNEL), at, desk.forget)
    return Answer(text=Say.ERASED.value)
