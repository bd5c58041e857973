"""Moments at which a ticket must be looked at, and what happens then.

A timer is a key and a due time, both worked out from the ticket, so that rows of timers can always
be rebuilt; a key that fired (:class:`~bot.domain.events.TimerFired`) never fires again. The keys carry
the start of the clock's cycle, so that a clock that restarts warns anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.clocks import Clock, clocks
from bot.domain.escalation import escalated
from bot.domain.events import Closed, Escalated, Event, TimerFired
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import ClockName, Level, Rule, Stage
from bot.domain.ticket import Ticket

#: A level and the one above it, where an unanswered escalation goes.
_ABOVE: Final = {
    Level.AGENT: Level.SUPERVISOR,
    Level.SUPERVISOR: Level.MANAGER,
    Level.DEPARTMENT: Level.MANAGER,
}
_ENDING: Final = frozenset({Stage.WRAPPING_UP, Stage.CLOSED})
CLOCK_NAMES: Final = {
    ClockName.CLASSIFICATION: "问题分类",
    ClockName.FIRST_RESPONSE: "首次响应",
    ClockName.FIRST_PLAN: "初步方案",
    ClockName.PROGRESS_UPDATE: "进度通报",
    ClockName.UPGRADE_REQUEST: "问题升级申请",
    ClockName.KNOWLEDGE: "知识补充",
    ClockName.QUALITY_CHECK: "质量问题审核",
    ClockName.TECHNICAL_CHECK: "技术检测",
    ClockName.EXCHANGE: "安排换货",
    ClockName.DEPARTMENT_REPLY: "跨部门答复",
    ClockName.URGENT_ACTION: "紧急处理",
    ClockName.RESOLUTION: "有效解决",
    ClockName.CALLBACK: "服务回访",
    ClockName.WAITING: "客户等待",
    ClockName.PROMISE: "承诺",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A timer: when, under which key, and what it then makes of the ticket."""

    at: dt.datetime
    key: str
    events: Callable[[Ticket, dt.datetime], list[Event]]


def timers(
    ticket: Ticket, policy: Policy = STANDARD, known: Sequence[Clock] | None = None
) -> list[Due]:
    """All timers that have not fired, the earliest first; ``known`` are its clocks, if at hand."""
    all_clocks = clocks(ticket, policy) if known is None else known
    pending = (d for d in _timers(ticket, policy, all_clocks) if d.key not in ticket.timers)
    return sorted(pending, key=lambda d: (d.at, d.key))


def fire(ticket: Ticket, due: Due) -> list[Event]:
    """The events of a timer that fell due.

    They are stamped with the time at which it was due, or with that of the ticket's last event where
    it was swept late, so that the log never goes backwards.
    """
    at = max(due.at, ticket.last_at or due.at)
    return [TimerFired(at, due.key), *due.events(ticket, at)]


def _timers(t: Ticket, policy: Policy, all_clocks: Sequence[Clock]) -> Iterator[Due]:
    for clock in all_clocks:
        if clock.stopped is None:
            yield from _of_clock(clock, policy)
    if not t.is_closed:
        yield from _unanswered(t, policy)
    waits = t.marks.owed or any(order.open for order in t.orders)
    if t.talk.stage in _ENDING and not t.is_closed and not waits and t.last_at:
        since = t.marks.resolved_at or max((t.last_at, *_promised(t)))
        last = max(since, t.talk.last_at or since)
        yield Due(last + policy.close_after, f"close@{last.isoformat()}", _close)
    for task in t.follow_ups:
        if task.done is None:
            yield Due(task.planned.due, f"follow_up:{task.planned.number}", _nothing)


def _promised(t: Ticket) -> Iterator[dt.datetime]:
    """The times of the promises that are still to be kept."""
    for state in t.promises:
        if state.kept_at is None and state.promise.due:
            yield state.promise.due


def _of_clock(clock: Clock, policy: Policy) -> Iterator[Due]:
    if clock.due is None:
        return
    if clock.name is ClockName.WAITING:
        if clock.warn:
            yield Due(clock.warn, f"{clock.key}:line", _nothing)
        yield Due(clock.due, f"{clock.key}:100", _waited(clock, policy))
        return
    if clock.warn is not None:
        yield Due(clock.warn, f"{clock.key}:80", _clock_fires(clock, Level.AGENT, policy))
    yield Due(clock.due, f"{clock.key}:100", _clock_fires(clock, Level.SUPERVISOR, policy))


def _clock_fires(
    clock: Clock, level: Level, policy: Policy
) -> Callable[[Ticket, dt.datetime], list[Event]]:
    def events(ticket: Ticket, at: dt.datetime) -> list[Event]:
        if Rule.CLOCK in policy.switched_off:
            return []
        name = CLOCK_NAMES[clock.name]
        due = (clock.due or at).astimezone(policy.calendar.zone)
        over = "已超时" if level is Level.SUPERVISOR else "即将到时"
        reason = f"{name}{over}（时限{due:%m月%d日%H:%M}）"
        return [escalated(at, Rule.CLOCK, level, reason, policy, f"{clock.key}:{level.value}")]

    return events


def _waited(clock: Clock, policy: Policy) -> Callable[[Ticket, dt.datetime], list[Event]]:
    def events(ticket: Ticket, at: dt.datetime) -> list[Event]:
        if Rule.WAITING in policy.switched_off:
            return []
        minutes = int((at - clock.started).total_seconds() // 60)
        reason = f"客户已等待人工 {minutes} 分钟"
        return [escalated(at, Rule.WAITING, Level.SUPERVISOR, reason, policy, clock.key)]

    return events


def _unanswered(t: Ticket, policy: Policy) -> Iterator[Due]:
    """Escalations that nobody took notice of go one level up."""
    for number, call in enumerate(t.calls):
        fired = call.fired
        above = _ABOVE.get(fired.level)
        if call.answered_at is None and fired.limit and above:
            at = fired.at + dt.timedelta(seconds=fired.limit)
            yield Due(at, f"up:{number}", _goes_up(fired, above, policy))


def _goes_up(
    fired: Escalated, above: Level, policy: Policy
) -> Callable[[Ticket, dt.datetime], list[Event]]:
    def events(ticket: Ticket, at: dt.datetime) -> list[Event]:
        reason = f"{fired.reason}；{fired.limit // 60} 分钟内无人响应"
        limit = policy.answer_within.get(above)
        seconds = int(limit.total_seconds()) if limit else 0
        return [Escalated(at, fired.rule, above, reason, f"{fired.cause}>{above.value}", seconds)]

    return events


def _close(ticket: Ticket, at: dt.datetime) -> list[Event]:
    return [Closed(at, "24 小时内客户未再回复")]


def _nothing(ticket: Ticket, at: dt.datetime) -> list[Event]:
    """The firing itself is the news: a waiting line or a reminder goes out."""
    return []
