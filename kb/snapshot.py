"""What is served: one immutable whole of library, word splitter, encoder and both indexes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from embeddings import index_files
from embeddings.encoder import Encoder
from embeddings.errors import IndexMismatch
from embeddings.hybrid import Document, HybridIndex, Query, prepare
from embeddings.rows import Progress
from embeddings.trials import calibrated
from embeddings.words import WordSplitter
from kb.library import Library
from kb.solutions import Solution
from prompts.lines import Line

#: Share of solutions that may change before the bands are measured anew.
_RECALIBRATE_ABOVE = 0.05


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of everything a suggestion needs. Never changes; a reload makes the next one."""

    version: int
    library: Library
    encoder: Encoder
    splitter: WordSplitter
    solutions: HybridIndex
    lines: HybridIndex
    solution_of: dict[str, Solution] = field(repr=False)
    line_of: dict[str, Line] = field(repr=False)

    def prepare(self, text: str) -> Query:
        """Make a message ready for both indexes."""
        return prepare(text, self.encoder, self.splitter)

    def save(self, folder: Path) -> None:
        """Write both indexes below ``folder``.

        Raises:
            OSError: it cannot be written.

        """
        index_files.save(self.solutions, folder / "solutions", self.encoder, self.splitter)
        index_files.save(self.lines, folder / "lines", self.encoder, self.splitter)


def solution_documents(library: Library) -> list[Document]:
    """Solutions as entries of the index: title and customers' wordings."""
    return [Document(s.id, s.wordings) for s in library.solutions]


def line_documents(library: Library) -> list[Document]:
    """Lines as entries of the index: example messages and title; the text where both are missing."""
    return [
        Document(line.id, tuple(dict.fromkeys((*line.examples, line.title or line.text))))
        for line in library.lines
    ]


def build(
    library: Library,
    encoder: Encoder,
    version: int,
    previous: Snapshot | None = None,
    progress: Progress | None = None,
) -> tuple[Snapshot, int]:
    """Index a library; what is unchanged since ``previous`` is not encoded again.

    Returns:
        the snapshot and how many wordings had to be encoded.

    """
    splitter = library.lexicon.splitter()
    same = (
        previous
        if previous
        and previous.encoder.fingerprint == encoder.fingerprint
        and previous.splitter.fingerprint == splitter.fingerprint
        else None
    )
    if same:
        splitter = same.splitter
    solutions, fresh = HybridIndex.build(
        solution_documents(library), encoder, splitter, same.solutions if same else None, progress
    )
    gone = len(same.solutions.rows) - (len(solutions.rows) - fresh) if same else 0
    measured = getattr(encoder, "calibration", None)  # a model may carry its own bands
    if measured is not None:
        solutions.calibration = measured
    elif same is None or max(fresh, gone) > _RECALIBRATE_ABOVE * max(1, len(solutions.rows)):
        solutions.calibration = calibrated(solutions)
    lines, more = HybridIndex.build(
        line_documents(library), encoder, splitter, same.lines if same else None, progress
    )
    return _snapshot(version, library, encoder, splitter, solutions, lines), fresh + more


def load(library: Library, encoder: Encoder, version: int, folder: Path) -> Snapshot:
    """Take both indexes from ``folder``.

    Raises:
        IndexMismatch: they are of another encoder, lexicon or content; build anew then.

    """
    splitter = library.lexicon.splitter()
    solutions = index_files.load(
        folder / "solutions", solution_documents(library), encoder, splitter
    )
    solutions.calibration = getattr(encoder, "calibration", None) or solutions.calibration
    lines = index_files.load(folder / "lines", line_documents(library), encoder, splitter)
    return _snapshot(version, library, encoder, splitter, solutions, lines)


def load_or_build(
    library: Library,
    encoder: Encoder,
    version: int,
    folder: Path,
    progress: Progress | None = None,
) -> Snapshot:
    """Take the indexes from ``folder`` where they fit; otherwise build them and save them there."""
    try:
        return load(library, encoder, version, folder)
    except IndexMismatch:
        snapshot, _ = build(library, encoder, version, progress=progress)
        with contextlib.suppress(OSError):  # a read-only place only costs time at the next start
            snapshot.save(folder)
        return snapshot


def renumbered(snapshot: Snapshot, version: int) -> Snapshot:
    """The same snapshot under another version number."""
    return replace(snapshot, version=version)


def _snapshot(
    version: int,
    library: Library,
    encoder: Encoder,
    splitter: WordSplitter,
    solutions: HybridIndex,
    lines: HybridIndex,
) -> Snapshot:
    return Snapshot(
        version=version,
        library=library,
        encoder=encoder,
        splitter=splitter,
        solutions=solutions,
        lines=lines,
        solution_of={s.id: s for s in library.solutions},
        line_of={line.id: line for line in library.lines},
    )
