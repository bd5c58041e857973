"""台账: the forms of many tickets as tables with one row a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.desk.forms.form import Form, Table

_NUMBER = "工单号"


def ledger(forms: Iterable[Form]) -> list[Form]:
    """One form for each sort of form, and one for each table within them, in order of appearance.

    Each holds a single table: a row a ticket with the labels as columns, or the rows of all tables
    of a title with the ticket's number before them.
    """
    by_code: dict[str, list[Form]] = {}
    for form in forms:
        by_code.setdefault(form.code, []).append(form)
    return [made for same in by_code.values() for made in _of_one_sort(same)]


def _of_one_sort(forms: Sequence[Form]) -> Iterable[Form]:
    code, title = forms[0].code, forms[0].title
    yield _sheet(code, title, *flat([form] for form in forms))
    nested: dict[str, Table] = {}
    for form in forms:
        for table in form.tables:
            before = nested.get(table.title)
            rows = tuple((form.ticket, *row) for row in table.rows)
            columns = (_NUMBER, *table.columns)
            nested[table.title] = Table(
                table.title, columns, (*before.rows, *rows) if before else rows
            )
    for name, table in nested.items():
        sheet = name if name.startswith(title[:2]) else f"{title}-{name}"
        yield _sheet(code, sheet, table.columns, table.rows)


def _sheet(
    code: str, title: str, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> Form:
    return Form(code, title, "", tables=(Table(title, columns, rows),))


def flat(
    tickets: Iterable[Sequence[Form]],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """(Columns, rows) with one row a ticket; of a label that several forms have, the first counts."""
    filled = []
    for forms in tickets:
        values: dict[str, str] = {}
        for row in (row for form in forms for row in form.rows):
            values.setdefault(row.label, row.value)
        filled.append(values)
    columns = tuple(dict.fromkeys(label for values in filled for label in values))
    return columns, tuple(tuple(v.get(label, "") for label in columns) for v in filled)
