"""Forms as sheets of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.desk.forms.form import Form, Table
from prompts.read_table import formula_safe

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Narrowest and widest column, in characters of half width.
_NARROW: Final = 10
_WIDE: Final = 60
#: Excel's limits on a sheet's name.
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31


def as_xlsx(forms: Iterable[Form], path: Path) -> None:
    """Write a workbook with one sheet a form; all cells are plain text, formula-safe.

    Raises:
        ValueError: there is no form, which no workbook can hold.
        OSError: the file cannot be written.

    """
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for form in forms:
        _fill(book.create_sheet(_name(form, book.sheetnames)), form)
    if not book.worksheets:
        raise ValueError("no form to write")
    book.save(path)


def _name(form: Form, taken: Sequence[str]) -> str:
    """The form's title, numbered where several have the same."""
    title = _FORBIDDEN.sub("", form.title) or form.code
    name, number = title[:_LONGEST_NAME], 1
    while name in taken:
        number += 1
        name = f"{title[: _LONGEST_NAME - 6]} {number}"
    return name


def _fill(sheet: Worksheet, form: Form) -> None:
    widths: dict[int, int] = {}
    line = _Line(sheet, widths)
    if form.ticket:
        line.put(form.title, form.ticket, bold=2)
    for section in form.sections:
        line.skip()
        line.put(section.title, bold=1)
        for row in section.rows:
            line.put(row.label, row.value, row.source, bold=1)
    for table in form.tables:
        _table(line, table, alone=not form.sections and len(form.tables) == 1)
    for column, width in widths.items():
        sheet.column_dimensions[_letter(column)].width = min(max(width + 2, _NARROW), _WIDE)


def _table(line: _Line, table: Table, *, alone: bool) -> None:
    """A table that has the sheet to itself needs no heading, and its column names stay in sight."""
    if not alone:
        line.skip()
        line.put(table.title, bold=1)
    line.put(*table.columns, bold=len(table.columns))
    if alone:
        line.sheet.freeze_panes = "B2"
    for row in table.rows:
        line.put(*row)


class _Line:
    """Writes a sheet from top to bottom and keeps how wide its columns must be."""

    def __init__(self, sheet: Worksheet, widths: dict[int, int]) -> None:
        from openpyxl.styles import Alignment, Font

        self.sheet = sheet
        self._widths = widths
        self._row = 0
        self._bold = Font(bold=True)
        self._wrapped = Alignment(wrap_text=True, vertical="top")

    def skip(self) -> None:
        """Leave a line empty, except at the top."""
        self._row += bool(self._row)

    def put(self, *values: str, bold: int = 0) -> None:
        """Write a line of cells, the first ``bold`` of them bold."""
        from rich.cells import cell_len

        self._row += 1
        for column, value in enumerate(values, 1):
            cell: Any = self.sheet.cell(self._row, column)
            cell.value = formula_safe(value)
            cell.data_type = "s"  # "#N/A" is a customer's word, too, not an error of the sheet
            cell.number_format = "@"
            cell.alignment = self._wrapped
            if column <= bold:
                cell.font = self._bold
            widest = max((cell_len(part) for part in value.splitlines()), default=0)
            self._widths[column] = max(self._widths.get(column, 0), widest)


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)
