"""A desk, its channel and Telegram's server, all in this process; the clock is turned by hand."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from bot.desk.account_ports import OfficeStore
from bot.desk.desk import Desk
from bot.desk.ports import Outgoing, Party
from bot.desk.replying import Reply, agent_said
from bot.desk.service import DeskService
from bot.domain.events import CustomerSaid, Event
from bot.domain.ticket import Ticket
from bot.storage.memory import MemoryStore
from bot.telegram.channel import Channel
from bot.telegram.customers import newest
from bot.telegram.habits import Habits
from tests.fakes.desk import fake_desk
from tests.fakes.telegram import FakeTelegram, HandClock

ZONE: Final = dt.timezone(dt.timedelta(hours=8))
QUICK: Final = Habits(
    debounce=0.03, per_second=1e6, chat_pause=0, look=0.01, patience=0.25, first_pause=0.01
)
E = TypeVar("E", bound=Event)
T = TypeVar("T")


class Stage:
    """What runs: one process of the desk after another, over one store and one server."""

    def __init__(self, server: FakeTelegram, clock: HandClock) -> None:
        self.server = server
        self.clock = clock
        self.store: OfficeStore = MemoryStore()
        self.told: list[str] = []
        self.habits = QUICK
        self.service: DeskService | None = None
        self._running: asyncio.Task[None] | None = None

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.clock.now(), ZONE)

    async def start(self, token: str = "", **habits: float) -> None:
        """A new process: nothing is known but what the store holds."""
        self.service = DeskService(fake_desk(self.store), self.now)
        channel = Channel(
            self.service,
            token or self.server.token,
            self.server.url,
            replace(self.habits, **habits),  # type: ignore[arg-type]
            self.told.append,
        )
        self._running = asyncio.create_task(channel.run())
        if not token:
            await self.server.until_polled()

    async def stop(self) -> None:
        if self._running is not None and self.service is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
            await self.service.close()
        self._running = None

    async def run(self, work: Callable[[Desk], T]) -> T:
        assert self.service
        return await self.service.run(work)

    async def ticket(self, user: int) -> Ticket:
        found = await self.run(lambda desk: newest(desk, self.party(user)))
        assert found is not None
        return found

    async def happened(self, user: int, sort: type[E]) -> list[E]:
        ticket = await self.ticket(user)
        events = await self.run(lambda desk: desk.store.events(ticket.id))
        return [e for e in events if isinstance(e, sort)]

    async def said(self, user: int) -> list[str]:
        return [e.text for e in await self.happened(user, CustomerSaid)]

    async def agent_says(self, user: int, text: str) -> None:
        ticket = await self.ticket(user)
        reply = Reply(ticket.id, text, "1001", self.now())
        await self.run(lambda desk: agent_said(desk, reply))

    async def outbox(self, user: int) -> list[Outgoing]:
        """What was queued on the customer's ticket."""
        ticket = await self.ticket(user)
        found = await self.run(lambda desk: desk.store.outgoing(ticket.id))
        return [o for o in found if o.channel == "telegram"]

    async def comes(self, condition: Callable[[Desk], T]) -> T:
        """Wait until the desk has something."""
        async with asyncio.timeout(5):
            while not (found := await self.run(condition)):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.005)
        return found

    async def tells(self, count: int) -> None:
        """Wait until the operator was told so many sentences."""
        async with asyncio.timeout(5):
            while len(self.told) < count:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.005)

    def party(self, user: int) -> Party:
        return Party("telegram", str(self.server.bot.id), str(user))

    def texts(self, user: int) -> list[str]:
        return [m.words for m in self.server.sent(user)]
