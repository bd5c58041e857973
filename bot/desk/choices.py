"""The log of choices: which of the lines on show an agent sent, changed or passed over.

One JSON object a line in ``choices.jsonl``, only ever added to. It holds codes and ids, never what
was written: neither the customer's words nor the agent's. Each line is flushed to the disk before
the next is taken; what a crash leaves half written is passed over when the log is read.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, overload

from bot.desk.ranking import Suggestion
from bot.domain.terms import Stage
from kb.terms import Category
from prompts.terms import VARIABLES, Kind

#: Name of the log below the data folder.
FILE_NAME: Final = "choices.jsonl"
#: Lines read at most, the newest.
NEWEST: Final = 200_000
#: Bytes of a line from which it cannot be one of ours.
_LONGEST: Final = 64 * 1024
#: Bytes looked through at a time for the beginning of the newest lines.
_BLOCK: Final = 1024 * 1024
#: Share of a suggestion's character pairs that a changed line still has; with less it is another.
_KEPT: Final = 0.25
#: Lists of one conversation that a line may still have been taken from.
_REMEMBERED: Final = 4


class Action(StrEnum):
    """What the agent did with the lines on show."""

    SENT = "sent"
    EDITED = "edited"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on show: its id, where it came from (``prompts:<id>`` or ``kb:<id>``), its kind."""

    id: str
    source: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision of an agent.

    Attributes:
        at: when, with zone.
        agent: the agent's number.
        chat: the conversation's id.
        category: class of the customer's need when the lines were shown.
        stage: where the conversation stood then.
        shown: the lines in the order shown, first the one on top.
        chosen: id of the line that was sent or changed; "" when all were passed over.
        action: what was done.

    Raises:
        ValueError: the parts contradict each other, or ``at`` has no zone.

    """

    at: dt.datetime
    agent: str
    chat: str
    category: Category
    stage: Stage
    shown: tuple[Shown, ...]
    chosen: str
    action: Action

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("the time has no zone")
        if (self.action is Action.PASSED) != (not self.chosen):
            raise ValueError("passed over means that nothing was chosen")
        if not self.shown or (self.chosen and all(s.id != self.chosen for s in self.shown)):
            raise ValueError("what was chosen was not shown")

    def to_json(self) -> str:
        """One line of the log, without its end."""
        values = {
            "at": self.at.isoformat(timespec="milliseconds"),
            "agent": self.agent,
            "chat": self.chat,
            "category": self.category.value,
            "stage": self.stage.value,
            "shown": [[s.id, s.source, s.kind.value] for s in self.shown],
            "chosen": self.chosen,
            "action": self.action.value,
        }
        return json.dumps(values, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A list of suggestions and the kind of situation it was shown in."""

    suggestions: tuple[Suggestion, ...]
    category: Category
    stage: Stage


@dataclass(frozen=True, slots=True)
class Offers:
    """What a conversation has shown lately, and whether the newest list still waits for a reply.

    A reply may have been drafted from an earlier list while the customer wrote on, and several
    replies from one list; so the last few lists are kept.
    """

    lists: tuple[_Offer, ...] = ()
    waiting: bool = False

    def shown(self, suggestions: Sequence[Suggestion], category: Category, stage: Stage) -> Offers:
        """After another list was shown."""
        if not suggestions:
            return Offers(self.lists)
        offer = _Offer(tuple(suggestions), category, stage)
        return Offers((*self.lists, offer)[-_REMEMBERED:], waiting=True)

    def answered(self) -> Offers:
        """After a line of the agent."""
        return Offers(self.lists)

    def choice(
        self, suggestion: str, text: str, *, at: dt.datetime, agent: str, chat: str
    ) -> Choice | None:
        """What a line of the agent says about the lines on show; None when it says nothing.

        Args:
            suggestion: id of the line it was made from, or ""; one not shown here counts as "".
            text: what was sent.
            at: when, with zone.
            agent: the agent's number.
            chat: the conversation's id.

        """
        found = self._find(suggestion)
        action = _action(found[1], text) if found else Action.PASSED
        if found and action is not Action.PASSED:
            offer, chosen = found[0], suggestion
        elif self.waiting:
            offer, chosen = self.lists[-1], ""
        else:
            return None
        shown = tuple(Shown(s.id, s.source, s.kind) for s in offer.suggestions)
        return Choice(at, agent, chat, offer.category, offer.stage, shown, chosen, action)

    def _find(self, suggestion: str) -> tuple[_Offer, Suggestion] | None:
        """The newest list with a suggestion, and that suggestion."""
        for offer in reversed(self.lists):
            for one in offer.suggestions:
                if one.id == suggestion:
                    return offer, one
        return None


def _action(suggestion: Suggestion, text: str) -> Action:
    """How a line was used: as it was (holes filled), changed, or hardly a word of it."""
    parts = _parts(suggestion)
    if _is_filled(parts, text.strip()):
        return Action.SENT
    pairs = {p[i : i + 2] for p in parts for i in range(len(p) - 1)}
    left = {text[i : i + 2] for i in range(len(text) - 1)}
    kept = pairs and len(pairs & left) >= _KEPT * len(pairs)
    return Action.EDITED if kept else Action.PASSED


