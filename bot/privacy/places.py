"""Street addresses: what stands to the left of a house number, down from the province."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import re2

from bot.privacy.spans import Sort, Span

_NUMBER: Final = r"(?:[0-9A-Za-z]{1,5}(?:[-－][0-9]{1,5}){0,3}|[一二三四五六七八九十百零〇]{1,5})"
#: Endings of roads, then of estates and villages, then of parts of a house.
_ROAD: Final = (
    r"(?:(?:[^\x00-\x7f，。！？、：；（）线电思网套油气水回链通上过同道半顺沿走跑绕一弯][路]|大道|街|大街|街道|胡同|弄堂|[^小]巷)"
    r"[东南西北中]?(?:[一二三四五六七八九十]段?|[东南西北中]段)?)"
)
_ESTATE: Final = (
    r"(?:小区|社区|花园|公寓|大厦|广场|家园|新村|新城|[^市]村|[^学]院|苑|府|名邸|湾|花苑|园区|工业园|"
    r"科技园|产业园|创业园|软件园|[南北东西一二三四五]区|[^超]市场|中心|[一-龥]城|里|屯|庄|宿舍|家属院)"
)
_PART: Final = r"(?:号楼|号院|弄|栋|幢|号|座|楼|单元|室|层|组|队|期|户)"
_HOUSE: Final = rf"{_NUMBER}[ ]?{_PART}"
_HOUSE_STRICT: Final = rf"{_NUMBER}[ ]?(?:号楼|号院|栋|幢|弄|座|单元|室)"
#: A house number after a road or an estate, or a part of a house below a district.
_ANCHOR: Final = re2.compile(
    rf"{_ROAD}[ ,，]?{_HOUSE}|{_ESTATE}[ ,，]?{_HOUSE_STRICT}"
    rf"|(?:[^地小市景校城]区|县|镇|乡|[^城超门]市)[一-龥]{{1,12}}{_HOUSE_STRICT}"
    rf"|[^个乡在到回我们这那全农]村[一二三四五六七八九十0-9]{{1,3}}组[ ]?[0-9]{{0,4}}号?"
)
_TAIL: Final = re.compile(
    rf"(?:[ ,，、-]?[一-龥]{{0,8}}?{_NUMBER}[ ]?{_PART}|[ -]?[0-9]{{1,5}}(?![ -]?[0-9年月日天元点]))"
)
_NOT_A_HOUSE: Final = re.compile(
    r"(?:线|口|门店|店|出口|站台|机位|车|链接|色|发|前|到|之|以|左|下午|上午)"
)
#: Characters an address may hold to the left of its house number.
_LEFT: Final = re.compile(r"[一-龥0-9A-Za-z·()（） -]")
_LEFT_MOST: Final = 45
_PROVINCE: Final = re.compile(
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
)
#: Words after which the address begins, the last one before the house counts.
_LEAD_IN: Final = re.compile(
    r"(?:地址改成|地址改为|地址[是为：:]?|住址[是为：:]?|我家住?在?|住在|家在|家住|寄到|寄往|送到|发到|寄给|"
    r"派送至|配送至|送至|寄至|改成|改为|改到|位于|搬到|搬去|就是|您在|您的|我在|他在|她在|人在|[住在到至是])"
)
_DISTRICT: Final = re.compile(r"[一-龥]{1,8}?(?:自治县|区|县|旗)")
_CITY: Final = re.compile(r"[一-龥]{1,8}?(?:市|自治州|地区|盟)")


def find_places(text: str) -> Iterator[Span]:
    """Street addresses of a folded text, from left to right."""
    done = 0
    for found in _ANCHOR.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        if _NOT_A_HOUSE.match(text, end):
            continue
        end = _right(text, end)
        start = _left(text, start, done)
        yield Span(Sort.ADDRESS, start, end)
        done = end


def _right(text: str, end: int) -> int:
    """Further parts of the house: 3单元502室."""
    for _ in range(5):
        more = _TAIL.match(text, end)
        if not more or _NOT_A_HOUSE.match(text, more.end()):
            break
        end = more.end()
    return end


def _left(text: str, start: int, least: int) -> int:
    """Where the address begins: at its province, after a lead-in word, or at a stop."""
    first = start
    while first > max(least, start - _LEFT_MOST) and _LEFT.match(text[first - 1]):
        first -= 1
    part = text[first:start]
    province = _PROVINCE.search(part)
    if province:
        return first + province.start()
    leads = list(_LEAD_IN.finditer(part))
    if leads:
        first += leads[-1].end()
    while first < start and text[first] in " )）-":
        first += 1
    return first


def district_end(place: str) -> int:
    """How much of an address may stay readable: to the end of the district (else the city)."""
    for level in (_DISTRICT, _CITY):
        found = level.search(place)
        if found and found.end() < len(place) - 1:
            return found.end()
    return 0
