"""Checks that a pattern cannot express; a rule names one as its ``check``."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import re2

from bot.quality.blanks import unfilled_variable
from bot.quality.confusions import find_typos
from bot.quality.contextual import locked_remedy, reminder_missing, repeated_line
from bot.quality.jargon import find_jargon
from bot.quality.line import Hit, Hits, Line
from bot.quality.personal import personal_data
from bot.quality.places import is_inside, merge
from bot.quality.tone import HARSH, shipped_tone

#: 你 that is no address of the customer's person.
_FIXED: Final = re2.compile(
    r"迷你|你造吗|你侬我侬|你好棒|爱你|比你|只有你|你我他|为你而|遇见你|给你好看"
)
_YOU: Final = re2.compile(r"你们?")


def _pronoun(line: Line) -> Hits:
    """你 where 您 is due."""
    if "你" not in line.text:
        return
    fixed = merge(found.span() for found in _FIXED.finditer(line.text))
    for found in _YOU.finditer(line.text):
        start, end = found.span()
        if not is_inside((start, end), fixed):
            yield Hit(start, end, "您")


_EMPATHY: Final = re2.compile(
    r"抱歉|对不起|对不住|不好意思|歉意|致歉|道歉|理解|体会|体谅|感受|心情|着急|焦急|心急|久等|等久|等了|等急|"
    r"麻烦了|添(?:了)?麻烦|困扰|不便|不愉快|别急|别慌|不要慌|不用慌|别担心|不要担心|不用担心|放心|委屈|难受|难过|"
    r"难熬|生气|恼火|气愤|窝火|失望|心疼|消(?:消)?气|息怒|换作?(?:是)?我|换谁|谁(?:遇|碰)|难怪|"
    r"确实(?:是)?(?:我们|让|很|不)|辛苦|耽误|影响(?:到)?了?您|让您|给您带来|惭愧|自责|内疚|"
    r"感谢您(?:的)?(?:反馈|耐心|理解|告诉|指出)|谢谢您(?:的)?(?:反馈|耐心|理解)|"
    r"是我们(?:的)?(?:不对|失误|没有|没|疏忽|问题|不好)|我们(?:的)?(?:失误|疏忽|没做好|责任)|"
    r"我(?:们)?(?:很|非常)重视|担心|害怕|吓|受惊|安全(?:排)?第一|要紧|负责到底|"
    r"陪(?:着)?您|懂您|明白您|知道您|您(?:骂|批评|说)得对"
)
#: A bare greeting or a request to wait is not business yet.
_NO_BUSINESS: Final = re2.compile(
    r"^(?:亲+|您好|你好|好的|收到|明白了?|在的?|嗯+|请?您?(?:稍等|稍候)(?:一下|片刻)?|"
    r"请问有什么可以帮(?:到)?您|我在|[\s,。.!?~呢哦的呀哈])*$"
)
_SHORTEST_BUSINESS: Final = 6
_SORRY: Final = "给您添麻烦了，非常抱歉。"


def _empathy_missing(line: Line) -> Hits:
    """The customer is upset and the line goes straight to business (feelings come first)."""
    text = line.text
    if not line.upset or len(text) < _SHORTEST_BUSINESS:
        return ()
    if _EMPATHY.search(text) or _NO_BUSINESS.search(text):
        return ()
    return (Hit(0, len(text), _SORRY + line.original),)


def _typo(line: Line) -> Hits:
    return find_typos(line.text)


def _jargon(line: Line) -> Hits:
    return (Hit(*place) for place in find_jargon(line.text))


#: 不是 or 没有 alone has no manner; it depends on what was asked.
_SHORTEST_TONE: Final = 4


def _harsh_tone(line: Line) -> Hits:
    """A line in the manner of those nobody may send, whatever its words."""
    short = sum(map(str.isalnum, line.text)) < _SHORTEST_TONE
    if short or shipped_tone().harshness(line.text) < HARSH:
        return ()
    return (Hit(0, len(line.text)),)


Check = Callable[[Line], Hits]
STRUCTURAL: Final = MappingProxyType[str, Check](
    {
        "personal_data": personal_data,
        "unfilled_variable": unfilled_variable,
        "typo": _typo,
        "jargon": _jargon,
        "pronoun": _pronoun,
        "empathy_missing": _empathy_missing,
        "harsh_tone": _harsh_tone,
        "repeated_line": repeated_line,
        "locked_remedy": locked_remedy,
        "reminder_missing": reminder_missing,
    }
)
