"""Fault codes a device or a page shows: E4, F02, E:24, 错误码0x610000f6, ERR_TIMED_OUT."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.fields.value import FieldValue, Message

_CODE: Final = (
    r"(0x[0-9a-f]{2,10}|[a-z]{2,12}(?:_[a-z0-9]{1,12}){1,5}"
    r"|[a-z]{0,4}[-:]?\d{1,7}[0-9a-z-]{0,8}|[a-z] \d{1,2}(?!\d))"
)
#: After words that name a code, anything short with a digit in it is one.
_NAMED: Final = re.compile(
    r"(?:故障代?码|错误代?码|报错代?码|报警代?码|异常代?码|错误编号|错误|代码|报错|error|err|code|故障)"
    rf"(?:一直|显示|提示|的?是|为|了|说|写着|:|\s|\"|\(|码|号){{0,4}}{_CODE}"
    r"(?![0-9a-z_]|[天次个元块年月号分点小%遍])"
)
#: Elsewhere only a letter and one to three signs, the shape of a display code.
_SHOWN: Final = re.compile(
    r"(?:报警?|显示|出现|提示|跳|闪|亮|弹出?|屏幕上?是)(?:一个|个|了|着|出|的|是|一直|\"|:|\s){0,3}"
    r"([a-z]{1,3}[-:]?\d[0-9a-z]{0,4}|[a-z] \d{1,2}(?!\d))(?![0-9a-z])"
)
#: 提示10061: a bare number of four signs or more is a code only after these.
_NUMBERED: Final = re.compile(
    r"(?:提示|弹出?|报)(?:一个|个|了|着|\"|:|\s){0,3}(-?\d{4,6})(?![\d元块天次个条年分号人位月.-])"
)
_BARE: Final = re.compile(
    r"(?<![0-9a-z_.-])([ef][-:]?\d[0-9a-z]?\d?)(?![0-9a-z-])(?!座|栋|楼|单元|室|区|口|出口|号)"
)
#: C3和E4轮着跳: any letter, where a display is spoken of.
_LETTER: Final = re.compile(
    r"(?<![0-9a-z_.-])([a-z][-:]?\d{1,2})(?![0-9a-z-])(?!座|栋|楼|单元|室|区|口|出口|号|页)"
)
#: 网页显示502: what a server answers (RFC 9110, section 15).
_PAGE: Final = re.compile(
    r"(?:网页|页面|网站|网址|app|打开|登录|界面|小程序|服务器)[^,.\d]{0,6}?([45]\d\d)(?![\d元块天次个条])"
)
#: 系统繁忙(E1003): in brackets after what went wrong.
_BRACKETED: Final = re.compile(r"\(([a-z]{1,4}-?\d{2,6})\)")
_DISPLAY: Final = re.compile(r"跳|闪|报|显示|提示|故障|亮|代码")
#: Sockets, networks and pages are no faults; nor is a model.
_NO_FAULT: Final = re.compile(
    r"(?:hdmi|usb|vga|dp|av|iphone|wifi|mate|ipad|win|ios|[345]g$|h5$|mp)"
)
_MODEL_BEFORE: Final = re.compile(
    r"(?:型号|款式|款|买的是|牌子|系列|座位|区域|城区)(?:是|为|:|\s|叫){0,3}$"
)
_MODEL_AFTER: Final = re.compile(r"\s?(?:型|款|系列|版|出口|登机口)")


def fault_code(message: Message) -> FieldValue | None:
    """The code as written, or None; where the customer corrects one, the right one."""
    best: FieldValue | None = None
    for start, end in _candidates(message.folded, message.has_digit):
        if (
            _NO_FAULT.match(message.folded[start:end])
            or _MODEL_BEFORE.search(message.before(start, 8))
            or _MODEL_AFTER.match(message.folded, end)
            or message.rules_out(start)
        ):
            continue
        value = message.value(start, end)
        if best is None or (value.correction and not best.correction):
            best = value
    return best


def _candidates(folded: str, has_digit: bool) -> Iterator[tuple[int, int]]:
    """Spans shaped like codes, those that are named first."""
    if not has_digit and "_" not in folded:
        return
    for pattern in (_NAMED, _SHOWN, _PAGE, _NUMBERED):
        for match in pattern.finditer(folded):
            yield match.span(1)
    shown = _DISPLAY.search(folded) is not None
    for match in (_LETTER if shown else _BARE).finditer(folded):
        yield match.span(1)
    if shown:
        for pattern in (_BARE, _BRACKETED):
            for match in pattern.finditer(folded):
                yield match.span(1)
