"""The first-line bot: answers when it is sure, offers choices when it is not, asks once, hands over.

Its policy is the customer's: above the *answer* band, and only with entries marked safe for it, it
answers; between *suggest* and *answer* it offers up to three choices; below it asks one clarifying
question, and the second miss hands over. It says that it is an assistant, and never says the same
thing twice.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.desk.assigning import assign
from bot.desk.desk import Desk, Draft
from bot.desk.notices import Notice, notice
from bot.desk.ports import Outgoing
from bot.desk.ranking import Band, Suggestion
from bot.desk.suggest import Understood
from bot.domain.events import BotSaid, HandedOver
from bot.domain.terms import Holder, Intent, Stage
from bot.domain.ticket import Ticket
from prompts.terms import Kind

#: Lines of the bot in one conversation after which a person should look at it.
_PATIENCE: Final = 12
_CHOICES: Final = 3
_PICKED: Final = re.compile(r"^\s*(?:第|选|选择)?\s*([1-3一二三])\s*(?:个|项|条)?\s*[。.!！]?\s*$")
_NUMBER: Final = {"1": 0, "一": 0, "2": 1, "二": 1, "3": 2, "三": 2}
_POLITE: Final = {
    Intent.THANKS: Kind.THANKS_REPLY,
    Intent.GOODBYE: Kind.CLOSING,
    Intent.GREETING: Kind.OPENING,
}
_FAREWELL: Final = frozenset({Kind.THANKS_REPLY, Kind.CLOSING})


def answer(
    desk: Desk, draft: Draft, understood: Understood, suggestions: Sequence[Suggestion]
) -> BotSaid | None:
    """Say something for the bot, or hand over; the line that was queued, if any."""
    line = _line(desk, draft, understood, suggestions)
    at = understood.event.at
    said = line is not None and _said_before(draft.ticket, line.text)
    if line is not None and said and line.kinds <= _FAREWELL:
        return None  # who says good-bye twice needs neither the same words again nor a person
    if line is None or said or _too_long(draft.ticket):
        draft.add(HandedOver(at, "机器人没有更多可说"))
        assign(desk, draft, at)
        return announce(desk, draft, at)
    if not draft.ticket.talk.sent and Kind.OPENING not in line.kinds:
        line = replace(line, text=notice(Notice.ASSISTANT, desk=desk.house.desk) + line.text)
    say(draft, line)
    return line


def announce(desk: Desk, draft: Draft, at: dt.datetime) -> BotSaid | None:
    """Tell the customer that a person is to take over; said once.

    From then on he waits for one, outside business hours from the next opening.
    """
    calendar = desk.policy.calendar
    since = at if calendar.is_open(at) else calendar.opens_next(at)
    line = BotSaid(at, handing_over(desk, at), frozenset({Kind.ESCALATION}), waits_since=since)
    if line.text in draft.ticket.talk.sent:
        return None
    say(draft, line, announces=True)
    return line


def handing_over(desk: Desk, at: dt.datetime) -> str:
    """What the customer is told when a person is to take over; outside hours, when that will be."""
    calendar = desk.policy.calendar
    if calendar.is_open(at):
        return notice(Notice.HANDING_OVER)
    return notice(Notice.CLOSED_NOW, opens=calendar.opens_next(at))


def say(draft: Draft, line: BotSaid, *, announces: bool = False) -> None:
    """Record a line of the bot and queue it for the customer."""
    ticket = draft.add(line)
    draft.outgoing.append(
        Outgoing(
            key=f"{ticket.id}:{ticket.seq}",
            channel=ticket.channel,
            chat=ticket.customer,
            ticket=ticket.id,
            customer=ticket.customer,
            body={
                "text": line.text,
                "by": "bot",
                "choices": list(line.choices),
                "announces": announces,
            },
            at=line.at,
        )
    )


def chosen_text(ticket: Ticket, text: str) -> str:
    """A reply such as 2 or 第二个 as the title of the choice it means; other texts as they are."""
    picked = _PICKED.match(text)
    choices = ticket.talk.choices
    if picked is None or not choices or ticket.holder is not Holder.BOT:
        return text
    number = _NUMBER[picked[1]]
    return choices[number] if number < len(choices) else text


def _line(
    desk: Desk, draft: Draft, understood: Understood, suggestions: Sequence[Suggestion]
) -> BotSaid | None:
    event, ticket = understood.event, draft.ticket
    if not event.has_need:
        return _small_talk(ticket, event.at, event.intents, suggestions)
    sure = _sure(desk, understood, suggestions)
    if sure is not None:
        return BotSaid(event.at, sure.text, frozenset({Kind.ANSWER}), ticket.talk.solution)
    if understood.match.probability >= understood.snapshot.solutions.calibration.answer:
        return None  # it is clear what is asked, and a person's to answer
    titles = _choices(understood)
    if titles and not ticket.talk.choices:
        listed = "\n".join(f"{i}. {title}" for i, title in enumerate(titles, 1))
        text = f"{notice(Notice.CHOICES)}\n{listed}"
        return BotSaid(event.at, text, frozenset({Kind.ASK_INFO}), None, tuple(titles))
    if ticket.talk.misses_in_row <= 1:
        return BotSaid(event.at, notice(Notice.CLARIFY), frozenset({Kind.ASK_INFO}))
    return None


def _small_talk(
    ticket: Ticket, at: dt.datetime, intents: frozenset[Intent], suggestions: Sequence[Suggestion]
) -> BotSaid | None:
    """Greetings, thanks and good-byes; anything else without a need gets a question."""
    for intent, kind in _POLITE.items():
        if intent in intents:
            line = next((s for s in suggestions if s.kind is kind and s.ready), None)
            if kind is Kind.OPENING or line is None:
                text = notice(Notice.WELCOME) if kind is Kind.OPENING else notice(Notice.BYE)
                return BotSaid(at, text, frozenset({kind}))
            return BotSaid(at, line.text, frozenset({kind}))
    content = Intent.CONFIRM in intents and ticket.talk.answered
    if content or ticket.talk.stage in {Stage.WRAPPING_UP, Stage.CLOSED}:
        return BotSaid(at, notice(Notice.BYE), frozenset({Kind.CLOSING}))
    return BotSaid(at, notice(Notice.CLARIFY), frozenset({Kind.ASK_INFO}))


def _sure(
    desk: Desk, understood: Understood, suggestions: Sequence[Suggestion]
) -> Suggestion | None:
    """The answer the bot may give by itself."""
    solution = understood.match.solution
    if solution is None or not solution.bot_safe or solution.identity_first:
        return None
    for one in suggestions:
        own = one.source == f"kb:{solution.id}" and one.kind is Kind.ANSWER
        if own and one.band is Band.ANSWER and one.ready:
            return one
    return None


def _choices(understood: Understood) -> list[str]:
    """Titles of up to three entries that may be meant."""
    snapshot = understood.snapshot
    least = snapshot.solutions.calibration.suggest / 3
    found = [h for h in understood.match.hits if h.probability >= least]
    if not found or found[0].probability < snapshot.solutions.calibration.suggest:
        return []
    return [snapshot.solution_of[h.id].title for h in found[:_CHOICES]]


def _said_before(ticket: Ticket, text: str) -> bool:
    """Whether the customer has read this line, be it after the words by which we introduced us."""
    return any(sent.endswith(text) for sent in ticket.talk.sent)


def _too_long(ticket: Ticket) -> bool:
    return ticket.talk.is_new and len(ticket.talk.sent) >= _PATIENCE


def may_still_send(ticket: Ticket, body: object) -> bool:
    """Asked again at the moment of sending: the bot is silent once a person holds the talk.

    The line that announces the person may still go out.
    """
    if not isinstance(body, dict) or body.get("by") != "bot":
        return True
    return ticket.holder is not Holder.PERSON or bool(body.get("announces"))
