"""业务: an answer at all, promises kept, and the matched solution's way followed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from bot.desk.scoring.asking import speaks_of
from bot.desk.scoring.case import Case, Line
from bot.desk.scoring.check import Check, Hit
from bot.domain.clocks import ClockState, clocks
from bot.domain.events import AgentSaid, IdentityVerified, TimerFired
from bot.domain.terms import Act, ClockName
from bot.domain.ticket import Ticket
from bot.quality import Part
from kb.terms import FIELD_NAMES, ContactType
from prompts.terms import KIND_NAMES, Kind

_ASKED_ONLY: Final = frozenset({ContactType.CONSULT, ContactType.SUGGESTION})
_DEALS: Final = frozenset(
    {Kind.ANSWER, Kind.PROMISE, Kind.CONFIRM, Kind.ESCALATION, Kind.URGE, Kind.FOLLOWUP}
)
#: Kinds of a script that bind us beyond the answer itself.
_STEPS: Final = (Kind.PROMISE, Kind.ESCALATION)
_SENTENCE: Final = re.compile(r"[^。！!？?；;\n]+[？?]?")
_IDENTITY: Final = re.compile(
    r"身份|核验|验证|本人|实名|预留|尾号|后[四4六6]位|证件|核对[^,，]{0,6}(?:信息|资料)"
)
#: How a line tells that something of the customer's was changed.
_OPERATES: Final = re.compile(
    r"已经?(?:[为帮给][您你])?[^,，。不没]{0,8}(?:改|挂失|注销|解绑|换绑|绑定|重置|重设|开通|冻结|解冻|解封|解锁|补办|过户|关闭|取消|变更|更换|"
    r"办理|设置|更新|销户|停机|复机|转移|提额|撤销|备注)(?!审核|申请)"
)
#: Remedy -> how a line grants it.
_GRANTS: Final = MappingProxyType(
    {
        "退款": r"退(?:款|费|货|还|回|钱|您|给|全款)|返还",
        "换货": r"换(?:货|新|一|个|台|件)|更换",
        "补发": r"补(?:发|寄|送)|重新?(?:发|寄|送)",
        "赔偿": r"赔|补偿|补贴|红包|返现",
        "维修": r"(?:免费)?(?:维修|修好|返修)",
        "减免费用": r"减免|免除|免掉|免去|免了|免收|不收",
    }
)
#: A sentence with one of these tells of the remedy without granting it.
_NOT_GRANTED: Final = re.compile(
    r"申请|审批|审核|上报|请示|主管|经理|领导|上级|反馈|反映|登记|提交|转|核实|确认后|评估|结果|[不没无]|需要?|流程|是否|能否|"
    r"要求|诉求|希望|想|争取|如果|若|如需|规定|政策|条件|一般|通常|[吗么呢？?]"
)
#: Clocks that whoever holds the ticket keeps by writing to the customer.
_REPORTS: Final = MappingProxyType(
    {ClockName.FIRST_PLAN.value: "初步方案", ClockName.PROGRESS_UPDATE.value: "进度通报"}
)
_UNDERTAKES: Final = re.compile(r"[为给帮]您|可以|同意|已经?|会|将|马上|立即|直接|这边")


def _no_answer(case: Case) -> Iterator[Hit]:
    """Over, and the need was neither answered, nor promised, nor given to somebody who can."""
    talk = case.ticket.talk
    if not (case.ended and talk.has_need and case.replies):
        return
    did = frozenset[Kind]().union(*(line.kinds for line in case.ours))
    acted = any(isinstance(x.event, AgentSaid) and x.event.acts for x in case.replies)
    if not (talk.answered or did & _DEALS or acted):
        yield Hit(case.replies[-1])


def _promise_broken(case: Case) -> Iterator[Hit]:
    made = [
        (line, promise)
        for line in case.replies
        if isinstance(line.event, AgentSaid)
        for promise in line.event.promises
    ]
    promises = (k for k in clocks(case.ticket, case.policy) if k.name is ClockName.PROMISE)
    for clock, (line, _) in zip(promises, made, strict=True):
        if clock.state(case.now) is ClockState.BROKEN and clock.due:
            due = clock.due.astimezone(case.policy.calendar.zone)
            yield Hit(line, f"{due:%m月%d日%H:%M}")


def _report_late(case: Case) -> Iterator[Hit]:
    """No plan in time, or no report of progress; once for each cycle of the clock."""
    for seq, event in enumerate(case.events, 1):
        if isinstance(event, TimerFired) and event.key.endswith(":100"):
            name = _REPORTS.get(event.key.split("@")[0])
            if name and not _excused(case.states[seq - 1], event.at):
                yield Hit(detail=name, event=seq)


def _excused(ticket: Ticket, at: dt.datetime) -> bool:
    """Nobody held it yet, the customer was asked something, or was told of a later time."""
    asked = Kind.ASK_INFO in ticket.talk.last_done and ticket.talk.waiting_since is None
    told = any(p.promise.due and p.promise.due > at and not p.kept_at for p in ticket.promises)
    return ticket.talk.is_new or asked or told


def _identity_skipped(case: Case) -> Iterator[Hit]:
    """Account matters of an identity-first solution before anything was checked or asked for."""
    category = case.ticket.talk.category
    if not any(one.identity_first and one.category is category for one in case.matched):
        return
    if any(isinstance(e, IdentityVerified) and e.passed for e in case.events):
        return
    for line in case.replies:
        acts = line.event.acts if isinstance(line.event, AgentSaid) else frozenset()
        if Act.VERIFIED in acts or _IDENTITY.search(line.text):
            return
        if _OPERATES.search(line.text):
            yield Hit(line)
            return


def _authority_skipped(case: Case) -> Iterator[Hit]:
    """A remedy granted while consent to it is open or refused."""
    approved = False
    for line in case.replies:
        acts = line.event.acts if isinstance(line.event, AgentSaid) else frozenset()
        approved = approved or Act.APPROVED in acts
        remedy = line.before.approvals[-1].asked.remedy if line.before.approvals else ""
        if line.before.locked and not approved and _grants(line, remedy):
            yield Hit(line, remedy)


def _grants(line: Line, remedy: str) -> bool:
    words = _GRANTS.get(remedy, re.escape(remedy))
    return any(
        re.search(words, said) and _UNDERTAKES.search(said) and not _NOT_GRANTED.search(said)
        for said in _SENTENCE.findall(line.text)
    )


def _need_skipped(case: Case) -> Iterator[Hit]:
    """Something promised without what the solution needs for it, which nobody asked for either."""
    promised = [x for x in case.replies if isinstance(x.event, AgentSaid) and x.event.promises]
    if case.standard is None or not promised:
        return
    known = case.ticket.talk.fields
    names = [
        FIELD_NAMES[need][0]
        for need in case.standard.needs
        if need in {"order_no", "account", "phone", "fault_code"}
        and need not in known
        and not any(speaks_of(line.text, need) for line in case.ours)
    ]
    reachable = {"phone", "account", "order_no"} & known.keys()
    if names and not reachable:
        yield Hit(promised[0], "、".join(names))


def _reminder_missing(case: Case) -> Iterator[Hit]:
    if case.ended and case.standard and case.replies:
        for reminder in case.standard.unmentioned(x.text for x in case.ours):
            yield Hit(case.replies[-1], reminder)


def _step_missing(case: Case) -> Iterator[Hit]:
    """A script's promise or transfer left out, though the case did not end with its result."""
    t = case.ticket
    if not (case.ended and case.standard and case.replies) or t.talk.contact_type in _ASKED_ONLY:
        return
    did = frozenset[Kind]().union(*(line.kinds for line in case.ours))
    told = any(isinstance(x.event, AgentSaid) and Act.RESULT in x.event.acts for x in case.replies)
    if t.promises or told or did & set(_STEPS):
        return
    for kind in _STEPS:
        if kind in case.standard.kinds:
            yield Hit(case.replies[-1], f"“{KIND_NAMES[kind][0]}”")


