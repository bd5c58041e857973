"""The forms of many tickets in one file: a workbook, a table, or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.desk.forms.form import Form
from bot.desk.forms.ledger import flat, ledger
from bot.desk.forms.sheets import as_xlsx
from bot.desk.forms.shown import as_json
from prompts.read_table import write_csv

#: xlsx has one sheet for each sort of form, csv one line a ticket, json one object a ticket.
FORMATS: Final = ("xlsx", "csv", "json")


def write(path: Path, ending: str, tickets: Sequence[Sequence[Form]]) -> None:
    """Write the forms of some tickets.

    Args:
        path: the file; an older one is overwritten.
        ending: one of :data:`FORMATS`.
        tickets: the forms of each, none of them empty.

    Raises:
        OSError: the file cannot be written.

    """
    if ending == "xlsx":
        as_xlsx(ledger(form for forms in tickets for form in forms), path)
    elif ending == "csv":
        write_csv(path, *flat(tickets))
    else:
        with path.open("w", encoding="utf-8", newline="\n") as lines:
            for forms in tickets:
                shape = {"ticket_id": forms[0].ticket, "forms": [as_json(form) for form in forms]}
                lines.write(json.dumps(shape, ensure_ascii=False) + "\n")
