"""The two database files and transactions over both.

There is exactly one connection to each file, used by one thread at a time. ``keys.db`` has a
connection of its own rather than being attached: a transaction over attached files in WAL mode is
atomic in each file only, and the order of their commits could not be chosen. Here ``keys.db`` is
always committed first. Whatever a crash between the two commits leaves is harmless:

* a new customer: a key that seals nothing yet, but never an event without its key;
* an erasure: the key is gone and the erasure is noted beside it; opening the store does the rest.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database, Migrations

from bot.storage import schema
from bot.storage.errors import StoreFailed, told

STORE_FILE: Final = "store.db"
KEYS_FILE: Final = "keys.db"

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut
    "secure_delete=ON",  # a destroyed key leaves no copy in free pages
    "foreign_keys=ON",
    "mmap_size=0",
    "temp_store=MEMORY",
    "cache_size=-32768",
)


class Connection:
    """Runs statements on ``store.db`` (and, for keys, on ``keys.db``) and groups them.

    Args:
        folder: where the files are, or are to be made.

    Raises:
        StorageError: a file cannot be opened, is damaged, or is too new.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._depth = 0
        self._scrub = False
        with contextlib.ExitStack() as stack:
            self.keys = _opened(folder / KEYS_FILE, schema.keys)
            stack.callback(self.keys.close)
            self.store = _opened(folder / STORE_FILE, schema.store)
            stack.pop_all()

    def run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement on ``store.db``."""
        self._still_in_it()
        try:
            return self.store.execute(sql, values)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise told(error) from error

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        self._still_in_it()
        try:
            self.store.executemany(sql, rows)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise told(error) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        try:
            return self.store.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise told(error) from error

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None."""
        try:
            return self.store.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise told(error) from error

    def key_rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement on ``keys.db`` and give its rows."""
        try:
            return self.keys.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise told(error, KEYS_FILE) from error

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        """One transaction over both files; a nested one is a savepoint in both."""
        name = f"level{self._depth}"
        outer = self._depth == 0
        start = "BEGIN IMMEDIATE" if outer else f"SAVEPOINT {name}"
        self._still_in_it()
        self._depth += 1
        try:
            self._both(start)
            yield
            self._still_in_it()
            self._both("COMMIT" if outer else f"RELEASE {name}")
        except BaseException:
            undo = ("ROLLBACK",) if outer else (f"ROLLBACK TO {name}", f"RELEASE {name}")
            for connection in (self.keys, self.store):
                if connection.in_transaction:  # a full disk may have ended it already
                    with contextlib.suppress(sqlite3.Error):
                        for statement in undo:
                            connection.execute(statement)
            if outer:
                self._scrub = False
            raise
        finally:
            self._depth -= 1
        if outer and self._scrub:
            self._scrub = False
            self.checkpoint()

    def _still_in_it(self) -> None:
        """A full disk may end a transaction from within; nothing more is then written as if it stood."""
        if self._depth and not self.store.in_transaction:
            raise StoreFailed("写入被数据库中止，本次改动全部撤销。请检查磁盘空间后重试")

    def _both(self, statement: str) -> None:
        for connection, name in ((self.keys, KEYS_FILE), (self.store, STORE_FILE)):
            try:
                connection.execute(statement)
            except sqlite3.Error as error:
                raise told(error, name) from error

    def scrub_after_commit(self) -> None:
        """Empty both WAL files once the transaction is through, so that nothing old stays there."""
        self._scrub = True

    def checkpoint(self) -> None:
        """Bring everything into the database files and empty the WAL files."""
        self._both("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close both files."""
        self.store.close()
        self.keys.close()


def _opened(path: Path, migrations: Migrations) -> sqlite3.Connection:
    try:
        path.touch(mode=0o600)
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
    except (OSError, sqlite3.Error) as error:
        failure = (
            error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError(str(error))
        )
        raise told(failure, path.name) from error
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        schema.migrate(Database(connection, execute_plugins=False), migrations)
    except sqlite3.Error as error:
        connection.close()
        raise told(error, path.name) from error
    except BaseException:
        connection.close()
        raise
    return connection
