"""The store on SQLite: one folder, one process, one thread at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path
from types import TracebackType
from typing import Final

from bot.storage.accounts import AccountTables
from bot.storage.audit import AuditTables
from bot.storage.check import check_tail
from bot.storage.connection import KEYS_FILE, STORE_FILE, Connection
from bot.storage.customers import CustomerTables
from bot.storage.errors import KeyRefused, StorageError, StoreDamaged, StoreFailed
from bot.storage.gaps import GapTables
from bot.storage.keys import KeyRing
from bot.storage.lock import FolderLock
from bot.storage.master import MasterKey, make_key_file, read_key_file, sync_folder
from bot.storage.queues import QueueTables
from bot.storage.retention import RetentionTables
from bot.storage.tickets import TicketTables

#: Ending of the file a new master key waits in until all keys are wrapped under it.
_NEXT: Final = ".next"


class SqliteStore(
    CustomerTables,
    TicketTables,
    QueueTables,
    GapTables,
    AccountTables,
    AuditTables,
    RetentionTables,
):
    """See :class:`bot.desk.ports.Store`.

    Args:
        folder: where the files are; made where it is not there.
        master: the master key.
        zone: the zone in which times of rows are given back.

    Raises:
        StorageError: the store is in use, damaged or too new, or the key is another one's.

    """

    def __init__(self, folder: Path, master: MasterKey, zone: dt.tzinfo = dt.UTC) -> None:
        self.folder = folder
        with contextlib.ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._lock = FolderLock(folder)
            except OSError as error:
                raise StoreFailed(
                    f"数据文件夹 {folder} 无法使用（{error.strerror}）。请检查路径和权限"
                ) from error
            stack.callback(self._lock.release)
            if (folder / STORE_FILE).exists() and not (folder / KEYS_FILE).exists():
                raise StoreDamaged(f"{folder} 中有 {STORE_FILE} 却没有 {KEYS_FILE}")
            db = Connection(folder)
            stack.callback(db.close)
            super().__init__(db, _ring(db, master), zone)
            self._adopt()
            self.finish_erasures()
            if self._meta("clean") != "yes":
                check_tail(self)
            self._put_meta("clean", "no")
            stack.pop_all()

    def close(self) -> None:
        """Close the files and let the folder go."""
        try:
            self._put_meta("clean", "yes")
        finally:
            self.db.close()
            self._lock.release()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def rotate_key(self, master: MasterKey) -> int:
        """Go over to another master key; gives how many keys were wrapped anew.

        Raises:
            StoreDamaged: a key cannot be read; nothing was changed.

        """
        return self.keys.rotate(master)

    def rotate_key_file(self) -> int:
        """Go over to a new random key in the same key file; gives how many keys were wrapped anew.

        The new key is on the disk beside the old one before anything is wrapped under it, and takes
        the old one's name afterwards; opening the store finishes what a crash cuts short.

        Raises:
            KeyRefused: the master key comes from the environment, or its folder cannot be written.
            StoreDamaged: a key cannot be read; nothing was changed.

        """
        place = self.keys.master.place
        if place is None:
            raise KeyRefused("主密钥来自环境变量，不能就地更换。请用 --to 指定新的密钥文件")
        next_place = _next(place)
        # one left by a crash before the wrapping began is as good as a new one
        new = read_key_file(next_place) if next_place.exists() else make_key_file(next_place)
        count = self.keys.rotate(new)
        _take_place(next_place, place)
        self.keys.master = MasterKey(new.secret, place)
        return count

    def _adopt(self) -> None:
        """See that both files are of one store; a new ``store.db`` takes the other's name."""
        known = self._meta("store")
        if known == self.keys.store_id:
            return
        if known is not None or self.db.one("SELECT 1 FROM customers LIMIT 1"):
            raise StoreDamaged(f"{STORE_FILE} 与 {KEYS_FILE} 不属于同一个数据库")
        if self.db.key_rows("SELECT 1 FROM keys LIMIT 1"):
            raise StoreDamaged(f"{KEYS_FILE} 中有客户密钥，{STORE_FILE} 却是空的")
        self.begin_audit()
        self._put_meta("store", self.keys.store_id)

    def _meta(self, name: str) -> str | None:
        found = self.db.one("SELECT value FROM meta WHERE name = ?", (name,))
        return None if found is None else str(found[0])

    def _put_meta(self, name: str, value: str) -> None:
        self.db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def _next(place: Path) -> Path:
    return place.with_name(place.name + _NEXT)


def _take_place(next_place: Path, place: Path) -> None:
    os.replace(next_place, place)  # noqa: PTH105 - the same, said plainly
    sync_folder(place.parent)


def _ring(db: Connection, master: MasterKey) -> KeyRing:
    """The keys; where a crash came between the wrapping and the renaming, under the next key."""
    try:
        return KeyRing(db, master)
    except KeyRefused:
        if master.place is None or not _next(master.place).exists():
            raise
        try:
            ring = KeyRing(db, MasterKey(read_key_file(_next(master.place)).secret, master.place))
        except StorageError:
            ring = None
        if ring is None:
            raise
        _take_place(_next(master.place), master.place)
        return ring
