"""The desk's use cases: the happy way, each refusal with its sentence, the rules of a good desk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

import pytest

from bot.desk import complaining, deciding, ending, holding, merging, recording, work_orders
from bot.desk.after_solving import CALLBACK
from bot.desk.assigning import assign_to, assign_waiting
from bot.desk.bot import may_still_send
from bot.desk.by_hand import Register, open_by_hand, write_first
from bot.desk.errors import DeskError, NoSuchTicket, NotNow, TextRefused
from bot.desk.intake import Message, customer_said
from bot.desk.notices import Notice, notice
from bot.desk.ports import Party, RowFilter
from bot.desk.roster import Agent, Roster
from bot.domain.clocks import ClockState, clocks
from bot.domain.events import (
    Assigned,
    BotSaid,
    Closed,
    ComplaintJudged,
    Escalated,
    FollowUpDone,
    FollowUpPlanned,
    HandedOver,
    Rated,
    Reopened,
    TimerFired,
)
from bot.domain.terms import ClockName, Holder, Level, Rule, Stage
from kb.terms import Category, ContactType, Priority, Role
from prompts.terms import Kind
from tests.fakes.playing import START, ZONE, Play, program

KNOWN = "忘记登录密码怎么办"  # an entry the bot may answer with
VAGUE = "快递一直没动静"  # two entries may be meant, neither for the bot
UNKNOWN = "那个东西不太行"
COMPENSATION = "商品做工质量差有瑕疵，我要求赔偿"
_ADVICE = re.compile(r"请|无需|先")


def refused(error: type[DeskError], said: str, work: Callable[[], object], play: Play) -> None:
    """The request is refused with a Chinese sentence that says what to do, and nothing happens."""
    before = play.desk.store.events(play.id)
    with pytest.raises(error, match=re.escape(said)) as caught:
        work()
    assert _ADVICE.search(str(caught.value)), f"{caught.value} does not say what to do"
    assert play.desk.store.events(play.id) == before


def opened(text: str = VAGUE, *agents: Agent, **more: object) -> Play:
    play = Play(*agents, **more)  # type: ignore[arg-type]
    play.says(text)
    return play


def escalations(play: Play) -> list[tuple[Rule, Level]]:
    return [(e.rule, e.level) for e in play.happened(Escalated)]


# holding ---------------------------------------------------------------------------------------


def test_taking_over_silences_the_bot_until_the_talk_is_handed_back() -> None:
    play = opened(KNOWN, bot=True)
    holding.take_over(play.desk, play.id, "1001", play.later(minutes=1))
    assert (play.ticket.holder, play.ticket.agent) == (Holder.PERSON, "1001")
    assert play.says("怎么开电子发票").bot_lines == ()
    holding.hand_back(play.desk, play.id, "1001", play.later(minutes=1))
    assert (play.ticket.holder, play.ticket.agent) == (Holder.BOT, "")
    assert play.says("怎么开电子发票呀").bot_lines != ()


def test_a_line_the_bot_wrote_before_the_take_over_is_not_sent_after_it() -> None:
    play = opened(KNOWN, bot=True)
    (line,) = play.outgoing()
    assert may_still_send(play.ticket, line.body)
    holding.take_over(play.desk, play.id, "1001", play.now)
    assert not may_still_send(play.ticket, line.body)


def test_the_announcement_of_a_person_may_go_out_after_the_take_over() -> None:
    play = opened("转人工", bot=True)
    holding.take_over(play.desk, play.id, "1001", play.now)
    *_, announced = (o for o in play.outgoing() if o.channel == "web")
    assert may_still_send(play.ticket, announced.body)


def test_whoever_writes_takes_over() -> None:
    play = opened()
    assert play.replies("我来为您查询").agent == "1001"
    assert play.replies("换我来为您处理", agent="1002").agent == "1002"


def test_taking_over_answers_the_escalations() -> None:
    play = opened("转人工")
    assert [c.answered_by for c in play.ticket.calls] == [""]
    holding.take_over(play.desk, play.id, "9001", play.now)
    assert [c.answered_by for c in play.ticket.calls] == ["9001"]


def test_acknowledging_answers_one_rule_or_all() -> None:
    play = opened("我要投诉你们，转人工")
    rules = {c.fired.rule for c in play.ticket.calls}
    assert rules >= {Rule.WANTS_HUMAN, Rule.THREAT}
    holding.acknowledge(play.desk, play.id, "9001", play.now, Rule.THREAT)
    assert {c.fired.rule for c in play.ticket.calls if c.answered_by} == {Rule.THREAT}
    holding.acknowledge(play.desk, play.id, "9001", play.now)
    assert all(c.answered_by for c in play.ticket.calls)


def test_handing_over_puts_it_in_the_queue_and_tells_the_customer() -> None:
    play = opened(KNOWN, bot=True)
    after = holding.hand_over(play.desk, play.id, "需要人工核实", play.later(minutes=1))
    assert after.holder is Holder.QUEUE
    assert play.sent()[-1] == notice(Notice.HANDING_OVER)


def test_holding_refuses_what_is_so_already() -> None:
    play = opened()
    desk, ticket, now = play.desk, play.id, play.now
    back = partial(holding.hand_back, desk, ticket, "1001", now)
    refused(NotNow, "无需交还", back, play)
    holding.take_over(desk, ticket, "1001", now)
    refused(NotNow, "已经由您接管", lambda: holding.take_over(desk, ticket, "1001", now), play)
    refused(NotNow, "已经在人工队列", lambda: holding.hand_over(desk, ticket, "x", now), play)
    ending.close(desk, ticket, "重复", "1001", now)
    refused(NotNow, "请先重新打开", lambda: holding.take_over(desk, ticket, "1002", now), play)
    refused(NotNow, "请先重新打开", back, play)
    missing = partial(holding.take_over, desk, "T9", "1001", now)
    refused(NoSuchTicket, "没有这张工单：T9", missing, play)


# assigning -------------------------------------------------------------------------------------


def test_a_ticket_that_needs_a_person_goes_to_the_least_loaded_who_is_there() -> None:
    play = Play(Agent("1001"), Agent("1002"), Agent("1003", online=False), bot=True)
    given = [play.says("转人工", who=f"v{i}").ticket.agent for i in range(4)]
    assert sorted(given) == ["1001", "1001", "1002", "1002"]
    assert given[0] != given[1]


def test_skills_and_capacity_are_kept() -> None:
    roster = Roster(
        (
            Agent("1001", skills=frozenset({Category.PRICE_POLICY})),
            Agent("1002", capacity=1),
        )
    )
    assert roster.next_for(Category.ORDER_LOGISTICS, {}) == "1002"
    assert roster.next_for(Category.ORDER_LOGISTICS, {"1002": 1}) is None
    assert roster.next_for(Category.PRICE_POLICY, {"1002": 1}) == "1001"
    assert roster.next_for(Category.UNKNOWN, {"1002": 1}) == "1001"
    roster.set_online("1001", online=False)
    assert roster.next_for(Category.PRICE_POLICY, {"1002": 1}) is None


def test_of_equals_whoever_waited_longest_is_next() -> None:
    roster = Roster((Agent("1"), Agent("2"), Agent("3")))
    turns = [roster.next_for(Category.UNKNOWN, {}) for _ in range(5)]
    assert turns == ["1", "2", "3", "1", "2"]


def test_the_queue_is_given_out_longest_wait_first_when_someone_comes() -> None:
    play = Play(Agent("1001", capacity=1, online=False), bot=True)
    first = play.says("转人工", who="v1").ticket.id
    second = play.says("转人工", who="v2").ticket.id
    assert assign_waiting(play.desk, play.now) == 0
    play.desk.roster.set_online("1001", online=True)
    assert assign_waiting(play.desk, play.now) == 1
    assert [play.desk.ticket(t).agent for t in (first, second)] == ["1001", ""]


def test_a_ticket_handed_back_to_the_queue_goes_to_another() -> None:
    play = Play(Agent("1001"), Agent("1002", capacity=9), bot=True)
    for i in range(3):
        play.says("转人工", who=f"w{i}")
        assign_to(play.desk, play.id, "1002", "9001", play.now)
    play.says("转人工", who="v1")
    assert play.ticket.agent == "1001"
    holding.hand_back(play.desk, play.id, "1001", play.now, to_bot=False)
    assert (play.ticket.agent, play.ticket.holder) == ("1002", Holder.PERSON)


def test_a_person_gives_a_ticket_to_someone() -> None:
    play = opened()
    assign_to(play.desk, play.id, "1007", "9001", play.now)
    assert play.happened(Assigned)[-1] == Assigned(play.now, "1007", "9001")
    assert play.ticket.holder is Holder.PERSON


# deciding: what waits for consent is locked ------------------------------------------------------


def offered(play: Play, text: str) -> list[tuple[Kind, str]]:
    message = Message(Party("web", "", "v1"), text, play.later(minutes=1))
    heard = customer_said(play.desk, message, top=80)
    return [(s.kind, s.source) for s in heard.suggestions]


def own_promises(lines: list[tuple[Kind, str]]) -> list[str]:
    return [source for kind, source in lines if kind is Kind.PROMISE and source.startswith("kb:")]


def asked_for_compensation() -> Play:
    play = opened(COMPENSATION)
    play.replies("请您提供一下订单号")
    play.says("ORD20231028001")
    play.replies("已收到，我来为您核实")
    return play


def test_a_remedy_beyond_the_agent_opens_a_request_and_tells_the_supervisor() -> None:
    play = opened(COMPENSATION)
    (approval,) = play.ticket.approvals
    assert (approval.asked.remedy, approval.asked.role) == ("赔偿", Role.SUPERVISOR)
    assert "supervisor" in play.told()
    assert play.ticket.locked


def test_nothing_of_the_remedy_is_offered_until_it_is_approved() -> None:
    play = asked_for_compensation()
    waiting = offered(play, "行，那就按你说的办吧")
    assert own_promises(waiting) == []
    assert Kind.CONFIRM not in {kind for kind, _ in waiting}
    deciding.decide(play.desk, play.id, "A1", "9001", play.now, approved=True)
    assert not play.ticket.locked
    assert own_promises(offered(play, "行，那就按你说的办吧")) == ["kb:retail-defect-return"]


def test_a_refusal_keeps_it_locked() -> None:
    play = asked_for_compensation()
    deciding.decide(play.desk, play.id, "A1", "9001", play.now, approved=False, reason="无凭证")
    assert play.ticket.locked
    assert own_promises(offered(play, "行，那就按你说的办吧")) == []


def test_approving_one_remedy_does_not_unlock_another() -> None:
    play = opened(COMPENSATION)
    deciding.ask_approval(play.desk, play.id, "换货", "质量问题", "1001", play.now, amount=300)
    deciding.decide(play.desk, play.id, "A2", "9001", play.now, approved=True)
    assert play.ticket.locked


def test_a_request_to_the_manager_goes_to_the_manager() -> None:
    play = opened()
    deciding.ask_approval(
        play.desk, play.id, "补偿", "延误三天", "1001", play.now, role=Role.MANAGER
    )
    assert escalations(play)[-1] == (Rule.AUTHORITY, Level.MANAGER)
    assert play.told()[-1] == "manager"


def test_approvals_are_refused_with_a_sentence() -> None:
    play = opened(COMPENSATION)
    desk, ticket, now = play.desk, play.id, play.now

    def ask(remedy: str, reason: str, amount: float | None = None) -> object:
        return deciding.ask_approval(desk, ticket, remedy, reason, "1001", now, amount=amount)

    def decide(number: str, *, approved: bool, reason: str = "") -> object:
        return deciding.decide(desk, ticket, number, "9", now, approved=approved, reason=reason)

    refused(TextRefused, "请写明申请的处理办法和原因", lambda: ask(" ", "x"), play)
    refused(TextRefused, "请写明申请的处理办法和原因", lambda: ask("退款", ""), play)
    refused(TextRefused, "金额须大于 0", lambda: ask("退款", "坏了", 0), play)
    refused(NotNow, "没有编号为 A7", lambda: decide("A7", approved=True), play)
    refused(TextRefused, "请写明原因", lambda: decide("A1", approved=False, reason=" "), play)
    decide("A1", approved=True)
    refused(NotNow, "已经有人处理", lambda: decide("A1", approved=True), play)


# work orders -------------------------------------------------------------------------------------


def test_a_work_order_goes_to_the_department_and_back() -> None:
    play = opened()
    work_orders.open_order(play.desk, play.id, " 物流部 ", "查找包裹", "1001", play.now)
    (order,) = play.ticket.orders
    assert order.opened.due == dt.datetime(2026, 3, 12, 18, 0, tzinfo=ZONE)  # two working days
    assert play.told()[-1] == "department:物流部"
    work_orders.answer_order(play.desk, play.id, "W1", "在中转站", "d1", play.now)
    work_orders.verify_order(
        play.desk, play.id, "W1", "1001", play.now, accepted=False, remark="哪个中转站"
    )
    assert play.ticket.orders[0].open
    work_orders.answer_order(play.desk, play.id, "W1", "在杭州中转站", "d1", play.now)
    work_orders.verify_order(play.desk, play.id, "W1", "1001", play.now, accepted=True)
    assert not play.ticket.orders[0].open


def test_work_orders_are_refused_with_a_sentence() -> None:
    play = opened()
    desk, ticket, now = play.desk, play.id, play.now

    def order(department: str, requirement: str, due: dt.datetime | None = None) -> object:
        return work_orders.open_order(desk, ticket, department, requirement, "1", now, due=due)

    def answer(number: str, result: str) -> object:
        return work_orders.answer_order(desk, ticket, number, result, "d1", now)

    def verify(*, accepted: bool, remark: str = "") -> object:
        return work_orders.verify_order(
            desk, ticket, "W1", "1", now, accepted=accepted, remark=remark
        )

    refused(TextRefused, "请写明部门和要求", lambda: order("", "查"), play)
    refused(TextRefused, "请写明部门和要求", lambda: order("物流部", " "), play)
    refused(TextRefused, "时限须晚于现在", lambda: order("物流部", "查", now), play)
    refused(NotNow, "没有编号为 W1 的工作单", lambda: answer("W1", "好了"), play)
    order("物流部", "查找包裹")
    refused(NotNow, "还没有待核实的结果", lambda: verify(accepted=True), play)
    refused(TextRefused, "请填写处理结果", lambda: answer("W1", " "), play)
    answer("W1", "找到了")
    refused(TextRefused, "请写明哪里不符合要求", lambda: verify(accepted=False), play)
    verify(accepted=True)
    refused(NotNow, "这个工作单已经完成", lambda: answer("W1", "又找到了"), play)


# complaints --------------------------------------------------------------------------------------


def judged(at: dt.datetime, **change: object) -> ComplaintJudged:
    values: dict[str, object] = {"cause": "未按时回复", "department": "客服部", "plan": "今天致歉"}
    return ComplaintJudged(at, stands=True, why="记录属实", by="9001", **(values | change))  # type: ignore[arg-type]


def test_a_complaint_is_registered_by_itself_and_one_that_stands_goes_to_the_manager() -> None:
    play = opened("我要投诉你们客服态度恶劣")
    assert play.ticket.complaint is not None
    assert play.ticket.complaint.state == "open"
    complaining.judge(play.desk, play.id, judged(play.now))
    assert (Rule.AUTHORITY, Level.MANAGER) in escalations(play)
    after = complaining.review(play.desk, play.id, "补训话术", "9001", play.now, consent=True)
    assert after.complaint is not None
    assert after.complaint.state == "reviewed"


def test_an_unfounded_complaint_stays_with_the_desk() -> None:
    play = opened()
    complaining.register(play.desk, play.id, "等太久", "1001", play.now)
    before = escalations(play)
    unfounded = ComplaintJudged(play.now, stands=False, why="十秒内已答复", by="9001")
    after = complaining.judge(play.desk, play.id, unfounded)
    assert after.complaint is not None
    assert after.complaint.state == "unfounded"
    assert escalations(play) == before


def test_complaints_are_refused_with_a_sentence() -> None:
    play = opened()
    desk, ticket, now = play.desk, play.id, play.now

    def register(content: str) -> object:
        return complaining.register(desk, ticket, content, "1001", now)

    def judge(**change: object) -> object:
        return complaining.judge(desk, ticket, judged(now, **change))

    def review(text: str) -> object:
        return complaining.review(desk, ticket, text, "9001", now, consent=None)

    refused(NotNow, "没有待判定的投诉", judge, play)
    refused(TextRefused, "请写明投诉内容", lambda: register(" "), play)
    register("态度差")
    refused(NotNow, "已登记投诉", lambda: register("态度差"), play)
    refused(NotNow, "投诉还没有判定", lambda: review("x"), play)
    for missing in ("cause", "department", "plan"):
        refused(
            TextRefused, "请写明原因、责任部门和处理方案", lambda m=missing: judge(**{m: ""}), play
        )
    no_reason = ComplaintJudged(now, stands=False, why=" ", by="9")
    refused(TextRefused, "请写明判定理由", lambda: complaining.judge(desk, ticket, no_reason), play)
    judge()
    refused(TextRefused, "请写明复盘结论", lambda: review(""), play)


# recording ---------------------------------------------------------------------------------------


def test_what_a_person_corrected_is_never_overwritten_by_the_machine() -> None:
    play = opened("我的电话是13800001111，快递一直没动静")
    assert play.ticket.talk.fields["phone"] == "13800001111"
    recording.correct(play.desk, play.id, "phone", "13900002222", "1001", play.now)
    play.says("我的电话是13800001111，不对，是13700003333")
    assert play.ticket.talk.fields["phone"] == "13900002222"
    recording.correct(play.desk, play.id, "phone", "  ", "1001", play.now)
    play.says("电话13700003333")
    assert "phone" not in play.ticket.talk.fields


def test_a_class_and_priority_set_by_a_person_stand() -> None:
    play = opened()
    recording.classify(
        play.desk,
        play.id,
        "1001",
        play.now,
        category=Category.PRICE_POLICY,
        contact_type=ContactType.SUGGESTION,
        priority=Priority.P1,
    )
    play.says("空调有质量问题，制冷时冒烟了")
    talk = play.ticket.talk
    assert (talk.category, talk.contact_type) == (Category.PRICE_POLICY, ContactType.SUGGESTION)
    assert talk.priority is Priority.P1


def test_an_amount_is_a_number_of_yuan() -> None:
    play = opened()
    recording.correct(play.desk, play.id, "amount", "199.5", "1001", play.now)
    assert play.ticket.talk.fields["amount"] == 199.5
    play.says("那什么时候给我退款")  # a line may name the amount
    for wrong in ("一百", "nan", "-3"):
        work = partial(recording.correct, play.desk, play.id, "amount", wrong, "1", play.now)
        refused(TextRefused, "金额请填写数字", work, play)


def test_account_matters_are_shown_only_after_the_identity_was_checked() -> None:
    def sources(text: str) -> list[str]:
        return [s for _, s in offered(play, text) if s == "kb:account-close"]

    play = opened("申请注销账号")
    assert play.ticket.talk.solution == "account-close"
    assert sources("那怎么注销账号呢") == []
    recording.verify(play.desk, play.id, "核对手机尾号", "1001", play.now, passed=False)
    assert sources("怎么注销账号呀") == []
    recording.verify(play.desk, play.id, "核对手机尾号", "1001", play.now, passed=True)
    assert sources("账号到底怎么注销") != []


def test_promises_notes_and_links_are_kept() -> None:
    play = opened()
    play.replies("已为您登记，今天18:00前给您回复")
    assert len(play.ticket.promises) == 1
    recording.keep_promise(play.desk, play.id, 0, "1001", play.now)
    recording.note(play.desk, play.id, " 客户着急 ", "1001", play.now)
    recording.confirm_note(play.desk, play.id, "已查明", "1001", play.now)
    first = play.id
    play.says(KNOWN, who="v2")
    recording.link(play.desk, play.id, first, "1001", play.now, "同一批货")
    assert play.ticket.links == (first,)
    before = play.desk.ticket(first)
    assert before.promises[0].kept_at == before.notes[0].at
    assert (before.notes[0].text, before.note) == ("客户着急", "已查明")


def test_records_are_refused_with_a_sentence() -> None:
    play = opened()
    play.replies("已为您登记，今天18:00前给您回复")
    desk, ticket, now = play.desk, play.id, play.now
    long = "长" * 2_001
    recording.keep_promise(desk, ticket, 0, "1", now)
    for error, said, work in (
        (TextRefused, "没有名为“colour”的字段", lambda: recording.correct(desk, ticket, "colour", "x", "1", now)),
        (TextRefused, "内容过长", lambda: recording.correct(desk, ticket, "cause", long, "1", now)),
        (TextRefused, "请至少选择一项", lambda: recording.classify(desk, ticket, "1", now)),
        (TextRefused, "备注是空的", lambda: recording.note(desk, ticket, " ", "1", now)),
        (TextRefused, "小结是空的", lambda: recording.confirm_note(desk, ticket, " ", "1", now)),
        (TextRefused, "请写明核实身份的方式", lambda: recording.verify(desk, ticket, "", "1", now, passed=True)),
        (NotNow, "没有第 2 条承诺", lambda: recording.keep_promise(desk, ticket, 1, "1", now)),
        (NotNow, "已经兑现", lambda: recording.keep_promise(desk, ticket, 0, "1", now)),
        (NoSuchTicket, "没有这张工单", lambda: recording.link(desk, ticket, "T9", "1", now)),
    ):  # fmt: skip
        refused(error, said, work, play)
    recording.classify(desk, ticket, "1", now, priority=Priority.P1)

    def lower() -> object:
        return recording.classify(desk, ticket, "1", now, priority=Priority.P3)

    refused(TextRefused, "调低优先级时请写明原因", lower, play)


# ending ------------------------------------------------------------------------------------------

BROKEN = "我买的洗衣机坏了不转"  # a fault, so that a call-back follows


def solved(text: str = BROKEN, **more: object) -> Play:
    play = opened(text, **more)
    play.replies("已经为您修好，请您试一下")
    ending.resolve(play.desk, play.id, "1001", play.later(minutes=5))
    return play


def test_solving_asks_for_confirmation_and_a_rating_and_plans_the_call_back() -> None:
    play = solved(bot=True)
    assert play.ticket.talk.stage is Stage.WRAPPING_UP
    assert play.sent()[-2:] == [notice(Notice.RESOLVED), notice(Notice.SURVEY)]
    (task,) = play.ticket.follow_ups
    assert task.planned.what == CALLBACK
    solved_at = play.ticket.marks.resolved_at
    assert solved_at is not None
    assert solved_at < task.planned.due <= solved_at + dt.timedelta(days=3)


def test_a_call_back_is_never_planned_for_rest_hours() -> None:
    for hour in range(24):
        play = solved(at=START.replace(hour=hour))
        (task,) = play.ticket.follow_ups
        clock = task.planned.due.astimezone(ZONE).time()
        assert dt.time(9) <= clock < dt.time(12) or dt.time(14) <= clock < dt.time(21), hour


def test_planned_calls_are_moved_out_of_rest_hours_and_reports_are_not() -> None:
    play = opened()
    night = START.replace(hour=22)
    ending.plan(play.desk, play.id, "call", night, "1001", play.now)
    ending.plan(play.desk, play.id, "care", START.replace(hour=13), "1001", play.now)
    ending.plan(play.desk, play.id, "progress", night, "1001", play.now)
    due = [f.planned.due.astimezone(ZONE) for f in play.ticket.follow_ups]
    assert due == [START.replace(day=11, hour=9), START.replace(hour=14), night]


def test_a_plain_question_is_not_called_back_about() -> None:
    assert solved(KNOWN).happened(FollowUpPlanned) == []


def test_a_task_reminds_its_owner_and_is_finished_with_a_result() -> None:
    play = opened()
    ending.plan(play.desk, play.id, "progress", play.now + dt.timedelta(hours=1), "1007", play.now)
    play.sweeps(hours=1)
    assert "1007" in play.told()
    done = FollowUpDone(play.now, "F1", "1007", "已告知客户")
    assert ending.finish(play.desk, play.id, done).follow_ups[0].done == done


@pytest.mark.parametrize("overall", [1, 2])
def test_a_bad_rating_brings_the_supervisor(overall: int) -> None:
    play = solved()
    ending.rate(play.desk, play.id, Rated(play.later(minutes=5), overall))
    assert (Rule.REOPENED, Level.SUPERVISOR) in escalations(play)
    assert play.told()[-1] == "supervisor"
    *_, task = play.ticket.follow_ups
    assert (task.planned.what, task.planned.owner) == ("call", "supervisor")
    assert play.ticket.reopened == 1


def test_a_bad_rating_brings_a_task_even_where_the_rule_is_switched_off() -> None:
    play = solved(switched_off=frozenset({Rule.REOPENED}))
    ending.rate(play.desk, play.id, Rated(play.now, 1))
    assert Rule.REOPENED not in {rule for rule, _ in escalations(play)}
    assert play.ticket.follow_ups[-1].planned.owner == "supervisor"


@pytest.mark.parametrize("overall", [3, 5])
def test_other_ratings_and_none_bring_nobody(overall: int) -> None:
    play = solved()
    before = escalations(play)
    ending.rate(play.desk, play.id, Rated(play.now, overall, tags=("耐心",)))
    assert escalations(play) == before
    assert play.desk.store.rows(RowFilter())[0].satisfaction == overall
    assert solved().ticket.rating is None


def test_a_survey_may_be_skipped() -> None:
    play = solved()
    assert ending.skip_rating(play.desk, play.id, play.now).rating_skipped


def test_reopening_tells_the_supervisor() -> None:
    play = solved()
    ending.close(play.desk, play.id, "客户确认", "1001", play.now)
    after = ending.reopen(play.desk, play.id, "", "1001", play.later(hours=1))
    assert not after.is_closed
    assert play.happened(Reopened)[-1].reason == "人工重新打开"
    assert escalations(play)[-1] == (Rule.REOPENED, Level.SUPERVISOR)


def test_endings_are_refused_with_a_sentence() -> None:
    play = opened(COMPENSATION)
    desk, ticket, now = play.desk, play.id, play.now

    def rate(*given: int) -> object:
        return ending.rate(desk, ticket, Rated(now, *given))

    def plan(what: str, due: dt.datetime) -> object:
        return ending.plan(desk, ticket, what, due, "1", now)

    def finish(number: str, result: str) -> object:
        return ending.finish(desk, ticket, FollowUpDone(now, number, "1", result))

    refused(NotNow, "请处理完再标记解决", lambda: ending.resolve(desk, ticket, "1", now), play)
    refused(TextRefused, "请写明关闭原因", lambda: ending.close(desk, ticket, " ", "1", now), play)
    refused(NotNow, "工单没有关闭", lambda: ending.reopen(desk, ticket, "x", "1", now), play)
    refused(TextRefused, "1 到 5", lambda: rate(0), play)
    refused(TextRefused, "1 到 5", lambda: rate(5, 6), play)
    refused(TextRefused, "任务类型", lambda: plan("visit", now), play)
    refused(TextRefused, "须晚于现在", lambda: plan("call", now), play)
    refused(NotNow, "没有编号为 F1", lambda: finish("F1", "x"), play)
    plan("call", now + dt.timedelta(hours=1))
    refused(TextRefused, "请写明结果", lambda: finish("F1", " "), play)
    finish("F1", "已接通")
    refused(NotNow, "没有编号为 F1", lambda: finish("F1", "又接通"), play)
    rate(4)
    refused(NotNow, "已经评价过了", lambda: rate(5), play)
    ending.close(desk, ticket, "客户撤回", "1", now)
    refused(NotNow, "工单已经关闭", lambda: ending.resolve(desk, ticket, "1", now), play)
    refused(NotNow, "工单已经关闭", lambda: ending.close(desk, ticket, "x", "1", now), play)


# coming back -------------------------------------------------------------------------------------


def closed(text: str = BROKEN) -> Play:
    play = solved(text)
    ending.close(play.desk, play.id, "客户确认", "1001", play.later(minutes=1))
    return play


def test_the_same_problem_reopens_the_ticket_and_another_opens_a_linked_one() -> None:
    play = closed()
    first = play.id
    heard = play.says("洗衣机还是坏的，没修好")
    assert (heard.ticket.id, heard.ticket.reopened, heard.ticket.is_closed) == (first, 1, False)
    assert (Rule.REOPENED, Level.SUPERVISOR) in escalations(play)
    ending.close(play.desk, first, "客户确认", "1001", play.now)
    heard = play.says("怎么开电子发票")
    assert heard.ticket.id != first
    assert (heard.ticket.earlier, heard.ticket.talk.visit) == (first, 2)


def test_after_a_week_the_same_problem_opens_a_linked_ticket() -> None:
    play = closed()
    first = play.id
    play.later(days=8)
    assert play.says("洗衣机还是坏的，没修好").ticket.earlier == first


def test_thanks_after_closing_open_nothing() -> None:
    play = closed()
    heard = play.says("谢谢")
    assert heard.ticket.id == play.id
    assert heard.ticket.is_closed
    assert heard.ticket.reopened == 0


def test_what_is_known_of_a_customer_is_not_asked_again() -> None:
    play = closed("我的电话是13800001111，洗衣机坏了不转")
    assert play.says("怎么开电子发票").ticket.talk.fields["phone"] == "13800001111"


# merging -----------------------------------------------------------------------------------------


def two_tickets() -> tuple[Play, str, str]:
    play = closed("我的订单ORD20231028001，洗衣机坏了不转")
    first = play.id
    play.says("怎么开电子发票")
    return play, play.id, first


def test_a_merged_ticket_goes_on_in_the_other() -> None:
    play, newer, older = two_tickets()
    after = merging.merge(play.desk, older, newer, "1001", play.now)
    assert after.merged == (older,)
    assert after.talk.fields["order_no"] == "ORD20231028001"
    gone = play.desk.ticket(older)
    assert (gone.merged_into, gone.is_closed) == (newer, True)
    assert play.says("订单查到了吗").ticket.id == newer


def test_a_merged_ticket_leaves_the_lists_of_open_ones() -> None:
    play, newer, older = two_tickets()
    ending.reopen(play.desk, older, "x", "1001", play.now)
    merging.merge(play.desk, older, newer, "1001", play.now)
    assert [r.id for r in play.desk.store.rows(RowFilter(open=True))] == [newer]
    with pytest.raises(NotNow, match=f"已并入 {newer}，请在那里继续"):
        ending.reopen(play.desk, older, "x", "1001", play.now)


def test_merging_is_refused_with_a_sentence() -> None:
    play, newer, older = two_tickets()
    play.says(VAGUE, who="v2")
    stranger = play.id

    def merge(source: str, target: str) -> object:
        return merging.merge(play.desk, source, target, "1", play.now)

    refused(NotNow, "不能把工单并入自己", lambda: merge(newer, newer), play)
    refused(NotNow, "同一位客户", lambda: merge(stranger, newer), play)
    refused(NotNow, "请先重新打开", lambda: merge(newer, older), play)
    merge(older, newer)
    refused(NotNow, "已经被合并过", lambda: merge(older, newer), play)


# by hand -----------------------------------------------------------------------------------------


def by_hand(play: Play, problem: str = VAGUE, **change: object) -> str:
    values: dict[str, object] = {"channel": "phone", "contact": "13800001111"}
    form = Register(problem=problem, by="1001", at=play.now, **(values | change))  # type: ignore[arg-type]
    play.id = open_by_hand(play.desk, form).id
    return play.id


def test_a_telephone_problem_is_read_and_escalated_like_a_message() -> None:
    play = Play()
    by_hand(play, "空调漏电打到人了", fields={"customer_name": "李女士", "amount": "99"})
    assert (play.ticket.holder, play.ticket.agent) == (Holder.PERSON, "1001")
    assert (Rule.SAFETY, Level.SUPERVISOR) in escalations(play)
    assert play.ticket.talk.fields["customer_name"] == "李女士"
    assert play.ticket.talk.fields["amount"] == 99.0


def test_a_remedy_wished_for_on_the_telephone_is_locked_too() -> None:
    play = Play()
    by_hand(play, COMPENSATION)
    assert [a.asked.remedy for a in play.ticket.approvals] == ["赔偿"]
    assert play.ticket.locked


def test_a_second_call_is_a_second_visit() -> None:
    play = Play()
    first = by_hand(play)
    assert by_hand(play) != first
    assert (play.ticket.earlier, play.ticket.talk.visit) == (first, 2)


def test_the_desk_may_write_first() -> None:
    play = Play()
    ticket = write_first(play.desk, Party("web", "", "v1"), "1001", play.now)
    assert (ticket.holder, ticket.agent) == (Holder.PERSON, "1001")


def test_registers_are_refused_with_a_sentence() -> None:
    play = Play()
    refused(TextRefused, "渠道请选择其中之一", lambda: by_hand(play, channel="pigeon"), play)
    for change in ({"contact": " "}, {"problem": ""}):
        work = partial(by_hand, play, **change)
        refused(TextRefused, "请填写问题描述和联系方式", work, play)
    refused(TextRefused, "没有名为“colour”", lambda: by_hand(play, fields={"colour": "x"}), play)
    refused(TextRefused, "金额请填写", lambda: by_hand(play, fields={"amount": "x"}), play)


# sweeping ----------------------------------------------------------------------------------------


def test_waiting_brings_a_line_and_then_the_supervisor_each_once() -> None:
    play = opened("转人工", bot=True)
    waiting = notice(Notice.WAITING)
    play.sweeps(seconds=59)
    assert waiting not in play.sent()
    play.sweeps(seconds=1)
    assert play.sent().count(waiting) == 1
    fired = play.sweeps(minutes=2)
    assert [e.rule for e in fired if isinstance(e, Escalated)] == [Rule.WAITING]
    assert play.sweeps() == []
    assert play.sent().count(waiting) == 1


def test_who_writes_at_night_waits_from_the_next_opening() -> None:
    play = opened("转人工", bot=True, at=START.replace(hour=22))
    assert play.sweeps(hours=10) == []
    fired = play.sweeps(hours=1)  # 9:01
    assert [e.text for e in fired if isinstance(e, BotSaid)] == [notice(Notice.WAITING)]
    fired = play.sweeps(minutes=2)
    assert [e.rule for e in fired if isinstance(e, Escalated)] == [Rule.WAITING]


def test_sweeping_late_does_the_same_as_sweeping_in_time() -> None:
    often, once = opened("转人工", bot=True), opened("转人工", bot=True)
    for _ in range(40):
        often.sweeps(minutes=30)
    once.sweeps(minutes=30 * 40)
    keys = [[e.key for e in play.happened(TimerFired)] for play in (often, once)]
    assert keys[0] == keys[1]
    times = [e.at for e in once.desk.store.events(once.id)]
    assert times == sorted(times)


def test_a_solved_ticket_closes_after_a_day_of_silence_unless_a_department_is_at_work() -> None:
    play = solved()
    assert not [e for e in play.sweeps(hours=23) if isinstance(e, Closed)]
    assert [e.reason for e in play.sweeps(hours=2) if isinstance(e, Closed)] == [
        "24 小时内客户未再回复"
    ]
    play = opened()
    work_orders.open_order(play.desk, play.id, "物流部", "查找包裹", "1001", play.now)
    play.replies("包裹还在查找，物流部会继续处理")
    play.says("好的谢谢，再见")
    assert play.ticket.talk.stage is Stage.WRAPPING_UP
    play.sweeps(hours=48)
    assert not play.ticket.is_closed


def test_an_escalation_nobody_answers_goes_up() -> None:
    play = opened("我要投诉你们")
    play.sweeps(minutes=31)
    assert (Rule.THREAT, Level.MANAGER) in escalations(play)
    answered = opened("我要投诉你们")
    holding.acknowledge(answered.desk, answered.id, "9001", answered.now)
    answered.sweeps(minutes=31)
    assert (Rule.THREAT, Level.MANAGER) not in escalations(answered)


def test_a_promise_that_is_not_kept_is_told() -> None:
    play = opened()
    play.replies("已为您登记，今天18:00前给您回复")
    play.sweeps(hours=9)
    (clock,) = (c for c in clocks(play.ticket) if c.name is ClockName.PROMISE)
    assert clock.state(play.now) is ClockState.BROKEN
    assert any("承诺" in e.reason for e in play.happened(Escalated))


# the first-line bot --------------------------------------------------------------------------------


def test_the_bot_answers_what_it_is_sure_of_and_may_say_and_says_what_it_is() -> None:
    play = opened(KNOWN, bot=True)
    (line,) = play.sent()
    assert line.startswith(f"您好，我是{program().house.desk}的智能助手。")
    solution = program().snapshot(of_data=False).solution_of["account-login-password"]
    assert solution.bot_safe
    assert line.endswith(solution.answer.text)


def test_what_it_may_not_say_it_hands_over_however_sure_it_is() -> None:
    library = program().snapshot(of_data=False).library
    for solution in [s for s in library.solutions if not s.bot_safe][::25]:
        play = opened(solution.title, bot=True)
        told = " ".join(play.sent())
        assert solution.answer.text not in told
        assert play.ticket.holder is Holder.QUEUE


def test_nothing_account_specific_comes_from_the_bot() -> None:
    play = opened("申请注销账号", bot=True)
    assert play.ticket.holder is Holder.QUEUE
    assert play.sent() == [notice(Notice.HANDING_OVER)]


def choices(play: Play) -> tuple[str, ...]:
    return play.happened(BotSaid)[-1].choices


def test_between_the_bands_it_offers_up_to_three_choices_and_understands_a_number() -> None:
    play = opened(VAGUE, bot=True)
    offered_titles = choices(play)
    assert 1 <= len(offered_titles) <= 3
    assert all(f"{i}. {t}" in play.sent()[-1] for i, t in enumerate(offered_titles, 1))
    heard = play.says("2")
    matched = heard.understood.match.solution
    assert matched is not None
    assert matched.title == offered_titles[1]


@pytest.mark.parametrize("reply", ["1", "第一个", "选1", "一。"])
def test_a_choice_the_bot_may_answer_is_answered(reply: str) -> None:
    play = opened("自动续费", bot=True)
    of_title = {s.title: s for s in program().snapshot(of_data=False).library.solutions}
    first = of_title[choices(play)[0]]
    assert first.bot_safe
    play.says(reply)
    assert play.sent()[-1] == first.answer.text


def test_a_choice_it_may_not_answer_goes_to_a_person_and_is_not_asked_about_again() -> None:
    play = opened(VAGUE, bot=True)
    play.says("1")
    assert play.ticket.holder is Holder.QUEUE
    assert play.sent()[-1] == notice(Notice.HANDING_OVER)


def test_a_number_said_to_a_person_is_a_number() -> None:
    play = opened(VAGUE, bot=True)
    assert choices(play)
    holding.take_over(play.desk, play.id, "1001", play.now)
    play.replies("请问您一共买了几件")
    assert play.says("2").understood.event.text == "2"


def test_it_asks_once_and_then_hands_over() -> None:
    play = opened(UNKNOWN, bot=True)
    (asked,) = play.sent()
    assert asked.endswith(notice(Notice.CLARIFY))
    heard = play.says("就是那个不太行啊")
    assert heard.ticket.holder is Holder.QUEUE
    assert play.sent()[-1] == notice(Notice.HANDING_OVER)
    assert (Rule.BOT_MISSED, Level.AGENT) in escalations(play)


@pytest.mark.parametrize(
    "words", ["转人工", "找你们领导", "别让机器人跟我说", "我要投诉你们", "空调漏电打到人了"]
)
def test_it_never_argues_with_who_wants_a_person_or_is_in_trouble(words: str) -> None:
    play = opened(words, bot=True)
    assert play.ticket.holder is Holder.QUEUE
    assert play.sent() == [notice(Notice.HANDING_OVER)]


def test_outside_business_hours_it_says_when_a_person_will_come() -> None:
    saturday = dt.datetime(2026, 3, 14, 22, 0, tzinfo=ZONE)
    (line,) = opened("转人工", bot=True, at=saturday).sent()
    assert line == notice(Notice.CLOSED_NOW, opens=dt.datetime(2026, 3, 16, 9, 0, tzinfo=ZONE))
    assert "3月16日09:00" in line


@pytest.mark.parametrize(
    "lines",
    [
        (KNOWN, KNOWN, KNOWN),
        ("嗯", "嗯嗯", "嗯"),
        ("在吗", "在吗", "在吗"),
        (VAGUE, "都不是", VAGUE, "3"),
        ("谢谢", "谢谢", "再见", "再见"),
        (KNOWN, "好的", "好的", "谢谢", "再见"),
        (UNKNOWN, "嗯", "什么", "不是"),
    ],
)
def test_it_never_says_the_same_twice(lines: tuple[str, ...]) -> None:
    play = Play(bot=True)
    for line in lines:
        play.says(line)
    intro = notice(Notice.ASSISTANT, desk=program().house.desk)
    said = [text.removeprefix(intro) for text in play.sent()]
    assert len(set(said)) == len(said)


def test_who_is_content_is_neither_questioned_nor_given_to_a_person() -> None:
    play = opened(KNOWN, bot=True)
    for line in ("好的", "谢谢", "再见", "再见"):
        play.says(line)
        assert play.ticket.holder is Holder.BOT
    assert notice(Notice.CLARIFY) not in " ".join(play.sent())


def test_it_stays_silent_in_the_queue_and_beside_a_person() -> None:
    play = opened("转人工", bot=True)
    assert play.says(KNOWN).bot_lines == ()
    holding.take_over(play.desk, play.id, "1001", play.now)
    assert play.says(KNOWN).bot_lines == ()


def test_a_desk_whose_bot_does_not_speak_sends_nothing_by_itself() -> None:
    play = opened(KNOWN)
    play.says("转人工")
    play.sweeps(minutes=10)
    assert play.sent() == []
    assert play.happened(HandedOver) != []
