"""Every clock of a ticket, on events alone: start, stop, due time, state, and when it speaks up.

A clock warns the agent at 80 % of its limit and tells the supervisor at 100 %; ``progress_update``
warns at its fourth hour, ``waiting`` has rules of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import BusinessCalendar
from bot.domain.clocks import Clock, ClockState, broken, clocks, next_due
from bot.domain.events import (
    Acknowledged,
    AgentSaid,
    ApprovalAsked,
    ApprovalDecided,
    BotSaid,
    Classified,
    Closed,
    ComplaintRegistered,
    CustomerSaid,
    Escalated,
    Event,
    FollowUpDone,
    FollowUpPlanned,
    HandedOver,
    Opened,
    Promise,
    PromiseKept,
    Reopened,
    Resolved,
    UpgradeAnswered,
    UpgradeRequested,
    WorkOrderAnswered,
    WorkOrderOpened,
    WorkOrderVerified,
)
from bot.domain.policy import Policy
from bot.domain.terms import Act, ClockName, Emotion, Intent, Level, Rule, Stage
from bot.domain.ticket import Ticket, fold
from bot.domain.timers import fire, timers
from kb.terms import Category, ContactType, Priority, Role
from prompts.terms import Kind

ZONE = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=ZONE)  # a Tuesday
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


def _days(first: str, last: str) -> list[dt.date]:
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]


#: The mid-autumn and national holidays of 2026 with the days worked for them.
CALENDAR = BusinessCalendar.standard(
    ZONE,
    days_off=[*_days("2026-09-25", "2026-09-27"), *_days("2026-10-01", "2026-10-07")],
    extra_days=[dt.date(2026, 9, 20), dt.date(2026, 10, 10)],
)
POLICY = Policy(calendar=CALENDAR)


def on(day: str, time: str = "10:00") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZONE)


def opened(at: dt.datetime = AT) -> Opened:
    return Opened(at, "T1", "C1", "web")


def said(at: dt.datetime = AT, **changes: Any) -> CustomerSaid:
    base = CustomerSaid(
        at=at,
        text="洗衣机不转了",
        emotion=Emotion.CALM,
        intents=frozenset(),
        category=Category.ORDER_LOGISTICS,
        contact_type=ContactType.FAULT,
        priority=Priority.P3,
        priority_reason="",
        has_need=True,
        solution="s",
        answerable=True,
    )
    return replace(base, **changes)


def thanks(at: dt.datetime) -> CustomerSaid:
    return said(at, text="谢谢", intents=frozenset({Intent.THANKS}), has_need=False)


def line(at: dt.datetime, *does: Kind | Act, promises: Sequence[Promise] = ()) -> AgentSaid:
    kinds = frozenset(d for d in does if isinstance(d, Kind))
    acts = frozenset(d for d in does if isinstance(d, Act))
    return AgentSaid(at, "一句话", kinds, "8001", tuple(promises), acts)


def escalated(at: dt.datetime, rule: Rule, level: Level = Level.SUPERVISOR) -> Escalated:
    return Escalated(at, rule, level, "原因")


def order(at: dt.datetime) -> WorkOrderOpened:
    return WorkOrderOpened(at, "W1", "仓储部", "请核实", at + 2 * HOUR)


def running(ticket: Ticket, name: ClockName, policy: Policy = POLICY) -> Clock:
    found = [clock for clock in clocks(ticket, policy) if clock.name is name]
    assert len(found) == 1, f"{name}: {len(found)}"
    return found[0]


def names(ticket: Ticket) -> set[ClockName]:
    return {clock.name for clock in clocks(ticket, POLICY)}


def swept(ticket: Ticket, now: dt.datetime, policy: Policy = POLICY) -> tuple[Ticket, list[Event]]:
    """The ticket after all timers due by ``now``, and what they brought."""
    events: list[Event] = []
    while (first := next(iter(timers(ticket, policy)), None)) and first.at <= now:
        happened = fire(ticket, first)
        for event in happened:
            ticket = ticket.apply(event)
        events += happened
    return ticket, events


def calls(ticket: Ticket, now: dt.datetime, clock: Clock, policy: Policy = POLICY) -> list[Level]:
    """Levels to which the rule ``clock`` fires for one clock by ``now``."""
    return [e.level for e in _told(swept(ticket, now, policy)[1], clock)]


def _told(events: Sequence[Event], clock: Clock) -> list[Escalated]:
    """The clock's own two steps, without what goes a level up when nobody answers."""
    return [
        e
        for e in events
        if isinstance(e, Escalated)
        and e.rule is Rule.CLOCK
        and e.cause.startswith(clock.key + ":")
        and ">" not in e.cause
    ]


@dataclass(frozen=True)
class Case:
    """A clock that started at ``start``: limit, what started it, and a line that stops it."""

    name: ClockName
    limit: dt.timedelta
    log: tuple[Event, ...]
    stop: Event
    start: dt.datetime = AT
    warn: float = 0.8
    label: str = field(default="")

    def __str__(self) -> str:
        return self.label or self.name.value


def first_response(priority: Priority, hours: int) -> Case:
    return Case(
        ClockName.FIRST_RESPONSE,
        hours * HOUR,
        (opened(), said(priority=priority)),
        line(AT, Kind.REASSURANCE),
        label=f"first_response-{priority.value}",
    )


