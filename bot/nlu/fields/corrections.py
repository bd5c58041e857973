"""Where a customer takes back an earlier value and gives another: 说错了,是…, 不是昨天是前天.

Somebody else's mistake is no correction (你们发错了), nor is a guess (应该是昨天送到的).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NOUN: Final = (
    r"(?:订单编?号?|单号|编号|电话|手机号?|号码|联系方式|地址|名字|姓名|账号|帐号|户号|邮箱|金额|时间|日期|代码|"
    r"收件人|收货人|联系人|型号)"
)
_MARKS: Final = re.compile(r"错|不|改|换|正|应该|其实|重新|重发|再发|新|停|为准|作废")
#: A slip of one's own. What 发错 and 送错 mean depends on who did it.
_SLIP: Final = re.compile(
    r"(?:说|写|打|记|填|报|输|弄|搞|看|念|发|给|选)(?:错|反|岔)(?!货|误|码)(?:了|啦|咯|过)?(?!东西|颜色|尺码|地方)"
)
_OTHERS: Final = re.compile(
    r"你们|商家|卖家|店家|仓库|快递|系统|客服|平台|师傅|他|她|没|未|不会|是不是|会不会|有没有|别|怕|防止"
)
#: 发错 without a word that it is about this chat is a parcel gone wrong.
_OWN: Final = re.compile(r"刚|上面|前面|上一|我|不好意思|抱歉|号|一下")
_SENT: Final = re.compile(r"发|给|选")
_PLAIN: Final = re.compile(
    r"(?:^|[,.!?;:\n ])(?:哦|噢|啊|诶|哎|呃|额|等等|等下|抱歉|不好意思|sorry)?[, ]?"
    r"(?:不对|不不|哦不|噢不|啊不|错了|更正|纠正|订正|准确的?说|确切的?说|我是说|重新说)(?!劲|起|头|外)"
    r"|更正|纠正一下|更改为|以(?:这个|下面|此|这条)为准|(?:正确|准确|对)的(?:号码?|单号|地址|时间)?(?:应该)?是"
    rf"|{_NOUN}(?:应该|其实|实际上?|改了,?|变了,?)是?(?!多少|什么|怎么)"
    rf"|(?:上面|前面|刚才|刚刚|刚|之前|上一个|原来)(?:的|那个|那条|说的|发的|给的|打的){{1,2}}{_NOUN}?(?:不对|不算|作废|不用|错|是错)"
)
#: 不是甲是乙: the second counts. The first must be short, and not what somebody said.
_NOT_BUT: Final = re.compile(
    r"(?<!是)不是(?!说|吗|都|应该|我|很|没|已经|不)(?:[^,.!?;\n]{1,24}?),?(?:而|应该|其实)?是(?!不是|否|吗|谁)"
)
#: 甲不是乙, 是甲不是乙: the first counts.
_BUT_NOT: Final = re.compile(
    r"(?<=是)([^,.!?;\n ]{1,20}?),?(?:而)?不是(?!说|吗|都|应该|我|很|没)"
    r"|([^,.!?;\n ]{1,24}?),?(?:而)?(?<!是)不是(?=[a-z]?\d|昨|前天|今天|上?周)"
    r"|(姓[^,.!?;\n ]{1,3}|叫[^,.!?;\n ]{1,4}),?(?:不姓|不叫)"
)
_CHANGED: Final = re.compile(
    r"(?:改|换|更改|变更|更换|更新)(?:成|为|到)|改用|改作|现在(?:用|是|换)"
)
#: Another telephone, order or mail instead of the earlier one.
_ANOTHER: Final = re.compile(
    r"(?:号码|电话|手机|邮箱|地址|联系方式)(?:再?换|改)(?:一下|一?个|了)"
    r"|换(?:了|一?个|一下)?(?:新的?)?(?:手机号?|电话|号码?|邮箱|联系方式|单号|订单)(?!登)"
    r"|(?:那个|这个|(?:之前|原来|以前|上次)(?:留|填|写|登记|绑定|发|给)?的|旧的?|上面的?|上面那个|前面那个)(?:手机号?|电话|号码?|邮箱)"
    r"(?:已经|都|也)?(?:停机|停用|不用|作废|注销|丢|打不通|用不了)"
    r"|新(?:的)?(?:手机号?|号码?|电话|邮箱|地址)(?:是|为|:)?"
    rf"|(?:重新|再|重)发(?:一遍|一次|一下|下)?{_NOUN}"
)
#: How far a correction reaches, in characters: a breath, not the rest of a long story.
_REACH: Final = 60
_LEAD: Final = 10


def corrected(folded: str) -> tuple[tuple[int, int], ...]:
    """Spans of a folded text in which a value takes the place of an earlier one; linear."""
    if _MARKS.search(folded) is None:
        return ()
    return tuple(_spans(folded))


def _spans(folded: str) -> Iterator[tuple[int, int]]:
    for match in _SLIP.finditer(folded):
        clause = re.split(r"[,.!?;\n]", folded[max(0, match.start() - _LEAD) : match.start()])[-1]
        others = _OTHERS.search(clause) is not None
        sent = _SENT.match(match[0]) is not None and _OWN.search(clause) is None
        if not others and not sent:
            yield match.end(), match.end() + _REACH
    for pattern in (_PLAIN, _CHANGED, _ANOTHER, _NOT_BUT):
        for match in pattern.finditer(folded):
            yield match.end(), match.end() + _REACH
    for match in _BUT_NOT.finditer(folded):
        yield match.span(match.lastindex or 0)
