"""The manuals' forms: what stands in them, what is hidden, and what comes out as text and sheets."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.forms import (
    FORM_NAMES,
    MISSING,
    Form,
    Row,
    Section,
    Table,
    as_json,
    as_text,
    as_xlsx,
    flat,
    forms,
    ledger,
)
from bot.desk.forms.export import FORMATS, write
from bot.desk.forms.listing import listed
from bot.desk.forms.names import CHANNEL_NAMES, HOLDER_NAMES, LEVEL_NAMES, STAGE_NAMES
from bot.desk.forms.veil import Veil, hidden
from bot.desk.house import House
from bot.desk.ports import TicketCard, TicketRow
from bot.domain.events import (
    Acknowledged,
    AgentSaid,
    ApprovalAsked,
    ApprovalDecided,
    BotSaid,
    Classified,
    Closed,
    ComplaintJudged,
    ComplaintRegistered,
    ComplaintReviewed,
    CustomerSaid,
    Edited,
    Escalated,
    Event,
    FieldCorrected,
    FollowUpDone,
    FollowUpPlanned,
    IdentityVerified,
    NoteConfirmed,
    Noted,
    Opened,
    Promise,
    Rated,
    RatingSkipped,
    Reopened,
    Resolved,
    UpgradeAnswered,
    UpgradeRequested,
    WorkOrderAnswered,
    WorkOrderOpened,
    WorkOrderVerified,
)
from bot.domain.terms import Act, Emotion, Holder, Intent, Level, Rule, Stage
from bot.domain.ticket import fold
from bot.domain.wire import erased
from kb.terms import Category, ContactType, Priority, Role
from prompts.terms import Kind

AT = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)  # 10:00 in the desk's zone, a Tuesday
PHONE, NAME, ADDRESS, ACCOUNT = "13800001111", "李小明", "杭州市滨江区长河花园", "hw_5566778"
ORDER = "ORD20231028001"
HOUSE = House()


def after(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def said(text: str, minutes: float = 0, **changes: object) -> CustomerSaid:
    base = CustomerSaid(
        at=after(minutes),
        text=text,
        emotion=Emotion.CALM,
        intents=frozenset(),
        category=Category.PRODUCT_QUALITY,
        contact_type=ContactType.FAULT,
        priority=Priority.P2,
        priority_reason="产品无法使用",
        has_need=True,
        solution="S12",
    )
    return replace(base, **changes)


def reply(text: str, *kinds: Kind, minutes: float, **changes: object) -> AgentSaid:
    return replace(AgentSaid(after(minutes), text, frozenset(kinds), "0007"), **changes)


OPENED = Opened(AT, "T1", "C1", "web")
PROBLEM = f"我叫{NAME}，电话138 0000 1111，洗衣机显示E4不转，订单{ORDER}"
NEED = said(
    PROBLEM,
    1,
    fields={
        "customer_name": NAME,
        "phone": PHONE,
        "order_no": ORDER,
        "account": ACCOUNT,
        "address": ADDRESS,
        "product": "洗衣机",
        "fault_code": "E4",
        "problem": PROBLEM,
        "expectation": "换货",
        "deadline": "48小时内",
        "contact_time": "下午三点后",
        "cause": "进水阀堵塞",
        "amount": 1280.0,
    },
    attachments=("a.jpg", "b.mp4"),
)
DUE = after(60 * 8)
#: A fault with everything that can happen to it, up to the survey.
FULL: tuple[Event, ...] = (
    OPENED,
    said("你好", 0.2, has_need=False, intents=frozenset({Intent.GREETING})),
    BotSaid(after(0.3), "您好，我是智能助手", frozenset({Kind.OPENING})),
    NEED,
    Escalated(after(1), Rule.WANTS_HUMAN, Level.SUPERVISOR, "客户要求由主管处理"),
    Acknowledged(after(2), "0002"),
    IdentityVerified(after(3), "核对手机尾号", passed=True, by="0007"),
    reply("已审核，属于质量问题", Kind.ANSWER, minutes=4, acts=frozenset({Act.REVIEWED})),
    said(f"寄到{ADDRESS}，账号是{ACCOUNT}", 4.5, has_need=False),
    ApprovalAsked(after(5), "A1", "换新机", Role.SUPERVISOR, "7天内故障", 1280.0, by="0007"),
    ApprovalDecided(after(6), "A1", approved=True, by="0002", reason="符合三包"),
    reply(
        "为您更换新机，今天18:00前专人联系您，您看可以吗？",
        Kind.CONFIRM,
        Kind.PROMISE,
        minutes=7,
        promises=(Promise("今天18:00前专人联系您", DUE),),
    ),
    said("可以的", 8, has_need=False, intents=frozenset({Intent.CONFIRM})),
    WorkOrderOpened(after(9), "W1", "仓储部", "发出新机", after(60 * 24), "老王", "0007"),
    Noted(after(10), f"客户另有座机，手机{PHONE}", "0007"),
)
COMPLAINED: tuple[Event, ...] = (
    *FULL,
    ComplaintRegistered(after(11), f"等了三天没人管，请回电{PHONE}"),
    ComplaintJudged(
        after(20), stands=True, why="确实未按时回复", by="0002", cause="排班不足",
        department="客服部", person="张三", plan="致歉并补偿",
    ),
)  # fmt: skip
ENDED: tuple[Event, ...] = (
    *COMPLAINED,
    WorkOrderAnswered(after(30), "W1", "已发出", "0030"),
    WorkOrderVerified(after(31), "W1", accepted=True, by="0007", remark="单号已查"),
    Resolved(after(40), "0007"),
    NoteConfirmed(after(41), f"{NAME}的洗衣机已换新。", "0007"),
    FollowUpPlanned(after(41), "F1", "callback", after(60 * 48), "0009"),
    Rated(
        after(50), 3, attitude=5, efficiency=3, tags=("耐心", "专业", "限时解决", "快"),
        recommend="中立", text=f"还行，{NAME}",
    ),
    Closed(after(60), "客户确认"),
)  # fmt: skip


def built(events: Sequence[Event], *codes: str, **options: object) -> list[Form]:
    return forms(fold(events), events, HOUSE, codes or tuple(FORM_NAMES), **options)  # type: ignore[arg-type]


def one(events: Sequence[Event], code: str, **options: object) -> Form:
    (form,) = built(events, code, **options)
    return form


def values(form: Form) -> dict[str, str]:
    return {row.label: row.value for row in form.rows}


def table(form: Form, title: str) -> Table:
    return next(t for t in form.tables if t.title == title)


def all_text(made: Sequence[Form]) -> str:
    return json.dumps([as_json(form) for form in made], ensure_ascii=False)


def test_forms_come_in_order_and_only_where_their_matter_exists() -> None:
    assert [f.code for f in built(FULL)] == ["register", "process", "communication", "note"]
    assert [f.code for f in built(COMPLAINED)][-1] == "complaint"
    asked = (*FULL, UpgradeRequested(after(12), "E4无方案", "0007"))
    assert [f.code for f in built(asked)][-1] == "upgrade"
    assert [f.code for f in built(ENDED)] == [c for c in FORM_NAMES if c != "upgrade"]
    assert [f.code for f in built([OPENED])] == ["register", "process", "communication"]


@pytest.mark.parametrize("events", [[OPENED], FULL, ENDED], ids=["new", "open", "ended"])
def test_no_label_occurs_twice_and_every_table_is_even(events: Sequence[Event]) -> None:
    for form in built(events):
        labels = [row.label for row in form.rows]
        assert len(labels) == len(set(labels)), form.code
        for each in form.tables:
            assert each.rows
            assert {len(row) for row in each.rows} == {len(each.columns)}


def test_names_cover_their_vocabularies() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert set(LEVEL_NAMES) == set(Level)
    assert set(HOLDER_NAMES) == set(Holder)
    assert CHANNEL_NAMES["phone"] == "电话"


def test_the_register_tells_who_what_and_where_each_value_comes_from() -> None:
    form = one(FULL, "register", masked=False)
    found = values(form)
    assert not form.missing
    assert found["客户姓名"] == NAME
    assert found["联系方式"] == PHONE
    assert found["核对"] == "尾号 1111，身份已核实"
    assert found["账号或订单号"] == f"{ACCOUNT}；{ORDER}"
    assert found["问题描述"] == PROBLEM
    assert found["渠道"] == "网页"
    assert found["接触类型"] == "故障"
    assert found["涉及金额"] == "1280元"
    assert found["附件"] == "2 个"
    assert found["工号"] == "0007"
    assert found["登记时间"] == "2026-03-10 10:00:00"
    assert found["处理时间"] == "2026-03-10 10:07:00"
    sources = {row.label: row.source for row in form.rows}
    assert sources["客户姓名"] == "客户自述 2026-03-10 10:01:00"


def test_required_places_that_are_empty_are_marked() -> None:
    form = one([OPENED], "register")
    assert form.missing == ("客户姓名", "联系方式", "账号或订单号", "问题描述", "工号", "处理时间")
    known = (OPENED, said("洗衣机坏了", 1), reply("好的", minutes=2))
    assert one(known, "register").missing == ("客户姓名", "联系方式", "账号或订单号")
    assert values(one(known, "register"))["问题描述"] == "洗衣机坏了"


def test_a_person_s_hand_and_the_records_are_named_as_sources() -> None:
    events = (
        replace(OPENED, channel="phone", by="0003", known=(("phone", PHONE),)),
        FieldCorrected(after(1), "customer_name", "王先生", "0003"),
        FieldCorrected(after(1), "agent_no", "0042", "0003"),
    )
    form = one(events, "register")
    sources = {row.label: row.source for row in form.rows}
    assert sources["联系方式"] == "已有资料 2026-03-10 10:00:00"
    assert sources["客户姓名"] == "工号0003填写 2026-03-10 10:01:00"
    assert values(form)["工号"] == "0042"
    assert values(form)["处理时间"] == "2026-03-10 10:00:00"
    assert values(form)["渠道"] == "电话"


def test_what_the_bot_alone_handled_names_the_bot() -> None:
    events = (OPENED, said("怎么退货", 1), BotSaid(after(2), "这样退", frozenset({Kind.ANSWER})))
    found = values(one(events, "register"))
    assert (found["工号"], found["处理时间"]) == ("机器人", "2026-03-10 10:02:00")


def test_the_process_form_goes_from_judgement_to_what_is_still_to_be_done() -> None:
    form = one(FULL, "process", titles={"S12": "洗衣机故障换货"})
    found = values(form)
    assert found["类别"] == "售后投诉 / 产品质量问题（故障）"
    assert found["优先级"] == "P2 重要（产品无法使用）"
    assert found["初判原因"] == "进水阀堵塞"
    assert found["核实情况"].splitlines() == [
        "2026-03-10 10:03:00 身份核实（核对手机尾号）：通过，工号0007",
        "2026-03-10 10:04:00 质量问题审核：已审核，属于质量问题",
    ]
    assert found["方案"] == "洗衣机故障换货\n经批准：换新机 1280元"
    assert found["具体措施"].startswith("为您更换新机")
    assert found["客户意见"] == "同意（2026-03-10 10:08:00：可以的）"
    assert found["联系时间"] == "下午三点后"
    raised = table(form, "升级与协同").rows
    assert raised[0][1:] == (
        "升级主管", "客户要求由主管处理", "", "工号0002于 2026-03-10 10:02:00 响应",
    )  # fmt: skip
    assert raised[1][1:] == ("主管审批", "换新机 1280元：7天内故障", "", "工号0002同意：符合三包")
    assert raised[2][1] == "仓储部（联系人 老王）"
    assert raised[2][3:] == ("2026-03-11 10:00:00", "待答复")
    assert table(form, "后续计划").rows == (
        ("承诺：今天18:00前专人联系您", "2026-03-10 18:00:00", "工号0007"),
        ("部门工单 W1：发出新机", "2026-03-11 10:00:00", "仓储部"),
    )


def test_consent_is_the_customer_s_last_word_on_a_plan() -> None:
    def word(*more: Event) -> str:
        return values(one((OPENED, NEED, *more), "process"))["客户意见"]

    ask = reply("换新可以吗", Kind.CONFIRM, minutes=2)
    no = said("不行", 3, has_need=False, intents=frozenset({Intent.REFUSE}))
    yes = said("好的", 5, has_need=False, intents=frozenset({Intent.CONFIRM}))
    wait = reply("请稍等", Kind.WAITING, minutes=4)
    assert word() == "未征询"
    assert word(ask) == "已征询，客户未答复"
    assert word(ask, no).startswith("需调整")
    assert word(ask, no, wait, yes).startswith("需调整")  # a yes to waiting agrees to no plan
    assert word(ask, no, reply("那退款", Kind.ANSWER, minutes=4), yes).startswith("同意")


def test_reminders_of_clocks_are_no_escalations_but_broken_clocks_are() -> None:
    def row(level: Level) -> Escalated:
        return Escalated(after(2), Rule.CLOCK, level, "首次响应", level.value)

    form = one((OPENED, NEED, row(Level.AGENT), row(Level.SUPERVISOR)), "process")
    assert [r[1] for r in table(form, "升级与协同").rows] == ["升级主管"]


def test_the_communication_record_keeps_what_was_said_that_matters() -> None:
    form = one(FULL, "communication", masked=False)
    found = values(form)
    assert found["沟通时间"] == "2026-03-10 10:00 至 2026-03-10 10:08"
    assert found["客户"] == "李**"  # masked even for those who may see it all
    assert found["联系方式"] == "138****1111"
    assert found["问题"] == PROBLEM
    assert found["进度"] == "待跟进，工号0007负责，预计 2026-03-10 18:00"
    assert found["下次联系"] == "2026-03-10 18:00 承诺：今天18:00前专人联系您"
    assert found["满意度"] == "未评价"
    assert found["记录人"] == "工号0007"
    lines = table(form, "关键对话").rows
    assert [(line[1], line[3]) for line in lines] == [
        ("客户", ""),
        ("客服 0007", ""),
        ("客服 0007", "承诺，时限 2026-03-10 18:00:00"),
        ("客户", ""),
    ]
    assert lines[0][2] == PROBLEM + "（附件 2 个）"


def test_a_talk_without_a_matter_is_kept_whole_and_edits_are_shown() -> None:
    hello = said("你好", 1, has_need=False, intents=frozenset({Intent.GREETING}))
    welcome = BotSaid(after(2), "您好", frozenset({Kind.OPENING}))
    assert len(table(one((OPENED, hello, welcome), "communication"), "关键对话").rows) == 2
    events = (OPENED, hello, Edited(after(3), "m1", "你好，要退货"))
    assert table(one(events, "communication"), "关键对话").rows == (
        ("2026-03-10 10:03:00", "客户（修改）", "你好，要退货", ""),
    )


def test_kept_promises_are_told_apart() -> None:
    kept = (*FULL, reply("已经安排好了", Kind.ANSWER, minutes=30, acts=frozenset({Act.RESULT})))
    marks = [line[3] for line in table(one(kept, "communication"), "关键对话").rows if line[3]]
    assert marks == ["承诺，时限 2026-03-10 18:00:00，已兑现"]
    assert all("承诺" not in row[0] for row in table(one(kept, "process"), "后续计划").rows)


def test_what_was_promised_after_the_solution_is_still_open() -> None:
    late = reply("明天回电", minutes=45, promises=(Promise("明天回电", after(60 * 24)),))
    events = (OPENED, NEED, Resolved(after(40)), late)
    assert [r[0] for r in table(one(events, "process"), "后续计划").rows] == ["承诺：明天回电"]


@pytest.mark.parametrize(
    ("overall", "grade"), [(5, "满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "不满意")]
)
def test_ratings_become_the_grades_of_the_manual(overall: int, grade: str) -> None:
    events = (OPENED, NEED, Resolved(after(2)), Rated(after(3), overall))
    found = values(one(events, "communication"))
    assert found["满意度"] == grade
    assert found["进度"] == "已完成（2026-03-10 10:02）"


def test_progress_names_the_next_clock_where_nothing_is_promised() -> None:
    events = (OPENED, NEED, Classified(after(2), "0007", priority=Priority.P1))
    assert (
        values(one(events, "communication"))["进度"]
        == "处理中，预计 2026-03-10 11:02 前（紧急处理）"
    )


def test_the_note_is_the_draft_until_it_is_confirmed() -> None:
    draft = one(FULL, "note", masked=False)
    assert values(draft)["状态"] == "待确认"
    assert NAME in values(draft)["小结"]
    assert table(draft, "内部备注").rows[0][2] == f"客户另有座机，手机{PHONE}"
    confirmed = values(one(ENDED, "note"))
    assert confirmed["状态"] == "已确认（工号0007 2026-03-10 10:41:00）"
    assert confirmed["小结"] == "李**的洗衣机已换新。"


def test_the_complaint_record_follows_the_complaint_to_its_review() -> None:
    registered = (*FULL, ComplaintRegistered(after(11), "没人管"))
    found = values(one(registered, "complaint"))
    assert (found["是否成立"], found["复盘状态"]) == ("待判定", "未复盘")
    assert found["登记人"] == "系统"
    reviewed = (*COMPLAINED, ComplaintReviewed(after(30), consent=True, review="加人", by="0001"))
    found = values(one(reviewed, "complaint"))
    assert (found["投诉人"], found["联系方式"]) == ("李**", "138****1111")
    assert found["投诉内容"] == "等了三天没人管，请回电138****1111"
    assert (found["是否成立"], found["判定理由"]) == ("成立", "确实未按时回复")
    assert (found["原因"], found["责任部门"], found["责任人"]) == ("排班不足", "客服部", "张三")
    assert (found["处理方案"], found["审批"]) == ("致歉并补偿", "工号0002同意：符合三包")
    assert (found["客户意见"], found["复盘内容"]) == ("认可", "加人")


def test_the_callback_record_has_every_call_with_its_result() -> None:
    planned = values(one(ENDED, "callback"))
    assert planned["回访时限"] == "2026-03-13 10:40:00"
    assert planned["完成情况"] == "1 次中完成 0 次"
    done = FollowUpDone(
        after(60 * 30), "F1", "0009", "已解决", f"{NAME}您好，还有问题吗", "没有了", "无"
    )
    progress = FollowUpPlanned(after(42), "F2", "progress", after(200))
    form = one((*ENDED, progress, done), "callback")
    assert values(form)["完成情况"] == "1 次中完成 1 次"
    assert table(form, "回访").rows == (
        (
            "服务回访", "2026-03-12 10:00:00", "工号0009", "2026-03-11 16:00:00", "工号0009",
            "李**您好，还有问题吗", "没有了", "已解决", "无",
        ),
    )  # fmt: skip
    in_chat = reply("回访一下", minutes=50, acts=frozenset({Act.CALLED_BACK}))
    assert len(table(one((*ENDED, in_chat), "callback"), "回访").rows) == 2


def test_the_upgrade_request_tells_whether_it_was_in_time() -> None:
    fired = Escalated(after(2), Rule.NO_SOLUTION, Level.DEPARTMENT, "没有方案")
    late = UpgradeRequested(after(40), f"E4怎么处理，客户{NAME}", "0007")
    asked = values(one((OPENED, NEED, fired, late), "upgrade"))
    assert asked["申请问题"] == "E4怎么处理，客户李**"
    assert asked["发现无方案"] == "2026-03-10 10:02:00"
    assert asked["申请时间"] == "2026-03-10 10:40:00（超时，时限 2026-03-10 10:32:00）"
    assert asked["答复时间"] == "未完成，时限 2026-03-11 10:40:00"
    answer = UpgradeAnswered(after(100), "S99", "0050", "新增")
    events = (OPENED, NEED, fired, late, answer)
    found = values(one(events, "upgrade", titles={"S99": "E4进水故障"}))
    assert (found["补充方案"], found["答复人"], found["说明"]) == (
        "S99 E4进水故障",
        "工号0050",
        "新增",
    )
    assert found["答复时间"].startswith("2026-03-10 11:40:00（按时")
    none = (OPENED, NEED, fired, late, replace(answer, solution=None))
    assert values(one(none, "upgrade"))["补充方案"] == "没有可用方案"


def test_the_survey_puts_tags_beside_the_mark_they_belong_to() -> None:
    found = values(one(ENDED, "survey"))
    assert found["服务态度"] == "5 分（耐心、专业）"
    assert found["处理效率"] == "3 分（限时解决）"
    assert found["方案合理性"] == "未评分"
    assert (found["总体评价"], found["推荐意愿"]) == ("3 分", "中立")
    assert (found["其他标签"], found["客户留言"]) == ("快", "还行，李**")
    skipped = (OPENED, NEED, RatingSkipped(after(3)))
    assert values(one(skipped, "survey"))["总体评价"] == "客户跳过"
    again = (*ENDED, Reopened(after(70), "又坏了"), Resolved(after(80)), Rated(after(90), 5))
    form = one(again, "survey")
    assert values(form)["总体评价"] == "5 分"
    assert [row[1] for row in table(form, "此前的评价").rows] == ["3 分"]


# Personal data --------------------------------------------------------------------------------


def test_nothing_personal_is_left_in_masked_forms() -> None:
    events = (*ENDED, UpgradeRequested(after(70), f"{NAME} {PHONE}"))
    whole = all_text(built(events))
    for value in (PHONE, "138 0000 1111", NAME, ADDRESS, ACCOUNT):
        assert value not in whole
    shown = all_text(built(events, masked=False))
    for value in (PHONE, "138 0000 1111", NAME, ADDRESS, ACCOUNT):
        assert value in shown
    assert ORDER in whole


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("customer_name", "李小明", "李**"),
        ("customer_name", "李先生", "李先生"),
        ("customer_name", "李小明先生", "李**先生"),
        ("phone", PHONE, "138****1111"),
        ("phone", "8888666", "****666"),
        ("address", ADDRESS, "杭州市滨江区****"),
        ("address", "长河花园", "****"),
        ("account", "hw_5566778", "******6778"),
        ("account", "ab1", "**1"),
        ("email", "zhang@example.com", "z***@example.com"),
        ("product", "洗衣机", "洗衣机"),
        ("tried", f"打过{PHONE}", "打过138****1111"),
    ],
)
def test_every_field_is_hidden_in_its_own_way(code: str, value: str, expected: str) -> None:
    assert hidden(code, value) == expected


@pytest.mark.parametrize(
    "text",
    ["一三八零零零零一一一一", "幺三八〇〇〇〇幺幺幺幺", "138-0000-1111", "１３８００００１１１１"],
)
def test_a_known_number_is_found_however_it_is_written(text: str) -> None:
    assert Veil([("phone", PHONE)]).text(f"电话{text}，谢谢") == "电话138****1111，谢谢"


def test_a_corrected_name_stays_hidden_and_figures_are_left_alone() -> None:
    veil = Veil([("customer_name", "李小明"), ("customer_name", "李晓明"), ("account", "2026")])
    assert veil.text("李小明改为李晓明，2026年买的") == "李**改为李**，2026年买的"
    assert Veil([("account", "55667")]).text(
        "账号55667，单号1556678"
    ) == "账号*****，单号1556678".replace("*****", "***67")


@given(
    st.text("李小明王晓", min_size=2, max_size=4),
    st.lists(st.sampled_from(["，", "\u200b", "电话 ", "a1", "一三", "*"]), min_size=2, max_size=6),
    st.sampled_from([PHONE, "138 0000 1111", "一三八零零零零一一一一", "１３８００００１１１１"]),
)
@settings(max_examples=100, deadline=None)
def test_a_known_value_never_stays_whatever_stands_around_it(
    name: str, around: list[str], number: str
) -> None:
    text = name + "".join(around) + "是" + number + "。" + name
    shown = Veil([("customer_name", name), ("phone", PHONE)]).text(text)
    assert name not in shown
    assert number not in shown
    assert Veil([("customer_name", name), ("phone", PHONE)]).text(shown) == shown


def test_an_erased_ticket_still_makes_its_forms() -> None:
    events = [erased(event) for event in ENDED]
    made = built(events)
    assert [f.code for f in made] == [f.code for f in built(ENDED)]
    assert values(made[0])["客户姓名"] == MISSING
    assert NAME not in all_text(built(events, masked=False))


def test_a_list_shows_a_masked_name_and_problem_even_where_a_number_was_cut() -> None:
    row = TicketRow(
        "T1", "C1", "web", AT, AT, 3, "handling", "product_quality", "故障", "P2", "calm", "person",
        agent="0007", due=DUE, due_name="promise",
    )  # fmt: skip
    shape = listed(row, TicketCard(NAME, f"我是{NAME}，手机13800001"), HOUSE)
    assert (shape["customer_name"], shape["problem"]) == ("李**", "我是李**，手机****")
    assert shape["due"] == "2026-03-10T18:00:00+08:00"
    json.dumps(shape)


# Output ---------------------------------------------------------------------------------------


def test_text_lines_up_by_the_width_of_chinese_characters() -> None:
    from rich.cells import cell_len

    form = Form(
        "register",
        "登记表",
        "T1",
        (Section("问题", (Row("工号", "0007"), Row("客户姓名", "李" * 90, "客户自述"))),),
        (Table("对话", ("时间", "内容"), (("10:00", "[red]你好[/]"),)),),
    )
    lines = as_text(form, 60).splitlines()
    assert max(cell_len(line) for line in lines) <= 60
    agent = next(line for line in lines if "0007" in line)
    name = next(line for line in lines if "客户姓名" in line)
    assert cell_len(agent[: agent.index("0007")]) == cell_len(name[: name.index("李")])
    assert "".join(lines).count("李") == 90
    assert "[red]你好[/]" in "".join(lines)


def test_a_message_cannot_steer_the_terminal() -> None:
    events = (OPENED, said("坏了\x1b[2J\u202e\x07\r\n快修\ud800", 1))
    for masked in (True, False):
        (form,) = built(events, "register", masked=masked)
        assert values(form)["问题描述"] == "坏了[2J\n快修"
        assert "\x1b" not in as_text(form)
        as_text(form).encode()


def test_json_has_plain_values_only_and_names_what_is_missing() -> None:
    shape = as_json(one([OPENED], "register"))
    assert json.loads(json.dumps(shape)) == shape
    assert (shape["form"], shape["ticket_id"]) == ("register", "T1")
    assert "客户姓名" in shape["missing"]
    assert shape["sections"][0]["rows"][0] == {"label": "工单号", "value": "T1", "source": ""}


def opened_again(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def unpacked(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"".join(book.read(name) for name in book.namelist())


def test_a_workbook_has_one_sheet_a_form_with_bold_labels_and_wide_columns(tmp_path: Path) -> None:
    made = built(ENDED)
    as_xlsx(made, tmp_path / "a.xlsx")
    book = opened_again(tmp_path / "a.xlsx")
    assert book.sheetnames == [form.title for form in made]
    sheet = book["登记表"]
    cells = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    assert cells["客户姓名"][1].value == "李**"
    assert cells["客户姓名"][0].font.bold
    assert not cells["客户姓名"][1].font.bold
    assert sheet.column_dimensions["A"].width >= 14
    assert 40 <= sheet.column_dimensions["B"].width <= 60


def test_no_cell_is_a_formula_or_an_error(tmp_path: Path) -> None:
    risky = ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "'=1", "\t=1"]
    events = [OPENED, *(said(text, i + 1) for i, text in enumerate(risky))]
    as_xlsx(built(events), tmp_path / "a.xlsx")
    cells = [
        cell
        for sheet in opened_again(tmp_path / "a.xlsx")
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [c.value for c in cells if c.value[0] in "=+-@\t\r"]
    assert "'=1+1" in {c.value for c in cells}
    assert "''=1" in {c.value for c in cells}


def test_sheets_of_one_title_are_numbered_and_no_form_is_no_workbook(tmp_path: Path) -> None:
    form = Form("note", "小结/一[二]:*?" + "长" * 40, "T1", (Section("节", (Row("甲", "乙"),)),))
    as_xlsx([form, form], tmp_path / "a.xlsx")
    names = opened_again(tmp_path / "a.xlsx").sheetnames
    assert len(set(names)) == 2
    assert all(len(name) <= 31 for name in names)
    with pytest.raises(ValueError, match="no form"):
        as_xlsx([], tmp_path / "b.xlsx")


def second() -> tuple[Event, ...]:
    return (replace(OPENED, ticket="T2"), said("=2+3", 1), Resolved(after(9)))


def test_a_ledger_has_one_row_a_ticket_and_a_sheet_for_each_inner_table() -> None:
    sheets = ledger([*built(ENDED), *built(second())])
    titles = [sheet.title for sheet in sheets]
    assert len(titles) == len(set(titles))
    register = sheets[0].tables[0]
    number, name = register.columns.index("工单号"), register.columns.index("客户姓名")
    assert [(row[number], row[name]) for row in register.rows] == [("T1", "李**"), ("T2", MISSING)]
    talk = next(s for s in sheets if s.title == "沟通记录-关键对话").tables[0]
    assert talk.columns[0] == "工单号"
    assert {row[0] for row in talk.rows} == {"T1", "T2"}
    assert sheets[titles.index("投诉处理记录")].tables[0].rows[0][0] == "T1"


def test_one_line_a_ticket_keeps_the_first_of_equal_labels() -> None:
    columns, rows = flat([built(ENDED), built(second())])
    assert len(columns) == len(set(columns))
    assert [row[columns.index("工单号")] for row in rows] == ["T1", "T2"]
    assert rows[1][columns.index("投诉内容")] == ""


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_holds_nothing_personal_and_nothing_that_runs(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    write(path, ending, [built(ENDED), built(second())])
    data = unpacked(path).decode()
    for value in (PHONE, "138 0000 1111", NAME, ADDRESS, ACCOUNT):
        assert value not in data
    assert ORDER in data
    assert ("'=2+3" in data) == (ending != "json")
    if ending == "json":
        shapes = [json.loads(line) for line in data.splitlines()]
        assert [shape["ticket_id"] for shape in shapes] == ["T1", "T2"]


def test_the_same_tickets_give_the_same_text() -> None:
    assert [as_text(f) for f in built(ENDED)] == [as_text(f) for f in built(list(ENDED))]
