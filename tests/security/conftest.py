"""What the tests of security share: a store on the disk, and one in memory where that is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "store", MasterKey(b"k" * 32)) as opened:
        yield opened


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()
