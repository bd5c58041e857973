"""Named moments at which a process ends itself, hung into the program from outside for a test."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final

from bot.storage import schema, sqlite_store
from bot.storage.connection import Connection
from bot.storage.sqlite_store import SqliteStore

#: Name -> where it is.
POINTS: Final = {
    "founding": "a new store is being made: tables, keys, its first records",
    "opening": "a store left by a crash is being opened",
    "begin": "before a transaction begins",
    "received": "a raw message is in the inbox, uncommitted",
    "append": "before events are appended",
    "appended": "after events, row and timers are written, uncommitted",
    "queued": "after a message is put into the outbox, uncommitted",
    "handled": "before a raw message is marked as handled",
    "commit": "before the keys are committed",
    "between": "the keys are committed, the rest is not",
    "committed": "all is committed, nobody was told",
    "scrubbed": "after an erasure emptied the WAL files",
    "acknowledged": "the channel was told, its records were not",
    "marked": "messages are marked as being sent, the channel has none",
    "sending": "just before the channel gets a message",
    "sent": "the channel has a message, the desk does not know",
}

#: Seconds in which the other threads go on before the end, as they might on another core.
_GRACE: Final = 0.03


class Fuse:
    """Ends the process with SIGKILL when a point is passed for the nth time.

    Args:
        where: ``<point>:<n>``, or "" for never.

    """

    def __init__(self, where: str) -> None:
        self._point, _, number = where.partition(":")
        self._left = int(number or 0)

    def passes(self, point: str) -> None:
        """The process has come to a point."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                time.sleep(_GRACE)
                os.kill(os.getpid(), signal.SIGKILL)


class _Watched:
    """A database connection whose transactions pass the points."""

    def __init__(self, inner: sqlite3.Connection, fuse: Fuse, **points: str) -> None:
        self._inner = inner
        self._fuse = fuse
        self._points = points

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        word = sql.partition(" ")[0].lower()
        if point := self._points.get(f"before_{word}"):
            self._fuse.passes(point)
        done = self._inner.execute(sql, *values)
        if point := self._points.get(f"after_{word}"):
            self._fuse.passes(point)
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def before_opening(fuse: Fuse) -> None:
    """Hang the points into the making and opening of a store."""
    _hang(schema, "migrate", fuse, before="founding")
    _hang(Connection, "_both", fuse, before="founding")
    _hang(sqlite_store, "check_tail", fuse, before="opening")


def within(store: SqliteStore, fuse: Fuse) -> None:
    """Hang the points into an open store."""
    db: Any = store.db
    db.keys = _Watched(
        db.keys, fuse, before_begin="begin", before_commit="commit", after_commit="between"
    )
    db.store = _Watched(db.store, fuse, after_commit="committed")
    _hang(store, "receive", fuse, after="received")
    _hang(store, "append", fuse, before="append", after="appended")
    _hang(store, "put", fuse, after="queued")
    _hang(store, "handled", fuse, before="handled")
    _hang(db, "checkpoint", fuse, after="scrubbed")


def _hang(owner: object, name: str, fuse: Fuse, before: str = "", after: str = "") -> None:
    real: Callable[..., Any] = getattr(owner, name)

    def watched(*values: Any, **named: Any) -> Any:
        fuse.passes(before)
        result = real(*values, **named)
        fuse.passes(after)
        return result

    setattr(owner, name, watched)
