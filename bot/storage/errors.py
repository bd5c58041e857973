"""Errors of the store.

StorageError
├── KeyRefused        the master key is missing, malformed, readable by others, or another one
├── StoreBusy         another process has the store
├── StoreDamaged      a file is damaged, incomplete, or does not belong to the other
├── StoreTooNew       it was written by a newer program
├── StoreFailed       the disk is full, the folder cannot be written …
└── BackupRefused     a backup that cannot be made or restored as asked
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final


class StorageError(Exception):
    """Root of this room's errors."""


class KeyRefused(StorageError):  # noqa: N818 - named for what it is
    """The master key cannot be used; the message says why and what to do."""


class StoreBusy(StorageError):  # noqa: N818
    """Another process, ``pid`` (0 if unknown), has the store."""

    def __init__(self, folder: Path, pid: int) -> None:
        who = f"进程 {pid} " if pid else "另一个进程"
        super().__init__(f"数据文件夹 {folder} 正被{who}使用。请先停止它再重试")
        self.folder = folder
        self.pid = pid


class StoreDamaged(StorageError):  # noqa: N818
    """A file cannot be read as what it should be."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"数据已损坏：{what}。请不要继续写入，先复制整个数据文件夹，再用 "
            "huashu store restore 把最近的备份恢复到新的文件夹"
        )
        self.what = what


class StoreTooNew(StorageError):  # noqa: N818
    """The store has changes this program does not know."""

    def __init__(self, what: str) -> None:
        super().__init__(f"数据由更新版本的程序写入（{what}）。请升级程序后再打开")


class StoreFailed(StorageError):  # noqa: N818
    """The database refused, for a reason outside of the program."""


class BackupRefused(StorageError):  # noqa: N818
    """A backup cannot be made or restored; the message says why."""


_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REASONS: Final = {
    sqlite3.SQLITE_FULL: "磁盘已满。请清理空间后重试",
    sqlite3.SQLITE_READONLY: "数据文件夹不可写。请检查权限",
    sqlite3.SQLITE_CANTOPEN: "数据文件无法打开。请检查路径和权限",
    sqlite3.SQLITE_BUSY: "数据文件被其他程序占用。请关闭它后重试",
    sqlite3.SQLITE_IOERR: "磁盘读写出错。请检查磁盘",
}


def told(error: sqlite3.Error, where: object = "store.db") -> StorageError:
    """What a database error means for people."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGE:
        return StoreDamaged(f"{where} 不是完好的数据库（{error}）")
    return StoreFailed(
        f"{where}：{_REASONS.get(code, f'数据库出错（{error}）。请运行 huashu store check')}"
    )
