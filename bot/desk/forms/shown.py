"""A form for a terminal, and as JSON."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, Final

from bot.desk.forms.form import Form, Row, Table

#: Columns of a terminal, a Chinese character taking two.
WIDTH: Final = 100


def as_text(form: Form, width: int = WIDTH) -> str:
    """The form aligned for a terminal of ``width`` columns, long values folded; ends with a newline."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    def grid(rows: Iterable[Iterable[str]], columns: Iterable[str] = ()) -> Grid:
        made = Grid(box=box.SIMPLE_HEAD if columns else None, show_header=bool(columns))
        for column in columns:
            made.add_column(column, overflow="fold")
        for cells in rows:
            made.add_row(*(Text(cell, overflow="fold") for cell in cells))
        return made

    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, highlight=False, markup=False)
    console.print(f"【{form.title}】{form.ticket}")
    margin = max((Text(row.label).cell_len for row in form.rows), default=0)
    for section in form.sections:
        console.print(f"\n{section.title}")
        rows = grid((_padded(row, margin), _with_source(row)) for row in section.rows)
        rows.columns[0].no_wrap = True
        console.print(rows)
    for table in form.tables:
        console.print(f"\n{table.title}")
        console.print(grid(table.rows, table.columns))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _padded(row: Row, margin: int) -> str:
    """All labels of a form equally wide, so that its sections line up."""
    from rich.cells import set_cell_size

    return "  " + set_cell_size(row.label, margin)


def _with_source(row: Row) -> str:
    return f"{row.value or '—'}（{row.source}）" if row.source else row.value or "—"


def as_json(form: Form) -> dict[str, Any]:
    """The form as plain JSON values."""
    return {
        "form": form.code,
        "title": form.title,
        "ticket_id": form.ticket,
        "missing": list(form.missing),
        "sections": [
            {
                "title": section.title,
                "rows": [
                    {"label": row.label, "value": row.value, "source": row.source}
                    for row in section.rows
                ],
            }
            for section in form.sections
        ],
        "tables": [_table(table) for table in form.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
    }
