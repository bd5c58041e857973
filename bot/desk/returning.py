"""A customer who comes back: the same problem again, or another one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from bot.domain.escalation import escalated
from bot.domain.events import CustomerSaid, Event, Reopened
from bot.domain.likeness import alike
from bot.domain.policy import Policy
from bot.domain.terms import Level, Rule
from bot.domain.ticket import Ticket
from kb.terms import Category

_AGAIN: Final = re.compile(
    r"还是|又|仍|依旧|依然|照样|上次|上回|之前(?:那|说|反映|报)|没解决|没(?:有)?处理好|还没|复发|老毛病|同样的问题"
)


def same_problem(ticket: Ticket, event: CustomerSaid, text: str) -> bool:
    """Whether a message after closing is about what the ticket was about.

    It matches the same solution, says nearly the same, names the same order, or says that it is
    still or again so without being of another class.
    """
    if not event.has_need and event.intents:
        return False
    talk = ticket.talk
    if any(alike(text, earlier) for earlier in talk.said):
        return True
    again = _AGAIN.search(text) is not None
    same_class = event.category in {talk.category, Category.UNKNOWN}
    if event.solution is not None and event.solution == talk.solution:
        return True
    order = event.fields.get("order_no")
    same_order = order is not None and order == talk.fields.get("order_no")
    return same_class and (again or same_order)


def comes_back(ticket: Ticket, at: dt.datetime, policy: Policy) -> list[Event]:
    """The ticket is reopened, and the supervisor told."""
    events: list[Event] = [Reopened(at, "客户就同一问题再次来访")]
    if Rule.REOPENED not in policy.switched_off:
        times = ticket.reopened + 1
        reason = f"问题重新打开（第 {times} 次）"
        events.append(
            escalated(at, Rule.REOPENED, Level.SUPERVISOR, reason, policy, f"reopened{times}")
        )
    return events
