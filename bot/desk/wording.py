"""From a reading and a match to the event that the conversation keeps."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.desk.situation import Match
from bot.domain.conversation import Conversation
from bot.domain.events import CustomerSaid
from bot.domain.terms import Emotion, Intent, Stage
from bot.nlu.endings import nothing_more, says_no
from bot.nlu.evidence import brings_evidence
from bot.nlu.reading import Reading
from bot.nlu.rhythm import rhythm_of
from kb.solutions import Solution
from kb.terms import Category, ContactType, Priority, Role

#: Probability from which the matched solution's own priority counts.
_PRIORITY_FROM: Final = 0.7
#: Wish -> how a solution's authority names the action.
_ACTIONS: Final = {
    "退款": re.compile(r"退款|退费|退货|退(?:还|回|余额|定金|差)"),
    "换货": re.compile(r"换货|更换|退换|换新|换机|换表"),
    "补发": re.compile(r"补发|补送|重送|重新寄"),
    "赔偿": re.compile(r"赔|补偿"),
    "维修": re.compile(r"维修|返修|免费修"),
}
#: Fee waivers and compensation are never an agent's own to give.
_WAIVER: Final = re.compile(
    r"(?:减免|免除|免掉|免去|免了|豁免|取消).{0,6}(?:费|利息|违约金|滞纳金|罚息)"
    r"|(?:违约金|滞纳金|罚息|手续费|年费|利息).{0,6}(?:减免|免除|免掉|免了|豁免|别收|不要收)"
)
_POLITE: Final = frozenset({Intent.THANKS, Intent.GOODBYE, Intent.CONFIRM})
_WAIVES: Final = "减免费用"
#: Asking what the rules are is no demand: 退货运费谁出, 延误了有赔偿吗; 赔我运费 is.
_ASKS_RULE: Final = re.compile(
    r"谁来?(?:出|承担|付|掏|负担)|(?:怎么|如何|多少|什么|哪些|是否|有没有|会不会|赔不赔|退不退|吗|么|呢)[?？。!！~]*$"
    r"|怎么(?:算|赔|计算)|(?:有没有|有什么|会不会).{0,6}(?:赔|补偿)"
)
_DEMANDS: Final = re.compile(
    r"(?:赔|补|退|换|免)(?:偿|付)?(?:给)?我|给我|帮我|我要|我想|要求|必须|得赔|应该赔|麻烦|申请"
)
_RANK: Final = (Role.AGENT, Role.DEPARTMENT, Role.SUPERVISOR, Role.MANAGER)


def event_of(
    reading: Reading,
    match: Match,
    before: Conversation,
    at: dt.datetime,
    earlier: Solution | None = None,
) -> CustomerSaid:
    """The message as the conversation records it; a match settles an open class.

    ``earlier`` is the solution that was under discussion.
    """
    category = reading.category
    if reading.has_need and match.solution and category is Category.UNKNOWN and not match.carried:
        category = match.solution.category
    priority, reason = reading.priority, reading.priority_reason
    solution = match.solution
    if solution and _settles_priority(match, reading, category) and solution.priority < priority:
        priority, reason = solution.priority, f"标准方案“{solution.title}”定为{solution.priority}"
    remedy, approver = _remedy(
        reading, (match.solution, earlier), before, min(priority, before.priority)
    )
    return CustomerSaid(
        at=at,
        text=reading.text,
        emotion=reading.emotion,
        intents=frozenset(reading.intents),
        category=category,
        contact_type=reading.contact_type,
        priority=priority,
        priority_reason=reason,
        has_need=reading.has_need and not _content(reading, before),
        fields={code: found.value for code, found in reading.fields.items()},
        corrections=frozenset(c for c, f in reading.fields.items() if f.correction),
        solution=solution.id if solution and not match.carried else None,
        answerable=solution is not None,
        remedy=remedy,
        approver=approver,
        evidence=brings_evidence(reading.text),
        order_known="order_no" in reading.fields or "order_no" in before.fields,
        rhythm=rhythm_of(reading.text),
        says_no=says_no(reading.text),
        nothing_more=nothing_more(reading.text),
    )


def _content(reading: Reading, before: Conversation) -> bool:
    """A word of thanks on what was asked before, such as 收到了，谢谢, asks for nothing new.

    Neither does praise when all is done, such as 正常的，挺好 to a call-back.
    """
    pleased = reading.category is Category.SATISFACTION_FOLLOWUP and reading.priority is Priority.P4
    done = before.stage is Stage.CLOSED or bool(_POLITE & set(reading.intents))
    return pleased and before.has_need and done


def _settles_priority(match: Match, reading: Reading, category: Category) -> bool:
    """Whether the matched solution's own priority counts: found by this very need, and surely."""
    sure = match.probability >= _PRIORITY_FROM and not match.carried
    asks_only = reading.contact_type is ContactType.CONSULT and reading.emotion is Emotion.CALM
    return (
        sure
        and not asks_only
        and reading.has_need
        and match.solution is not None
        and match.solution.category is category
    )


def _remedy(
    reading: Reading,
    solutions: Sequence[Solution | None],
    before: Conversation,
    priority: Priority,
) -> tuple[str, Role]:
    """The remedy the customer asks for and who may grant it; ("", AGENT) where none is asked.

    By the authority of the first of the solutions that names it; compensation and fee waivers
    always need a supervisor.
    """
    wish = reading.fields.get("expectation")
    wanted = str(wish.value) if wish is not None else ""
    if not wanted and _WAIVER.search(reading.text):
        wanted = _WAIVES
    if wanted not in _ACTIONS and wanted != _WAIVES:
        return "", Role.AGENT
    if _ASKS_RULE.search(reading.text) and not _DEMANDS.search(reading.text):
        return "", Role.AGENT
    money = reading.fields.get("amount")
    amount = float(money.value) if money is not None else before.fields.get("amount")
    roles = list(_authority(solutions, wanted, priority, amount))
    if wanted in {"赔偿", _WAIVES}:
        roles.append(Role.SUPERVISOR)
    return wanted, max(roles, key=_RANK.index, default=Role.AGENT)


def _authority(
    solutions: Sequence[Solution | None], wanted: str, priority: Priority, amount: object
) -> Iterator[Role]:
    if wanted not in _ACTIONS:
        return
    action = _ACTIONS[wanted]
    of_each = ([r for r in s.authority if action.search(r.action)] for s in solutions if s)
    named = next(filter(None, of_each), [])
    # 超期换货 is a special case beside 换货: it says nothing of an ordinary exchange
    plain = [r for r in named if action.fullmatch(r.action)]
    for rule in plain or named:
        urgent = not rule.priorities or priority in rule.priorities
        enough = rule.over is None or (isinstance(amount, float | int) and amount > rule.over)
        if urgent and enough:
            yield rule.by
