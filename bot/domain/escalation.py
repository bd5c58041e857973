"""Which escalation rules fire, to whom, and why.

Rules and default levels follow the service manuals. One cause fires one rule: of safety, threat, P1
and anger the first that fits; a wish for a person fires besides. What has fired for a cause stays
silent; asking for a supervisor after asking for a person is another cause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.conversation import Conversation
from bot.domain.events import CustomerSaid, Escalated
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import RAISED_BY_ANGER, Emotion, Holder, Intent, Level, Rule
from bot.domain.ticket import Ticket
from kb.terms import Category, Priority, Role

#: A need shorter than this is not clear enough to call it unknown to the knowledge base.
CLEAR_NEED: Final = 8
#: Rules after which the first-line bot gives the conversation to a person.
HAND_OVER: Final = frozenset(Rule) - {Rule.CLOCK, Rule.WAITING, Rule.REOPENED, Rule.NO_SOLUTION}
_SUPERVISOR_WORDS: Final = ("领导", "主管", "经理", "负责人", "上级")
_ROLE_LEVEL: Final = {Role.MANAGER: Level.MANAGER, Role.DEPARTMENT: Level.DEPARTMENT}


@dataclass(frozen=True, slots=True)
class _Fire:
    rule: Rule
    level: Level
    reason: str
    cause: str = ""


def escalations(after: Ticket, event: CustomerSaid, policy: Policy = STANDARD) -> list[Escalated]:
    """The rules that a message fires, given the ticket after it (and before any firing)."""
    return [
        escalated(event.at, f.rule, f.level, f.reason, policy, f.cause)
        for f in _candidates(after, event, policy)
        if f.rule not in policy.switched_off and not _silent(after, f)
    ]


def escalated(
    at: dt.datetime,
    rule: Rule,
    level: Level,
    reason: str,
    policy: Policy = STANDARD,
    cause: str = "",
) -> Escalated:
    """A firing of a rule at its level, or at the one the settings name instead."""
    level = policy.levels.get(rule, level)
    limit = policy.answer_within.get(level)
    return Escalated(at, rule, level, reason, cause, int(limit.total_seconds()) if limit else 0)


def _silent(after: Ticket, fire: _Fire) -> bool:
    return after.has_fired(fire.rule, fire.cause)


def _candidates(after: Ticket, event: CustomerSaid, policy: Policy) -> Iterator[_Fire]:
    talk = after.talk
    if Intent.WANTS_HUMAN in event.intents:
        named = any(word in event.text for word in _SUPERVISOR_WORDS)
        if named:
            yield _Fire(Rule.WANTS_HUMAN, Level.SUPERVISOR, "客户要求由主管处理", "supervisor")
        elif not after.has_fired(Rule.WANTS_HUMAN, "supervisor"):
            yield _Fire(Rule.WANTS_HUMAN, Level.AGENT, "客户要求人工服务")
    yield from _cause(after, event)
    if talk.asked_alike >= policy.askings:
        level = Level.AGENT if talk.is_new else Level.SUPERVISOR
        yield _Fire(Rule.REPEATED_QUESTION, level, f"同一问题已问 {talk.asked_alike} 次")
    if talk.misses_in_row >= policy.misses and after.holder is Holder.BOT:
        reason = f"机器人连续 {talk.misses_in_row} 次没有合适的答复"
        yield _Fire(Rule.BOT_MISSED, Level.AGENT, reason)
    if event.remedy and event.approver not in policy.may_decide:
        level = _ROLE_LEVEL.get(event.approver, Level.SUPERVISOR)
        yield _Fire(Rule.AUTHORITY, level, f"“{event.remedy}”超出坐席权限，需要审批", event.remedy)
    if talk.refusals >= policy.refusals:
        yield _Fire(Rule.REFUSED_PLAN, Level.SUPERVISOR, f"客户已 {talk.refusals} 次不接受方案")
    if _unknown_to_us(talk, event):
        reason = "知识库没有匹配的处理方案，需提交问题升级申请"
        yield _Fire(Rule.NO_SOLUTION, Level.DEPARTMENT, reason)


def _unknown_to_us(talk: Conversation, event: CustomerSaid) -> bool:
    """A clear need, in a person's hands, for which nothing was found so far."""
    clear = event.has_need and len(event.text) >= CLEAR_NEED
    # praise and chat, which read as feedback with nothing at stake, want no solution
    chat = event.category is Category.SATISFACTION_FOLLOWUP and event.priority is Priority.P4
    known = event.category is not Category.UNKNOWN and not chat
    return clear and known and not talk.is_new and event.solution is None and talk.solution is None


def _cause(after: Ticket, event: CustomerSaid) -> Iterator[_Fire]:
    """The first of safety, threat, P1, anger."""
    talk = after.talk
    open_need = talk.has_need or event.has_need
    # anger that was told of makes no second cause by raising the priority
    told = event.priority_reason.endswith(RAISED_BY_ANGER) and talk.has_fired(Rule.ANGRY)
    if Intent.SAFETY in event.intents:
        yield _Fire(Rule.SAFETY, Level.SUPERVISOR, "涉及人身或产品安全")
    elif Intent.THREAT in event.intents:
        yield _Fire(Rule.THREAT, Level.SUPERVISOR, "客户表示将投诉、曝光或起诉")
    elif event.priority is Priority.P1 and not (told or talk.has_fired(Rule.SAFETY, Rule.THREAT)):
        reason = f"紧急问题（{event.priority_reason or 'P1'}）"
        yield _Fire(Rule.P1, Level.SUPERVISOR, reason)
    elif event.emotion is Emotion.ANGRY and open_need and not _told_of_anger(talk):
        more = "，连续两条，请主管接管" if after.take_over_wanted else ""
        yield _Fire(Rule.ANGRY, Level.SUPERVISOR, f"客户情绪激动{more}")


def _told_of_anger(talk: Conversation) -> bool:
    return talk.has_fired(Rule.SAFETY, Rule.THREAT, Rule.P1, Rule.ANGRY)
