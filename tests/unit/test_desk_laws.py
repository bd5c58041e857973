"""Whatever happens in whatever order, these laws hold of every ticket (hypothesis plays the desk)."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.desk import (
    assigning,
    by_hand,
    complaining,
    deciding,
    ending,
    holding,
    merging,
    recording,
    sending,
    work_orders,
)
from bot.desk.account_ports import OfficeStore
from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Incoming, OutState, Party, RowFilter
from bot.desk.receiving import handle_pending, receive, take
from bot.desk.replying import Reply, agent_said
from bot.desk.roster import Agent
from bot.desk.sweeping import sweep
from bot.domain.events import (
    AgentSaid,
    ComplaintJudged,
    CustomerSaid,
    Event,
    FollowUpDone,
    Rated,
    UpgradeAnswered,
    UpgradeRequested,
)
from bot.domain.terms import Holder
from bot.storage.check import faults
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore
from kb.terms import Category, Priority, Role
from tests.fakes.desk import fake_desk
from tests.soak.laws import all_tickets, broken_in_history, broken_laws

#: A Tuesday, and the day before the clocks change.
STARTS = (
    dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    dt.datetime(2026, 3, 28, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")),
)
SAID = (
    "你好",
    "退款多久到账",
    "忘记登录密码，我姓王，电话13800001111",
    "宽带频繁掉线和洗衣机漏水",
    "空调坏了，订单ORD12345，有照片",
    "空调坏了，生气",
    "漏电了",
    "快递没到，急",
    "你们什么态度，我要曝光",
    "这个怎么办",
    "要赔500元",
    "转人工",
    "叫你们主管来",
    "不行",
    "好的",
    "谢谢",
    "再见",
    "还是没到，快点",
    "今天天气",
    "1",
)
LINES = (
    "您好，请问有什么可以帮您？",
    "请您提供一下订单号。",
    "给您添麻烦了，非常抱歉。",
    "我为您查询到退款已经审核通过，预计明天到账。",
    "我会在2小时内回复您处理结果。",
    "检测结果出来了，是主板故障，为您安排换货。",
    "换货已安排，今天寄出。",
    "已转给技术部门核实，两个工作日内联系您。",
    "技术部门已答复，您的问题已经处理好了。",
    "请问还有其他可以帮您的吗？",
    "请您对本次服务做个评价。",
    "您好，回访一下，请问之前的问题解决了吗？",
)
PEOPLE = ("1001", "1002")
ids = st.integers(0, 5)
people = st.sampled_from(PEOPLE)


Action = Callable[[Desk, str, dt.datetime, int, bool], object]


def judges(desk: Desk, ticket: str, at: dt.datetime, number: int, yes: bool) -> object:
    judged = ComplaintJudged(at, yes, "核实", "1001", "缺货", "仓库", plan="补发")
    return complaining.judge(desk, ticket, judged)


def upgrades(desk: Desk, ticket: str, at: dt.datetime, number: int, yes: bool) -> object:
    asked = desk.ticket(ticket).upgrade is not None
    answer, request = UpgradeAnswered(at, "s-001", "k1"), UpgradeRequested(at, "怎么安装", "1001")
    return desk.change(ticket, answer if asked else request)


def asks(desk: Desk, ticket: str, at: dt.datetime, number: int, yes: bool) -> object:
    role = Role.MANAGER if yes else Role.SUPERVISOR
    return deciding.ask_approval(desk, ticket, "赔偿", "客户要求", "1001", at, role=role)


#: What people do to a ticket at a time; the number and the answer mean what fits.
ACTIONS: dict[str, Action] = {
    "take over": lambda d, t, at, n, yes: holding.take_over(d, t, f"100{n}", at),
    "hand back": lambda d, t, at, n, yes: holding.hand_back(d, t, f"100{n}", at, to_bot=yes),
    "hand over": lambda d, t, at, n, yes: holding.hand_over(d, t, "需要人工", at),
    "acknowledge": lambda d, t, at, n, yes: holding.acknowledge(d, t, "主管", at),
    "assign": lambda d, t, at, n, yes: assigning.assign_to(d, t, f"100{n}", "主管", at),
    "open order": lambda d, t, at, n, yes: work_orders.open_order(
        d, t, "技术部", "请检测", "1001", at
    ),
    "answer order": lambda d, t, at, n, yes: work_orders.answer_order(
        d, t, f"W{n}", "已检测", "T1", at
    ),
    "verify order": lambda d, t, at, n, yes: work_orders.verify_order(
        d, t, f"W{n}", "1001", at, accepted=yes, remark="请补充"
    ),
    "ask": asks,
    "decide": lambda d, t, at, n, yes: deciding.decide(
        d, t, f"A{n}", "主管", at, approved=yes, reason="按规定"
    ),
    "complain": lambda d, t, at, n, yes: complaining.register(d, t, "送货太慢", "1001", at),
    "judge": judges,
    "review": lambda d, t, at, n, yes: complaining.review(d, t, "已改进", "主管", at, consent=yes),
    "correct": lambda d, t, at, n, yes: recording.correct(d, t, "phone", "139", "1001", at),
    "verify": lambda d, t, at, n, yes: recording.verify(d, t, "短信", "1001", at, passed=yes),
    "note": lambda d, t, at, n, yes: recording.note(d, t, "客户脾气急", "1001", at),
    "keep promise": lambda d, t, at, n, yes: recording.keep_promise(d, t, 0, "1001", at),
    "upgrade": upgrades,
    "resolve": lambda d, t, at, n, yes: ending.resolve(d, t, "1001", at),
    "close": lambda d, t, at, n, yes: ending.close(d, t, "处理完毕", "1001", at),
    "reopen": lambda d, t, at, n, yes: ending.reopen(d, t, "客户来电", "1001", at),
    "rate": lambda d, t, at, n, yes: ending.rate(d, t, Rated(at, 5 if yes else n)),
    "skip": lambda d, t, at, n, yes: ending.skip_rating(d, t, at),
    "plan": lambda d, t, at, n, yes: ending.plan(
        d, t, "call", at + n * dt.timedelta(hours=9), "1001", at
    ),
    "finish": lambda d, t, at, n, yes: ending.finish(
        d, t, FollowUpDone(at, f"F{n}", "1001", "客户满意")
    ),
}


class Tracker(RuleBasedStateMachine):
    """A desk that anything may happen to; it is restarted now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.store: OfficeStore = MemoryStore()
        self.accepted: set[str] = set()
        self.sent: Counter[str] = Counter()
        self.history: dict[str, list[Event]] = {}
        self.wire: Counter[str] = Counter()
        self.again: Counter[str] = Counter()

    @initialize(agents=st.booleans(), start=st.sampled_from(STARTS))
    def begin(self, agents: bool, start: dt.datetime) -> None:
        self.now = start
        self.agents = (Agent("1001", 2), Agent("1002", 2)) if agents else ()
        self.desk = fake_desk(self.store, agents=self.agents)

    # what happens ------------------------------------------------------------------------------
    @rule(
        who=st.sampled_from("甲乙"),
        text=st.sampled_from(SAID),
        number=st.integers(0, 12),
        late=st.sampled_from([0, 0, 0, 90]),
        at_once=st.booleans(),
    )
    def customer(self, who: str, text: str, number: int, late: int, at_once: bool) -> None:
        at = self.tick() - dt.timedelta(seconds=late)
        incoming = Incoming("web", str(number), at, {"who": who, "text": text})
        if at_once:
            handle_pending(self.desk, hear)
            new = take(self.desk, incoming, hear) is not None
        else:
            new = receive(self.desk, incoming)
        assert new is (str(number) not in self.accepted)
        self.accepted.add(str(number))

    @rule()
    def catch_up(self) -> None:
        waiting = len(self.desk.store.unhandled())
        assert handle_pending(self.desk, hear) == waiting

    @precondition(lambda self: self.history)
    @rule(place=ids, text=st.sampled_from(LINES), agent=people)
    def agent(self, place: int, text: str, agent: str) -> None:
        number = f"a{sum(self.sent.values())}"
        reply = Reply(self.pick(place), text, agent, self.tick(), message=number)
        if self.does(lambda desk: agent_said(desk, reply)):
            self.sent[number] += 1

    @precondition(lambda self: self.history)
    @rule(
        place=ids,
        what=st.sampled_from(sorted(ACTIONS)),
        number=st.integers(1, 2),
        yes=st.booleans(),
    )
    def person(self, place: int, what: str, number: int, yes: bool) -> None:
        ticket, at = self.pick(place), self.tick()
        self.does(lambda desk: ACTIONS[what](desk, ticket, at, number, yes))

    @precondition(lambda self: self.history)
    @rule(place=ids, priority=st.sampled_from(Priority), category=st.sampled_from(Category))
    def classifies(self, place: int, priority: Priority, category: Category) -> None:
        ticket, at = self.pick(place), self.tick()
        self.does(
            lambda desk: recording.classify(
                desk, ticket, "1001", at, category=category, priority=priority, reason="核实"
            )
        )

    @precondition(lambda self: len(self.history) > 1)
    @rule(gone=ids, left=ids)
    def merge(self, gone: int, left: int) -> None:
        old, new, at = self.pick(gone), self.pick(left), self.tick()
        self.does(lambda desk: merging.merge(desk, old, new, "1001", at))

    @rule(text=st.sampled_from(SAID))
    def telephone(self, text: str) -> None:
        form = by_hand.Register("phone", "13900002222", text, "1001", self.tick())
        self.does(lambda desk: by_hand.open_by_hand(desk, form))

    @rule(minutes=st.sampled_from([1, 4, 20, 70, 300, 1500, 5000]))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule()
    def timers_fire(self) -> None:
        at = self.tick()
        self.does(lambda desk: sweep(desk, at))
        assert self.desk.store.due_timers(at) == []
        self.does(lambda desk: sweep(desk, at))

    @rule()
    def queue_is_given_out(self) -> None:
        at = self.tick()
        self.does(lambda desk: assigning.assign_waiting(desk, at))

    @rule(outcome=st.sampled_from(["delivered", "delivered", "failed", "uncertain", "crash"]))
    def sends(self, outcome: str) -> None:
        at = self.tick()
        for outgoing in sending.next_batch(self.desk, at, 3):
            holder = self.desk.ticket(outgoing.ticket).holder
            if outgoing.body.get("by") == "bot" and not outgoing.body["announces"]:
                assert holder is not Holder.PERSON
            if outcome == "failed":
                sending.failed(self.desk, outgoing, at, "断线")
                continue
            self.wire[outgoing.key] += 1
            if outcome == "delivered":
                sending.delivered(self.desk, outgoing.key)
            if outcome == "uncertain":
                sending.uncertain(self.desk, outgoing.key, "超时")
        if outcome == "crash":
            self.restart()

    @rule(again=st.booleans())
    def person_decides(self, again: bool) -> None:
        at = self.tick()
        for outgoing in self.desk.store.standing(OutState.UNCERTAIN):
            if again:
                sending.send_again(self.desk, outgoing.key, "1001", at)
                self.again[outgoing.key] += 1
            else:
                sending.delivered(self.desk, outgoing.key)

    @precondition(lambda self: self.history)
    @rule(place=ids)
    def a_customer_is_erased(self, place: int) -> None:
        """His words go, and the figures stay: they are still what the events say."""
        customer = self.desk.ticket(self.pick(place)).customer
        rows = self.desk.store.newest_of(customer, 999)
        self.desk.store.erase(customer, self.tick())
        self.desk.forget(row.id for row in rows)
        assert self.desk.store.newest_of(customer, 999) == rows
        self.history |= {row.id: self.desk.store.events(row.id) for row in rows}

    @rule(text=st.sampled_from(SAID))
    def a_transaction_fails(self, text: str) -> None:
        at, before = self.tick(), self.numbers()
        with suppress(ZeroDivisionError), self.desk.atomic():
            hear(self.desk, Incoming("web", "lost", at, {"who": "甲", "text": text}))
            raise ZeroDivisionError
        assert self.numbers() == before

    @rule()
    def restart(self) -> None:
        self.reopen()
        self.desk = fake_desk(self.store, agents=self.agents)
        sending.after_restart(self.desk)
        assert self.desk.store.standing(OutState.SENDING) == []

    # what must be true of it -------------------------------------------------------------------
    @invariant()
    def all_laws_hold(self) -> None:
        found = broken_laws(self.desk)
        assert not found, found
        self.the_log_only_grows()
        self.nothing_said_is_lost_or_doubled()
        assert all(n <= 1 + self.again[key] for key, n in self.wire.items()), "sent twice"

    def the_log_only_grows(self) -> None:
        for ticket in all_tickets(self.desk):
            events, before = self.desk.store.events(ticket), self.history.get(ticket, [])
            assert events[: len(before)] == before
            self.history[ticket] = events

    def nothing_said_is_lost_or_doubled(self) -> None:
        events = [e for known in self.history.values() for e in known]
        heard = Counter(e.message for e in events if isinstance(e, CustomerSaid) and e.message)
        heard.update(i.update for i in self.desk.store.unhandled())
        assert heard == Counter(self.accepted)
        assert self.sent == Counter(e.message for e in events if isinstance(e, AgentSaid))

    def teardown(self) -> None:
        for events in self.history.values():
            found = broken_in_history(events, self.desk.policy)
            assert not found, found

    # helpers -----------------------------------------------------------------------------------
    def reopen(self) -> None:
        """A store in memory has nothing to open."""

    def tick(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=7)
        return self.now

    def pick(self, place: int) -> str:
        tickets = sorted(self.history)
        return tickets[place % len(tickets)]

    def does(self, work: Callable[[Desk], object]) -> bool:
        """Do something as the service does: a refusal ends no transaction, and changes nothing."""
        before = self.numbers()
        with self.desk.atomic():
            try:
                work(self.desk)
            except DeskError:
                assert self.numbers() == before
                return False
        return True

    def numbers(self) -> dict[str, int]:
        return {row.id: row.seq for row in self.desk.store.rows(RowFilter(), limit=999)}


def hear(desk: Desk, incoming: Incoming) -> str:
    body = incoming.body
    party = Party("web", "", str(body["who"]))
    return customer_said(
        desk, Message(party, str(body["text"]), incoming.at, incoming.update)
    ).ticket.id


class StoredTracker(Tracker):
    """The same on a disk: what is read back is what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.opened = self.open()

    def open(self) -> SqliteStore:
        return SqliteStore(Path(self.folder.name) / "store", MasterKey(b"k" * 32))

    def reopen(self) -> None:
        self.opened.close()
        self.store = self.opened = self.open()

    def teardown(self) -> None:
        assert list(faults(self.opened)) == []
        self.opened.close()
        self.folder.cleanup()


_CALM = settings(deadline=None, derandomize=True)
TestTracker = Tracker.TestCase
TestTracker.settings = settings(_CALM, max_examples=30, stateful_step_count=40)
TestStoredTracker = StoredTracker.TestCase
TestStoredTracker.settings = settings(_CALM, max_examples=8, stateful_step_count=30)
