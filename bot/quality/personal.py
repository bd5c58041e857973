"""Personal data in a line of ours, except what the company itself makes public."""

from __future__ import annotations

from typing import Final

import re2

from bot.privacy import Sort, find, mask
from bot.quality.line import Hit, Hits, Line
from bot.quality.places import merge, overlaps

_LEAD: Final = 24
#: Words that say the address or landline is the company's own, meant for customers.
_COMPANY: Final = re2.compile(
    r"退货|寄回|回寄|仓库|门店|网点|营业厅|服务厅|服务站|服务点|维修点|自提点|驿站|柜台|公司|我们(?:的)?地址|"
    r"店铺?地址|总部|热线|客服电话|服务电话|售后电话|咨询电话|官方电话|投诉电话|值班电话|报修电话|"
    r"抢修电话|实体店|专卖店|旗舰店|展厅|医院|银行|大厅"
)
_CUSTOMER: Final = re2.compile(r"[您你](?:的|预留|登记|填写|家|这边)|客户|先生|女士|收货地址")
#: Numbers with a name before or behind them: the name says what they are, whatever their check
#: digit, and a mistyped card number gives as much away as a right one.
_NAMED: Final = re2.compile(
    r"身份证(?:号码?|件)?[^0-9a-z,。!?]{0,6}([1-9][0-9]{16}[0-9x])|"
    r"(?:银行卡|信用卡|储蓄卡|借记卡|卡号|账号|卡)[^0-9a-z,。!?]{0,6}([3-6][0-9]{15,18})(?:[^0-9]|$)|"
    r"(?:^|[^0-9a-z])([3-6][0-9]{15,18})(?:这张|那张|的)?(?:银行|信用|储蓄)?卡"
)
#: Any number with a birthday where identity numbers have it, in a line about identity.
_IDENTITY: Final = re2.compile(
    r"(?:^|[^0-9])([1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9x])(?:[^0-9]|$)"
)
_ABOUT_IDENTITY: Final = re2.compile(r"身份证|证件|证号")
_SHOWN: Final = 4


def personal_data(line: Line) -> Hits:
    """Personal data of anyone, except that of the company itself (hotline, return address).

    E-mail addresses and plates of a desk are as often public as personal, so they are left to
    the people's judgement; the manuals name identity, card, address and telephone.
    """
    text = line.text
    places = []
    for span in find(text):
        if span.type in (Sort.EMAIL, Sort.PLATE):
            continue
        if span.type in (Sort.ADDRESS, Sort.LANDLINE):
            lead = text[max(0, span.start - _LEAD) : span.start]
            if _COMPANY.search(lead) and not _CUSTOMER.search(lead):
                continue
            if span.type is Sort.ADDRESS and _COMPANY.search(text, span.start, span.end):
                continue
        places.append((span.start, span.end))
    named = [next(f.span(i) for i in (1, 2, 3) if f[i]) for f in _NAMED.finditer(text)]
    if _ABOUT_IDENTITY.search(text):
        named += [found.span(1) for found in _IDENTITY.finditer(text)]
    known = merge(places)
    places += [one for one in dict.fromkeys(named) if not overlaps(one, known)]
    return (Hit(*place, _masked(line, place)) for place in places)


def _masked(line: Line, place: tuple[int, int]) -> str | None:
    """The place as people may see it: masked, the last four digits left."""
    start, end = line.folded.origin(*place)
    value = line.original[start:end]
    masked = mask(value)
    if masked != value:
        return masked
    bare = "".join(one for one in line.text[slice(*place)] if one.isalnum())
    return "*" * (len(bare) - _SHOWN) + bare[-_SHOWN:] if bare.isascii() else None
