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
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.intake import Heard, Message, customer_said
from bot.desk.ranking import FIRST_SIGHT
from bot.desk.readers import Readers
from bot.desk.suggest import Prepared
from bot.desk.sweeping import sweep

#: Requests of one transaction at most.
_BATCH: Final = 64
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

    async def hear(self, message: Message, top: int = FIRST_SIGHT) -> Heard:
        """Take a customer's message; returns when it is durable, with what it led to."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Heard] = loop.create_future()
        self.submit_message(message, self._settles(loop, waiting), top)
        return await waiting

    def submit_message(
        self,
        message: Message,
        done: Callable[[Any, BaseException | None], None],
        top: int = FIRST_SIGHT,
    ) -> None:
        """Queue a customer's message, read beforehand where there is a process for it.

        Raises:
            RuntimeError: the service is closed.

        """

        def queue_it(prepared: Prepared | None) -> None:
            self.submit(lambda desk: customer_said(desk, message, top, prepared), done)

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
        """Fire timers as they fall due, until cancelled."""
        while True:
            await self.sweep()
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
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < _BATCH:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                    break
                batch.append(following)
            self._run(batch)
            for request in batch:
                request.done(request.result, request.error)
            if last:
                return

    def _run(self, batch: list[_Request]) -> None:
        if any(request.apart for request in batch):
            for request in batch:
                if request.apart:
                    self._alone(request)
                else:
                    self._run([request])
            return
        try:
            with self._desk.atomic():
                for request in batch:
                    self._one(request)
        except Exception as error:
            if len(batch) == 1:
                batch[0].result, batch[0].error = None, error
                return
            for request in batch:
                request.result = request.error = None
                self._run([request])

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
