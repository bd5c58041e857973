"""Replaying a folder of chats through the code that the live desk uses, after the start."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final

from bench.timing import Span, time_once
from bot.desk.conversing import Chat
from bot.desk.desk import Desk
from bot.desk.house import House
from bot.desk.suggest import Suggester
from bot.desk.transcript import read_transcript
from bot.quality.checker import Checker
from bot.storage.memory import MemoryStore
from kb.snapshot import Snapshot

_START: Final = dt.datetime(2026, 3, 10, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_STEP: Final = dt.timedelta(seconds=40)
_MESSAGES_A_CHAT: Final = 6


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many customers' messages went through, and how long all lines of all chats took."""

    chats: int
    messages: int
    span: Span

    @property
    def a_second(self) -> float:
        """Customers' messages a second, by the wall clock."""
        return round(self.messages / self.span.wall, 1)


def measure(snapshot: Snapshot, messages: Sequence[str]) -> Replayed:
    """Replay chats in which customer and agent take turns.

    Args:
        snapshot: the shipped library's.
        messages: customers' messages, each used once; the agent says the library's own lines.

    """
    says = cycle([n.text for n in snapshot.library.lines if "{{" not in n.text])
    suggester, checker = Suggester(lambda: snapshot, House()), Checker.shipped()

    def new_desk() -> Desk:
        return Desk(MemoryStore(), suggester, checker, House())

    with tempfile.TemporaryDirectory(prefix="huashu-bench-") as name:
        folder = Path(name)
        for start in range(0, len(messages), _MESSAGES_A_CHAT):
            chat = messages[start : start + _MESSAGES_A_CHAT]
            lines = [x for text in chat for x in (("customer", text), ("agent", next(says)))]
            _write(folder / f"{start:06d}.jsonl", lines)
        files = sorted(folder.iterdir())
        _replay(files[0], new_desk)
        _, span = time_once(lambda: _replay_all(files, new_desk))
    return Replayed(len(files), len(messages), span)


def _write(path: Path, lines: Sequence[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as handle:
        for i, (role, text) in enumerate(lines):
            at = (_START + i * _STEP).isoformat()
            item = {"role": role, "text": text, "at": at}
            handle.write(json.dumps(item, ensure_ascii=False) + "\n")


def _replay_all(files: Sequence[Path], new_desk: Callable[[], Desk]) -> None:
    for file in files:
        _replay(file, new_desk)


def _replay(file: Path, new_desk: Callable[[], Desk]) -> None:
    """What ``huashu replay --json`` computes and writes for one file."""
    chat = Chat(new_desk)
    with file.open(encoding="utf-8") as lines:
        for said in read_transcript(file.name, lines):
            json.dumps(chat.say(said), ensure_ascii=False)
    json.dumps(chat.ticket(), ensure_ascii=False)
