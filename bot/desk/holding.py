"""The use cases *take over*, *hand back*, *hand over* and *acknowledge*."""

from __future__ import annotations

import datetime as dt

from bot.desk import bot
from bot.desk.assigning import assign
from bot.desk.desk import Desk, Draft
from bot.desk.errors import NotNow
from bot.desk.notices import Notice, notice
from bot.domain.events import Acknowledged, BotSaid, HandedBack, HandedOver, TakenOver
from bot.domain.terms import Holder, Rule
from bot.domain.ticket import Ticket
from prompts.terms import Kind


def take_over(desk: Desk, ticket_id: str, agent: str, at: dt.datetime) -> Ticket:
    """A person takes the conversation; the bot is silent until it is handed back.

    Raises:
        NotNow: the same person holds it already, or it is closed.

    """
    ticket = _open(desk, ticket_id)
    if ticket.holder is Holder.PERSON and ticket.agent == agent:
        raise NotNow("这个会话已经由您接管，请直接回复客户")
    draft = Draft(ticket)
    draft.add(TakenOver(at, agent))
    if desk.speaks:
        text = notice(Notice.TAKEN_OVER, agent=agent)
        waits = ticket.talk.waiting_since
        line = BotSaid(at, text, frozenset({Kind.OPENING}), waits_since=waits)
        bot.say(draft, line, announces=True)
    return desk.commit(draft)


def hand_back(
    desk: Desk, ticket_id: str, by: str, at: dt.datetime, *, to_bot: bool = True
) -> Ticket:
    """The person lets go: to the bot, or to the queue, where the next agent takes it.

    Raises:
        NotNow: no person holds it.

    """
    ticket = _open(desk, ticket_id)
    if ticket.holder is not Holder.PERSON:
        raise NotNow("这个会话目前不在人工手中，无需交还")
    draft = Draft(ticket)
    draft.add(HandedBack(at, by, to_bot))
    if not to_bot:
        assign(desk, draft, at, but=by)
    return desk.commit(draft)


def hand_over(desk: Desk, ticket_id: str, reason: str, at: dt.datetime) -> Ticket:
    """Give a conversation of the bot to the people's queue.

    Raises:
        NotNow: the bot does not hold it.

    """
    ticket = _open(desk, ticket_id)
    if ticket.holder is not Holder.BOT:
        raise NotNow("这个会话已经在人工队列或人工手中，无需再转")
    draft = Draft(ticket)
    draft.add(HandedOver(at, reason))
    assign(desk, draft, at)
    if desk.speaks:
        bot.announce(desk, draft, at)
    return desk.commit(draft)


def acknowledge(
    desk: Desk, ticket_id: str, by: str, at: dt.datetime, rule: Rule | None = None
) -> Ticket:
    """Someone takes notice of an escalation (of all that are open, when no rule is named)."""
    return desk.change(ticket_id, Acknowledged(at, by, rule))


def _open(desk: Desk, ticket_id: str) -> Ticket:
    ticket = desk.ticket(ticket_id)
    if ticket.is_closed:
        raise NotNow("工单已经关闭；需要继续处理时请先重新打开")
    return ticket
