"""Every limit, threshold and switch of the tracker, with the manuals' values as defaults.

Limits are elapsed time unless a clock counts in business hours (``department_reply`` and
``resolution``: working days). Sources: the service manuals' priorities and clocks; where they are
silent, the house's own default says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.calendar import BusinessCalendar, RestHours
from bot.domain.terms import ClockName, Level, Rule
from kb.terms import Priority, Role

_HOUR: Final = dt.timedelta(hours=1)
_DAY: Final = dt.timedelta(days=1)
_ZONE: Final = ZoneInfo("Asia/Shanghai")

#: First response by priority.
FIRST_RESPONSE: Final = MappingProxyType(
    {
        Priority.P1: 2 * _HOUR,
        Priority.P2: 4 * _HOUR,
        Priority.P3: 24 * _HOUR,
        Priority.P4: 48 * _HOUR,
    }
)
#: The other clocks that count elapsed time.
LIMITS: Final = MappingProxyType(
    {
        ClockName.CLASSIFICATION: dt.timedelta(minutes=10),
        ClockName.FIRST_PLAN: 24 * _HOUR,
        ClockName.PROGRESS_UPDATE: 6 * _HOUR,
        ClockName.UPGRADE_REQUEST: dt.timedelta(minutes=30),
        ClockName.KNOWLEDGE: 24 * _HOUR,
        ClockName.QUALITY_CHECK: 2 * _HOUR,
        ClockName.TECHNICAL_CHECK: 24 * _HOUR,
        ClockName.EXCHANGE: 48 * _HOUR,
        ClockName.URGENT_ACTION: _HOUR,
        ClockName.CALLBACK: 3 * _DAY,
        ClockName.WAITING: dt.timedelta(minutes=3),
    }
)
#: Clocks that count working days.
WORKING_DAYS: Final = MappingProxyType({ClockName.DEPARTMENT_REPLY: 2, ClockName.RESOLUTION: 3})
#: How long an escalation may go unanswered at a level before it goes one up (house default).
ANSWER_WITHIN: Final = MappingProxyType(
    {Level.SUPERVISOR: dt.timedelta(minutes=30), Level.DEPARTMENT: 2 * _DAY}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of one desk.

    Attributes:
        calendar: business hours and working days.
        rest: hours in which nobody is called, in the customer's zone.
        first_response: by priority.
        limits: elapsed time of the other clocks.
        working_days: of those that count working days.
        warn_at: share of a limit at which the agent is warned.
        progress_warns: hours after which a report of progress is due soon (breaks at its limit).
        waiting_line: how long a customer waits before a waiting line.
        switched_off: rules that do not fire.
        levels: another level for a rule than its default.
        answer_within: how long an escalation may go unanswered at a level.
        misses, askings, refusals: how many fire the rule.
        reopen_within: how long a message on the same problem reopens a closed ticket.
        close_after: how long a resolved ticket waits for the customer's word.
        may_decide: the roles whose authority the agent has.

    """

    calendar: BusinessCalendar = field(default_factory=lambda: BusinessCalendar.standard(_ZONE))
    rest: RestHours = field(default_factory=lambda: RestHours(_ZONE))
    first_response: Mapping[Priority, dt.timedelta] = field(default_factory=lambda: FIRST_RESPONSE)
    limits: Mapping[ClockName, dt.timedelta] = field(default_factory=lambda: LIMITS)
    working_days: Mapping[ClockName, int] = field(default_factory=lambda: WORKING_DAYS)
    warn_at: float = 0.8
    progress_warns: dt.timedelta = 4 * _HOUR
    waiting_line: dt.timedelta = dt.timedelta(seconds=60)
    switched_off: frozenset[Rule] = frozenset()
    levels: Mapping[Rule, Level] = field(default_factory=dict)
    answer_within: Mapping[Level, dt.timedelta] = field(default_factory=lambda: ANSWER_WITHIN)
    misses: int = 2
    askings: int = 3
    refusals: int = 2
    reopen_within: dt.timedelta = 7 * _DAY
    close_after: dt.timedelta = _DAY
    may_decide: frozenset[Role] = frozenset({Role.AGENT})


STANDARD: Final = Policy()
