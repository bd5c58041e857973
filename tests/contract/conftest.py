"""The engines every contract test runs on; a third one is one more fixture parameter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk.ports import Store
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with SqliteStore(tmp_path / "store", MasterKey(b"k" * 32)) as opened:
        yield opened
