"""Postal addresses, from the first named level to the last number or room."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.value import FieldValue, Message

_PROVINCE: Final = (
    r"(?:北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南"
    r"|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    r"|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
    r"(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?"
)
#: Characters of a place name. Words of a sentence (的 我 是 在 …) do not occur in one, save where
#: a well-known name has one of them: 和平, 呼和浩特, 成都, 来宾, 从化.
_C: Final = (
    r"(?:[^\W_a-z的我你他是在到了送寄改住吗呢请把给和来去这那有没个从被想要让说等叫不都就为]"
    r"|和(?=[平谐浩田县硕静林顺龙政布兴])|(?<=成)都|都(?=江堰|匀|昌)|来(?=宾|安|凤)|从(?=化|江)|有(?=为))"
)
_LEVELS: Final = (
    rf"(?:{_PROVINCE} ?)?(?:{_C}{{2,6}}?市 ?)?(?:{_C}{{1,6}}?(?:新区|开发区|高新区|区|县|旗) ?)?"
    rf"(?:{_C}{{1,6}}?(?:街道|镇|乡) ?)?(?:{_C}{{1,6}}?(?:村|社区) ?)?"
)
_STREET: Final = (
    rf"(?:{_C}{{1,10}}?(?:大道|大街|胡同|路|街(?!道)|巷|弄|"
    rf"道)(?:[一二三四五六七八九十东南西北中]段|[东南西北]路)? ?)"
)
_N: Final = r"(?:[a-z]?\d{1,5}(?:-\d{1,4})?[a-z]?|[一二三四五六七八九十百]{1,4}|[a-z])"
_BLOCK: Final = r"(?:号楼|栋|幢|座|单元)"
_PLACE: Final = (
    rf"(?:[a-z]{{0,8}}{_C}{{1,12}}?(?:小区|花园|家园|公寓|大厦|广场|苑|庭|府|湾|城|里|园|中心|公馆|"
    rf"新村|宿舍|写字楼|大学|学校|医院|酒店|园区|工业园|产业园|科技园|[一二三四五六七八九]区) ?)"
)
_HOUSE: Final = rf"(?:[东西中]单元|附?{_N}(?:号楼|号院|号|栋|幢|座|单元|期|区|弄|门|层|楼|室|房|户|排|组|队|社) ?)"
#: 5层西户, 2楼东边: the last level of older houses.
_SIDE: Final = r"(?:[东西南北中][户边侧](?!间))?"
_ADDRESS: Final = re.compile(
    rf"{_LEVELS}{_STREET}?(?:{_N}号(?![楼院]) ?)?(?:{_N}弄)?{_PLACE}?(?:{_C}{{2,8}}(?={_N}{_BLOCK}))?"
    rf"(?:{_HOUSE}){{0,6}}(?:\d{{1,4}}(?:-\d{{1,4}}){{1,3}}|\d{{2,5}}(?!\d|[元块天次个点年月:.%])[室房]?)?{_SIDE}"
)
_MARKS: Final = re.compile(
    r"[路街巷弄道村镇]|小区|花园|号楼|栋|幢|座|单元|大厦|公寓|苑|号院|家园|组"
)
_LEAD: Final = re.compile(
    r"地址(?:是|为|:|\s|在|改成|改到|改为|换成|写)*|居住[于在]|住在|我住|家住|家是|寄到|寄往|送到|送至|发到|"
    r"改到|改成|改送到|改为|位于|小区是|家在|住(?![院过户宅址])|就在|(?<![现还正存所都不])在|人在|搬到"
)
_DIGIT: Final = re.compile(r"\d|[一二三四五六七八九十]+(?:号|栋|幢|单元|室|楼)")
_REGION: Final = re.compile(rf"{_PROVINCE}|.{{2,6}}?[市区县]")
_REAL: Final = re.compile(r"[路街巷弄道村镇]|小区|花园|大厦|公寓|苑|家园|市.*区|庭|府|城|园")
_ROOM: Final = re.compile(r"(?:号楼|栋|幢|座).*\d")
#: 12栋2303室: a flat of an estate the desk knows.
_FLAT: Final = re.compile(
    rf"{_N}(?:号楼|栋|幢|座)(?:{_N}单元)?\d{{3,4}}[室户]|[a-z]座\d{{1,2}}[层楼]"
)
_ESTATE: Final = re.compile(rf"{_C}{{2,8}}{_N}(?:号楼|栋|幢|座){_N}单元\d{{3,4}}[室户]?$")
_BUS: Final = re.compile(r"[坐乘等]?\d{1,4}路(?!\d)")
_STRONG: Final = re.compile(r"[路街巷弄道]|小区|花园|苑|家园|大厦|公寓|村.*号|新村")


def address(message: Message) -> FieldValue | None:
    """The address as written. Without a lead-in it needs a region or a street and a number."""
    folded = message.folded
    if _MARKS.search(folded) is None:
        return None
    best: FieldValue | None = None
    for lead in _LEAD.finditer(folded):
        match = _ADDRESS.match(folded, lead.end())
        if match is None or not _is_address(match[0], led=True) or message.rules_out(match.start()):
            continue
        value = _value(message, match)
        if best is None or (value.correction and not best.correction):
            best = value
    return best or _unled(message)


def _unled(message: Message) -> FieldValue | None:
    folded, at = message.folded, 0
    while at < len(folded):
        match = _ADDRESS.match(folded, at)
        if match is None or match.end() == at:
            at += 1
        elif _is_address(match[0], led=False) and not message.rules_out(at):
            return _value(message, match)
        else:
            at = match.end() if match.end() - at > 12 else at + 1
    return None


def _value(message: Message, match: re.Match[str]) -> FieldValue:
    start, end = match.span()
    return message.value(start, start + len(message.folded[start:end].rstrip()))


def _is_address(text: str, led: bool) -> bool:
    if len(text) < 5:
        return False
    if led:
        return bool(
            (_REAL.search(text) and (_DIGIT.search(text) or _REGION.match(text)))
            or _ROOM.search(text)
        )
    if _BUS.search(text):
        return False
    return (
        _FLAT.fullmatch(text) is not None
        or _ESTATE.fullmatch(text) is not None
        or bool(
            _REAL.search(text)
            and _DIGIT.search(text)
            and (_STRONG.search(text) or _REGION.match(text))
        )
    )
