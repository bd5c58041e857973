"""A form, whatever it is shown on: a title, rows of label and value, tables; every value is text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: What stands in a required place that nobody has filled yet.
MISSING: Final = "缺"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``source`` tells where the value comes from, "" where that goes without saying."""

    label: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What there may be several of; each row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form.

    Attributes:
        code: which form, as the command line names it.
        title: what people call it.
        ticket: the ticket it was filled from; "" for one that gathers several.
        sections: no label occurs twice in them.
        tables: those without a row are left out.

    """

    code: str
    title: str
    ticket: str
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def rows(self) -> Iterator[Row]:
        """All rows, from top to bottom."""
        return (row for section in self.sections for row in section.rows)

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of the required places that are empty."""
        return tuple(row.label for row in self.rows if row.value == MISSING)
