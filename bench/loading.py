"""Loading a library from files, and reloading after a few rows changed.

Everything that ``huashu kb load`` does counts: reading and validating the files, encoding,
indexing, the check of the bands, the review for doubles, the regression file, writing the version
and the indexes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.entries import library_of
from bench.files import FORMS, write_library, write_lines, write_solutions
from bench.timing import Span, time_once
from embeddings.encoder import Encoder
from kb.knowledge import Knowledge
from kb.library import Library

_AT: Final = "2026-03-10T10:30:00+08:00"
_WHO: Final = "bench"
#: Lines and solutions that change before a reload.
_CHANGED_LINES: Final = 6
_CHANGED_SOLUTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """One form of file. ``load`` from empty, ``reload`` after ten changed rows, ``start`` anew."""

    form: str
    entries: int
    load: Span
    encoded: int
    reload: Span
    reencoded: int
    start: Span


def measure(size: int, shipped: Library, encoder: Encoder) -> Iterator[Loaded]:
    """Load ``size`` entries from files of each form, in place of the shipped ones."""
    library = library_of(size, shipped)
    for form in FORMS:
        with tempfile.TemporaryDirectory(prefix="huashu-bench-") as name:
            yield _one(form, library, encoder, Path(name))


def _one(form: str, library: Library, encoder: Encoder, folder: Path) -> Loaded:
    files = write_library(folder / "library", library, form)
    changed = _changed(folder / "changed", library)
    knowledge = Knowledge.open(folder / "knowledge", encoder, _AT)
    report, load = time_once(
        lambda: knowledge.load(files, at=_AT, who=_WHO, replace=True, force=True)
    )
    again, reload = time_once(lambda: knowledge.load(changed, at=_AT, who=_WHO, force=True))
    _, start = time_once(lambda: Knowledge.open(folder / "knowledge", encoder, _AT))
    entries = len(library.lines) + len(library.solutions)
    return Loaded(form, entries, load, report.encoded, reload, again.encoded, start)


def _changed(folder: Path, library: Library) -> list[Path]:
    """A CSV of lines and one of solutions, each row with a new wording and another text."""
    folder.mkdir()
    lines = [
        replace(line, text=f"{line.text}感谢您。", examples=(*line.examples, f"再问一次第{i}条"))
        for i, line in enumerate(library.lines[-_CHANGED_LINES:])
    ]
    solutions = [
        replace(s, questions=(*s.questions, f"换个问法问第{i}条"))
        for i, s in enumerate(library.solutions[-_CHANGED_SOLUTIONS:])
    ]
    return [
        write_lines(folder / "lines.csv", lines),
        write_solutions(folder / "solutions.csv", solutions),
    ]
