"""The pure domain: stages, fold, escalation, promises, clocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.clocks import ClockState, clocks
from bot.domain.conversation import Conversation, fold
from bot.domain.escalation import escalations
from bot.domain.events import AgentSaid, CustomerSaid, Escalated, Offered, Promise
from bot.domain.numerals import number
from bot.domain.promises import promises_in
from bot.domain.terms import Emotion, Intent, Level, Rule, Stage
from bot.domain.ticket import Ticket
from bot.domain.ticket import fold as fold_ticket
from kb.terms import Category, ContactType, Priority
from prompts.terms import Kind

ZONE = dt.timezone(dt.timedelta(hours=8))
AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=ZONE)  # a Tuesday


def said(text: str = "洗衣机坏了不转", minutes: int = 0, **changes: object) -> CustomerSaid:
    base = CustomerSaid(
        at=AT + dt.timedelta(minutes=minutes),
        text=text,
        emotion=Emotion.CALM,
        intents=frozenset(),
        category=Category.PRODUCT_QUALITY,
        contact_type=ContactType.FAULT,
        priority=Priority.P2,
        priority_reason="受影响",
        has_need=True,
        solution="s",
        answerable=True,
    )
    return replace(base, **changes)


def replied(*kinds: Kind, minutes: int = 1, **changes: object) -> AgentSaid:
    base = AgentSaid(AT + dt.timedelta(minutes=minutes), "好的", frozenset(kinds))
    return replace(base, **changes)


def test_any_prefix_of_a_log_folds_to_the_state_at_that_moment() -> None:
    log = [
        said(),
        replied(Kind.ANSWER),
        said("谢谢", intents=frozenset({Intent.THANKS}), has_need=False),
        Offered(AT, ("a",)),
    ]
    state = Conversation()
    for i, event in enumerate(log):
        state = state.apply(event)
        assert fold(log[: i + 1]) == state


def test_stages_run_from_greeting_to_closed_and_back_for_a_new_need() -> None:
    hello = said("你好", has_need=False, intents=frozenset({Intent.GREETING}))
    thanks = said("谢谢", has_need=False, intents=frozenset({Intent.THANKS}))
    nothing = said("没有了", has_need=False, intents=frozenset({Intent.GOODBYE}))
    steps = [
        (hello, Stage.GREETING),
        (said(), Stage.UNDERSTANDING),
        (replied(Kind.ANSWER), Stage.HANDLING),
        (replied(Kind.PROMISE), Stage.FOLLOWING_UP),
        (thanks, Stage.WRAPPING_UP),
        (replied(Kind.THANKS_REPLY, Kind.CLOSING), Stage.WRAPPING_UP),
        (nothing, Stage.CLOSED),
        (said("还有个事，怎么开发票"), Stage.UNDERSTANDING),
    ]
    state = Conversation()
    for event, stage in steps:
        state = state.apply(event)
        assert state.stage is stage, event


def test_a_correction_wins_and_a_priority_never_falls() -> None:
    state = fold(
        [
            said(fields={"order_no": "A1", "amount": 10.0, "problem": "一"}, priority=Priority.P1),
            said(fields={"amount": 20.0, "problem": "二"}, priority=Priority.P3),
            said(
                fields={"order_no": "A2", "amount": 30.0},
                corrections=frozenset({"amount", "order_no"}),
            ),
        ]
    )
    assert dict(state.fields) == {"order_no": "A2", "amount": 30.0, "problem": "一"}
    assert state.priority is Priority.P1


def fired(*events: CustomerSaid | AgentSaid | Escalated) -> list[tuple[Rule, Level]]:
    """Rules fired by the last event, with what fired before taken into account."""
    state = Ticket()
    found: list[Escalated] = []
    for event in events:
        state = state.apply(event)
        found = escalations(state, event) if isinstance(event, CustomerSaid) else []
        for one in found:
            state = state.apply(one)
    return [(e.rule, e.level) for e in found]


def test_one_cause_fires_one_rule_and_a_wish_for_a_person_besides() -> None:
    every = frozenset({Intent.SAFETY, Intent.THREAT, Intent.WANTS_HUMAN})
    worst = said(intents=every, emotion=Emotion.ANGRY, priority=Priority.P1)
    assert fired(worst) == [(Rule.WANTS_HUMAN, Level.AGENT), (Rule.SAFETY, Level.SUPERVISOR)]
    assert fired(said(intents=frozenset({Intent.THREAT}), priority=Priority.P1)) == [
        (Rule.THREAT, Level.SUPERVISOR)
    ]
    assert fired(said(priority=Priority.P1, emotion=Emotion.ANGRY)) == [(Rule.P1, Level.SUPERVISOR)]
    assert fired(said(emotion=Emotion.ANGRY)) == [(Rule.ANGRY, Level.SUPERVISOR)]
    assert fired(said()) == []


def test_nobody_is_told_twice_of_the_same_cause() -> None:
    angry = said(emotion=Emotion.ANGRY)
    assert fired(angry, angry) == []
    human = said("找你们领导", intents=frozenset({Intent.WANTS_HUMAN}))
    assert fired(human) == [(Rule.WANTS_HUMAN, Level.SUPERVISOR)]
    assert fired(human, human) == []


def test_two_misses_of_the_bot_or_three_askings_hand_over() -> None:
    missed = said("这个东西怎么弄的呢", answerable=False, solution=None)
    other = said("屏幕上的小灯干什么用", answerable=False, solution=None)
    assert fired(missed) == []
    assert fired(missed, other) == [(Rule.BOT_MISSED, Level.AGENT)]
    asked = said("我的快递到底到哪里了")
    assert fired(asked, asked) == []
    assert fired(asked, asked, asked) == [(Rule.REPEATED_QUESTION, Level.AGENT)]
    assert fired(asked, replied(Kind.WAITING), asked, asked) == [
        (Rule.REPEATED_QUESTION, Level.SUPERVISOR)
    ]


def test_a_plan_refused_twice_goes_to_the_supervisor() -> None:
    no = said("不行，我不接受", intents=frozenset({Intent.REFUSE}))
    again = said("换个办法，这样不同意", intents=frozenset({Intent.REFUSE}))
    assert fired(said(), replied(Kind.CONFIRM), no) == []
    assert fired(said(), replied(Kind.CONFIRM), no, replied(Kind.CONFIRM), again) == [
        (Rule.REFUSED_PLAN, Level.SUPERVISOR)
    ]


def test_a_clear_need_without_a_match_goes_to_the_knowledge_owner() -> None:
    unknown = said("你们能帮我修自行车的链条吗", solution=None, answerable=False)
    assert fired(replied(Kind.OPENING), unknown) == [(Rule.NO_SOLUTION, Level.DEPARTMENT)]
    assert fired(said(), replied(Kind.ANSWER), unknown) == []


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("今天18:00前由主管给您电话答复", "2026-03-10T18:00"),
        ("明天上午给您回电", "2026-03-11T12:00"),
        ("两个工作日内联系您", "2026-03-12T18:00"),
        ("会在3到5个工作日内为您退款", "2026-03-17T18:00"),
        ("我将在48小时内为您安排换货", "2026-03-12T10:00"),
        ("半小时内给您回复", "2026-03-10T10:30"),
        ("下周三下午3点师傅上门安装", "2026-03-18T15:00"),
        ("3月15日12:30前为您补发", "2026-03-15T12:30"),
        ("请您稍等，我明天给您答复", "2026-03-11T18:00"),
        ("我们会尽快联系您", None),
    ],
)
def test_promises_are_read_with_their_due_times(text: str, due: str | None) -> None:
    (promise,) = promises_in(text, AT)
    assert (promise.due.isoformat()[:16] if promise.due else None) == due


@pytest.mark.parametrize(
    "text",
    [
        "请稍等，我为您查询，1–2分钟",
        "请您在24小时内寄回商品",
        "这款容量是500毫升",
        "请问您是什么时候购买的？",
        "感谢您的咨询，祝您生活愉快",
    ],
)
def test_what_promises_nothing_is_no_promise(text: str) -> None:
    assert promises_in(text, AT) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("四十八", 48),
        ("十二", 12),
        ("两", 2),
        ("一百二十", 120),
        ("半", 0.5),
        ("7", 7),
        ("七上", None),
    ],
)
def test_chinese_numerals(text: str, value: float | None) -> None:
    assert number(text) == value


def test_clocks_start_with_the_need_and_are_met_or_broken() -> None:
    def states(ticket: Ticket, hours: float) -> dict[str, ClockState]:
        now = AT + dt.timedelta(hours=hours)
        return {c.name.value: c.state(now) for c in clocks(ticket)}

    state = fold_ticket([said(priority=Priority.P1)])
    assert states(state, 0.5)["first_response"] is ClockState.RUNNING
    urgent = next(c for c in clocks(state) if c.name == "urgent_action")
    assert urgent.due == AT + dt.timedelta(hours=1)
    assert states(state, 3)["first_response"] is ClockState.BROKEN
    promise = Promise("x", AT + dt.timedelta(hours=2))
    answered = state.apply(replied(Kind.PROMISE, minutes=5, promises=(promise,)))
    assert states(answered, 3)["first_response"] is ClockState.MET
    assert states(answered, 3)["promise"] is ClockState.BROKEN
    assert clocks(Ticket()) == []