QUALITY: dict[str, Any] = {"category": Category.PRODUCT_QUALITY}
CASES = [
    Case(
        ClockName.CLASSIFICATION,
        10 * MINUTE,
        (opened(), said(category=Category.UNKNOWN)),
        Classified(AT, "8001", category=Category.PRICE_POLICY),
    ),
    first_response(Priority.P1, 2),
    first_response(Priority.P2, 4),
    first_response(Priority.P3, 24),
    first_response(Priority.P4, 48),
    Case(ClockName.FIRST_PLAN, 24 * HOUR, (opened(), said()), line(AT, Kind.CONFIRM)),
    Case(
        ClockName.PROGRESS_UPDATE,
        6 * HOUR,
        (opened(), said()),
        Resolved(AT, "8001"),
        warn=4 / 6,
    ),
    Case(
        ClockName.PROGRESS_UPDATE,
        10 * HOUR,
        (opened(), said(rhythm=10.0)),
        Resolved(AT, "8001"),
        label="progress_update-own-rhythm",
    ),
    Case(
        ClockName.UPGRADE_REQUEST,
        30 * MINUTE,
        (opened(), said(solution=None), escalated(AT, Rule.NO_SOLUTION, Level.DEPARTMENT)),
        UpgradeRequested(AT, "怎么办", "8001"),
    ),
    Case(
        ClockName.KNOWLEDGE,
        24 * HOUR,
        (opened(), said(solution=None), UpgradeRequested(AT, "怎么办", "8001")),
        UpgradeAnswered(AT, "s9", "9001"),
    ),
    Case(
        ClockName.QUALITY_CHECK,
        2 * HOUR,
        (opened(), said(**QUALITY)),
        line(AT, Act.REVIEWED),
    ),
    Case(
        ClockName.TECHNICAL_CHECK,
        24 * HOUR,
        (opened(), said(**QUALITY, evidence=True, order_known=True)),
        line(AT, Act.CHECKED),
    ),
    Case(
        ClockName.EXCHANGE,
        48 * HOUR,
        (opened(), said(AT - HOUR, **QUALITY), line(AT, Act.EXCHANGE_DUE)),
        line(AT, Act.EXCHANGE_ARRANGED),
    ),
    Case(
        ClockName.URGENT_ACTION,
        HOUR,
        (opened(), said(priority=Priority.P1)),
        line(AT, Kind.REASSURANCE),
    ),
    Case(
        ClockName.CALLBACK,
        dt.timedelta(days=3),
        (opened(), said(AT - HOUR), line(AT - HOUR, Kind.ANSWER), Resolved(AT, "8001")),
        line(AT, Act.CALLED_BACK),
    ),
    Case(
        ClockName.PROMISE,
        5 * HOUR,
        (
            opened(),
            said(),
            line(AT, Kind.PROMISE, promises=[Promise("15点前回电", AT + 5 * HOUR)]),
        ),
        line(AT, Act.RESULT),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_clock_starts_runs_for_its_limit_and_has_one_due_time(case: Case) -> None:
    clock = running(fold(case.log), case.name)
    assert clock.started == case.start
    assert clock.due == case.start + case.limit
    assert clock.warn is not None
    assert abs(clock.warn - case.start - case.limit * case.warn) < SECOND
    assert clock.stopped is None


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_clock_has_not_started_before_what_starts_it(case: Case) -> None:
    assert case.name not in names(fold(case.log[:-1]))


@pytest.mark.parametrize(
    ("share", "state", "told"),
    [
        (0.79, ClockState.RUNNING, []),
        (0.8, ClockState.RUNNING, [Level.AGENT]),
        (0.99, ClockState.RUNNING, [Level.AGENT]),
        (1.0, ClockState.BROKEN, [Level.AGENT, Level.SUPERVISOR]),
        (3.0, ClockState.BROKEN, [Level.AGENT, Level.SUPERVISOR]),
    ],
)
@pytest.mark.parametrize("case", [c for c in CASES if c.warn == 0.8], ids=str)
def test_the_agent_is_warned_at_80_percent_and_the_supervisor_told_at_100(
    case: Case, share: float, state: ClockState, told: list[Level]
) -> None:
    ticket = fold(case.log)
    clock = running(ticket, case.name)
    now = case.start + case.limit * share
    assert clock.state(now) is state
    assert calls(ticket, now, clock) == told


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_second_before_a_step_nothing_is_said(case: Case) -> None:
    ticket = fold(case.log)
    clock = running(ticket, case.name)
    assert clock.warn is not None
    assert clock.due is not None
    assert calls(ticket, clock.warn - SECOND, clock) == []
    assert calls(ticket, clock.warn, clock) == [Level.AGENT]
    assert calls(ticket, clock.due - SECOND, clock) == [Level.AGENT]
    assert clock.state(clock.due - SECOND) is ClockState.RUNNING


@pytest.mark.parametrize(
    ("share", "state"),
    [
        (0.01, ClockState.MET),
        (0.99, ClockState.MET),
        (1.0, ClockState.MET),
        (1.01, ClockState.BROKEN),
    ],
)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_stops_a_clock_in_time_meets_it_for_good_and_too_late_leaves_it_broken(
    case: Case, share: float, state: ClockState
) -> None:
    at = case.start + case.limit * share
    ticket = fold([*case.log, replace(case.stop, at=at)])
    clock = running(ticket, case.name)
    assert clock.stopped == at
    assert clock.state(at) is state
    assert clock.state(at + 1000 * HOUR) is state
    assert (case.name.value in broken(ticket, at, POLICY)) is (state is ClockState.BROKEN)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_clock_that_was_stopped_speaks_up_no_more(case: Case) -> None:
    at = case.start + case.limit / 2
    ticket = fold([*case.log, replace(case.stop, at=at)])
    clock = running(ticket, case.name)
    assert calls(ticket, case.start + 2 * case.limit, clock) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_step_fires_once_however_often_it_is_swept(case: Case) -> None:
    ticket = fold(case.log)
    clock = running(ticket, case.name)
    now = case.start + case.limit
    first, _ = swept(ticket, now)
    assert calls(first, now, clock) == []
    assert not [d for d in timers(first, POLICY) if d.key.startswith(clock.key + ":")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_late_sweeping_brings_the_steps_in_order_stamped_with_their_own_time(case: Case) -> None:
    ticket = fold(case.log)
    clock = running(ticket, case.name)
    _, events = swept(ticket, case.start + 5 * case.limit)
    stamps = [e.at for e in events]
    assert stamps == sorted(stamps)
    own = [e.at for e in _told(events, clock)]
    assert own == [clock.warn, clock.due]


def test_the_rule_clock_can_be_switched_off_and_its_share_tuned() -> None:
    case = CASES[1]
    ticket = fold(case.log)
    off = replace(POLICY, switched_off=frozenset({Rule.CLOCK}))
    clock = running(ticket, case.name, off)
    assert calls(ticket, case.start + 2 * case.limit, clock, off) == []
    early = replace(POLICY, warn_at=0.5)
    clock = running(ticket, case.name, early)
    assert calls(ticket, case.start + case.limit / 2, clock, early) == [Level.AGENT]
    manager = replace(POLICY, levels={Rule.CLOCK: Level.MANAGER})
    assert calls(ticket, case.start + case.limit, clock, manager) == [Level.MANAGER] * 2


# -- what starts and stops which clock


def test_before_a_need_is_stated_nothing_runs() -> None:
    hello = said(has_need=False, intents=frozenset({Intent.GREETING}), category=Category.UNKNOWN)
    assert names(fold([opened(), hello, line(AT + MINUTE, Kind.OPENING)])) == set()


def test_a_class_read_from_the_message_meets_its_clock_at_once() -> None:
    clock = running(fold([opened(), said()]), ClockName.CLASSIFICATION)
    assert clock.stopped == AT
    later = fold([opened(), said(category=Category.UNKNOWN), said(AT + 11 * MINUTE)])
    assert running(later, ClockName.CLASSIFICATION).state(AT) is ClockState.BROKEN


def test_a_rising_priority_shortens_the_first_response_and_a_lower_one_leaves_it() -> None:
    log: list[Event] = [opened(), said(), said(AT + HOUR, priority=Priority.P1)]
    assert running(fold(log), ClockName.FIRST_RESPONSE).due == AT + 2 * HOUR
    log.append(said(AT + HOUR + MINUTE, priority=Priority.P4))
    assert running(fold(log), ClockName.FIRST_RESPONSE).due == AT + 2 * HOUR


def test_a_priority_that_rises_after_the_reply_makes_no_late_reply_of_it() -> None:
    log: list[Event] = [
        opened(),
        said(),
        line(AT + 3 * HOUR, Kind.WAITING),
        said(AT + 4 * HOUR, priority=Priority.P1),
    ]
    clock = running(fold(log), ClockName.FIRST_RESPONSE)
    assert clock.due == AT + 24 * HOUR
    assert clock.state(AT + 5 * HOUR) is ClockState.MET
    urgent = running(fold(log), ClockName.URGENT_ACTION)
    assert urgent.started == AT + 4 * HOUR


def test_an_answer_of_the_bot_is_a_first_response_and_a_plan_its_question_is_neither() -> None:
    asks = BotSaid(AT + MINUTE, "您想问哪一个？", frozenset({Kind.ASK_INFO}))
    ticket = fold([opened(), said(), asks])
    assert running(ticket, ClockName.FIRST_RESPONSE).stopped is None
    answers = BotSaid(AT + 2 * MINUTE, "这样办", frozenset({Kind.ANSWER}), "s")
    ticket = ticket.apply(answers)
    assert running(ticket, ClockName.FIRST_RESPONSE).stopped == answers.at
    assert running(ticket, ClockName.FIRST_PLAN).stopped == answers.at
    assert running(ticket, ClockName.PROGRESS_UPDATE).started == answers.at


@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.CONFIRM, Kind.PROMISE])
def test_an_answer_a_plan_to_consent_to_and_a_promise_are_a_first_plan(kind: Kind) -> None:
    ticket = fold([opened(), said(), line(AT + HOUR, kind)])
    assert running(ticket, ClockName.FIRST_PLAN).stopped == AT + HOUR


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.REASSURANCE, Kind.WAITING, Kind.ASK_INFO])
def test_courtesies_and_questions_are_a_first_response_but_no_plan_and_no_progress(
    kind: Kind,
) -> None:
    ticket = fold([opened(), said(), line(AT + HOUR, kind)])
    assert running(ticket, ClockName.FIRST_RESPONSE).stopped == AT + HOUR
    assert running(ticket, ClockName.FIRST_PLAN).stopped is None
    assert running(ticket, ClockName.PROGRESS_UPDATE).started == AT


