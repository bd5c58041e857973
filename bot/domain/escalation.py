"""Which escalation rules a customer's message fires, to whom, and why.

Rules and default levels follow the service manuals. One cause fires one rule: of safety, threat,
P1 and anger the first that fits; a wish for a person fires besides. A rule that has fired in this
conversation stays silent; a second angry message in a row asks the supervisor to take over.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.conversation import Conversation
from bot.domain.events import CustomerSaid, Escalated
from bot.domain.terms import Emotion, Intent, Level, Rule
from kb.terms import Category, Priority

#: Bot misses in a row, and askings of one question, from which a person takes over.
MISSES: int = 2
ASKINGS: int = 3
#: Refusals of a plan from which a supervisor looks at it.
REFUSALS: int = 2
#: A need shorter than this is not clear enough to call it unknown to the knowledge base.
CLEAR_NEED: int = 8

_SUPERVISOR_WORDS = ("领导", "主管", "经理", "负责人", "上级")


def escalations(after: Conversation, event: CustomerSaid) -> list[Escalated]:
    """The rules that a message fires, given the state after it (and before any firing)."""
    return [
        Escalated(event.at, rule, level, reason)
        for rule, level, reason in _candidates(after, event)
        if not after.has_fired(rule)
    ]


def _candidates(after: Conversation, event: CustomerSaid) -> Iterator[tuple[Rule, Level, str]]:
    held = not after.is_new
    if Intent.WANTS_HUMAN in event.intents:
        named = any(word in event.text for word in _SUPERVISOR_WORDS)
        level = Level.SUPERVISOR if named else Level.AGENT
        yield Rule.WANTS_HUMAN, level, "客户要求由主管处理" if named else "客户要求人工服务"
    yield from _cause(after, event)
    if after.asked_alike >= ASKINGS:
        level = Level.SUPERVISOR if held else Level.AGENT
        yield Rule.REPEATED_QUESTION, level, f"同一问题已问 {after.asked_alike} 次"
    if after.misses_in_row >= MISSES:
        yield Rule.BOT_MISSED, Level.AGENT, f"机器人连续 {after.misses_in_row} 次没有合适的答复"
    if after.refusals >= REFUSALS:
        yield Rule.REFUSED_PLAN, Level.SUPERVISOR, f"客户已 {after.refusals} 次不接受方案"
    clear = event.has_need and len(event.text) >= CLEAR_NEED
    known = event.category is not Category.UNKNOWN
    if clear and known and held and event.solution is None and after.solution is None:
        yield Rule.NO_SOLUTION, Level.DEPARTMENT, "知识库没有匹配的处理方案，需提交问题升级申请"


def _cause(after: Conversation, event: CustomerSaid) -> Iterator[tuple[Rule, Level, str]]:
    """The first of safety, threat, P1, anger."""
    open_need = after.has_need or event.has_need
    if Intent.SAFETY in event.intents:
        yield Rule.SAFETY, Level.SUPERVISOR, "涉及人身或产品安全"
    elif Intent.THREAT in event.intents:
        yield Rule.THREAT, Level.SUPERVISOR, "客户表示将投诉、曝光或起诉"
    elif event.priority is Priority.P1 and not after.has_fired(Rule.SAFETY, Rule.THREAT):
        yield Rule.P1, Level.SUPERVISOR, f"紧急问题（{event.priority_reason or 'P1'}）"
    elif event.emotion is Emotion.ANGRY and open_need and not _told_of_anger(after):
        more = "，连续两条，请主管接管" if after.angry_in_row > 1 else ""
        yield Rule.ANGRY, Level.SUPERVISOR, f"客户情绪激动{more}"


def _told_of_anger(after: Conversation) -> bool:
    return after.has_fired(Rule.SAFETY, Rule.THREAT, Rule.P1, Rule.ANGRY)
