"""How many customers a second one machine serves: ``python -m bench.desk_load``.

Messages arrive at random (Poisson) whatever the desk is doing (open loop), spread over 1,000 open
conversations, no text twice; each is read, matched, escalated, answered by the bot or suggested for, and
durable before it counts. A latency runs from the moment a message was to arrive to the moment it was
durable with its suggestions. Then a store of a million events is opened and listed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

from bench import messages
from bench.machine import this_machine
from bot.bootstrap import Program
from bot.desk.intake import Message
from bot.desk.ports import Party, RowFilter, Store, TicketCard
from bot.desk.projecting import project_events
from bot.desk.service import DeskService
from bot.domain.events import AgentSaid, CustomerSaid, Opened
from bot.domain.terms import Emotion
from bot.settings import Settings
from kb.library import shipped
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind

_ZONE: Final = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Load:
    """One rate: messages a second offered and served, and latencies in milliseconds."""

    offered: float
    served: float
    p50: float
    p99: float
    worst: float
    cpu_ms: float


def serve(
    program: Program,
    rate: float,
    seconds: float,
    conversations: int,
    texts: list[str],
    processes: int,
) -> Load:
    """Offer messages at a rate for some seconds, after each conversation was opened."""
    with program.store() as store:
        readers = program.readers(processes) if processes else None
        service = DeskService(program.desk(store), lambda: dt.datetime.now(_ZONE), readers)
        opening, texts = texts[:conversations], texts[conversations:]
        _wait_for(service, opening, conversations, [0.0] * len(opening))
        chance = random.Random(7)  # noqa: S311 - no secret
        arrivals, at = [], 0.0
        while at < seconds and len(arrivals) < len(texts):
            at += chance.expovariate(rate)
            arrivals.append(at)
        begun, cpu = time.perf_counter(), time.process_time()
        taken = _wait_for(service, texts[: len(arrivals)], conversations, arrivals)
        spent, worked = time.perf_counter() - begun, time.process_time() - cpu
        service.submit(lambda _: None, lambda *_: None)
        _stop(service)
    ms = np.array(taken) * 1e3
    return Load(
        rate,
        round(len(taken) / spent, 1),
        round(float(np.percentile(ms, 50)), 1),
        round(float(np.percentile(ms, 99)), 1),
        round(float(ms.max()), 1),
        round(worked / len(taken) * 1e3, 2),
    )


def _wait_for(
    service: DeskService, texts: Sequence[str], conversations: int, arrivals: Sequence[float]
) -> list[float]:
    """Send each text at its time; seconds from that time to durable, in order."""
    taken = [0.0] * len(texts)
    left = threading.Semaphore(0)
    begun = time.perf_counter()
    for i, (text, at) in enumerate(zip(texts, arrivals, strict=True)):
        ahead = begun + at - time.perf_counter()
        if ahead > 0:
            time.sleep(ahead)
        party = Party("web", "", f"bench{i % conversations}")
        message = Message(party, text, dt.datetime.now(_ZONE))

        def done(_: Any, error: BaseException | None, i: int = i, at: float = at) -> None:
            if error is not None:
                raise error
            taken[i] = time.perf_counter() - begun - at
            left.release()

        service.submit_message(message, done)
    for _ in texts:
        left.acquire()
    return taken


def _stop(service: DeskService) -> None:
    import asyncio

    asyncio.run(service.close())


@dataclass(frozen=True, slots=True)
class Big:
    """A store of many events: seconds to open, milliseconds of the first page of lists."""

    events: int
    tickets: int
    megabytes: float
    open_s: float
    pages: dict[str, float]


def big(program: Program, events: int) -> Big:
    """Fill a store and open it again. Tickets are of ten events each."""
    tickets = events // 10
    with program.store() as store:
        _fill(store, tickets)
    size = sum(f.stat().st_size for f in (program.settings.data / "store").glob("*.db"))
    begun = time.perf_counter()
    with program.store() as store:
        opened = time.perf_counter() - begun
        pages = {}
        for name, wanted in (
            ("all", RowFilter()),
            ("open", RowFilter(open=True)),
            ("mine", RowFilter(agent="1001", open=True)),
            ("queue", RowFilter(holder=("queue",), open=True)),
            ("P1", RowFilter(priority=("P1",))),
        ):
            begun = time.perf_counter()
            rows = store.rows(wanted, 50)
            store.cards([r.id for r in rows])
            pages[name] = round((time.perf_counter() - begun) * 1e3, 1)
    return Big(tickets * 10, tickets, round(size / 1e6), round(opened, 3), pages)


def _fill(store: Store, tickets: int) -> None:
    start = dt.datetime(2026, 1, 5, 9, tzinfo=_ZONE)
    for first in range(0, tickets, 500):
        with store.atomic():
            for i in range(first, min(first + 500, tickets)):
                at = start + dt.timedelta(seconds=20 * i)
                customer = store.customer_of(Party("web", "", f"c{i}"), at)
                log: list[Any] = [Opened(at, f"B{i:07d}", customer, "web")]
                for turn in range(9):
                    when = at + dt.timedelta(minutes=turn + 1)
                    log.append(_said(when, i) if turn % 2 == 0 else _replied(when, i))
                row, _, timers, lookups = project_events(log)
                store.append(row, TicketCard("客户", f"第{i}件事"), log, timers, lookups)


def _said(at: dt.datetime, number: int) -> CustomerSaid:
    return CustomerSaid(
        at, f"第{number}位客户的快递还没有到", Emotion.CALM, frozenset(), Category.ORDER_LOGISTICS,
        ContactType.CONSULT, Priority(f"P{number % 4 + 1}"), "", has_need=True,
    )  # fmt: skip


def _replied(at: dt.datetime, number: int) -> AgentSaid:
    return AgentSaid(at, "正在为您查询", frozenset({Kind.WAITING}), f"{1001 + number % 20}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk_load", description=__doc__)
    parser.add_argument("--rates", default="100,200,300,400,500")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--readers", type=int, default=1, help="reader processes")
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=0, help="also a store of so many events")
    chosen = parser.parse_args(arguments)
    m = this_machine()
    print(f"{m.day}, {m.cores} cores of {m.processor}, load {os.getloadavg()[0]:.2f} at the start")
    print(
        "| offered/s | served/s | p50 ms | p99 ms | worst ms | CPU ms each |\n|---|---|---|---|---|---|"
    )
    for rate in map(float, chosen.rates.split(",")):
        texts = messages.fresh(
            chosen.conversations + int(rate * chosen.seconds * 1.2), shipped(), f"load{rate}"
        )
        with tempfile.TemporaryDirectory(prefix="huashu-bench-") as name:
            x = serve(
                _program(Path(name)),
                rate,
                chosen.seconds,
                chosen.conversations,
                texts,
                chosen.readers,
            )
        print(
            f"| {x.offered:g} | {x.served:g} | {x.p50:g} | {x.p99:g} | {x.worst:g} | {x.cpu_ms:g} |"
        )
    if chosen.events:
        with tempfile.TemporaryDirectory(prefix="huashu-bench-") as name:
            print(big(_program(Path(name)), chosen.events))


def _program(folder: Path) -> Program:
    return Program(Settings(data=folder / "data", key_file=folder / "keys" / "master.key"))


if __name__ == "__main__":
    main()