# -- progress


@pytest.mark.parametrize("tells", [Act.PROGRESS, Act.RESULT, Kind.ANSWER, Kind.URGE])
def test_each_report_restarts_the_progress_clock_which_warns_anew(tells: Act | Kind) -> None:
    ticket, _ = swept(fold([opened(), said()]), AT + 5 * HOUR)
    first = running(ticket, ClockName.PROGRESS_UPDATE)
    ticket = ticket.apply(line(AT + 5 * HOUR, tells))
    clock = running(ticket, ClockName.PROGRESS_UPDATE)
    assert clock.key != first.key
    assert clock.started == AT + 5 * HOUR
    assert calls(ticket, AT + 9 * HOUR - SECOND, clock) == []
    assert calls(ticket, AT + 9 * HOUR, clock) == [Level.AGENT]
    assert calls(ticket, AT + 11 * HOUR, clock) == [Level.AGENT, Level.SUPERVISOR]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (3.9, []),
        (4, [Level.AGENT]),
        (4.8, [Level.AGENT]),
        (5.99, [Level.AGENT]),
        (6, [Level.AGENT, Level.SUPERVISOR]),
    ],
)
def test_progress_warns_at_four_hours_and_breaks_at_six(hours: float, told: list[Level]) -> None:
    ticket = fold([opened(), said()])
    clock = running(ticket, ClockName.PROGRESS_UPDATE)
    now = AT + hours * HOUR
    assert calls(ticket, now, clock) == told
    assert clock.state(now) is (ClockState.BROKEN if hours >= 6 else ClockState.RUNNING)


