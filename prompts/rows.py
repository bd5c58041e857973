"""Rows and cells as they come out of any file, each knowing where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: The longest text one cell may hold, in characters.
MAX_CELL: Final = 20_000
#: The largest file that is read, in bytes.
MAX_FILE: Final = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its place: text, nothing, several cells (a list) or a row (a mapping)."""

    value: str | tuple[Cell, ...] | Row | None
    where: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a file. ``cells`` is keyed by field code; ``names`` by what the file calls it.

    Attributes:
        where: file:line or file!sheet!row of the entry.
        cells: field code -> cell.
        names: field code -> the name shown in messages (the column heading or YAML key).

    """

    where: str
    cells: Mapping[str, Cell]
    names: Mapping[str, str]
