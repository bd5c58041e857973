"""Resident memory of ``huashu serve`` while it answers, and while it takes over a new version.

The figure is ``VmRSS`` of the server's process from ``/proc``: Linux only.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench.commands import HUASHU, Places, run
from bench.files import write_lines
from kb.library import Library

_STATUS: Final = re.compile(r"VmRSS:\s+(\d+) kB")
_ADDRESS: Final = re.compile(r"http://\S+?:\d+/")
_EVERY_SECONDS: Final = 0.005
_CHANGED: Final = 10
_MESSAGES_A_CHAT: Final = 8
_TAKES_OVER_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: after the start, the most while answering, the most during two reloads, after.

    ``reload`` takes over ten changed lines; ``rebuild`` a changed lexicon, which makes the server
    index every wording anew.
    """

    started: float
    steady: float
    reload: float
    rebuild: float
    after: float
    answered: int


def possible() -> bool:
    """Whether this system tells a process's memory."""
    return Path("/proc/self/status").is_file()


def measure(library: Library, messages: Sequence[str]) -> Memory:
    """Serve the shipped library, ask, and load twice while asking.

    Args:
        library: the shipped library, whose lines are changed.
        messages: customers' messages, each sent once; a third before, a third in each reload.

    """
    with tempfile.TemporaryDirectory(prefix="huashu-bench-") as name:
        folder = Path(name)
        places = Places.below(folder)
        changed = write_lines(
            folder / "changed.csv",
            [replace(n, text=n.text + "谢谢您的理解。") for n in library.lines[:_CHANGED]],
        )
        words = folder / "lexicon" / "words" / "bench.txt"
        words.parent.mkdir(parents=True)
        words.write_text("压测专用词\n", encoding="utf-8")
        with _serving(places) as (process, address):
            server, third = _Client(address), max(1, len(messages) // 3)
            started = _resident(process)
            with _watched(process) as steady:
                server.ask(messages[:third])
            with _watched(process) as reload:
                run(["kb", "load", str(changed), "--force"], places)
                server.ask_until(2, messages[third : 2 * third])
            with _watched(process) as rebuild:
                run(["kb", "load", str(folder / "lexicon"), "--force"], places)
                server.ask_until(3, messages[2 * third :])
            return Memory(
                started, max(steady), max(reload), max(rebuild), _resident(process), server.answered
            )


@contextmanager
def _serving(places: Places) -> Iterator[tuple[int, str]]:
    """A server on a free port: its process id and address; ended on leaving."""
    process = subprocess.Popen(
        [*HUASHU, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=places.environment() | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        for line in process.stdout or ():
            found = _ADDRESS.search(line)
            if found:
                yield process.pid, found[0].rstrip("/")
                return
        raise RuntimeError(f"huashu serve ended with {process.wait()} before it served")
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = _STATUS.search(status)
    return round(int(found[1]) / 1024, 1) if found else 0.0


@contextmanager
def _watched(process: int) -> Iterator[list[float]]:
    """Memory read all the time in a thread; the list grows until leaving."""
    seen = [_resident(process)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_EVERY_SECONDS):
            seen.append(_resident(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


class _Client:
    """Asks the server as the web page does."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.answered = 0

    def ask(self, messages: Sequence[str]) -> None:
        """Send each message once, some to a chat."""
        chat = ""
        for i, text in enumerate(messages):
            if i % _MESSAGES_A_CHAT == 0:
                chat = self._call("/api/chats", {})["id"]
            self._call(f"/api/chats/{chat}/lines", {"role": "customer", "text": text})
            self.answered += 1

    def ask_until(self, version: int, messages: Sequence[str]) -> None:
        """Ask until that version is served, and the rest of the messages after that."""
        begun, sent = time.monotonic(), 0
        while self._call("/api/knowledge")["version"] < version:
            if time.monotonic() - begun > _TAKES_OVER_SECONDS:
                raise RuntimeError(f"version {version} was not taken over")
            self.ask(messages[sent : sent + 1])
            sent += 1
        self.ask(messages[sent:])

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own server
            self._address + path, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
