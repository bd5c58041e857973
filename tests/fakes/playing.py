"""A desk over a store in memory and the shipped library, with a clock that tests turn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import TypeVar

from bot.bootstrap import Program
from bot.desk.desk import Desk
from bot.desk.intake import Heard, Message, customer_said
from bot.desk.ports import Outgoing, Party
from bot.desk.replying import Reply, agent_said
from bot.desk.roster import Agent, Roster
from bot.desk.suggest import Suggester
from bot.desk.sweeping import sweep
from bot.domain.events import Event
from bot.domain.policy import Policy
from bot.domain.ticket import Ticket
from bot.settings import Settings
from bot.storage.memory import MemoryStore

ZONE = dt.timezone(dt.timedelta(hours=8))
#: A Tuesday morning in business hours.
START = dt.datetime(2026, 3, 10, 10, 0, tzinfo=ZONE)
E = TypeVar("E", bound=Event)


@cache
def program() -> Program:
    return Program(Settings())


@cache
def suggester() -> Suggester:
    return program().suggester(of_data=False)


class Play:
    """One desk; each line is said a minute after the one before.

    Args:
        bot: whether the first-line bot speaks.
        agents: who works here.
        at: when it begins.
        policy: changes to the shipped policy.
    """

    def __init__(
        self, *agents: Agent, bot: bool = False, at: dt.datetime = START, **policy: object
    ) -> None:
        base: Policy = program().policy
        self.now = at
        self.desk = Desk(
            MemoryStore(),
            suggester(),
            program().checker,
            program().house,
            replace(base, **policy),  # type: ignore[arg-type]
            Roster(agents),
            speaks=bot,
        )
        self.id = ""

    def later(self, **time: float) -> dt.datetime:
        """Turn the clock."""
        self.now += dt.timedelta(**time)
        return self.now

    def says(self, text: str, who: str = "v1", **more: object) -> Heard:
        """A customer's message."""
        message = Message(Party("web", "", who), text, self.later(minutes=1), **more)  # type: ignore[arg-type]
        heard = customer_said(self.desk, message)
        self.id = heard.ticket.id
        return heard

    def replies(self, text: str, agent: str = "1001", suggestion: str = "", **more: str) -> Ticket:
        """An agent's line on the newest ticket."""
        reply = Reply(self.id, text, agent, self.later(minutes=1), suggestion, **more)
        return agent_said(self.desk, reply)[0]

    def sweeps(self, **time: float) -> list[Event]:
        """What fires when the clock is turned."""
        return [e for draft in sweep(self.desk, self.later(**time)) for e in draft.events]

    @property
    def ticket(self) -> Ticket:
        """The newest ticket."""
        return self.desk.ticket(self.id)

    def happened(self, sort: type[E]) -> list[E]:
        """The events of a sort in the newest ticket."""
        return [e for e in self.desk.store.events(self.id) if isinstance(e, sort)]

    def sent(self) -> list[str]:
        """What was queued for the customer, in order."""
        return [str(o.body["text"]) for o in self.outgoing() if o.channel == "web"]

    def told(self) -> list[str]:
        """Who of the desk was notified, in order."""
        return [o.chat for o in self.outgoing() if o.channel == "notify"]

    def outgoing(self) -> list[Outgoing]:
        return self.desk.store.outgoing(self.id)