@pytest.mark.parametrize("hours", [0.5, 2.0, 24.0])
def test_the_customers_own_rhythm_takes_the_place_of_the_desks(hours: float) -> None:
    ticket = fold([opened(), said(), said(AT + MINUTE, has_need=False, rhythm=hours)])
    clock = running(ticket, ClockName.PROGRESS_UPDATE)
    assert clock.due == AT + hours * HOUR
    later = ticket.apply(line(AT + hours * HOUR / 2, Act.PROGRESS))
    assert running(later, ClockName.PROGRESS_UPDATE).due == AT + hours * HOUR * 1.5
    still = later.apply(said(AT + hours * HOUR, has_need=False))
    assert still.marks.rhythm == hours
    other = still.apply(said(AT + hours * HOUR, has_need=False, rhythm=3.0))
    assert other.marks.rhythm == 3.0


def test_a_question_that_was_answered_needs_no_reports_unless_something_is_open() -> None:
    asked: list[Event] = [opened(), said(contact_type=ContactType.CONSULT)]
    answered = fold([*asked, line(AT + HOUR, Kind.ANSWER)])
    assert running(answered, ClockName.PROGRESS_UPDATE).stopped == AT + HOUR
    promise = Promise("明天答复", AT + 30 * HOUR)
    promised = fold([*asked, line(AT + HOUR, Kind.PROMISE, promises=[promise])])
    assert running(promised, ClockName.PROGRESS_UPDATE).stopped is None
    ordered = fold([*asked, line(AT + HOUR, Kind.ANSWER), order(AT + 2 * HOUR)])
    assert running(ordered, ClockName.PROGRESS_UPDATE).stopped is None


def _answered_question() -> list[Event]:
    return [opened(), said(contact_type=ContactType.CONSULT), line(AT + HOUR, Kind.ANSWER)]


def test_a_question_answered_in_time_stays_met_however_late_the_customer_thanks() -> None:
    asked = _answered_question()
    ticket = fold([*asked, thanks(AT + 30 * HOUR)])
    assert running(ticket, ClockName.PROGRESS_UPDATE).state(AT + 31 * HOUR) is ClockState.MET


def test_an_answered_question_that_goes_to_others_begins_anew_with_them() -> None:
    asked = _answered_question()
    first = running(fold(asked), ClockName.PROGRESS_UPDATE)
    later = ApprovalAsked(AT + 20 * HOUR, "A1", "补偿", Role.SUPERVISOR, "客户要求")
    again = running(fold([*asked, later]), ClockName.PROGRESS_UPDATE)
    assert again.key != first.key
    assert (again.started, again.stopped) == (later.at, None)


# -- what thanks and goodbyes end, and what they do not


def farewell(at: dt.datetime) -> CustomerSaid:
    return said(at, text="再见", intents=frozenset({Intent.GOODBYE}), has_need=False)


OWED = [
    line(AT + MINUTE, Kind.PROMISE, promises=[Promise("两天内答复", AT + 48 * HOUR)]),
    line(AT + MINUTE, Act.TRANSFERRED),
    line(AT + MINUTE, Kind.ANSWER, Act.EXCHANGE_DUE),
]


@pytest.mark.parametrize("owes", OWED, ids=["promise", "transfer", "exchange"])
def test_thanks_for_what_is_still_to_come_resolve_nothing(owes: AgentSaid) -> None:
    log: list[Event] = [opened(), said(), owes, thanks(AT + 2 * MINUTE)]
    log += [line(AT + 3 * MINUTE, Kind.CLOSING), farewell(AT + 4 * MINUTE)]
    ticket = fold(log)
    going = {c.name for c in clocks(ticket, POLICY) if c.stopped is None}
    assert {ClockName.RESOLUTION, ClockName.PROGRESS_UPDATE} <= going
    assert going & {ClockName.PROMISE, ClockName.DEPARTMENT_REPLY, ClockName.EXCHANGE}
    assert ClockName.CALLBACK not in names(ticket)
    assert not ticket.is_closed


@pytest.mark.parametrize("owes", OWED, ids=["promise", "transfer", "exchange"])
def test_the_result_told_after_the_farewell_resolves(owes: AgentSaid) -> None:
    log: list[Event] = [opened(), said(), owes, line(AT + 2 * MINUTE, Kind.CLOSING)]
    log += [farewell(AT + 3 * MINUTE), line(AT + HOUR, Act.RESULT, Act.EXCHANGE_ARRANGED)]
    ticket = fold(log)
    assert running(ticket, ClockName.RESOLUTION).stopped == AT + HOUR
    assert running(ticket, ClockName.CALLBACK).started == AT + HOUR


def closings(ticket: Ticket) -> list[dt.datetime]:
    return [d.at for d in timers(ticket, POLICY) if d.key.startswith("close@")]


