"""Inline buttons and what they call the bot with.

Callback data are looked up, not trusted: they name a ticket and a place in it, and count only for
the customer whose ticket it is, so a forged press does no more than its owner may do anyway. They
hold across restarts, because all they refer to is in the store. At most 64 bytes (Bot API).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.desk.notices import Notice, notice
from bot.desk.ports import Outgoing
from bot.telegram.wording import BUTTON_ASK, BUTTON_ERASE, BUTTON_KEEP, BUTTON_SKIP, SCORES

#: Rows of (label, data).
Rows = Sequence[Sequence[tuple[str, str]]]
_PRESSED: Final = re.compile(
    r"c\.(?P<asked>[0-9A-Za-z]{1,32})\.(?P<seq>[0-9]{1,9})\.(?P<number>[0-9])"
    r"|r\.(?P<rated>[0-9A-Za-z]{1,32})\.(?P<score>[0-5])"
    r"|e\.(?P<step>ask|yes|no)"
)
ASK_ERASURE: Final[Rows] = (((BUTTON_ASK, "e.ask"),),)
ERASURE: Final[Rows] = (((BUTTON_ERASE, "e.yes"), (BUTTON_KEEP, "e.no")),)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the questions that event ``seq`` of a ticket offered, from 0."""

    ticket: str
    seq: int
    number: int


@dataclass(frozen=True, slots=True)
class Score:
    """A rating, 1 to 5; 0 passes the survey over."""

    ticket: str
    score: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """A step towards erasure: ask, yes or no."""

    step: str


def meaning(data: str) -> Choice | Score | Erasure | None:
    """What callback data mean; None for any that we do not make."""
    found = _PRESSED.fullmatch(data)
    if found is None:
        return None
    if found["asked"]:
        return Choice(found["asked"], int(found["seq"]), int(found["number"]))
    if found["rated"]:
        return Score(found["rated"], int(found["score"]))
    return Erasure(found["step"])


def buttons_of(outgoing: Outgoing) -> Rows:
    """The buttons that belong to a line: its own, the choices it offers, or the ratings."""
    body: dict[str, Any] = dict(outgoing.body)
    if body.get("buttons"):
        return [[(label, data) for label, data in row] for row in body["buttons"]]
    ticket, _, seq = outgoing.key.partition(":")
    if body.get("choices"):
        titles = enumerate(body["choices"])
        return [[(f"{i + 1}. {title}", f"c.{ticket}.{seq}.{i}")] for i, title in titles]
    if outgoing.ticket and body.get("text") == notice(Notice.SURVEY):
        rows = [[(label, f"r.{ticket}.{score}")] for score, label in SCORES.items()]
        return [*rows, [(BUTTON_SKIP, f"r.{ticket}.0")]]
    return []


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Rows as the API takes them; None for none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )
