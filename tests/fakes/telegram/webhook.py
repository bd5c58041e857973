"""Delivery to a webhook: in order within a line, side by side across lines, again until taken.

After its first failure an update is sent again at once, then after 2, 4, … 60 seconds, or when the
receiver's ``Retry-After`` says (as in the open Bot API server).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import aiohttp

from tests.fakes.telegram.clock import Clock, Pulse
from tests.fakes.telegram.records import Json
from tests.fakes.telegram.updates import KEPT, Update, UpdateQueue

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
#: Seconds between two tries at most, and the most that Retry-After may ask for.
LONGEST_PAUSE: Final = 60
LONGEST_WISH: Final = 3600
#: Real seconds for which an answer is waited for.
PATIENCE: Final = 10


@dataclass(frozen=True, slots=True)
class Target:
    """Where updates go."""

    url: str
    secret: str = ""
    connections: int = 40
    ip_address: str = ""
    has_certificate: bool = False


class Webhook:
    """One bot's webhook; without a target it rests.

    Args:
        queue: the bot's updates.
        clock: the server's.
        changed: fired when an update was taken or refused.

    """

    def __init__(self, queue: UpdateQueue, clock: Clock, changed: Pulse) -> None:
        self.target: Target | None = None
        self.last_error: tuple[int, str] | None = None
        self._queue = queue
        self._clock = clock
        self._changed = changed
        self._session: aiohttp.ClientSession | None = None
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(1)

    def aim(self, target: Target | None) -> None:
        """Deliver there from now on; None for nowhere."""
        self._cancel()
        if target != self.target:
            self.last_error = None
        self.target = target
        self._places = asyncio.Semaphore(target.connections if target else 1)
        self.kick()

    def start(self) -> None:
        """Begin to deliver; the server runs."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        self._session = aiohttp.ClientSession(timeout=timeout)
        self._queue.on_change = self.kick
        self.kick()

    async def stop(self) -> None:
        """Rest until started again; what was not taken stays."""
        tasks = list(self._tasks.values())
        self._cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def kick(self) -> None:
        """Look for lines that nobody works off."""
        if self.target is None or self._session is None:
            return
        self._queue.drop_old()
        for line in {update.line for update in self._queue.pending.values()} - self._tasks.keys():
            self._tasks[line] = asyncio.create_task(self._work_off(line))
        if again := self._queue.take_repeated():
            key = ("again", again[0].id, self._clock.now())
            self._tasks[key] = asyncio.create_task(self._send_again(key, again))

    async def _work_off(self, line: Hashable) -> None:
        while update := self._first(line):
            await self._deliver(update)
            self._queue.finish(update)
            self._changed.fire()
        del self._tasks[line]
        self.kick()

    async def _send_again(self, key: Hashable, again: list[Update]) -> None:
        for update in again:
            await self._deliver(update)
        del self._tasks[key]

    def _first(self, line: Hashable) -> Update | None:
        return next((u for u in self._queue.pending.values() if u.line == line), None)

    async def _deliver(self, update: Update) -> None:
        """Send an update until it is taken or a day old."""
        pause, is_first = 1, True
        while update.at >= self._clock.now() - KEPT:
            wish = await self._try(update.json())
            if wish is None:
                return
            if not wish and not is_first:
                pause = wish = min(pause * 2, LONGEST_PAUSE)
            is_first = False
            await self._clock.sleep(min(wish, LONGEST_WISH))

    async def _try(self, body: Json) -> int | None:
        """None when it was taken, or else the seconds the receiver wishes to wait, 0 for no wish."""
        target, session = self.target, self._session
        if target is None or session is None:
            raise asyncio.CancelledError
        headers = {"Content-Type": "application/json"}
        if target.secret:
            headers[SECRET_HEADER] = target.secret
        try:
            async with (
                self._places,
                session.post(target.url, data=json.dumps(body), headers=headers) as answer,
            ):
                if 200 <= answer.status <= 299:
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                wish = answer.headers.get("Retry-After", "0")
                return int(wish) if wish.isdecimal() else 0
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientError:
            self._failed("Connection refused")
        return 0

    def _failed(self, what: str) -> None:
        self.last_error = (int(self._clock.now()), what)
        self._changed.fire()

    def _cancel(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