def test_a_quiet_ticket_closes_a_day_later_but_not_before_what_was_promised_falls_due() -> None:
    last = line(AT + MINUTE, Kind.ANSWER, Kind.CLOSING)
    assert closings(fold([opened(), said(), last])) == [AT + MINUTE + 24 * HOUR]
    promised = replace(last, promises=(Promise("两天内答复", AT + 48 * HOUR),))
    assert closings(fold([opened(), said(), promised])) == [AT + 72 * HOUR]
    handed = replace(last, acts=frozenset({Act.TRANSFERRED}))
    assert closings(fold([opened(), said(), handed])) == []


def test_thanks_after_a_promise_fell_due_resolve_too_late_for_it() -> None:
    promise = Promise("三点前上门", AT + 5 * HOUR)
    log: list[Event] = [opened(), said(), line(AT, Kind.PROMISE, promises=[promise])]
    log.append(thanks(AT + 6 * HOUR))
    ticket = fold(log)
    assert running(ticket, ClockName.RESOLUTION).stopped == AT + 6 * HOUR
    assert running(ticket, ClockName.PROMISE).state(AT + 6 * HOUR) is ClockState.BROKEN


# -- checks and exchange


def test_a_quality_claim_starts_its_review_and_only_a_quality_claim() -> None:
    assert ClockName.QUALITY_CHECK not in names(fold([opened(), said()]))
    by_hand = fold([opened(), said(), Classified(AT + HOUR, "8001", Category.PRODUCT_QUALITY)])
    assert running(by_hand, ClockName.QUALITY_CHECK).started == AT + HOUR


@pytest.mark.parametrize("act", [Act.REVIEWED, Act.CHECKED])
def test_a_review_or_a_check_ends_the_review(act: Act) -> None:
    ticket = fold([opened(), said(**QUALITY), line(AT + HOUR, act)])
    assert running(ticket, ClockName.QUALITY_CHECK).stopped == AT + HOUR


def test_the_technical_check_starts_when_order_and_evidence_are_both_there() -> None:
    later = AT + HOUR
    shown: list[Event] = [opened(), said(**QUALITY, evidence=True)]
    assert ClockName.TECHNICAL_CHECK not in names(fold(shown))
    ordered: list[Event] = [opened(), said(**QUALITY, order_known=True)]
    assert ClockName.TECHNICAL_CHECK not in names(fold(ordered))
    for log, then in (
        (shown, said(later, has_need=False, order_known=True)),
        (ordered, said(later, has_need=False, order_known=True, evidence=True)),
    ):
        assert running(fold([*log, then]), ClockName.TECHNICAL_CHECK).started == later


def test_a_review_alone_is_no_technical_check() -> None:
    log: list[Event] = [opened(), said(**QUALITY, evidence=True, order_known=True)]
    ticket = fold([*log, line(AT + HOUR, Act.REVIEWED)])
    assert running(ticket, ClockName.TECHNICAL_CHECK).stopped is None


def test_an_exchange_arranged_at_once_is_met_at_once() -> None:
    ticket = fold([opened(), said(), line(AT + HOUR, Act.EXCHANGE_ARRANGED)])
    clock = running(ticket, ClockName.EXCHANGE)
    assert (clock.started, clock.stopped) == (AT + HOUR, AT + HOUR)


# -- upgrade and knowledge


def test_handing_in_the_request_ends_one_clock_and_starts_the_next() -> None:
    log: list[Event] = [
        opened(),
        said(solution=None),
        escalated(AT, Rule.NO_SOLUTION, Level.DEPARTMENT),
        line(AT + 20 * MINUTE, Act.UPGRADED),
    ]
    ticket = fold(log)
    assert running(ticket, ClockName.UPGRADE_REQUEST).state(AT + HOUR) is ClockState.MET
    assert running(ticket, ClockName.KNOWLEDGE).due == AT + 20 * MINUTE + 24 * HOUR


def test_the_knowledge_clock_runs_on_when_the_ticket_is_closed() -> None:
    log: list[Event] = [opened(), said(solution=None), UpgradeRequested(AT, "怎么办", "8001")]
    ticket = fold([*log, Closed(AT + HOUR, "完")])
    clock = running(ticket, ClockName.KNOWLEDGE)
    assert clock.stopped is None
    assert calls(ticket, AT + 24 * HOUR, clock) == [Level.AGENT, Level.SUPERVISOR]


# -- urgent action


def test_a_complaint_that_reaches_a_supervisor_is_urgent_from_then_on() -> None:
    complaint = said(contact_type=ContactType.COMPLAINT)
    assert ClockName.URGENT_ACTION not in names(fold([opened(), complaint]))
    up = escalated(AT + HOUR, Rule.THREAT)
    assert running(fold([opened(), complaint, up]), ClockName.URGENT_ACTION).started == AT + HOUR
    registered: list[Event] = [opened(), said(), up, ComplaintRegistered(AT + 2 * HOUR, "投诉")]
    assert running(fold(registered), ClockName.URGENT_ACTION).started == AT + 2 * HOUR


@pytest.mark.parametrize("level", [Level.AGENT, Level.DEPARTMENT])
def test_a_complaint_with_an_agent_or_a_department_is_not_urgent_by_that(level: Level) -> None:
    log: list[Event] = [
        opened(),
        said(contact_type=ContactType.COMPLAINT),
        escalated(AT, Rule.WANTS_HUMAN, level),
    ]
    assert ClockName.URGENT_ACTION not in names(fold(log))


# -- working days


@dataclass(frozen=True)
class Working:
    """A moment, the due time of 2 and of 3 working days from it, and 80 % of each."""

    start: str
    two: str
    warn_two: str
    three: str
    warn_three: str


