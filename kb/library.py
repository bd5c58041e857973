"""The whole library: lines, solutions and lexicon, loaded whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kb import lexicon as lexicons
from kb.lexicon import Lexicon
from kb.markdown import rows_from_markdown
from kb.solutions import COLUMNS, Solution, solution_from_row
from prompts.errors import Fault, LoadFailed
from prompts.files import find_files, read_file
from prompts.library import SORT as LINES
from prompts.library import lines_from_rows
from prompts.library import shipped_folder as shipped_lines
from prompts.lines import COLUMNS as LINE_COLUMNS
from prompts.lines import Line
from prompts.rows import Row

#: The YAML top key of solution files and the name of their sort.
SOLUTIONS: Final = "solutions"
#: Folders of a library directory; each replaces what ships.
SOLUTIONS_FOLDER: Final = "solutions"
LEXICON_FOLDER: Final = "lexicon"


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that may be said and is true, in file order."""

    lines: tuple[Line, ...]
    solutions: tuple[Solution, ...]
    lexicon: Lexicon

    def upserted(self, other: Contents) -> Library:
        """This library with the other's entries added or, where the id is known, put in place."""
        lines = {line.id: line for line in (*self.lines, *other.lines)}
        solutions = {s.id: s for s in (*self.solutions, *other.solutions)}
        words = lexicons.parse({**self.lexicon.files, **other.lexicon_files})
        return Library(tuple(lines.values()), tuple(solutions.values()), words)

    def replaced(self, other: Contents) -> Library:
        """This library with each sort that the other brings replaced as a whole."""
        result = self
        if other.lines:
            result = replace(result, lines=tuple(other.lines))
        if other.solutions:
            result = replace(result, solutions=tuple(other.solutions))
        if other.lexicon_files:
            result = replace(result, lexicon=lexicons.parse(other.lexicon_files))
        return result


@dataclass(slots=True)
class Contents:
    """What was found in some files, checked and complete."""

    lines: list[Line] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)
    lexicon_files: dict[str, str] = field(default_factory=dict)


def solutions_from_rows(rows: Iterable[Row], faults: list[Fault]) -> list[Solution]:
    """Make solutions of rows; a repeated id is a fault that names both places."""
    solutions: list[Solution] = []
    places: dict[str, str] = {}
    for row in rows:
        solution = solution_from_row(row, faults)
        if solution is None:
            continue
        if solution.id in places:
            hint = f"{places[solution.id]} 已有同样的编号，请改成不同的编号"
            faults.append(Fault(row.where, "id", f"编号“{solution.id}”重复", hint))
            continue
        places[solution.id] = row.where
        solutions.append(solution)
    return solutions


def read_contents(paths: Sequence[Path]) -> Contents:
    """Read phrase, solution and lexicon files or folders of them; each file says what it holds.

    Raises:
        LoadFailed: with every fault of every file; nothing of them is to be used then.

    """
    contents = Contents()
    faults: list[Fault] = []
    others: list[Path] = []
    for path in paths:
        lexicon = path if path.name == LEXICON_FOLDER else path / LEXICON_FOLDER
        if lexicon.is_dir():
            try:
                contents.lexicon_files.update(lexicons.read_folder(lexicon))
                lexicons.parse(contents.lexicon_files)
            except LoadFailed as error:
                faults.extend(error.faults)
        if path != lexicon or not lexicon.is_dir():
            others.append(path)
    files, missing = find_files(others)
    files = [f for f in files if not _is_aside(f, others)]
    faults.extend(missing)
    line_rows: list[Row] = []
    solution_rows: list[Row] = []
    for path in files:
        source = read_file(path, {LINES: LINE_COLUMNS, SOLUTIONS: COLUMNS})
        faults.extend(source.faults)
        if source.sort == LINES:
            line_rows.extend(source.rows)
        elif source.sort == SOLUTIONS:
            solution_rows.extend(source.rows)
        elif source.sort == "text":
            rows, wrong = rows_from_markdown(path.name, source.text)
            solution_rows.extend(rows)
            faults.extend(wrong)
    contents.lines = lines_from_rows(line_rows, faults)
    contents.solutions = solutions_from_rows(solution_rows, faults)
    if faults:
        raise LoadFailed(sorted(faults, key=_place))
    return contents


def _is_aside(file: Path, roots: Sequence[Path]) -> bool:
    """Whether a file found below a folder is no knowledge: its lexicon, settings or read-me."""
    for root in roots:
        if file != root and file.is_relative_to(root):
            first, *rest = file.relative_to(root).parts
            if first == LEXICON_FOLDER and rest:
                return True
            if not rest and Path(first).stem in {"settings", "README"}:
                return True
    return False


def _place(fault: Fault) -> list[tuple[int, str]]:
    """Sorts by file, then by line or row in number order."""
    parts = re.split(r"(\d+)", fault.where)
    return [(int(p), "") if i % 2 else (0, p) for i, p in enumerate(parts)]


def shipped_paths() -> list[Path]:
    """Files and folders of the shipped library, for reading and for fingerprints."""
    return [
        shipped_lines(),
        Path(__file__).parent / SOLUTIONS_FOLDER,
        lexicons.shipped_folder(),
    ]


def shipped() -> Library:
    """Read the shipped library from its files (about a second; snapshots cache the result)."""
    return _whole(read_contents(shipped_paths()))


def from_paths(paths: Sequence[Path]) -> Library:
    """Read another library; a sort it does not bring is taken from what ships.

    Raises:
        LoadFailed: with every fault.

    """
    return shipped().replaced(read_contents(paths))


def _whole(contents: Contents) -> Library:
    return Library(
        tuple(contents.lines), tuple(contents.solutions), lexicons.parse(contents.lexicon_files)
    )
