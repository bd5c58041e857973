"""Variables and blanks that nobody filled: {{order_no}}, XX, X月X日, 【订单号】."""

from __future__ import annotations

from typing import Final

import re2

from bot.quality.line import Hit, Hits, Line
from prompts.terms import VARIABLES

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
        "客服姓名",
        "名字",
        "称呼",
        "工号",
        "日期",
        "时间",
        "具体时间",
        "具体日期",
    ),
    *(
        "商品名称",
        "商品",
        "产品",
        "型号",
        "数量",
        "金额",
        "费用",
        "价格",
        "地址",
        "收货地址",
        "店名",
    ),
    *("快递单号", "运单号", "工单号", "单号", "快递公司", "公司", "部门", "手机号", "电话"),
    *("联系电话", "尾号", "天数", "时长", "期限", "原因", "内容"),
    *("填写", "待填", "待补充", "空"),
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
_OPENERS: Final = frozenset("{}$%<xnm*×✕╳某_〇○●□u")


def unfilled_variable(line: Line) -> Hits:
    """The blanks of a line; names in brackets that the customer is asked for are none."""
    text = line.text
    for found in _MARKUP.finditer(text):
        start, end = found.span()
        while start < end - 1 and text[start] not in _OPENERS:
            start += 1
        if not _SIZE.match(text, start):
            yield Hit(start, end)
    for found in _HOLE.finditer(text):
        if not _ASKING.search(text[max(0, found.start() - _ASKED) : found.start()]):
            yield Hit(*found.span())
