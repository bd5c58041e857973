"""The use case *open by hand*: problems that came by telephone, e-mail, app or another way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from bot.desk.deciding import approval_wished
from bot.desk.desk import Desk, Draft
from bot.desk.errors import TextRefused
from bot.desk.gaps import gather
from bot.desk.ports import Party, RowFilter
from bot.desk.recording import sound_value
from bot.domain.escalation import escalations
from bot.domain.events import ComplaintRegistered, FieldCorrected, Opened, Value
from bot.domain.terms import Rule
from bot.domain.ticket import Ticket
from kb.terms import ContactType

#: Channels of which tickets are written by hand; every problem is recorded, whatever the way.
BY_HAND: Final = ("phone", "email", "official_account", "app", "counter")


@dataclass(frozen=True, slots=True)
class Register:
    """The register form as a person filled it in; ``contact`` tells customers apart."""

    channel: str
    contact: str
    problem: str
    by: str
    at: dt.datetime
    fields: dict[str, Value] = field(default_factory=dict)


def open_by_hand(desk: Desk, form: Register) -> Ticket:
    """Open a ticket for a problem told outside the chats; it is read and escalated like a message.

    Raises:
        TextRefused: the channel is none of :data:`BY_HAND`, a required field is missing, or there is
            no such field.

    """
    if form.channel not in BY_HAND:
        raise TextRefused(f"渠道请选择其中之一：{'、'.join(BY_HAND)}")
    if not form.problem.strip() or not form.contact.strip():
        raise TextRefused("请填写问题描述和联系方式")
    fields = {code: sound_value(code, value) for code, value in form.fields.items()}
    customer = desk.store.customer_of(Party(form.channel, "", form.contact.strip()), form.at)
    visits = desk.store.count(RowFilter(customer=customer))
    earlier = desk.store.newest_of(customer, 1)
    draft = Draft(Ticket())
    draft.add(
        Opened(
            form.at,
            desk.make_id(form.at),
            customer,
            form.channel,
            form.by,
            visits + 1,
            earlier[0].id if earlier else "",
        )
    )
    understood = desk.suggester.understand(form.problem, draft.ticket.talk, form.at)
    draft.add(understood.event)
    for code, value in fields.items():
        draft.add(FieldCorrected(form.at, code, value, form.by))
    if draft.ticket.talk.contact_type is ContactType.COMPLAINT:
        draft.add(ComplaintRegistered(form.at, form.problem, form.by))
    fired = escalations(draft.ticket, understood.event, desk.policy)
    draft.add(*fired)
    if any(e.rule is Rule.AUTHORITY for e in fired):
        draft.add(approval_wished(draft.ticket, understood.event))
    after = desk.commit(draft)
    gather(desk, draft)
    return after


def write_first(desk: Desk, party: Party, agent: str, at: dt.datetime) -> Ticket:
    """Open a ticket in which the desk writes first: a call-back, a reminder, a proactive question."""
    customer = desk.store.customer_of(party, at)
    earlier = desk.store.newest_of(customer, 1)
    visits = desk.store.count(RowFilter(customer=customer))
    draft = Draft(Ticket())
    draft.add(
        Opened(
            at,
            desk.make_id(at),
            customer,
            party.channel,
            agent or desk.house.agent_no,
            visits + 1,
            earlier[0].id if earlier else "",
        )
    )
    return desk.commit(draft)
