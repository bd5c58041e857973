"""The coarse contact type and the priority that follow from class, wording and mood.

Source: the customer's manuals, "what is true": P1 core interest hit, P2 experience affected,
P3 ordinary question or suggestion, P4 nothing at stake; a worked-up customer with a real, open
problem raises the priority one level.
"""

from __future__ import annotations

from typing import Final

from bot.domain.terms import RAISED_BY_ANGER, Emotion, Intent
from bot.nlu.lexicon import Found
from kb.terms import Category, ContactType, Priority

_DEFAULT_TYPE: Final = {
    Category.PRODUCT_QUALITY: ContactType.FAULT,
    Category.SERVICE_EXPERIENCE: ContactType.COMPLAINT,
    Category.SATISFACTION_FOLLOWUP: ContactType.SUGGESTION,
}
#: A remedy named in a report of a fault makes it an after-sale matter; 维修 does not, since
#: mending is what a fault report asks for anyway.
_REMEDIES: Final = frozenset({"退款", "换货", "赔偿", "补发"})
_AFTERSALE: Final = frozenset({Category.PRODUCT_QUALITY, Category.PAYMENT_AFTERSALE_PROCESS})
_PROBLEMS: Final = frozenset({Category.PRODUCT_QUALITY, Category.SERVICE_EXPERIENCE})
#: Yuan from which a contested sum counts as a large loss. House default, in no manual.
LARGE_LOSS: Final = 5000.0
_RAISED: Final = {Priority.P2: Priority.P1, Priority.P3: Priority.P2}


def contact_type_of(
    category: Category, intents: tuple[Intent, ...], found: Found, expectation: str
) -> ContactType:
    """The coarse type; ``expectation`` is its code, or "" where none was stated."""
    if Intent.THREAT in intents or found.has("complaint"):
        return ContactType.COMPLAINT
    if category in _AFTERSALE and (expectation in _REMEDIES or found.has("aftersale")):
        if category is not Category.PRODUCT_QUALITY or expectation in _REMEDIES:
            return ContactType.AFTERSALE
        return ContactType.FAULT
    if category in _DEFAULT_TYPE:
        return _DEFAULT_TYPE[category]
    if category is not Category.UNKNOWN and found.has("transaction"):
        return ContactType.TRANSACTION
    return ContactType.CONSULT


def priority_of(
    category: Category,
    intents: tuple[Intent, ...],
    found: Found,
    emotion: Emotion,
    amount: float,
) -> tuple[Priority, str]:
    """The priority of this message alone and its reason in Chinese; ``amount`` in yuan or 0."""
    priority, reason = _calm_priority(category, intents, found, amount)
    if emotion is Emotion.ANGRY and priority in _RAISED and _open_problem(category, found):
        return _RAISED[priority], f"{reason},且{RAISED_BY_ANGER}"
    return priority, reason


def _open_problem(category: Category, found: Found) -> bool:
    return (
        category in _PROBLEMS
        or found.has("priority.p2")
        or category in {Category.PAYMENT_AFTERSALE_PROCESS, Category.ORDER_LOGISTICS}
    )


def _calm_priority(
    category: Category, intents: tuple[Intent, ...], found: Found, amount: float
) -> tuple[Priority, str]:
    if Intent.SAFETY in intents:
        return Priority.P1, "涉及人身或财产安全"
    if category is Category.UNKNOWN:
        if Intent.THREAT in intents:
            return Priority.P2, "客户表示要投诉"
        return Priority.P4, "尚未说明诉求"
    if found.has("priority.p1"):
        return Priority.P1, "核心利益受损(无法使用、损失较大或影响多人)"
    affected = category in _PROBLEMS or found.has("priority.p2")
    if affected and amount >= LARGE_LOSS:
        return Priority.P1, "涉及金额较大"
    if found.has("priority.p4"):
        return Priority.P4, "不影响使用,可择时处理"
    if affected:
        return Priority.P2, "使用或服务体验受影响"
    if category is Category.SATISFACTION_FOLLOWUP and not found.has("suggestion"):
        return Priority.P4, "客户表示认可,无待办事项"
    return Priority.P3, "一般咨询或建议"
