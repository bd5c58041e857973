"""The server's time: the system's, a faster one, or one that a test turns by hand."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Awaitable
from itertools import count
from typing import Protocol

#: 10 March 2026, 10:00 in China, a Tuesday; seconds since 1970.
START = 1_773_108_000.0


class Clock(Protocol):
    """Where the server reads the time and waits."""

    def now(self) -> float:
        """Seconds since 1970."""

    def sleep(self, seconds: float) -> Awaitable[None]:
        """Over that many of this clock's seconds after this call."""


class FastClock:
    """The system's time, run ``speed`` times as fast from ``start`` on.

    Args:
        speed: this clock's seconds per real second.
        start: seconds since 1970; None for the real time.

    """

    def __init__(self, speed: float = 1.0, start: float | None = None) -> None:
        self.speed = speed
        self._start = time.time() if start is None else start
        self._zero = time.monotonic()

    def now(self) -> float:
        """See :class:`Clock`."""
        return self._start + (time.monotonic() - self._zero) * self.speed

    async def sleep(self, seconds: float) -> None:
        """See :class:`Clock`."""
        await asyncio.sleep(seconds / self.speed)


class HandClock:
    """Time that stands still until :meth:`advance`."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> float:
        """See :class:`Clock`."""
        return self._now

    def sleep(self, seconds: float) -> asyncio.Future[None]:
        """See :class:`Clock`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._numbers), done))
        self.advance(0)
        return done

    def advance(self, seconds: float) -> None:
        """Let time pass; who slept that long goes on at the loop's next turn."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            done = heapq.heappop(self._sleepers)[2]
            if not done.done():
                done.set_result(None)


class Pulse:
    """Something that happens again and again, and that many may wait for."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake all who wait now."""
        for done in self._waiting:
            if not done.done():
                done.set_result(None)
        self._waiting.clear()

    def wait(self) -> asyncio.Future[None]:
        """Over at the next :meth:`fire` from this call on, awaited yet or not."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(done)
        done.add_done_callback(self._waiting.discard)
        return done


async def first_of(*waits: Awaitable[None]) -> None:
    """Until one of these is over; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
