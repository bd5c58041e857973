"""Encoders fitted to the desk's own wordings: versioned in the data folder, and undone at will.

``learned/`` holds ``history.jsonl`` (one line for each learning or undoing, the newest last) and a
model folder for each learned encoder that may still be wanted.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from embeddings import model_folder
from embeddings.errors import ModelUnavailable
from embeddings.learn import Learned
from embeddings.rows import content_hash
from embeddings.static import CALIBRATION, StaticEncoder
from kb.errors import NothingLearned
from kb.library import Library

_HISTORY: Final = "history.jsonl"
_WORDINGS: Final = "wordings.json"
_KEPT: Final = 3
#: Learning by itself: from this many changed wordings and this share of all.
CHANGED: Final = 50
SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history.

    ``number`` is the encoder served from then on, 0 for the shipped one; ``base`` the fingerprint of
    the shipped encoder it was fitted from; ``before`` and ``after`` are R@1, R@3 and MRR of the
    held-back wordings.
    """

    number: int
    at: str
    who: str
    action: str
    base: str
    wordings: int = 0
    before: tuple[float, float, float] = (0.0, 0.0, 0.0)
    after: tuple[float, float, float] = (0.0, 0.0, 0.0)
    kept: bool = True


class LearnedStore:
    """The learned encoders of a data folder. ``base`` is the fingerprint of the shipped encoder."""

    def __init__(self, folder: Path, base: str) -> None:
        self._folder = folder
        self._base = base

    def history(self) -> list[Entry]:
        """All entries, oldest first; a line torn by a crash is passed over."""
        try:
            raw_lines = (self._folder / _HISTORY).read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        entries = []
        for line in filter(None, raw_lines):
            try:
                raw = json.loads(line)
                raw["before"], raw["after"] = tuple(raw["before"]), tuple(raw["after"])
                entries.append(Entry(**raw))
            except (ValueError, KeyError, TypeError):
                continue
        return entries

    def number(self) -> int:
        """The learned encoder that is served, 0 where it is the shipped one.

        One fitted from an older shipped encoder is not served any more: learning starts afresh.
        """
        return next(iter(self._line()), 0)

    def current(self) -> StaticEncoder | None:
        """The learned encoder that is served, or None.

        Raises:
            ModelUnavailable: its folder is damaged; the message says how to go back.

        """
        number = self.number()
        if not number:
            return None
        try:
            return StaticEncoder.load(self._of(number))
        except ModelUnavailable as error:
            raise ModelUnavailable(
                str(self._of(number)), error.reason, "可执行 huashu learn --undo 回到之前的模型"
            ) from error

    def keep(self, learned: Learned, library: Library, *, at: str, who: str) -> Entry:
        """Record a learning; where it was better, its encoder is served from now on.

        Raises:
            OSError: the folder cannot be written.

        """
        number = max((e.number for e in self.history()), default=0) + 1
        if learned.encoder is not None:
            self._write(number, learned.encoder)
        entry = Entry(
            number=number if learned.encoder is not None else self.number(),
            at=at,
            who=who,
            action="learn",
            base=self._base,
            wordings=learned.wordings,
            before=_rounded(learned.before.first, learned.before.three, learned.before.mrr),
            after=_rounded(learned.after.first, learned.after.three, learned.after.mrr),
            kept=learned.encoder is not None,
        )
        self._append(entry)
        self._remember(library)
        self._forget_old()
        return entry

    def undo(self, *, at: str, who: str) -> Entry:
        """Serve what was served before the last learning.

        Raises:
            NothingLearned: the shipped encoder is served already.

        """
        if not self.number():
            raise NothingLearned
        back = next((n for n in self._line()[1:] if self._of(n).is_dir()), 0)
        entry = Entry(number=back, at=at, who=who, action="undo", base=self._base)
        self._append(entry)
        return entry

    def changed(self, library: Library, shipped: Library) -> tuple[int, int]:
        """How many wordings differ from what was last learned (or shipped), and how many there are."""
        now = _hashes(library)
        tried = [e for e in self.history() if e.action == "learn" and e.base == self._base]
        path = self._folder / _WORDINGS
        known = _hashes(shipped)
        if tried:
            with contextlib.suppress(FileNotFoundError, ValueError, TypeError):
                known = frozenset(json.loads(path.read_bytes()))
        return len(now ^ known), len(now)

    def due(self, library: Library, shipped: Library) -> bool:
        """Whether enough has changed to learn without being asked."""
        changed, total = self.changed(library, shipped)
        return changed >= CHANGED and changed >= SHARE * total

    def _remember(self, library: Library) -> None:
        """Which wordings were learned from."""
        path = self._folder / _WORDINGS
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(sorted(_hashes(library))), encoding="utf-8")
        aside.replace(path)

    def _line(self) -> list[int]:
        """The encoder that is served, and those that undoing leads back to, newest first.

        A stack: learning adds to it, undoing takes from it.
        """
        stack: list[int] = []
        for entry in self.history():
            if entry.base != self._base:
                stack = []
            elif entry.action == "undo":
                stack = stack[: stack.index(entry.number) + 1] if entry.number in stack else []
            elif entry.kept:
                stack.append(entry.number)
        return stack[::-1]

    def _of(self, number: int) -> Path:
        return self._folder / f"encoder-{number:04d}"

    def _write(self, number: int, encoder: StaticEncoder) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = Path(tempfile.mkdtemp(prefix=".encoder-", dir=self._folder))
        files = model_folder.ModelFiles(encoder.name, encoder.splitter, encoder.table)
        model_folder.write(aside, files)
        if encoder.calibration is not None:
            bands = json.dumps(asdict(encoder.calibration), indent=1)
            (aside / CALIBRATION).write_text(bands + "\n", encoding="utf-8")
        shutil.rmtree(self._of(number), ignore_errors=True)
        aside.rename(self._of(number))

    def _append(self, entry: Entry) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
        with (self._folder / _HISTORY).open("a+b") as handle:
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                if handle.read(1) != b"\n":  # a crash tore the last line: it takes nothing with it
                    line = b"\n" + line
            handle.write(line)
            handle.flush()
            os.fsync(handle.fileno())

    def _forget_old(self) -> None:
        wanted = {self._of(n) for n in self._line()[:_KEPT]}
        for old in self._folder.glob("encoder-*"):
            if old not in wanted:
                shutil.rmtree(old, ignore_errors=True)


def _hashes(library: Library) -> frozenset[int]:
    return frozenset(content_hash(f"{s.id}\n{w}") for s in library.solutions for w in s.wordings)


def _rounded(*values: float) -> tuple[float, float, float]:
    first, three, mrr = (round(v, 4) for v in values)
    return first, three, mrr
