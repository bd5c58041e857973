"""The live desk: use cases for many callers at once, in one thread, many to a transaction.

Callers await :meth:`DeskService.run`. One worker thread takes what has gathered, runs it in order
inside one transaction (group commit: one disk flush for all of it) and answers when that is durable,
so nothing is acknowledged that a crash could take back. A request that is refused writes nothing; one
that fails unexpectedly takes the batch back, and each of the batch is then run by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.intake import Heard, Message, customer_said
from bot.desk.ranking import FIRST_SIGHT
from bot.desk.readers import Readers
from bot.desk.retention import RetentionSweep
from bot.desk.suggest import Prepared
from bot.desk.sweeping import sweep

#: Requests of one transaction at most,
_BATCH: Final = 64
#: and seconds after which no more are taken into it, so that the first does not wait for the last.
_BUDGET: Final = 0.008
#: Seconds between two looks at the timers while nothing falls due.
_LOOK: Final = 5.0

T = TypeVar("T")


@dataclass(slots=True)
class _Request:
    work: Callable[[Desk], Any]
    done: Callable[[Any, BaseException | None], None]
    apart: bool = False
    result: Any = None
    error: BaseException | None = None


#: Nothing was taken from the queue (None there means the end).
_NOTHING: Final = _Request(lambda _: None, lambda *_: None)


class DeskService:
    """Runs use cases of one desk.

    Args:
        desk: the desk; from now on only the worker touches it.
        now: the clock; gives a time with zone.
        readers: processes that read messages beforehand, or None.

    """

    def __init__(
        self, desk: Desk, now: Callable[[], dt.datetime], readers: Readers | None = None
    ) -> None:
        self._desk = desk
        self._readers = readers
        self._now = now
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._closed = False
        self._worker = threading.Thread(target=self._work, name="desk", daemon=True)
        self._worker.start()

    def now(self) -> dt.datetime:
        """The desk's time."""
        return self._now()

    async def run(self, work: Callable[[Desk], T], *, apart: bool = False) -> T:
        """Run a use case; returns when what it changed is durable.

        Args:
            work: the use case.
            apart: run it outside of any transaction (a backup cannot be made inside of one).

        Raises:
            DeskError: it was refused, with the reason.
            RuntimeError: the service is closed.

        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[T] = loop.create_future()
        self.submit(work, self._settles(loop, waiting), apart=apart)
        return await waiting

    @staticmethod
    def _settles(
        loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[T]
    ) -> Callable[[T, BaseException | None], None]:
        def done(result: T, error: BaseException | None) -> None:
            def settle() -> None:
                if waiting.cancelled():
                    return
                if error is not None:
                    waiting.set_exception(error)
                else:
                    waiting.set_result(result)

            with contextlib.suppress(RuntimeError):  # the caller's loop has ended
                loop.call_soon_threadsafe(settle)

        return done

    async def hear(
        self,
        message: Message,
        top: int = FIRST_SIGHT,
        also: Callable[[Desk], None] = lambda _: None,
    ) -> Heard:
        """Take a customer's message; returns when it is durable, with what it led to.

        ``also`` is done in the same transaction (a channel notes what it has handled).
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Heard] = loop.create_future()
        self.submit_message(message, self._settles(loop, waiting), top, also)
        return await waiting

    def submit_message(
        self,
        message: Message,
        done: Callable[[Any, BaseException | None], None],
        top: int = FIRST_SIGHT,
        also: Callable[[Desk], None] = lambda _: None,
    ) -> None:
        """Queue a customer's message, read beforehand where there is a process for it.

        Raises:
            RuntimeError: the service is closed.

        """

        def queue_it(prepared: Prepared | None) -> None:
            def work(desk: Desk) -> Heard:
                heard = customer_said(desk, message, top, prepared)
                also(desk)
                return heard

            self.submit(work, done)

        if self._readers is None:
            queue_it(None)
        else:
            chat = f"{message.party.channel}:{message.party.bot}:{message.party.external}"
            self._readers.prepare(chat, message.text, message.at, queue_it)

    def submit(
        self,
        work: Callable[[Desk], T],
        done: Callable[[Any, BaseException | None], None],
        *,
        apart: bool = False,
    ) -> None:
        """Queue a use case; ``done(result, error)`` is called in the worker thread.

        Raises:
            RuntimeError: the service is closed.

        """
        if self._closed:
            raise RuntimeError("the desk is closed")
        self._queue.put(_Request(work, done, apart))

    async def sweep(self) -> None:
        """Fire the timers that are due, as often as it takes."""
        while await self.run(lambda desk: sweep(desk, self._now())):
            pass

    async def keep_sweeping(self) -> None:
        """Fire timers as they fall due and remove what was kept long enough, until cancelled."""
        retention = RetentionSweep()
        while True:
            await self.sweep()
            await self.run(lambda desk: retention(desk.store, self._now(), desk.forget))
            due = await self.run(lambda desk: desk.store.next_due())
            pause = _LOOK if due is None else (due - self._now()).total_seconds()
            await asyncio.sleep(min(_LOOK, max(0.05, pause)))

    async def close(self) -> None:
        """Finish what was asked and stop the worker."""
        if self._readers is not None:
            await asyncio.to_thread(self._readers.close)
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._worker.join)

    def _work(self) -> None:
        request = self._queue.get()
        while request is not None:
            batch: list[_Request] = [request]
            after: _Request | None = _NOTHING
            if request.apart:
                self._alone(request)
            else:
                batch, after = self._transaction(request)
            for one in batch:
                one.done(one.result, one.error)
            request = self._queue.get() if after is _NOTHING else after

    def _transaction(self, first: _Request) -> tuple[list[_Request], _Request | None]:
        """Run what waits in one transaction while the budget lasts.

        Returns:
            what was run, and what was taken from the queue after it: a request that runs apart, None
            for the end, or ``_NOTHING``.

        """
        batch = [first]
        after: _Request | None = _NOTHING
        begun = time.monotonic()
        try:
            with self._desk.atomic():
                self._one(first)
                while len(batch) < _BATCH and time.monotonic() - begun < _BUDGET:
                    try:
                        following = self._queue.get_nowait()
                    except queue.Empty:
                        break
                    if following is None or following.apart:
                        after = following
                        break
                    batch.append(following)
                    self._one(following)
        except Exception as error:
            if len(batch) == 1:
                first.result, first.error = None, error
            else:
                for request in batch:
                    self._by_itself(request)
        return batch, after

    def _by_itself(self, request: _Request) -> None:
        """One of a batch that was taken back, in a transaction of its own."""
        request.result = request.error = None
        try:
            with self._desk.atomic():
                self._one(request)
        except Exception as error:
            request.error = error

    def _alone(self, request: _Request) -> None:
        try:
            request.result = request.work(self._desk)
        except Exception as error:
            request.error = error

    def _one(self, request: _Request) -> None:
        """Run one; a refusal is its answer, anything else takes the batch back."""
        try:
            request.result = request.work(self._desk)
        except DeskError as error:
            request.error = error
