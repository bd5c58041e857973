"""Writing entries as the files that a desk would load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from kb.library import SOLUTIONS, Library
from kb.solutions import COLUMNS as SOLUTION_COLUMNS
from kb.solutions import Solution
from prompts.library import SORT as LINES
from prompts.lines import COLUMNS as LINE_COLUMNS
from prompts.lines import Line
from prompts.read_table import write_csv, write_xlsx

_Writer = Callable[[Path, Iterable[str], Iterable[Sequence[str]]], None]
_TABLES: Final[Mapping[str, _Writer]] = MappingProxyType({"csv": write_csv, "xlsx": write_xlsx})
#: The forms that a library may be loaded from.
FORMS: Final = ("yaml", "csv", "xlsx")


def write_library(folder: Path, library: Library, form: str) -> list[Path]:
    """Write lines and solutions as two files of one form; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    lines, solutions = folder / f"lines.{form}", folder / f"solutions.{form}"
    if form == "yaml":
        _write_yaml(lines, LINES, (line.to_dict() for line in library.lines))
        _write_yaml(solutions, SOLUTIONS, map(_plain, library.solutions))
    else:
        write = _TABLES[form]
        write(lines, LINE_COLUMNS, (line.to_row() for line in library.lines))
        write(solutions, SOLUTION_COLUMNS, (s.to_row() for s in library.solutions))
    return [lines, solutions]


def write_lines(path: Path, lines: Iterable[Line]) -> Path:
    """Write some lines as a CSV; returns its path."""
    write_csv(path, LINE_COLUMNS, (line.to_row() for line in lines))
    return path


def write_solutions(path: Path, solutions: Iterable[Solution]) -> Path:
    """Write some solutions as a CSV; returns its path."""
    write_csv(path, SOLUTION_COLUMNS, (s.to_row() for s in solutions))
    return path


def _plain(solution: Solution) -> dict[str, Any]:
    """A solution as a YAML file states it: script lines have no ids there, no value is null."""
    found = {k: v for k, v in solution.to_dict().items() if v is not None}
    found["script"] = [
        {k: v for k, v in line.items() if k in {"kind", "text", "fallback", "tone"}}
        for line in found["script"]
    ]
    return found


def _write_yaml(path: Path, sort: str, entries: Iterable[Mapping[str, Any]]) -> None:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    with path.open("w", encoding="utf-8") as handle:
        yaml.dump(
            {sort: list(map(dict, entries))},
            handle,
            Dumper=dumper,
            allow_unicode=True,
            sort_keys=False,
        )