WORKING = [
    # Tuesday 10:00: 6 h + 7 h + 7 h = 20 h, of which 16 h; with a third day 27 h, of which 21:36
    Working(
        "2026-03-10 10:00",
        "2026-03-12 18:00",
        "2026-03-12 12:00",
        "2026-03-13 18:00",
        "2026-03-13 10:36",
    ),
    # Friday afternoon, over the weekend: 2 h + 14 h, of which 12:48; 23 h, of which 18:24
    Working(
        "2026-03-13 16:00",
        "2026-03-17 18:00",
        "2026-03-17 14:48",
        "2026-03-18 18:00",
        "2026-03-18 11:24",
    ),
    # Saturday: neither counts; 14 h, of which 11:12; 21 h, of which 16:48
    Working(
        "2026-03-14 11:00",
        "2026-03-17 18:00",
        "2026-03-17 15:12",
        "2026-03-18 18:00",
        "2026-03-18 11:48",
    ),
    # The eve of the national holiday: eight days later
    Working(
        "2026-09-30 10:00",
        "2026-10-09 18:00",
        "2026-10-09 12:00",
        "2026-10-10 18:00",
        "2026-10-10 10:36",
    ),
    # In the holiday itself
    Working(
        "2026-10-03 20:00",
        "2026-10-09 18:00",
        "2026-10-09 15:12",
        "2026-10-10 18:00",
        "2026-10-10 11:48",
    ),
    # A Friday before a Saturday that is worked
    Working(
        "2026-10-09 10:00",
        "2026-10-12 18:00",
        "2026-10-12 12:00",
        "2026-10-13 18:00",
        "2026-10-13 10:36",
    ),
    # Over mid-autumn into the week that the national holiday cuts short
    Working(
        "2026-09-24 10:00",
        "2026-09-29 18:00",
        "2026-09-29 12:00",
        "2026-09-30 18:00",
        "2026-09-30 10:36",
    ),
    # A Friday before a Sunday that is worked
    Working(
        "2026-09-18 10:00",
        "2026-09-21 18:00",
        "2026-09-21 12:00",
        "2026-09-22 18:00",
        "2026-09-22 10:36",
    ),
]


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _working_log(name: ClockName, start: dt.datetime) -> list[Event]:
    log: list[Event] = [opened(start), said(start)]
    return [*log, order(start)] if name is ClockName.DEPARTMENT_REPLY else log


@pytest.mark.parametrize("name", [ClockName.DEPARTMENT_REPLY, ClockName.RESOLUTION])
@pytest.mark.parametrize("case", WORKING, ids=lambda w: w.start)
def test_working_days_leave_out_weekends_and_holidays_and_count_the_days_worked_for_them(
    name: ClockName, case: Working
) -> None:
    department = name is ClockName.DEPARTMENT_REPLY
    due = moment(case.two if department else case.three)
    warn = moment(case.warn_two if department else case.warn_three)
    ticket = fold(_working_log(name, moment(case.start)))
    clock = running(ticket, name)
    assert (clock.due, clock.warn) == (due, warn)
    assert calls(ticket, warn - SECOND, clock) == []
    assert calls(ticket, warn, clock) == [Level.AGENT]
    assert calls(ticket, due - SECOND, clock) == [Level.AGENT]
    assert clock.state(due - SECOND) is ClockState.RUNNING
    assert calls(ticket, due, clock) == [Level.AGENT, Level.SUPERVISOR]
    assert clock.state(due) is ClockState.BROKEN


@pytest.mark.parametrize("case", WORKING, ids=lambda w: w.start)
def test_shares_of_a_working_day_limit_are_shares_of_business_time(case: Working) -> None:
    start, due = moment(case.start), moment(case.two)
    ticket = fold(_working_log(ClockName.DEPARTMENT_REPLY, start))
    clock = running(ticket, ClockName.DEPARTMENT_REPLY)
    whole = CALENDAR.between(start, due)
    for share, told in (
        (0.79, []),
        (0.8, [Level.AGENT]),
        (0.99, [Level.AGENT]),
        (1.0, [Level.AGENT, Level.SUPERVISOR]),
    ):
        assert calls(ticket, CALENDAR.add(start, whole * share), clock) == told, share


@pytest.mark.parametrize(
    "begins",
    [
        order(AT + HOUR),
        ApprovalAsked(AT + HOUR, "A1", "补偿", Role.SUPERVISOR, "客户要求"),
        line(AT + HOUR, Act.TRANSFERRED),
    ],
    ids=["work order", "approval", "told"],
)
def test_whatever_needs_others_starts_the_department_clock(begins: Event) -> None:
    ticket = fold([opened(), said(), begins])
    assert running(ticket, ClockName.DEPARTMENT_REPLY).started == AT + HOUR


def test_only_telling_the_customer_ends_the_department_clock() -> None:
    log: list[Event] = [
        opened(),
        said(),
        order(AT + HOUR),
        WorkOrderAnswered(AT + 2 * HOUR, "W1", "查到了", "3001"),
        WorkOrderVerified(AT + 3 * HOUR, "W1", True, "8001"),
        ApprovalAsked(AT + 3 * HOUR, "A1", "补偿", Role.SUPERVISOR, "客户要求"),
        ApprovalDecided(AT + 4 * HOUR, "A1", True, "7001"),
        line(AT + 5 * HOUR, Kind.WAITING),
    ]
    assert running(fold(log), ClockName.DEPARTMENT_REPLY).stopped is None
    told = fold([*log, line(AT + 6 * HOUR, Act.RESULT)])
    assert running(told, ClockName.DEPARTMENT_REPLY).stopped == AT + 6 * HOUR


def test_a_second_matter_for_others_is_a_clock_of_its_own_after_the_first_was_answered() -> None:
    first: list[Event] = [opened(), said(), order(AT), order(AT + HOUR)]
    assert running(fold(first), ClockName.DEPARTMENT_REPLY).started == AT
    again: list[Event] = [
        *first,
        line(AT + 2 * HOUR, Act.RESULT),
        line(AT + 3 * HOUR, Act.TRANSFERRED),
    ]
    clock = running(fold(again), ClockName.DEPARTMENT_REPLY)
    assert clock.started == AT + 3 * HOUR
    assert clock.stopped is None


