"""The phrase library: many lines, loaded whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from prompts.errors import Fault, LoadFailed
from prompts.files import find_files, read_file
from prompts.lines import COLUMNS, Line, line_from_row
from prompts.rows import Row

#: The YAML top key of phrase files and the name of their sort.
SORT: Final = "lines"


def shipped_folder() -> Path:
    """The folder of the library that ships with the program."""
    return Path(__file__).parent / "library"


def lines_from_rows(rows: Iterable[Row], faults: list[Fault]) -> list[Line]:
    """Make lines of rows; a repeated id is a fault that names both places."""
    lines: list[Line] = []
    places: dict[str, str] = {}
    for row in rows:
        line = line_from_row(row, faults)
        if line is None:
            continue
        if line.id in places:
            hint = f"{places[line.id]} 已有同样的编号，请改成不同的编号"
            faults.append(Fault(row.where, "id", f"编号“{line.id}”重复", hint))
            continue
        places[line.id] = row.where
        lines.append(line)
    return lines


def load_lines(paths: Sequence[Path]) -> tuple[Line, ...]:
    """Load phrase files (YAML, CSV, XLSX) or folders of them.

    Raises:
        LoadFailed: with every fault of every file.

    """
    files, faults = find_files(paths)
    rows: list[Row] = []
    for path in files:
        source = read_file(path, {SORT: COLUMNS})
        faults.extend(source.faults)
        if source.sort == "text":
            faults.append(Fault(path.name, "", "不是话术文件", "话术请用 YAML、CSV 或 XLSX"))
        rows.extend(source.rows)
    lines = lines_from_rows(rows, faults)
    if faults:
        raise LoadFailed(faults)
    return tuple(lines)
