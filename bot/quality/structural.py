"""Checks that a pattern cannot express; a rule names one as its ``check``.

Each takes a line and gives the places it objects to, in offsets of the folded text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import re2

from bot.privacy import Sort, find
from bot.privacy.fold import Folded
from bot.quality.confusions import find_typos
from bot.quality.jargon import find_jargon
from bot.quality.places import Place, is_inside, merge
from prompts.terms import VARIABLES


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the checks see it: as written, folded, and the customer's mood."""

    original: str
    folded: Folded
    upset: bool = False

    @property
    def text(self) -> str:
        """The folded text, which patterns are matched against."""
        return self.folded.text


def _personal_data(line: Line) -> Iterable[Place]:
    """Personal data of anyone, except that of the company itself (hotline, return address).

    E-mail addresses and plates of a desk are as often public as personal, so they are left to
    the people's judgement; the manuals name identity, card, address and telephone.
    """
    text = line.text
    for span in find(text):
        if span.type in (Sort.EMAIL, Sort.PLATE):
            continue
        if span.type in (Sort.ADDRESS, Sort.LANDLINE):
            lead = text[max(0, span.start - _LEAD) : span.start]
            if _COMPANY.search(lead) and not _CUSTOMER.search(lead):
                continue
            if span.type is Sort.ADDRESS and _COMPANY.search(text, span.start, span.end):
                continue
        yield span.start, span.end


_LEAD: Final = 24
#: Words that say the address or landline is the company's own, meant for customers.
_COMPANY: Final = re2.compile(
    r"退货|寄回|回寄|仓库|门店|网点|营业厅|服务厅|服务站|服务点|维修点|自提点|驿站|柜台|公司|我们(?:的)?地址|"
    r"店铺?地址|总部|热线|客服电话|服务电话|售后电话|咨询电话|官方电话|投诉电话|值班电话|报修电话|"
    r"抢修电话|实体店|专卖店|旗舰店|展厅|医院|银行|大厅"
)
_CUSTOMER: Final = re2.compile(r"[您你](?:的|预留|登记|填写|家|这边)|客户|先生|女士|收货地址")

_ASKING: Final = re2.compile(
    r"(?:提供|发送|发来|告知|告诉|填写|填好|查看|点击|点|输入|复制|核对|进入|选择|打开|包括|包含|如下|"
    r"信息|回复|出示|补充)[^。!?【】\[\]]{0,12}(?:[【\[][^【】\[\]]{1,12}[】\]][^。!?【】\[\]]{0,4})*$"
)
#: How far back a request for 【订单号】【手机号】… may begin, in characters.
_ASKED: Final = 80
#: Names a hole may carry besides those of the variables.
_NAMES: Final = (
    *VARIABLES.values(),
    *(
        "姓名",
        "客户姓名",
        "日期",
        "时间",
        "商品名称",
        "商品",
        "地址",
        "收货地址",
        "快递单号",
        "运单号",
    ),
    *(
        "手机号",
        "电话",
        "联系电话",
        "快递公司",
        "具体时间",
        "具体日期",
        "工单号",
        "单号",
        "数量",
        "名字",
    ),
    *("公司", "部门", "原因", "填写", "待填", "待补充", "空"),
)
_HOLE: Final = re2.compile(
    rf"[【\[](?:{'|'.join(_NAMES)}|请?(?:填写?|填入|输入)[^】\]]{{0,8}}|[x*_ .…]+|"
    r"插入[^】\]]{0,8})[】\]]"
)
_MARKUP: Final = re2.compile(
    r"\{\{[^{}]{0,40}\}\}|\$?\{[^{}]{0,40}\}|\{\{|\}\}|%\([a-z_]+\)s|\{%|<(?:[a-z]+_[a-z_]+|name|order|"
    r"date|time|phone|amount|product)>|(?:^|[^a-z0-9])(?:x{2,})(?:[^a-z0-9]|$)|[×✕╳]{2,}|某某|_{3,}|"
    r"(?:^|[^a-z0-9])[xnm*×]{1,2} ?[月年日号时点天] ?(?:[x*×]{1,2} ?[日号分])?|"
    r"(?:^|[^a-z0-9])[xn*×]{1,2} ?(?:个(?:工作日|小时|月)|小时|分钟|元|天)|"
    r"[〇○●□]{2,}|\bnull\b|\bundefined\b|\bnan\b"
)
_SIZE: Final = re2.compile(r"x{2,}(?:[lsm]|码)|x{2,}o{2,}|x{2,}-?[0-9]")


