"""The use case *converse*: lines of both sides, one after the other, each with its outcome.

``huashu replay``, ``suggest`` and the evaluations play a conversation through the desk with the lines'
own times as the clock: timers that fell due since the line before fire first. The first-line bot is
played silently. A file names no supervisors, so a line of the agent counts as the desk's answer to
whatever was escalated before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.desk.by_hand import write_first
from bot.desk.desk import Desk
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Party
from bot.desk.ranking import FIRST_SIGHT
from bot.desk.replying import Reply, agent_said
from bot.desk.scoring.on_demand import sheet_of
from bot.desk.shapes import (
    Shape,
    escalation_shapes,
    finding_shape,
    state_shape,
    suggestion_shape,
    ticket_shape,
)
from bot.desk.sweeping import sweep
from bot.desk.transcript import Said
from bot.domain.conversation import Conversation
from bot.domain.events import Acknowledged, Escalated
from bot.domain.note import draft_note
from bot.domain.terms import Speaker
from bot.domain.ticket import Ticket

_CHANNEL: Final = "replay"
_CUSTOMER: Final = "customer"


@dataclass(slots=True)
class Chat:
    """One customer's conversation, played on a desk of its own; :meth:`say` alone changes it.

    ``new_desk`` makes a desk with an empty store, whose tickets are numbered in the order they open.
    """

    new_desk: Callable[[], Desk]
    turns: int = 0
    last_at: dt.datetime | None = None
    ticket_now: Ticket = field(default_factory=Ticket)
    desk: Desk = field(init=False)
    opened: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.desk = self.new_desk()
        self.desk.make_id = self._number

    def again(self) -> Chat:
        """A conversation of the same kind in which nothing was said yet."""
        return Chat(self.new_desk)

    @property
    def state(self) -> Conversation:
        """What is known of the conversation."""
        return self.ticket_now.talk

    def say(self, said: Said, top: int = FIRST_SIGHT, suggestion: str = "") -> Shape:
        """Take one line and return its turn object.

        Args:
            said: the line.
            top: how many suggestions at most for a customer's line.
            suggestion: id of the suggestion that an agent's line was made from, or "".

        """
        turn: Shape = {"turn": self.turns, "role": said.speaker.value, "at": said.at.isoformat()}
        self.turns += 1
        self.last_at = said.at
        swept = sweep(self.desk, said.at)
        fired = [e for draft in swept for e in draft.escalated]
        if said.speaker is Speaker.CUSTOMER:
            rest = self._customer(said, top, fired)
        else:
            rest = self._agent(said, suggestion, fired)
        shape = turn | state_shape(self.state) | {"fields": dict(self.state.fields)} | rest
        return shape | {"ticket_id": self.ticket_now.id}

    def _customer(self, said: Said, top: int, fired: list[Escalated]) -> Shape:
        heard = customer_said(self.desk, Message(_party(said), said.text, said.at), top)
        self.ticket_now = heard.ticket
        return {
            "escalations": escalation_shapes([*fired, *heard.draft.escalated]),
            "suggestions": [suggestion_shape(s) for s in heard.suggestions],
            "findings": [],
        }

    def _agent(self, said: Said, suggestion: str, fired: list[Escalated]) -> Shape:
        ticket_id = self.ticket_now.id
        if not ticket_id:
            ticket_id = write_first(self.desk, _party(said), said.agent, said.at).id
        if any(c.answered_at is None for c in self.desk.ticket(ticket_id).calls):
            self.desk.change(ticket_id, Acknowledged(said.at, said.agent))
        reply = Reply(ticket_id, said.text, said.agent, said.at, suggestion)
        self.ticket_now, found = agent_said(self.desk, reply, enforce=False)
        return {
            "escalations": escalation_shapes(fired),
            "suggestions": [],
            "findings": [finding_shape(f) for f in found],
        }

    def _number(self, _: dt.datetime) -> str:
        self.opened += 1
        return f"T{self.opened:04d}"

    def ticket(self) -> Shape:
        """The newest ticket and its score as of the last line; the drafted note counts.

        Raises:
            ValueError: nothing was said yet.

        """
        if self.last_at is None:
            raise ValueError("nothing was said yet")
        title = self.desk.suggester.title_of(self.state)
        note = self.ticket_now.note or draft_note(self.state, title)
        desk = self.desk
        sheet = sheet_of(desk, self.ticket_now.id, self.last_at, note)
        return ticket_shape(self.ticket_now, note, self.last_at, sheet, desk.house, desk.policy)


def _party(said: Said) -> Party:
    """One customer a file, whatever it calls him."""
    return Party(_CHANNEL, "", said.customer or _CUSTOMER)
