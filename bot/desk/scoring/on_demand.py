"""The sheet of a ticket of the desk, as its events and the rules now are."""

from __future__ import annotations

import datetime as dt

from bot.desk.desk import Desk
from bot.desk.errors import NoSuchTicket
from bot.desk.scoring.appealing import appeal, overrule
from bot.desk.scoring.case import case_of
from bot.desk.scoring.scoring import score
from bot.desk.scoring.sheet import ScoreSheet
from bot.desk.scoring.standard import Standard
from bot.domain.ticket import Ticket


def sheet_of(desk: Desk, ticket_id: str, now: dt.datetime, note: str = "") -> ScoreSheet:
    """The score sheet of a ticket.

    Args:
        desk: the desk.
        ticket_id: the ticket.
        now: the moment of judging, with zone.
        note: a note that counts where nobody confirmed one, such as a replay's draft.

    Raises:
        NoSuchTicket: there is none with this id.

    """
    events = desk.store.events(ticket_id)
    if not events:
        raise NoSuchTicket(ticket_id)

    def standard(solution_id: str) -> Standard | None:
        found = desk.suggester.solution(solution_id)
        return Standard.of(found) if found else None

    case = case_of(events, now, note=note, policy=desk.policy, standard_of=standard)
    return score(case, desk.checker)


def appeal_score(
    desk: Desk, ticket_id: str, key: str, by: str, reason: str, at: dt.datetime
) -> Ticket:
    """The agent contests a deduction; see :func:`~bot.desk.scoring.appealing.appeal`."""
    sheet = sheet_of(desk, ticket_id, at)
    return desk.change(ticket_id, appeal(sheet, key, by, reason, at))


def overrule_score(
    desk: Desk, ticket_id: str, key: str, by: str, reason: str, points: int, at: dt.datetime
) -> Ticket:
    """A supervisor decides on a deduction; see :func:`~bot.desk.scoring.appealing.overrule`."""
    sheet = sheet_of(desk, ticket_id, at)
    return desk.change(ticket_id, overrule(sheet, key, by, reason, points, at))
