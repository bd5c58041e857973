"""The use case *live conversations*: many at once, each in order, over the store and what is served.

A conversation is known by an unguessable id, which is the customer's name on this channel; it outlives
restarts, because everything that was said is in the store.
"""

from __future__ import annotations

import secrets
from typing import Final

from bot.desk.by_hand import write_first
from bot.desk.desk import Desk
from bot.desk.errors import NoSuchTicket, TextRefused
from bot.desk.intake import Heard, Message
from bot.desk.ports import Party
from bot.desk.replying import Reply, agent_said, context, refuse_blocked
from bot.desk.scoring.on_demand import sheet_of
from bot.desk.service import DeskService
from bot.desk.shapes import (
    Shape,
    check_shape,
    escalation_shapes,
    finding_shape,
    state_shape,
    suggestion_shape,
    ticket_shape,
)
from bot.domain.note import draft_note
from bot.domain.terms import Emotion, Speaker
from bot.domain.ticket import Ticket

#: Longest line taken, in characters.
MAX_TEXT: Final = 2_000
#: Suggestions listed for the agent: three at first sight, three more on request.
LISTED: Final = 6
_CHANNEL: Final = "web"
_ID: Final = 16


class LiveDesk:
    """Conversations in progress, by id."""

    def __init__(self, service: DeskService) -> None:
        self.service = service

    async def open(self) -> str:
        """Start a conversation and return its id (unguessable)."""
        chat, now = secrets.token_urlsafe(_ID), self.service.now()
        await self.service.run(lambda desk: desk.store.customer_of(_party(chat), now))
        return chat

    async def say(self, chat_id: str, speaker: Speaker, text: str, suggestion: str = "") -> Shape:
        """Take one line of a conversation and return its turn object.

        Args:
            chat_id: the conversation.
            speaker: who wrote the line.
            text: the line.
            suggestion: id of the suggestion that an agent's line was made from, or ""; one that was
                not shown in this conversation is passed over.

        Raises:
            NoSuchTicket: there is no such conversation.
            TextRefused: the text is empty, too long, or must not be sent as it is.

        """
        line = _sound(text)
        if speaker is Speaker.CUSTOMER:
            await self.service.run(lambda desk: _newest(desk, chat_id))
            message = Message(_party(chat_id), line, self.service.now())
            return _heard(await self.service.hear(message, LISTED))
        return await self.service.run(lambda desk: self._agent(desk, chat_id, line, suggestion))

    async def ticket(self, chat_id: str) -> Shape:
        """The ticket of a conversation as of its last line.

        Raises:
            NoSuchTicket: there is no such conversation, or nothing was said in it.

        """

        def work(desk: Desk) -> Shape:
            ticket = _newest(desk, chat_id)
            if ticket is None or ticket.last_at is None:
                raise NoSuchTicket(chat_id)
            note = ticket.note or draft_note(ticket.talk, desk.suggester.title_of(ticket.talk))
            sheet = sheet_of(desk, ticket.id, ticket.last_at)
            return ticket_shape(ticket, note, ticket.last_at, sheet, desk.house, desk.policy)

        return await self.service.run(work)

    async def check(self, text: str, chat_id: str | None = None) -> Shape:
        """Check a line before it is sent; the mood is that of the conversation, if one is named.

        Raises:
            NoSuchTicket: there is no such conversation.
            TextRefused: the text is empty or too long.

        """
        line = _sound(text)

        def work(desk: Desk) -> Shape:
            ticket = _newest(desk, chat_id) if chat_id else None
            upset = ticket is not None and ticket.talk.emotion is not Emotion.CALM
            known = context(desk, ticket) if ticket else None
            return check_shape(desk.checker.check(line, upset=upset, context=known))

        return await self.service.run(work)

    async def close(self) -> None:
        """Stop after what is being done."""
        await self.service.close()

    def _agent(self, desk: Desk, chat_id: str, text: str, suggestion: str) -> Shape:
        ticket = _newest(desk, chat_id)
        if ticket is None:
            refuse_blocked(desk, text)
            ticket = write_first(desk, _party(chat_id), "", self.service.now())
        lines = len(ticket.talk.said) + ticket.talk.agent_lines
        reply = Reply(ticket.id, text, "", self.service.now(), suggestion)
        after, found = agent_said(desk, reply)
        return _turn(after, Speaker.AGENT, lines) | {
            "escalations": [],
            "suggestions": [],
            "findings": [finding_shape(f) for f in found],
            "bot": [],
        }


def _heard(heard: Heard) -> Shape:
    talk = heard.draft.before.talk
    return _turn(heard.ticket, Speaker.CUSTOMER, len(talk.said) + talk.agent_lines) | {
        "escalations": escalation_shapes(heard.draft.escalated),
        "suggestions": [suggestion_shape(s) for s in heard.suggestions],
        "findings": [],
        "bot": [line.text for line in heard.bot_lines],
    }


def _turn(ticket: Ticket, speaker: Speaker, number: int) -> Shape:
    at = ticket.last_at.isoformat() if ticket.last_at else ""
    return {
        "turn": number,
        "role": speaker.value,
        "at": at,
        "ticket_id": ticket.id,
        "holder": ticket.holder.value,
        **state_shape(ticket.talk),
        "fields": dict(ticket.talk.fields),
    }


def _party(chat_id: str) -> Party:
    return Party(_CHANNEL, "", chat_id)


def _newest(desk: Desk, chat_id: str) -> Ticket | None:
    """The conversation's newest ticket; None while nothing was said.

    Raises:
        NoSuchTicket: there is no such conversation.

    """
    customer = desk.store.known_customer(_party(chat_id))
    if customer is None:
        raise NoSuchTicket(chat_id)
    rows = desk.store.newest_of(customer, 1)
    return desk.ticket(rows[0].id) if rows else None


def _sound(text: str) -> str:
    if not text.strip():
        raise TextRefused("内容是空的，请输入文字")
    if len(text) > MAX_TEXT:
        raise TextRefused(f"内容过长（{len(text)} 字，最多 {MAX_TEXT} 字），请分几次发送")
    return text
