"""The class of the need in one message: the minor class whose cues weigh most."""

from __future__ import annotations

from typing import Final

from bot.nlu.lexicon import Found
from kb.terms import Category

#: Ties go to the more important problem: where a customer has several, the most important one
#: sets the class (manuals, "what happened").
_ORDER: Final = (
    Category.PRODUCT_QUALITY,
    Category.PAYMENT_AFTERSALE_PROCESS,
    Category.SERVICE_EXPERIENCE,
    Category.CARE_REMINDER,
    Category.SATISFACTION_FOLLOWUP,
    Category.ORDER_LOGISTICS,
    Category.PRICE_POLICY,
    Category.PRODUCT_FUNCTION,
)
#: A single hint of 1 point is not a class.
_ENOUGH: Final = 2.0


def category_of(found: Found, asks: bool, states: bool, upset: bool) -> Category:
    """The class of one message.

    ``asks`` and ``states`` tell whether it asks something, or states something beyond names and
    numbers; ``upset`` whether the customer is angry. What no cue places is by its form a question
    about the product, a complaint about us, or a report of trouble.
    """
    best = max(_ORDER, key=lambda category: found.score(category.value))
    if found.score(best.value) >= _ENOUGH:
        return best
    if upset:
        return Category.SERVICE_EXPERIENCE
    if asks:
        return Category.PRODUCT_FUNCTION
    return Category.PRODUCT_QUALITY if states else Category.UNKNOWN