@pytest.mark.parametrize("kind", [ContactType.CONSULT, ContactType.SUGGESTION])
def test_a_mere_question_or_suggestion_has_no_resolution_clock(kind: ContactType) -> None:
    assert ClockName.RESOLUTION not in names(fold([opened(), said(contact_type=kind)]))


def test_the_customers_word_that_all_is_well_resolves() -> None:
    log: list[Event] = [opened(), said(), line(AT + HOUR, Kind.ANSWER), thanks(AT + 2 * HOUR)]
    ticket = fold(log)
    assert ticket.talk.stage is Stage.WRAPPING_UP
    assert running(ticket, ClockName.RESOLUTION).stopped == AT + 2 * HOUR
    assert running(ticket, ClockName.PROGRESS_UPDATE).stopped == AT + 2 * HOUR
    assert running(ticket, ClockName.CALLBACK).due == AT + 2 * HOUR + 72 * HOUR


def test_a_new_problem_after_solving_lets_the_clocks_run_on() -> None:
    log: list[Event] = [
        opened(),
        said(),
        line(AT, Kind.ANSWER),
        thanks(AT + HOUR),
        said(AT + 2 * HOUR),
    ]
    ticket = fold(log)
    assert running(ticket, ClockName.RESOLUTION).stopped is None
    assert ClockName.CALLBACK not in names(ticket)


# -- call-back


def test_a_call_back_after_closing_still_counts() -> None:
    log: list[Event] = [
        opened(),
        said(),
        line(AT, Kind.ANSWER),
        Resolved(AT + HOUR, "8001"),
        FollowUpPlanned(AT + HOUR, "F1", "callback", AT + 25 * HOUR, "8001"),
        Closed(AT + 2 * HOUR, "完"),
    ]
    ticket = fold(log)
    assert running(ticket, ClockName.CALLBACK).stopped is None
    done = fold([*log, FollowUpDone(AT + 30 * HOUR, "F1", "8001", "满意")])
    assert running(done, ClockName.CALLBACK).state(AT + 999 * HOUR) is ClockState.MET


# -- waiting


WAITING_LOG = (opened(), said(), HandedOver(AT, "客户要求人工服务"))


@pytest.mark.parametrize(
    ("seconds", "line_due", "state", "told"),
    [
        (59, False, ClockState.RUNNING, 0),
        (60, True, ClockState.RUNNING, 0),
        (144, True, ClockState.RUNNING, 0),
        (179, True, ClockState.RUNNING, 0),
        (180, True, ClockState.BROKEN, 1),
        (900, True, ClockState.BROKEN, 1),
    ],
)
def test_a_waiting_customer_hears_a_line_at_60_seconds_and_the_supervisor_at_3_minutes(
    seconds: int, line_due: bool, state: ClockState, told: int
) -> None:
    ticket = fold(WAITING_LOG)
    clock = running(ticket, ClockName.WAITING)
    now = AT + seconds * SECOND
    assert clock.state(now) is state
    after, events = swept(ticket, now)
    assert (f"{clock.key}:line" in after.timers) is line_due
    up = [e for e in events if isinstance(e, Escalated) and e.rule is Rule.WAITING]
    assert [e.level for e in up] == [Level.SUPERVISOR] * told
    assert not [
        e
        for e in events
        if isinstance(e, Escalated) and "waiting" in e.cause and e.rule is Rule.CLOCK
    ]


def test_nobody_waits_for_a_person_while_the_bot_talks_nor_after_a_reply() -> None:
    assert ClockName.WAITING not in names(fold(WAITING_LOG[:2]))
    replied = fold([*WAITING_LOG, line(AT + 30 * SECOND, Kind.OPENING)])
    assert not [d for d in timers(replied, POLICY) if d.key.startswith("waiting")]
    assert ClockName.WAITING.value not in broken(replied, AT + HOUR, POLICY)


@pytest.mark.parametrize(
    ("seconds", "state"), [(30, ClockState.MET), (180, ClockState.MET), (181, ClockState.BROKEN)]
)
def test_the_last_wait_stays_on_show_after_the_reply(seconds: int, state: ClockState) -> None:
    replied = fold([*WAITING_LOG, line(AT + seconds * SECOND, Kind.OPENING)])
    assert running(replied, ClockName.WAITING).state(AT + HOUR) is state
    more = replied.apply(line(AT + 2 * HOUR, Kind.ANSWER))
    assert running(more, ClockName.WAITING).stopped == AT + seconds * SECOND


def test_what_comes_up_after_solving_is_not_met_by_it() -> None:
    log: list[Event] = [opened(), said(), line(AT, Kind.ANSWER), thanks(AT + HOUR)]
    log += [line(AT + 2 * HOUR, Act.TRANSFERRED), line(AT + 2 * HOUR, Act.EXCHANGE_DUE)]
    ticket = fold(log)
    assert running(ticket, ClockName.DEPARTMENT_REPLY).stopped is None
    assert running(ticket, ClockName.EXCHANGE).stopped is None


def test_waiting_counts_from_the_hand_over_and_starts_anew_after_a_reply() -> None:
    late = fold([opened(), said(), HandedOver(AT + 5 * MINUTE, "人工")])
    assert running(late, ClockName.WAITING).started == AT + 5 * MINUTE
    first = running(fold(WAITING_LOG), ClockName.WAITING)
    again = fold([*WAITING_LOG, line(AT + MINUTE, Kind.OPENING), said(AT + 2 * MINUTE)])
    second = running(again, ClockName.WAITING)
    assert second.key != first.key