def _parts(suggestion: Suggestion) -> list[str]:
    """The text between a suggestion's holes."""
    text = suggestion.text.strip()
    for hole in suggestion.holes:
        text = text.replace(f"【{VARIABLES[hole]}】", "\0")
    return text.split("\0")


def _is_filled(parts: Sequence[str], text: str) -> bool:
    """Whether a text is the parts in their order, with something in each hole between them."""
    first, *middle = parts
    if not middle:
        return text == first
    *middle, last = middle
    if not text.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and len(text) - len(last) > at


class ChoiceLog(Protocol):
    """Where choices are kept."""

    def append(self, choice: Choice) -> None:
        """Keep a choice; it survives a crash once this returns.

        Raises:
            OSError: it cannot be kept.

        """


class FileChoiceLog:
    """Choices in a JSON Lines file, made when the first one comes; readable by its owner only.

    Args:
        path: the file. Processes that share it write one after the other.

    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, choice: Choice) -> None:
        """See :class:`ChoiceLog`."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not self.path.exists()
        number = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(number, "ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # A line that a crash left unfinished is ended, so that it does not spoil this one.
            start = b"" if _is_whole(handle) else b"\n"
            handle.write(start + choice.to_json().encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        if is_new:
            _keep_name(self.path.parent)


def _is_whole(handle: BinaryIO) -> bool:
    """Whether a file is empty or ends with a line's end."""
    size = os.fstat(handle.fileno()).st_size
    return not size or os.pread(handle.fileno(), 1, size - 1) == b"\n"


def _keep_name(folder: Path) -> None:
    """Flush a folder, so that a new file in it is still named there after a crash."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@dataclass(frozen=True, slots=True)
class ReadChoices(Sequence[Choice]):
    """What was read: the choices in the log's order, and what had to be passed over.

    Attributes:
        choices: those that could be read.
        damaged: lines that could not.
        torn: whether the last line has no end, as a crash leaves it; it is not among ``damaged``.

    """

    choices: tuple[Choice, ...] = ()
    damaged: int = 0
    torn: bool = False

    @overload
    def __getitem__(self, index: int) -> Choice: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Choice]: ...

    def __getitem__(self, index: int | slice) -> Choice | Sequence[Choice]:
        return self.choices[index]

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.choices)

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def told(self) -> str:
        """One Chinese sentence about what was passed over, or ""."""
        parts = [f"{self.damaged} 行已损坏"] if self.damaged else []
        parts += ["最后一行没有写完"] if self.torn else []
        return f"选择记录中{'，'.join(parts)}，已跳过；其余记录不受影响。" if parts else ""


def read_choices(path: Path, newest: int = NEWEST) -> ReadChoices:
    """Read a log; a missing one is empty.

    Args:
        path: the file.
        newest: how many lines to read at most, counted from the end.

    Raises:
        OSError: the file cannot be read.

    """
    known: dict[tuple[str, str, str], Shown] = {}
    choices: list[Choice] = []
    damaged, torn = 0, False
    try:
        with path.open("rb") as handle:
            handle.seek(_start_of(handle, newest))
            for raw in _lines(handle):
                if not raw.endswith(b"\n"):
                    torn = True
                elif choice := _parsed(raw, known):
                    choices.append(choice)
                else:
                    damaged += 1
    except FileNotFoundError:
        return ReadChoices()
    return ReadChoices(tuple(choices), damaged, torn)


def _start_of(handle: BinaryIO, newest: int) -> int:
    """Where the last ``newest`` whole lines of a file begin."""
    end = handle.seek(0, os.SEEK_END)
    left = newest + 1
    while end > 0:
        begin = max(0, end - _BLOCK)
        handle.seek(begin)
        block = handle.read(end - begin)
        count = block.count(b"\n")
        if count >= left:
            at = len(block)
            for _ in range(left):
                at = block.rindex(b"\n", 0, at)
            return begin + at + 1
        left -= count
        end = begin
    return 0


def _lines(handle: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; one that is too long, whatever it says, as an empty one."""
    while raw := handle.readline(_LONGEST):
        rest = raw
        while len(rest) == _LONGEST and not rest.endswith(b"\n"):
            rest = handle.readline(_LONGEST)
        yield raw if rest is raw else rest[-1:]


def _parsed(raw: bytes, known: dict[tuple[str, str, str], Shown]) -> Choice | None:
    """A line of the log, or None; ``known`` holds what was shown before, so that it is shared."""
    try:
        values = json.loads(raw)
        return _choice(values, known) if isinstance(values, dict) else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _choice(values: Mapping[str, Any], known: dict[tuple[str, str, str], Shown]) -> Choice:
    shown = []
    for line, source, kind in values["shown"]:
        key = (_text(line), _text(source), _text(kind))
        if key not in known:
            known[key] = Shown(key[0], key[1], Kind(key[2]))
        shown.append(known[key])
    return Choice(
        at=dt.datetime.fromisoformat(_text(values["at"])),
        agent=_text(values["agent"]),
        chat=_text(values["chat"]),
        category=Category(values["category"]),
        stage=Stage(values["stage"]),
        shown=tuple(shown),
        chosen=_text(values["chosen"]),
        action=Action(values["action"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
