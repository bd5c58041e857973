"""Processes that read messages beforehand, so that a second core carries half the work.

Reading a message and searching for it need no conversation. A reader process does both; the desk's one
thread then folds, ranks and writes. Messages of one conversation go to one process, so they stay in
order. A process that dies is not missed: the desk reads for itself what was not read for it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import multiprocessing
import queue
import threading
import zlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Final

from bot.desk.suggest import Prepared

#: Gives the function that prepares one message, in the process that calls it.
MakeReader = Callable[[], Callable[[str, dt.datetime], Prepared]]
Done = Callable[[Prepared | None], None]

#: Messages handed to a process at once.
_BATCH: Final = 2
_log = logging.getLogger(__name__)


class Readers:
    """A few reader processes.

    Args:
        count: how many.
        make: picklable; called once in each process.

    """

    def __init__(self, count: int, make: MakeReader) -> None:
        self._lanes = [_Lane(make) for _ in range(count)]

    def prepare(self, chat: str, text: str, at: dt.datetime, done: Done) -> None:
        """Read a message; ``done`` is called in another thread, with None where nobody could."""
        lane = self._lanes[zlib.crc32(chat.encode()) % len(self._lanes)]
        lane.waiting.put((text, at, done))

    def close(self) -> None:
        """Let the processes end."""
        for lane in self._lanes:
            lane.waiting.put(None)
        for lane in self._lanes:
            lane.thread.join()


class _Lane:
    """A process and the thread that talks to it."""

    def __init__(self, make: MakeReader) -> None:
        self.waiting: queue.SimpleQueue[tuple[str, dt.datetime, Done] | None] = queue.SimpleQueue()
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_read, args=(there, make), daemon=True)
        self._process.start()
        there.close()
        self.thread = threading.Thread(target=self._carry, name="reader", daemon=True)
        self.thread.start()

    def _carry(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if not batch:
                break
            try:
                self._here.send([(text, at) for text, at, _ in batch])
                found = self._here.recv()
            except (OSError, EOFError):
                _log.warning("读消息的进程已结束，改由主进程读取；重新启动服务可恢复")
                self._finish(batch)
                return
            for (_, _, done), prepared in zip(batch, found, strict=True):
                done(prepared)
        self._here.close()
        self._process.join(5)

    def _gather(self) -> tuple[list[tuple[str, dt.datetime, Done]], bool]:
        """Whatever waits, at least one; False when nothing comes after it."""
        first = self.waiting.get()
        batch: list[tuple[str, dt.datetime, Done]] = []
        while first is not None:
            batch.append(first)
            if len(batch) == _BATCH:
                return batch, True
            try:
                first = self.waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _finish(self, batch: list[tuple[str, dt.datetime, Done]]) -> None:
        """Without a process everything is handed on unread, in order, until the end."""
        more = True
        while more and batch:
            for _, _, done in batch:
                done(None)
            batch, more = self._gather()
        for _, _, done in batch:
            done(None)


def _read(there: Connection, make: MakeReader) -> None:
    """What a reader process does: answer batches until the other side closes."""
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        read = make()
        while True:
            there.send([_one(read, text, at) for text, at in there.recv()])


def _one(
    read: Callable[[str, dt.datetime], Prepared], text: str, at: dt.datetime
) -> Prepared | None:
    try:
        return read(text, at)
    except Exception:  # the desk will read it itself and tell
        return None
