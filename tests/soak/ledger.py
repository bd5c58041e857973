"""What the world outside knows: lines appended and flushed to the disk before anything goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Ledger:
    """A file of JSON lines that survives the writer's sudden end."""

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, kind: str, *values: Any) -> None:
        """Append a line; it is on the disk when this returns."""
        os.write(self._number, json.dumps([kind, *values]).encode() + b"\n")
        os.fsync(self._number)


def read(path: Path) -> Iterator[tuple[str, list[Any]]]:
    """All whole lines: (kind, values)."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            kind, *values = json.loads(line)
            yield kind, values
