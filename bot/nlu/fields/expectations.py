"""What the customer expects, as one of the codes of the contract (cues ``expect.*``)."""

from __future__ import annotations

from typing import Final

from bot.nlu.fields.value import FieldValue, Message

#: In the order that breaks ties between equally weighty wishes in one message: the remedy that
#: costs most first, pressing last.
CODES: Final = (
    "退款", "换货", "补发", "赔偿", "维修", "取消",
    "修改", "发票", "恢复服务", "道歉", "解释", "催促",
)  # fmt: skip
_STATED: Final = 2.0
#: A wish stated early is the main one; a remedy always beats mere pressing.
_LAST: Final = "催促"


def expectation(message: Message) -> FieldValue | None:
    """The main wish, or None: a question about a procedure states no wish."""
    found = message.found
    stated = [code for code in CODES if found.score(f"expect.{code}") >= _STATED]
    if not stated:
        return None
    if len(stated) > 1 and _LAST in stated:
        stated.remove(_LAST)
    first = {code: min(found.spans[f"expect.{code}"]) for code in stated}
    code = min(stated, key=lambda one: (-found.score(f"expect.{one}"), first[one]))
    start, end = first[code]
    return FieldValue(code, start, end, message.corrects(start))
