"""What is still to be done on a ticket, by when and by whom; and what was done towards a solution."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from bot.desk.forms.names import FOLLOW_UP_NAMES
from bot.desk.forms.view import View, fit, money, person
from bot.domain.ticket import Ticket
from kb.terms import ROLE_NAMES


@dataclass(frozen=True, slots=True)
class Pending:
    """One open matter; ``due`` is None where no time was named. All texts are fit to be shown."""

    what: str
    due: dt.datetime | None
    owner: str
    contact: bool = False
    """Whether the customer hears from us then."""


def pending(see: View) -> list[Pending]:
    """The open matters of a ticket, those due first first, those without a time last."""
    found = [*_promised(see), *_asked_of_others(see), *_planned(see)]
    return sorted(found, key=lambda p: p.due.timestamp() if p.due else math.inf)


def _promised(see: View) -> Iterator[Pending]:
    t = see.ticket
    for state in t.promises:
        stop = state.kept_at or t.marks.resolved_at or (t.closed.at if t.closed else None)
        if stop is None or stop < state.made_at:
            said = see.words(state.promise.text)
            yield Pending(f"承诺：{said}", state.promise.due, _holder(t), contact=True)


def _asked_of_others(see: View) -> Iterator[Pending]:
    t = see.ticket
    if t.is_closed:
        return
    for approval in t.approvals:
        if approval.open:
            asked = approval.asked
            yield Pending(f"审批：{see.words(asked.remedy)}", None, ROLE_NAMES[asked.role][0])
    for order in t.orders:
        if order.open:
            told = f"部门工单 {fit(order.opened.number)}：{see.words(order.opened.requirement)}"
            yield Pending(told, order.opened.due, see.words(order.opened.department))


def _planned(see: View) -> Iterator[Pending]:
    for task in see.ticket.follow_ups:
        if task.done is None:
            plan = task.planned
            name = FOLLOW_UP_NAMES.get(plan.what, fit(plan.what))
            remark = f"：{see.words(plan.remark)}" if plan.remark else ""
            owner = person(plan.owner) if plan.owner else _holder(see.ticket)
            yield Pending(name + remark, plan.due, owner, contact=True)


def _holder(t: Ticket) -> str:
    agent = t.agent or t.talk.agent
    return person(agent) if agent else "待分配"


def measures(see: View) -> str:
    """The solution in a line or more: what was matched, what was granted, when it was solved."""
    found = [see.solution()] if see.ticket.talk.solution else []
    for approval in see.ticket.approvals:
        if approval.decided and approval.decided.approved:
            amount = approval.asked.amount
            what = see.words(approval.asked.remedy) + (f" {money(amount)}" if amount else "")
            found.append(f"经批准：{what}")
    solved = see.ticket.marks.resolved_at
    if solved:
        found.append(f"已于 {see.at(solved)} 解决")
    return "\n".join(found)
