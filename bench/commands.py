"""Running ``huashu`` itself in a process of its own, with folders of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.timing import Span

_INSTALLED: Final = Path(sys.executable).with_name("huashu")
#: ``huashu`` as people start it.
HUASHU: Final = [str(_INSTALLED)] if _INSTALLED.is_file() else [sys.executable, "-m", "bot"]


class CommandFailed(Exception):  # noqa: N818 - named for what happened
    """A command ended with another status than 0; ``status`` and ``stderr`` say how."""

    def __init__(self, command: list[str], status: int, stderr: str) -> None:
        super().__init__(f"{' '.join(command)} ended with {status}: {stderr[-400:]}")
        self.status = status
        self.stderr = stderr


@dataclass(frozen=True, slots=True)
class Places:
    """Cache and data folder below one temporary folder."""

    cache: Path
    data: Path

    @classmethod
    def below(cls, folder: Path) -> Places:
        """Folders that do not exist yet; the program makes them."""
        return cls(folder / "cache", folder / "data")

    def environment(self) -> dict[str, str]:
        """The environment of this process, with these folders and without settings of its user."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HUASHU_")}
        return kept | {
            "HUASHU_CACHE": str(self.cache),
            "HUASHU_DATA": str(self.data),
            "OMP_NUM_THREADS": "1",
        }


def run(arguments: list[str], places: Places, program: list[str] | None = None) -> tuple[str, Span]:
    """Run a command to its end.

    Args:
        arguments: what follows the program's name.
        places: its folders.
        program: another program than ``huashu``.

    Returns:
        what it wrote to stdout, and its seconds by the wall clock and by the processor.

    Raises:
        CommandFailed: it ended with another status than 0.

    """
    command = [*(program or HUASHU), *arguments]
    before, begun = os.times(), time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, env=places.environment(), check=False
    )
    wall, after = time.perf_counter() - begun, os.times()
    if done.returncode:
        raise CommandFailed(command, done.returncode, done.stderr)
    cpu = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return done.stdout, Span(round(wall, 3), round(cpu, 3))
