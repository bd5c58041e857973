"""Ticket rows as columns, and lists of them in their order."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from bot.desk.ports import RowFilter, TicketRow
from bot.storage.times import NEVER, from_micros, micros

#: The columns of a row, in the order of the attributes.
COLUMNS: Final = ", ".join(f.name for f in fields(TicketRow))
#: The same where the table is called t.
OF_T: Final = ", ".join(f"t.{f.name}" for f in fields(TicketRow))
PUT: Final = (
    f"INSERT INTO tickets ({COLUMNS}, card) VALUES ({', '.join('?' * (len(fields(TicketRow)) + 1))})"  # noqa: S608
    " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{f.name} = excluded.{f.name}" for f in fields(TicketRow) if f.name != "id")
    + ", card = excluded.card"
)
ORDER: Final = "ORDER BY t.due, t.opened_at DESC, t.id DESC"

_get: Final = attrgetter(*(f.name for f in fields(TicketRow)))
_PLACES: Final = {f.name: i for i, f in enumerate(fields(TicketRow))}
_DUE: Final = _PLACES["due"]


def _places(*types: str) -> tuple[int, ...]:
    return tuple(_PLACES[f.name] for f in fields(TicketRow) if f.type in types)


_TIMES: Final = _places("dt.datetime", "dt.datetime | None")
_TUPLES: Final = _places("tuple[str, ...]")
_BOOLS: Final = _places("bool")


def to_columns(row: TicketRow) -> list[Any]:
    """The values of a row, in the order of :data:`COLUMNS`."""
    values = list(_get(row))
    for place in _TIMES:
        if values[place] is not None:
            values[place] = micros(values[place])
    for place in _TUPLES:
        values[place] = json.dumps(values[place], ensure_ascii=False) if values[place] else "[]"
    if values[_DUE] is None:
        values[_DUE] = NEVER
    return values


def from_columns(columns: tuple[Any, ...], zone: dt.tzinfo) -> TicketRow:
    """The row; its times in ``zone``."""
    values = list(columns)
    if values[_DUE] == NEVER:
        values[_DUE] = None
    for place in _TIMES:
        if values[place] is not None:
            values[place] = from_micros(values[place], zone)
    for place in _TUPLES:
        values[place] = tuple(json.loads(values[place])) if values[place] != "[]" else ()
    for place in _BOOLS:
        values[place] = bool(values[place])
    return TicketRow(*values)


def source(wanted: RowFilter) -> tuple[str, list[Any]]:
    """``FROM … WHERE …`` for the tickets wanted, as ``t``, and its values.

    Lists walk a covering index in their order instead of leaving the choice to the planner, which
    knows no figures of the desk; only a customer's tickets have an index of their own.
    """
    terms: list[str] = []
    values: list[Any] = []

    def add(term: str, *given: Any) -> None:
        terms.append(term)
        values.extend(given)

    if wanted.open is not None:
        terms.append("t.stage <> 'closed'" if wanted.open else "t.stage = 'closed'")
    for name in ("stage", "holder", "priority", "category"):
        if some := getattr(wanted, name):
            add(f"t.{name} IN ({', '.join('?' * len(some))})", *map(str, some))
    for name in ("agent", "customer"):
        if (one := getattr(wanted, name)) is not None:
            add(f"t.{name} = ?", one)
    if wanted.department is not None:
        name = json.dumps(wanted.department, ensure_ascii=False)
        add("instr(t.departments, ?) > 0", name)
    if wanted.since is not None:
        add("t.opened_at >= ?", micros(wanted.since))
    if wanted.until is not None:
        add("t.opened_at < ?", micros(wanted.until))
    index = "open" if wanted.open else "all"
    if wanted.customer is not None:
        index = "customer"
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    return f"FROM tickets t INDEXED BY tickets_{index}{where}", values


def matches(wanted: RowFilter) -> Callable[[TicketRow], bool]:
    """The same filter for rows in memory."""

    def fits(row: TicketRow) -> bool:
        return (
            (wanted.open is None or wanted.open == (row.stage != "closed"))
            and all(
                not some or getattr(row, name) in some
                for name, some in (
                    ("stage", wanted.stage),
                    ("holder", wanted.holder),
                    ("priority", wanted.priority),
                    ("category", wanted.category),
                )
            )
            and wanted.agent in (None, row.agent)
            and wanted.customer in (None, row.customer)
            and (wanted.department is None or wanted.department in row.departments)
            and (wanted.since is None or row.opened_at >= wanted.since)
            and (wanted.until is None or row.opened_at < wanted.until)
        )

    return fits