CHECKS: Final = (
    Check(
        "no_answer",
        "没有解答",
        Part.BUSINESS,
        10,
        10,
        "会话结束时客户的问题没有得到解答",
        _no_answer,
    ),
    Check(
        "promise_broken",
        "承诺未兑现",
        Part.BUSINESS,
        10,
        20,
        "答应客户的事没有在时限（{}）前兑现",
        _promise_broken,
    ),
    Check("report_late", "没有及时通报", Part.BUSINESS, 5, 10, "{}超过了时限", _report_late),
    Check(
        "identity_skipped",
        "没有先核身",
        Part.BUSINESS,
        10,
        10,
        "标准方案要求先核实身份，还没核实就办理了",
        _identity_skipped,
    ),
    Check(
        "authority_skipped",
        "越权答应",
        Part.BUSINESS,
        20,
        20,
        "“{}”还没有得到批准就答应了客户",
        _authority_skipped,
    ),
    Check(
        "need_skipped",
        "缺少必要信息",
        Part.BUSINESS,
        5,
        5,
        "没有询问标准方案需要的{}就作了承诺",
        _need_skipped,
    ),
    Check(
        "reminder_missing",
        "没有提醒",
        Part.BUSINESS,
        2,
        4,
        "没有提醒客户“{}”",
        _reminder_missing,
    ),
    Check(
        "step_missing",
        "流程不全",
        Part.BUSINESS,
        3,
        3,
        "没有按标准方案给出{}",
        _step_missing,
    ),
)
