"""The use case *reply*: a person's line to the customer, checked, recorded and queued."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace

from bot.desk.after_solving import plan_callback
from bot.desk.choices import Action, Offers
from bot.desk.desk import Desk, Draft
from bot.desk.errors import TextRefused
from bot.desk.gaps import gather
from bot.desk.ports import Outgoing
from bot.domain.events import AgentSaid, Chose, TakenOver
from bot.domain.promises import promises_in
from bot.domain.terms import Emotion, Holder, Stage
from bot.domain.ticket import Ticket
from bot.nlu.acts import acts_of
from bot.nlu.our_line import kinds_of
from bot.quality import Context, Finding


@dataclass(frozen=True, slots=True)
class Reply:
    """A line of a person.

    ``suggestion`` is the id of the suggestion it was made from, or ""; ``override`` the reason for
    sending a line that a rule blocks but lets a person insist on.
    """

    ticket: str
    text: str
    agent: str
    at: dt.datetime
    suggestion: str = ""
    override: str = ""
    message: str = ""


def agent_said(
    desk: Desk, reply: Reply, *, enforce: bool = True
) -> tuple[Ticket, tuple[Finding, ...]]:
    """Send a person's line; whoever writes holds the conversation from then on.

    Args:
        desk: the desk.
        reply: the line.
        enforce: refuse a blocked line; a replay plays what was really sent.

    Raises:
        NoSuchTicket: there is no such ticket.
        TextRefused: a rule blocks the line.

    """
    ticket = desk.ticket(reply.ticket)
    upset = ticket.talk.emotion is not Emotion.CALM
    known = context(desk, ticket) if enforce else spoken(ticket)
    result = desk.checker.check(reply.text, upset=upset, context=known)
    if enforce:
        refuse_blocked(desk, reply.text, reply.override, upset=upset, known=known)
    draft = Draft(ticket)
    agent = reply.agent or ticket.agent or desk.house.agent_no
    if ticket.holder is not Holder.PERSON or (reply.agent and ticket.agent != reply.agent):
        draft.add(TakenOver(reply.at, agent))
    draft.add(
        AgentSaid(
            at=reply.at,
            text=reply.text,
            kinds=kinds_of(reply.text),
            agent=reply.agent,
            promises=promises_in(reply.text, desk.house.local(reply.at), desk.policy.calendar),
            acts=acts_of(reply.text),
            message=reply.message,
        )
    )
    _note_choice(desk, draft, reply, agent)
    if draft.ticket.talk.stage in {Stage.WRAPPING_UP, Stage.CLOSED}:
        plan_callback(desk, draft, reply.at)
    _queue(draft, reply)
    after = desk.commit(draft)
    gather(desk, draft)
    return after, result.findings


def spoken(ticket: Ticket) -> Context:
    """What the check may know of what was said; all that a file can tell."""
    talk = ticket.talk
    return Context(sent=talk.sent, customer=talk.said[-1] if talk.said else "")


def context(desk: Desk, ticket: Ticket) -> Context:
    """What the check may know of a live conversation: besides its words, consent and reminders."""
    solution = desk.suggester.solution_of(ticket.talk)
    waiting = [
        a.asked.remedy for a in ticket.approvals if a.decided is None or not a.decided.approved
    ]
    return replace(
        spoken(ticket),
        authority=tuple(waiting),
        locked=ticket.locked,
        reminders=solution.reminders if solution else (),
    )


def refuse_blocked(
    desk: Desk,
    text: str,
    override: str = "",
    *,
    upset: bool = False,
    known: Context | None = None,
) -> None:
    """No line that the quality rules block reaches a customer, whoever calls.

    Raises:
        TextRefused: a rule blocks it, and lets nobody insist or no reason was given.

    """
    findings = desk.checker.check(text, upset=upset, context=known).findings
    for finding in findings:
        insisted = finding.override and override.strip()
        if finding.severity == "block" and not insisted:
            raise TextRefused(f"这句话需要先修改再发送：{finding.message}")


def _queue(draft: Draft, reply: Reply) -> None:
    ticket = draft.ticket
    draft.outgoing.append(
        Outgoing(
            key=f"{ticket.id}:{draft.before.seq + 1}",
            channel=ticket.channel,
            chat=ticket.customer,
            ticket=ticket.id,
            customer=ticket.customer,
            body={"text": reply.text, "by": reply.agent},
            at=reply.at,
        )
    )


def _note_choice(desk: Desk, draft: Draft, reply: Reply, agent: str) -> None:
    """Log what the agent chose; a log that cannot be written holds no reply back."""
    offers = desk.offers.get(reply.ticket, Offers())
    choice = offers.choice(
        reply.suggestion, reply.text, at=reply.at, agent=agent, chat=reply.ticket
    )
    desk.offers[reply.ticket] = offers.answered()
    if choice is None:
        return
    chosen = reply.suggestion if choice.action is not Action.PASSED else ""
    draft.add(Chose(reply.at, chosen, choice.action.value, agent))
    if desk.log is None:
        return
    try:
        desk.log.append(choice)
    except OSError as error:
        reason = error.strerror or str(error)
        logging.getLogger(__name__).warning(
            "选择记录写不进去（%s），回复照常发送；请检查数据文件夹的空间和权限", reason
        )
