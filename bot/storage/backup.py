"""Backups: copies of both files and what is needed to trust them.

A backup is a folder ``huashu-<time>`` with ``store.db``, ``keys.db`` and ``manifest.json`` (sizes and
SHA-256). It holds nothing that can be read without the master key, which is never part of it.

A backup is older than some erasures. Restoring therefore carries out every erasure noted in the
backup, in the backups beside it and in the folders named, before the store can be used. Messages that
had not been sent when the backup was made may have been sent since; they come back as *uncertain*.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.desk.ports import OutState
from bot.storage.connection import KEYS_FILE, STORE_FILE
from bot.storage.errors import BackupRefused, KeyRefused, told
from bot.storage.lock import LOCK_FILE, SOCKET_FILE
from bot.storage.master import MasterKey, sync_folder
from bot.storage.sqlite_store import SqliteStore
from bot.storage.times import from_micros

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_FILES: Final = (KEYS_FILE, STORE_FILE)


def back_up(store: SqliteStore, into: Path, at: dt.datetime) -> Path:
    """Copy a store that is in use into a new folder below ``into``, and give that folder.

    It takes its name only when everything is on the disk, so that half a backup never looks like one.

    Raises:
        BackupRefused: there is one of this second, a transaction is open, or the place cannot be written.
        StorageError: the store cannot be read.

    """
    if store.db.store.in_transaction:
        raise BackupRefused("正在写入数据，不能备份。请稍后再试")
    made = into / f"huashu-{at:%Y%m%d-%H%M%S}"
    if made.exists():
        raise BackupRefused(f"备份 {made} 已经存在。请稍后再试或换一个文件夹")
    try:
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=into))
        try:
            for source, name in ((store.db.keys, KEYS_FILE), (store.db.store, STORE_FILE)):
                _copy(source, part / name)
            manifest = {
                "format": _FORMAT,
                "made_at": at.isoformat(),
                "events": store.db.one("SELECT COUNT(*) FROM events")[0],
                "files": {name: _fingerprint(part / name) for name in _FILES},
            }
            (part / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
            for file in part.iterdir():
                _sync(file)
            sync_folder(part)
            part.rename(made)
            sync_folder(into)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise BackupRefused(f"备份到 {into} 失败（{error.strerror}）。请检查空间和权限") from error
    return made


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored store holds: events; erasures carried out again; messages now uncertain."""

    events: int
    erased: int
    uncertain: int


def restore(backup: Path, folder: Path, master: MasterKey, also: Iterable[Path] = ()) -> Restored:
    """Make a store of a backup in a folder that is empty or not there.

    Args:
        backup: the folder of the backup.
        folder: where the store is to be.
        master: the master key the backup was made under.
        also: further stores or backups whose erasures hold, too.

    Raises:
        BackupRefused: the backup is not whole, the folder is not empty, or cannot be written.
        StorageError: the backup cannot be opened with this key.

    """
    files = _checked(backup)
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"文件夹 {folder} 不是空的。请恢复到一个新的文件夹")
    beside = sorted(p.parent for p in backup.absolute().parent.glob(f"*/{MANIFEST}"))
    erasures = [e for place in (*beside, *also) for e in erasures_in(place)]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".restore-", dir=folder.parent))
        try:
            for name in files:
                shutil.copyfile(backup / name, part / name)
                (part / name).chmod(0o600)
            try:
                opened = SqliteStore(part, master)
            except KeyRefused as error:
                raise KeyRefused(
                    f"主密钥不对：{master.named} 中的密钥与备份 {backup} 不匹配。请换回备份时使用的主密钥"
                ) from error
            with opened as store:
                restored = _brought_up(store, erasures)
            (part / LOCK_FILE).unlink()
            for file in part.iterdir():
                _sync(file)
            sync_folder(part)
            part.replace(folder)
            sync_folder(folder.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    except OSError as error:
        raise BackupRefused(
            f"恢复到 {folder} 失败（{error.strerror}）。请检查空间和权限"
        ) from error
    return restored


def restore_into(store: SqliteStore, backup: Path, also: Iterable[Path] = ()) -> Restored:
    """Restore a backup in the place of an open store that holds nothing; it is closed in any case.

    Raises:
        BackupRefused: the store holds something; see also :func:`restore`.

    """
    folder, master = store.folder, store.keys.master
    with store:
        if store.db.one("SELECT 1 FROM customers UNION ALL SELECT 1 FROM inbox LIMIT 1"):
            raise BackupRefused(
                f"数据文件夹 {folder} 中已有数据，不会覆盖。请用 --data 指定新的文件夹"
            )
    for name in (STORE_FILE, KEYS_FILE, LOCK_FILE, SOCKET_FILE):
        (folder / name).unlink(missing_ok=True)
    return restore(backup, folder, master, also)


def _brought_up(store: SqliteStore, erasures: Iterable[tuple[str, dt.datetime]]) -> Restored:
    erased = 0
    for customer, at in erasures:
        # each is noted in several backups; a customer who came after this one is not in it
        if store.keys.of(customer) and store.erase(customer, at):
            erased += 1
    uncertain = 0
    with store.atomic():
        for state in (OutState.READY, OutState.SENDING):
            uncertain += store.db.run(
                "UPDATE outbox SET state = ?, error = 'restored' WHERE state = ?",
                (OutState.UNCERTAIN.value, state.value),
            ).rowcount
    events = store.db.one("SELECT COUNT(*) FROM events")[0]
    return Restored(events, erased, uncertain)


def erasures_in(place: Path) -> list[tuple[str, dt.datetime]]:
    """The erasures noted in a store or backup; it is read from a copy and left as it is.

    Raises:
        BackupRefused: there is none, or it cannot be read.

    """
    if not (place / KEYS_FILE).is_file():
        raise BackupRefused(f"{place} 中没有 {KEYS_FILE}，不是数据文件夹或备份。请检查路径")
    with tempfile.TemporaryDirectory() as aside:
        try:
            for name in (KEYS_FILE, f"{KEYS_FILE}-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(place / name, Path(aside) / name)
            with contextlib.closing(sqlite3.connect(Path(aside) / KEYS_FILE)) as keys:
                rows = keys.execute("SELECT customer, at FROM erasures").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise BackupRefused(
                f"无法读取 {place} 中的删除记录（{error}）。请改用完好的备份"
            ) from error
    return [(customer, from_micros(at, dt.UTC)) for customer, at in rows]


def _checked(backup: Path) -> tuple[str, ...]:
    """The files of a backup, if they are as its manifest says."""
    try:
        manifest: Any = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != _FORMAT:
            raise BackupRefused(f"备份 {backup} 由更新版本的程序写入。请升级程序")
        for name in _FILES:
            if _fingerprint(backup / name) != manifest["files"][name]:
                raise BackupRefused(f"备份 {backup} 已损坏：{name} 与清单不符。请改用另一个备份")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{backup} 不是完整的备份（{error}）。请检查路径") from error
    return _FILES


def _copy(source: sqlite3.Connection, path: Path) -> None:
    path.touch(mode=0o600)
    try:
        with contextlib.closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a WAL beside it
    except sqlite3.Error as error:
        raise told(error, path.name) from error


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
