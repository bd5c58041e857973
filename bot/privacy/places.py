"""Addresses: what stands around a house number, and streets without one after 地址是 or 住在."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.place_names import ESTATE, ESTATES, HOUSE_CHARS, HOUSE_NO, NAME, PROVINCE, STOPS
from bot.privacy.spans import Sort, Span

_ROAD: Final = r"(?:路|街|大道|道|巷|胡同|弄堂)"
_ROOM: Final = r"[0-9]{3,4}(?![0-9年月日元块天点个件号%.*])"
_STRONG: Final = r"(?:号楼|号院|栋|幢|单元|座)"
_PART: Final = r"(?:号楼|号院|栋|幢|支?弄|座|单元|室|层|楼|户|门|房|期|组|队|街坊)"
#: What every anchor has; only around these is a closer look worth its time.
_HOUSE: Final = re.compile(
    rf"(?:[号栋幢弄座组队社]|单元|街坊)(?:(?<=[{HOUSE_CHARS}].)|(?<=[{HOUSE_CHARS}]..))"
    r"|村[一-龥]{1,3}[组社屯队]|-[0-9](?:(?<=[一-龥][0-9]..)|(?<=[一-龥][0-9]{2}..)|(?<=[一-龥][0-9]{3}..))"
)
_BEFORE, _BEHIND = 20, 12
#: A house on a road; a part of a house that another follows; a house of an estate, or below a
#: district; a group of a village; 9-2-1101 of an estate.
_FIRST: Final = "".join(sorted({one[0] for one in ESTATES if one[0] != "["}))
_ANCHOR: Final = re.compile(
    rf"(?=[{_FIRST}路街道巷胡弄区县镇乡市东南西北]|(?<![{HOUSE_CHARS}])[{HOUSE_CHARS}])(?:"
    rf"(?P<road>(?P<end>{_ROAD})[东南西北中]?(?:[东南西北中一二三四五六七八九十]段|[一二三四五六七八九]路)?[ ,]?"
    rf"[甲乙丙附临]?{HOUSE_NO} ?(?:号(?:楼|院)?|弄|街坊))"
    rf"|(?P<parts>(?<![{HOUSE_CHARS}]){HOUSE_NO} ?{_STRONG}[ -]?(?:{HOUSE_NO} ?(?:单元|室|层|楼|户|门|房|号)|{_ROOM}))"
    rf"|(?P<estate>(?=[{_FIRST}]|.[区期]){ESTATE}[ ]?{HOUSE_NO} ?{_STRONG})"
    rf"|(?P<below>(?:(?<![小社园校市景地])区|县|镇|乡|(?<![城超门])市|街道){NAME}{{1,10}}{HOUSE_NO} ?(?:{_STRONG}|室))"
    rf"|(?P<hamlet>[镇乡]{NAME}{{1,6}}村{NAME}{{1,3}}[组社屯队])"
    rf"|(?P<village>[村屯寨][东南西北中上下]?区?(?:{HOUSE_NO} ?[组队号社]))"
    r"|(?P<dashes>(?:小区|花园|苑|岸|岛|洲|阁|邸|台|庭|府|家园|公寓|新村|城|湾|里|居|园|轩|郡|墅|院)"
    r"[0-9]{1,3}(?:-[0-9]{1,3})?-[0-9]{3,4}(?![0-9年月日元块天点个件%.~-])))"
)
#: After these a number with 号 is a shop, a line, a day: 人民路5号店, 12号发货.
_NO_HOUSE: Final = re.compile(
    r"线|口|门店|店|出口|站台|机位|车|链接|色|发|前|到|之(?![0-9])|以|左|下午|上午|晚|早|柜|机|仓(?!库)|窗|库|电|充"
)
_DUE: Final = "[发前到以之]|左右"
#: Words that begin something else than the rest of an address.
_FURTHER: Final = "(?!改[成为]|换成|搬|移机|停|断)"
#: What goes on to the right: 附3号, 3单元502室, 恒鑫大厦1602, 西户.
_TAIL: Final = re.compile(
    rf"(?:[ -]?附 ?{HOUSE_NO} ?号|(?<=[弄组队社栋幢门])[ ]?{HOUSE_NO} ?号(?!{_NO_HOUSE.pattern})"
    rf"|[ ,、-]?{HOUSE_NO} ?{_PART}(?!{_DUE})"
    rf"|[ ]?{_FURTHER}{NAME}{{2,10}}?{_ROAD}{HOUSE_NO} ?(?:号|弄)"
    rf"|[ ]?{_FURTHER}{NAME}{{1,10}}?{HOUSE_NO} ?{_PART}(?!{_DUE})"
    rf"|[ ]?{_FURTHER}{NAME}{{1,10}}?{ESTATE}(?:{NAME}|[0-9A-Z]){{0,10}}?[ ]?{_ROOM}"
    rf"|(?<=号){_FURTHER}{NAME}{{2,12}}?(?:大厦|大楼|写字楼|公寓|小区|花园|家园|校区|广场)"
    rf"|[ -]?[A-Z]座|[东南西北]户"
    rf"|[ -]?[一二三四五六七八九零〇]{{3,4}}|首层|底商|地下[一二12]层|之[0-9]{{1,3}}|(?:-[0-9]{{1,5}}){{1,3}}"
    r"|[ -]?[0-9]{2,4}(?![0-9年月日元块天点个件号%.*]|小时|分钟))*+"
)
#: To the left, read backwards: a name, and before a blank or a comma only ones that end in 省市区….
_LEFT: Final = re.compile(
    rf"(?:(?![{STOPS}])[一-龥0-9A-Za-z])*+"
    rf"(?:[ ,\n·-]{{1,2}}[省市区县旗镇乡道街村州盟](?:(?![{STOPS}])[一-龥])*+)*+"
)
_LEFT_MOST: Final = 45
#: Words before an address that are none of its names.
_LEAD_IN: Final = re.compile(
    r"(?:.{0,6}(?:地址|住址|户籍|门牌号?|位置|定位)(?:[为:改写填]|改成|改为|写成)?"
    r"|收货|收件人?|家庭|联系人?|装机|安装|邮寄|快递|公司|单位|报修|改成|改为|换成|位于|坐落于?|派送|配送|上门|师傅"
    r"|至|家(?=.{3})|[0-9]+[天月日号点](?!路|街|院|楼)|.{0,4}(?:发(?![区展])|改(?!革)|换|从(?!化)|一下))+"
)
_NO_ROAD: Final = re.compile(
    r"(?:[线电思套网]路|[知频管通渠赛跑轨隧味报水航车难街人地步弯赤栈柔]道"
    r"|^(?:[油气水回链通上过同半顺沿走跑绕弯道一公马铁出来退带赶各多单双支主干小大]路"
    r"|[一几这那每两][条个].|[有要一大小].|道路))\Z"
)
_NO_VILLAGE: Final = re.compile(r"(?:^|.*[农全本每各自])\Z")
_LONG_ANCHOR: Final = 8


def find_places(text: str) -> Iterator[Span]:
    """Addresses of a folded text, from left to right."""
    done = 0
    for first, last in _windows(text):
        look = max(first, done)
        while found := _ANCHOR.search(text, look, last):
            look = found.start() + 1
            start = _start(text, found, done)
            if start is None:
                continue
            tail = _TAIL.match(text, found.end())
            end = tail.end() if tail else found.end()
            if end == found.end() and _NO_HOUSE.match(text, end):
                continue
            yield Span(Sort.ADDRESS, start, end)
            look = done = end


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of the text with a house in them, disjoint, from left to right."""
    first = last = 0
    for found in _HOUSE.finditer(text):
        if found.start() - _BEFORE > last:
            if last:
                yield first, last
            first = found.start() - _BEFORE
        last = found.end() + _BEHIND
    if last:
        yield first, last


def _start(text: str, found: re.Match[str], least: int) -> int | None:
    """Where the address of an anchor begins; None where its name is no place's."""
    left = _LEFT.match(text[max(least, found.start() - _LEFT_MOST) : found.start()][::-1])
    first = found.start() - (left.end() if left else 0)
    name = text[first : found.start()]
    lead = _LEAD_IN.match(name)
    province = PROVINCE.search(text, first, found.end())
    if province and province.start() < found.start():
        first = province.start()
    elif lead:
        first += lead.end()
    while first < found.start() and text[first] in " ,\n·-":
        first += 1
    name = text[first : found.start()]
    match found.lastgroup:
        case "road":
            return None if not name or _NO_ROAD.search(name + found["end"]) else first
        case "village":
            return None if _NO_VILLAGE.match(name) else first
        case "estate" | "dashes":
            return first if name or len(found.group()) > _LONG_ANCHOR else None
        case _:
            return first
