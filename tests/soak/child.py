"""A desk at work, to be killed: customers, agents, supervisors, a channel, timers, all at once.

``python -m tests.soak.child FOLDER SEED ORIGIN [finish]`` opens the store in the folder and works until it
is killed; with ``finish`` it takes nothing new, works off what there is and ends. What the world outside
was told stands in ``ledger`` beside the store. The desk's clock runs an hour a second from ORIGIN, seconds
since the epoch, so that it goes on where a killed process left it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.desk import deciding, ending, holding, recording, sending, work_orders
from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Incoming, Outgoing, OutState, Party, RowFilter
from bot.desk.receiving import handle_pending, receive, take
from bot.desk.replying import Reply, agent_said
from bot.desk.roster import Agent
from bot.desk.service import DeskService
from bot.domain.events import Rated
from bot.domain.ticket import Ticket
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk
from tests.soak import points
from tests.soak.ledger import Ledger, read

MASTER: Final = MasterKey(b"k" * 32)
LEDGER: Final = "ledger"
STORE: Final = "store"
VARIABLE: Final = "HUASHU_CRASH_AT"
AGENTS: Final = tuple(Agent(number, 50) for number in ("1001", "1002"))
_START: Final = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
#: Seconds of the desk in one second of the test.
_SPEED: Final = 3600
#: Messages that the channel delivers again after a restart, acknowledged or not.
_AGAIN: Final = 5
#: Customers at a time, and messages after which there is a new one.
_CUSTOMERS: Final = 40
_NEW_AFTER: Final = 4
_SAID: Final = (
    "你好",
    "退款多久到账",
    "宽带频繁掉线和洗衣机漏水",
    "空调坏了，订单ORD12345，电话13800001111",
    "空调坏了，生气",
    "漏电了",
    "快递没到，急",
    "你们什么态度，我要曝光",
    "要赔500元",
    "转人工",
    "谢谢",
    "再见",
)
_LINES: Final = (
    "您好，请问有什么可以帮您？",
    "请您提供一下订单号。",
    "我会在2小时内回复您处理结果。",
    "已转给技术部门核实，两个工作日内联系您。",
    "技术部门已答复，您的问题已经处理好了。",
)


def digest(ticket: Ticket) -> list[Any]:
    """Figures of a ticket that survive an erasure; equal where tickets are equal."""
    talk = ticket.talk
    return [
        [ticket.seq, len(ticket.calls), len(ticket.promises), len(ticket.timers), ticket.reopened],
        [talk.stage, talk.priority, talk.category, talk.emotion, ticket.holder, ticket.agent],
        [talk.customer_lines, talk.agent_lines, len(talk.sent), ticket.is_closed],
    ]


class World:
    """Everything around a desk that may end at any moment."""

    def __init__(self, folder: Path, seed: int, origin: float) -> None:
        self.fuse = points.Fuse(os.environ.get(VARIABLE, ""))
        points.before_opening(self.fuse)
        self.ledger = Ledger(folder / LEDGER)
        self.told = list(read(folder / LEDGER))
        self.random = random.Random(seed)  # noqa: S311
        self.origin = origin
        self.store = SqliteStore(folder / STORE, MASTER, _START.tzinfo or dt.UTC)
        points.within(self.store, self.fuse)
        self.service = DeskService(fake_desk(self.store, agents=AGENTS), self.now)

    def now(self) -> dt.datetime:
        return _START + dt.timedelta(seconds=(time.time() - self.origin) * _SPEED)

    async def begin(self) -> None:
        """What a program does first after a restart."""
        doubtful = await self.service.run(sending.after_restart)
        for outgoing in doubtful:
            self.ledger.add("doubtful", outgoing.key)
        await self.service.run(lambda desk: handle_pending(desk, self.hear))
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    async def work(self) -> None:
        """Go on for ever."""
        await asyncio.gather(
            self.feed("at-once", at_once=True),
            self.feed("later", at_once=False),
            self.people(),
            self.people(),
            self.channel(),
            self.timers(),
            self.doubts(),
            self.erasures(),
        )

    async def finish(self) -> None:
        """Take nothing new; leave nothing undone that can be done."""
        await self.service.run(lambda desk: handle_pending(desk, self.hear))
        await self.service.sweep()
        while await self.settle() or await self.send(surely=True):
            pass
        await self.service.close()
        self.store.close()

    # customers ---------------------------------------------------------------------------------
    async def feed(self, source: str, *, at_once: bool) -> None:
        """A channel's updates in order, some of them again after a restart."""
        known = [n for kind, (*where, n) in self.told if kind == "in" and where == [source]]
        for number in itertools.count(max(0, max(known, default=-1) - _AGAIN)):
            dice = random.Random(f"{source}{number}")  # noqa: S311
            who = dice.randrange(_CUSTOMERS) + number // _NEW_AFTER
            body = {"who": who, "text": dice.choice(_SAID)}
            incoming = Incoming(source, str(number), self.now(), body)
            await (self.heard_now if at_once else self.heard_later)(incoming)
            self.fuse.passes("acknowledged")
            self.ledger.add("in", source, number)

    async def heard_now(self, incoming: Incoming) -> None:
        taken = await self.service.run(lambda desk: take(desk, incoming, self.hear))
        if taken is not None:
            self.ledger.add("state", *taken)

    async def heard_later(self, incoming: Incoming) -> None:
        await self.service.run(lambda desk: receive(desk, incoming))
        if self.random.random() < 0.3:
            await self.service.run(lambda desk: handle_pending(desk, self.hear, 20))

    def hear(self, desk: Desk, incoming: Incoming) -> tuple[str, int, list[Any]]:
        party = Party("web", "", str(incoming.body["who"]))
        number = f"{incoming.source}:{incoming.update}"
        message = Message(party, str(incoming.body["text"]), incoming.at, number)
        ticket = customer_said(desk, message).ticket
        return ticket.id, ticket.seq, digest(ticket)

    async def erasures(self) -> None:
        """Now and then a customer wants to be forgotten."""
        while True:
            await asyncio.sleep(self.random.uniform(0.1, 0.6))
            row = await self.any_ticket()
            if row:
                await self.service.run(partial(_erase, customer=row.customer, at=self.now()))
                self.ledger.add("erased", row.customer)

    # people of the desk ------------------------------------------------------------------------
    async def people(self) -> None:
        """Agents and supervisors, one thing after another; refusals are none of our business."""
        while True:
            row = await self.any_ticket()
            if row is None:
                await asyncio.sleep(0.01)
                continue
            number = uuid.UUID(int=self.random.getrandbits(128)).hex
            work = self.some_work(row.id, number)
            try:
                ticket: Ticket = await self.service.run(work)
            except DeskError:
                continue
            self.ledger.add("state", ticket.id, ticket.seq, digest(ticket))
            if ticket.talk.agent_lines and work.__name__ == "says":
                self.ledger.add("out", ticket.id, number)

    def some_work(self, ticket: str, number: str) -> Callable[[Desk], Ticket]:
        at, dice = self.now(), self.random
        agent, text = dice.choice(AGENTS).number, dice.choice(_LINES)
        orders: dict[str, Callable[[Desk], Ticket]] = {
            "open": lambda d: work_orders.open_order(d, ticket, "技术部", "请检测", agent, at),
            "answer": lambda d: work_orders.answer_order(d, ticket, "W1", "已修", "T1", at),
            "accept": lambda d: work_orders.verify_order(d, ticket, "W1", agent, at, accepted=True),
            "ask": lambda d: deciding.ask_approval(d, ticket, "赔偿", "客户要求", agent, at),
            "decide": lambda d: deciding.decide(d, ticket, "A1", "主管", at, approved=True),
            "take": lambda d: holding.take_over(d, ticket, agent, at),
            "back": lambda d: holding.hand_back(d, ticket, agent, at),
            "note": lambda d: recording.note(d, ticket, "客户脾气急", agent, at),
            "resolve": lambda d: ending.resolve(d, ticket, agent, at),
            "close": lambda d: ending.close(d, ticket, "处理完毕", agent, at),
            "reopen": lambda d: ending.reopen(d, ticket, "客户来电", agent, at),
            "rate": lambda d: ending.rate(d, ticket, Rated(at, dice.randint(1, 5))),
        }

        def says(desk: Desk) -> Ticket:
            return agent_said(desk, Reply(ticket, text, agent, at, message=number))[0]

        return says if dice.random() < 0.4 else dice.choice(list(orders.values()))

    async def any_ticket(self) -> Any:
        rows = await self.service.run(lambda desk: desk.store.rows(RowFilter(), limit=60))
        return self.random.choice(rows) if rows else None

    # the channel -------------------------------------------------------------------------------
    async def channel(self) -> None:
        while True:
            if not await self.send():
                await asyncio.sleep(0.005)

    async def send(self, *, surely: bool = False) -> int:
        """Hand a batch to the channel, which now and then refuses or does not answer."""
        batch = await self.service.run(lambda desk: sending.next_batch(desk, self.now(), 20))
        self.fuse.passes("marked")
        for outgoing in batch:
            luck = 1.0 if surely else self.random.random()
            if luck < 0.05:
                await self.service.run(self.refused(outgoing))
                continue
            if luck > 0.1:
                self.fuse.passes("sending")
                self.ledger.add("wire", outgoing.key, outgoing.attempts)
                self.fuse.passes("sent")
            key = outgoing.key
            if luck < 0.15:
                await self.service.run(partial(sending.uncertain, key=key, error="超时"))
            else:
                await self.service.run(partial(sending.delivered, key=key))
        return len(batch)

    def refused(self, outgoing: Outgoing) -> Callable[[Desk], object]:
        return lambda desk: sending.failed(desk, outgoing, self.now(), "断线")

    async def timers(self) -> None:
        parent = os.getppid()
        while os.getppid() == parent:  # else nobody is left to kill it
            await self.service.sweep()
            await asyncio.sleep(0.01)
        os._exit(1)

    async def doubts(self) -> None:
        """A person decides what becomes of uncertain messages, and is remembered for it."""
        while True:
            await asyncio.sleep(0.05)
            await self.settle()

    async def settle(self) -> int:
        doubtful = await self.service.run(lambda desk: desk.store.standing(OutState.UNCERTAIN))
        for outgoing in doubtful:
            again = self.random.random() < 0.5
            self.ledger.add("again" if again else "trusted", outgoing.key)
            with contextlib.suppress(DeskError):  # erased meanwhile
                await self.service.run(
                    partial(sending.send_again, key=outgoing.key, by="1001", at=self.now())
                    if again
                    else partial(sending.delivered, key=outgoing.key)
                )
        return len(doubtful)


def _erase(desk: Desk, customer: str, at: dt.datetime) -> bool:
    done = desk.store.erase(customer, at)
    desk.forget(row.id for row in desk.store.newest_of(customer, 1_000))
    return done


async def main(folder: Path, seed: int, origin: float, *, finish: bool) -> None:
    """Work until killed, or finish."""
    world = World(folder, seed, origin)
    await world.begin()
    await (world.finish() if finish else world.work())


if __name__ == "__main__":
    place, number, start, *rest = sys.argv[1:]
    asyncio.run(main(Path(place), int(number), float(start), finish=rest == ["finish"]))