# -- promises


def test_each_promise_is_a_clock_of_its_own_and_one_without_a_time_never_breaks() -> None:
    log: list[Event] = [
        opened(),
        said(),
        line(AT, Kind.PROMISE, promises=[Promise("下午答复", AT + 8 * HOUR)]),
        line(AT + HOUR, Kind.PROMISE, promises=[Promise("会联系您", None)]),
    ]
    ticket = fold(log)
    dated, undated = [c for c in clocks(ticket, POLICY) if c.name is ClockName.PROMISE]
    assert dated.key != undated.key
    assert (undated.due, undated.warn) == (None, None)
    assert undated.state(AT + 9999 * HOUR) is ClockState.RUNNING
    assert calls(ticket, AT + 9999 * HOUR, undated) == []
    kept = ticket.apply(PromiseKept(AT + 2 * HOUR, 1, "8001"))
    dated, undated = [c for c in clocks(kept, POLICY) if c.name is ClockName.PROMISE]
    assert undated.state(AT + 9999 * HOUR) is ClockState.MET
    assert dated.state(AT + 8 * HOUR) is ClockState.BROKEN


@pytest.mark.parametrize("act", [Act.RESULT, Act.CALLED_BACK, Act.EXCHANGE_ARRANGED])
def test_telling_the_result_keeps_what_was_promised_before_not_what_is_promised_now(
    act: Act,
) -> None:
    promise = Promise("答复", AT + 5 * HOUR)
    after = Promise("回访", AT + 50 * HOUR)
    log: list[Event] = [
        opened(),
        said(),
        line(AT, promises=[promise]),
        line(AT + HOUR, act, promises=[after]),
    ]
    kept, fresh = [c for c in clocks(fold(log), POLICY) if c.name is ClockName.PROMISE]
    assert kept.state(AT + 9 * HOUR) is ClockState.MET
    assert fresh.stopped is None


def test_a_report_of_progress_keeps_no_promise() -> None:
    log: list[Event] = [opened(), said(), line(AT, promises=[Promise("答复", AT + 5 * HOUR)])]
    ticket = fold([*log, line(AT + HOUR, Act.PROGRESS)])
    assert running(ticket, ClockName.PROMISE).stopped is None


# -- the whole ticket


def test_closing_ends_all_but_the_call_back_and_the_knowledge() -> None:
    log: list[Event] = [
        opened(),
        said(**QUALITY, solution=None, evidence=True, order_known=True, priority=Priority.P1),
        escalated(AT, Rule.NO_SOLUTION, Level.DEPARTMENT),
        UpgradeRequested(AT + MINUTE, "怎么办", "8001"),
        order(AT + MINUTE),
        line(AT + MINUTE, Act.EXCHANGE_DUE, promises=[Promise("答复", AT + 5 * HOUR)]),
        Resolved(AT + HOUR, "8001"),
        Closed(AT + HOUR, "完"),
    ]
    ticket = fold(log)
    going = {c.name for c in clocks(ticket, POLICY) if c.stopped is None}
    assert going == {ClockName.KNOWLEDGE, ClockName.CALLBACK}


def test_reopening_starts_the_clocks_of_the_need_anew() -> None:
    log: list[Event] = [
        opened(),
        said(),
        line(AT + MINUTE, Kind.ANSWER),
        thanks(AT + HOUR),
        Closed(AT + HOUR, "完"),
        Reopened(AT + 48 * HOUR, "又坏了"),
        said(AT + 48 * HOUR),
    ]
    ticket = fold(log)
    clock = running(ticket, ClockName.FIRST_RESPONSE)
    assert clock.started == AT + 48 * HOUR
    assert clock.stopped is None
    assert running(ticket, ClockName.RESOLUTION).stopped is None
    assert ClockName.CALLBACK not in names(ticket)


def test_the_clock_that_ends_next_and_those_that_are_broken_are_named() -> None:
    ticket = fold([opened(), said(priority=Priority.P1)])
    first = next_due(ticket, AT + MINUTE, POLICY)
    assert first is not None
    assert first.name is ClockName.URGENT_ACTION
    assert broken(ticket, AT + 2 * HOUR, POLICY) == ("first_response", "urgent_action")
    assert next_due(fold([opened()]), AT, POLICY) is None


def test_clocks_are_listed_in_their_order_with_the_promises_last() -> None:
    log: list[Event] = [
        opened(),
        said(**QUALITY, priority=Priority.P1),
        line(AT, promises=[Promise("答复", None), Promise("回电", AT + HOUR)]),
    ]
    listed = [c.name for c in clocks(fold(log), POLICY)]
    assert listed == sorted(listed, key=list(ClockName).index)
    assert listed[-2:] == [ClockName.PROMISE] * 2


# -- nobody answers


def test_an_unanswered_break_goes_one_level_up_after_half_an_hour_and_an_answered_one_stays() -> (
    None
):
    case = CASES[1]
    ticket = fold(case.log)
    due = case.start + case.limit
    told, _ = swept(ticket, due)

    def managers(now: dt.datetime, log: Ticket) -> list[Escalated]:
        _, events = swept(log, now)
        return [
            e
            for e in events
            if isinstance(e, Escalated)
            and e.level is Level.MANAGER
            and e.cause.startswith("first_response@")
        ]

    assert managers(due + 30 * MINUTE - SECOND, told) == []
    assert len(managers(due + 30 * MINUTE, told)) == 1
    assert len(managers(due + 30 * HOUR, told)) == 1
    heard = told.apply(Acknowledged(due + MINUTE, "7001"))
    assert managers(due + 30 * HOUR, heard) == []
