"""The customer's own telephone: mobiles and landlines, spaced, with country code, or said aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.fields import leads
from bot.nlu.fields.third import of_another
from bot.nlu.fields.value import FieldValue, Message

Taken = list[tuple[int, int]]

_MOBILE: Final = re.compile(
    r"(?<![\da-z])(?<!\d[ -])(?:\(?(?:\+|00)?86\)?[- ]?)?(1[3-9](?:[ ,-]?\d){9})(?!\d)(?![ -]\d{4})"
)
_LANDLINE: Final = re.compile(
    r"(?<![\da-z])(?<!\d[ -])(?:\((0\d{2,3})\) ?|(0\d{2,3})[- ])(\d{7,8}|\d{3,4}[ -]\d{4})(?!\d)"
    r"|(?<![\da-z])(0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8})(?!\d)"
)
_LOCAL: Final = re.compile(
    r"(?:座机|固话|家里的?电话|家庭电话|单位电话|固定电话)(?:号码)?[是为: ]{0,3}(\d{7,8}|\d{4} \d{4})(?!\d)"
)
#: A number that is out of use is only taken when there is no other.
_DEAD: Final = re.compile(
    r"(?:这个|那个|号码?|手机|已经|已|早就|都|,)*(?:停机|停用|不用了|作废|打不通|空号|注销)"
)
#: 那个师傅姓钱,电话139…: the number of the one just named.
_NAMED_BEFORE: Final = re.compile(
    r"(?:师傅|快递员|快递小哥|骑手|司机|客服|商家|店家|卖家|中介|经理|业务员|房东|物业|管家|店长"
    r"|老板|邻居)(?:(?:姓|叫)[^,.!?;\n]{1,4}|的?(?:电话|手机)(?:打不通|没人接|不接|关机|停机)),"
    r"(?:电话|手机号?|号码|他|她|的|是|:| ){0,4}$"
)
_FORMER: Final = re.compile(r"(?:原来|以前|之前|旧)的?(?:手机号?|号码?|电话|是|:|那个){0,3}$")
_SEPARATORS: Final = re.compile(r"[ ,()-]")


def phone(message: Message, folded: str) -> tuple[FieldValue | None, Taken]:
    """The first telephone of the customer's, or a corrected one; and the spans of all of them."""
    if not any(character.isdigit() for character in folded):
        return None, []
    taken: Taken = []
    best: tuple[int, FieldValue] | None = None
    for digits, (start, end) in _candidates(folded):
        before = message.before(start, 14)
        if leads.ANOTHER_KIND.search(before) or leads.ORDER_NO.search(before):
            continue
        taken.append((start, end))
        if of_another(before) or _NAMED_BEFORE.search(message.before(start, 24)):
            continue
        if message.rules_out(start):
            continue
        correction = message.corrects(start)
        dead = _DEAD.match(folded, end) or _FORMER.search(before)
        weight = 2 * correction - 3 * (dead is not None)
        if best is None or weight > best[0]:
            best = weight, FieldValue(digits, start, end, correction)
    return (None if best is None else best[1]), taken


def _candidates(folded: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """(digits, span) of everything shaped like a telephone, mobiles first."""
    for match in _MOBILE.finditer(folded):
        yield _SEPARATORS.sub("", match[1]), match.span(1)
    for match in _LANDLINE.finditer(folded):
        area = match[1] or match[2]
        yield f"{area}-{_SEPARATORS.sub('', match[3])}" if area else match[4], match.span()
    for match in _LOCAL.finditer(folded):
        yield _SEPARATORS.sub("", match[1]), match.span(1)
