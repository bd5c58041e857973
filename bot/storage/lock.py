"""One process at a time: an advisory lock on a file in the store's folder.

SQLite before 3.51.3 can corrupt a WAL file that several connections write to, so a second process is
refused rather than made to wait. The lock falls with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from bot.storage.errors import StoreBusy

LOCK_FILE: Final = "store.lock"
#: The socket on which the process that holds the lock takes commands, if it does.
SOCKET_FILE: Final = "control.sock"


class FolderLock:
    """Holds a folder from its making until :meth:`release`.

    Raises:
        StoreBusy: another process, or another store in this one, holds it.
        OSError: the lock file cannot be made.

    """

    def __init__(self, folder: Path) -> None:
        self._number = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            text = os.read(self._number, 20)
            os.close(self._number)
            raise StoreBusy(folder, int(text) if text.isdigit() else 0) from error
        os.ftruncate(self._number, 0)
        os.write(self._number, str(os.getpid()).encode())

    def release(self) -> None:
        """Let go; doing so twice does nothing."""
        if self._number >= 0:
            os.close(self._number)
        self._number = -1
