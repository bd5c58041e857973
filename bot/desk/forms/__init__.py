"""The manuals' forms, filled from a ticket and its events; pure, and the same for every output.

Entry points: :func:`forms`, and :func:`as_text`, :func:`as_json`, :func:`as_xlsx` for what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType
from typing import Final, Unpack

from bot.desk.forms import (
    callback,
    communication,
    complaint,
    note,
    process,
    register,
    survey,
    upgrade,
)
from bot.desk.forms.form import MISSING, Form, Row, Section, Table
from bot.desk.forms.ledger import flat, ledger
from bot.desk.forms.names import FORM_NAMES
from bot.desk.forms.sheets import as_xlsx
from bot.desk.forms.shown import as_json, as_text
from bot.desk.forms.view import Options
from bot.desk.house import House
from bot.domain.events import Event
from bot.domain.ticket import Ticket

_FORMS: Final[MappingProxyType[str, Callable[..., Form | None]]] = MappingProxyType(
    {
        "register": register.form,
        "process": process.form,
        "communication": communication.form,
        "note": note.form,
        "complaint": complaint.form,
        "callback": callback.form,
        "upgrade": upgrade.form,
        "survey": survey.form,
    }
)


def forms(
    ticket: Ticket,
    events: Sequence[Event],
    house: House,
    codes: Iterable[str] = tuple(FORM_NAMES),
    **options: Unpack[Options],
) -> list[Form]:
    """The forms of these codes whose matter exists, personal data masked unless said otherwise.

    Args:
        ticket: folded from ``events``.
        events: all of the ticket's events.
        house: its zone is that of all times.
        codes: among :data:`FORM_NAMES`.
        options: see :class:`~bot.desk.forms.view.Options`.

    """
    made = (_FORMS[code](ticket, events, house, **options) for code in codes)
    return [form for form in made if form is not None]


__all__ = [
    "FORM_NAMES",
    "MISSING",
    "Form",
    "Options",
    "Row",
    "Section",
    "Table",
    "as_json",
    "as_text",
    "as_xlsx",
    "flat",
    "forms",
    "ledger",
]
