"""服务小结: the confirmed note, else the draft that the program made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from bot.desk.forms.form import Form, Section
from bot.desk.forms.view import Options, View, person
from bot.desk.house import House
from bot.domain.events import Event, NoteConfirmed
from bot.domain.note import draft_note
from bot.domain.ticket import Ticket


def form(
    ticket: Ticket, events: Sequence[Event], house: House, **options: Unpack[Options]
) -> Form | None:
    """The service note of a ticket; None while no need is stated and nobody wrote one."""
    see = View.of(ticket, events, house, **options)
    confirmed = next((e for e in reversed(events) if isinstance(e, NoteConfirmed)), None)
    text = ticket.note or draft_note(ticket.talk, see.solution())
    if not (text or confirmed or ticket.notes):
        return None
    state = f"已确认（{person(confirmed.by)} {see.at(confirmed.at)}）" if confirmed else "待确认"
    notes = [(see.at(note.at), person(note.by), see.words(note.text)) for note in ticket.notes]
    return see.form(
        "note",
        Section(
            "服务小结",
            (see.number(), see.plain("状态", state), see.row("小结", text)),
        ),
        tables=see.table("内部备注", ("时间", "谁", "内容"), notes),
    )