def _unfilled(line: Line) -> Iterable[Place]:
    """Variables and blanks that nobody filled: {{order_no}}, XX, X月X日, 【订单号】."""
    text = line.text
    for found in _MARKUP.finditer(text):
        start, end = found.span()
        while start < end - 1 and text[start] not in _OPENERS:
            start += 1
        if _SIZE.match(text, start):
            continue
        yield start, end
    for found in _HOLE.finditer(text):
        if not _ASKING.search(text[max(0, found.start() - _ASKED) : found.start()]):
            yield found.span()


_OPENERS: Final = frozenset("{}$%<xnm*×✕╳某_〇○●□u")

#: 你 that is no address of the customer's person.
_FIXED: Final = re2.compile(
    r"迷你|你造吗|你侬我侬|你好棒|爱你|比你|只有你|你我他|为你而|遇见你|给你好看"
)
_YOU: Final = re2.compile(r"你们?")


def _pronoun(line: Line) -> Iterable[Place]:
    """你 where 您 is due."""
    if "你" not in line.text:
        return
    fixed = merge(found.span() for found in _FIXED.finditer(line.text))
    for found in _YOU.finditer(line.text):
        if not is_inside(found.span(), fixed):
            yield found.span()


_EMPATHY: Final = re2.compile(
    r"抱歉|对不起|对不住|不好意思|歉意|致歉|道歉|理解|体会|体谅|感受|心情|着急|焦急|心急|久等|等久|等了|等急|"
    r"麻烦了|添(?:了)?麻烦|困扰|不便|不愉快|别急|别担心|不要担心|不用担心|放心|委屈|难受|难过|难熬|生气|恼火|"
    r"气愤|窝火|失望|心疼|换作?(?:是)?我|换谁|谁(?:遇|碰)|难怪|确实(?:是)?(?:我们|让|很|不)|辛苦|耽误|影响(?:到)?"
    r"了?您|让您|给您带来|感谢您(?:的)?(?:反馈|耐心|理解|告诉|指出)|谢谢您(?:的)?(?:反馈|耐心|理解)|"
    r"是我们(?:的)?(?:不对|失误|没有|没|疏忽|问题)|我们(?:的)?(?:失误|疏忽|没做好|责任)|我(?:们)?(?:很|非常)重视|"
    r"担心|害怕|吓|安全(?:排)?第一|陪(?:着)?您|懂您|明白您|知道您"
)
#: A bare greeting or a request to wait is not business yet.
_NO_BUSINESS: Final = re2.compile(
    r"^(?:亲+|您好|你好|好的|收到|明白了?|在的?|嗯+|请?您?(?:稍等|稍候)(?:一下|片刻)?|"
    r"请问有什么可以帮(?:到)?您|我在|[\s,。.!?~呢哦的呀哈])*$"
)
_SHORTEST_BUSINESS: Final = 6


def _empathy_missing(line: Line) -> Iterable[Place]:
    """The customer is upset and the line goes straight to business (feelings come first)."""
    text = line.text
    if not line.upset or len(text) < _SHORTEST_BUSINESS:
        return ()
    if _EMPATHY.search(text) or _NO_BUSINESS.search(text):
        return ()
    return ((0, len(text)),)


def _typo(line: Line) -> Iterable[Place]:
    return find_typos(line.text)


def _jargon(line: Line) -> Iterable[Place]:
    return find_jargon(line.text)


Check = Callable[[Line], Iterable[Place]]
STRUCTURAL: Final = MappingProxyType[str, Check](
    {
        "personal_data": _personal_data,
        "unfilled_variable": _unfilled,
        "typo": _typo,
        "jargon": _jargon,
        "pronoun": _pronoun,
        "empathy_missing": _empathy_missing,
    }
)
