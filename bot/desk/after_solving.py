"""What is planned once a problem is solved: the service call-back."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.desk.desk import Desk, Draft
from bot.domain.events import FollowUpPlanned
from kb.terms import ContactType

#: A plain question that was answered is not called back about.
_NO_CALL: Final = frozenset({ContactType.CONSULT, ContactType.SUGGESTION})
#: When the call-back is planned for; its clock ends after three days (service manuals).
_AFTER: Final = dt.timedelta(days=1)
CALLBACK: Final = "callback"


def plan_callback(desk: Desk, draft: Draft, at: dt.datetime) -> None:
    """Plan the call-back of a problem that was just solved, outside rest hours, once."""
    ticket = draft.ticket
    solved = ticket.marks.resolved_at
    planned = any(f.done is None and f.planned.what == CALLBACK for f in ticket.follow_ups)
    if solved is None or planned or ticket.talk.contact_type in _NO_CALL:
        return
    if ticket.marks.called_back_at is not None:
        return
    due = desk.policy.rest.after_rest(solved + _AFTER)
    number = f"F{len(ticket.follow_ups) + 1}"
    draft.add(FollowUpPlanned(at, number, CALLBACK, due, owner=ticket.agent))
