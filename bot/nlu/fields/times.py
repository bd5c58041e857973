"""Times ahead: the limit a customer sets, and when a call suits."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.numerals import NUMERAL
from bot.nlu.fields.datewords import TIME
from bot.nlu.fields.value import FieldValue, Message

_N: Final = rf"(?:\d{{1,3}}|[{NUMERAL}]{{1,4}}|半)"
_DAY: Final = (
    r"(?:今天|今日|今晚|明天|明日|明早|明晚|后天|大后天|这个?周[一二三四五六日天末]?|本周[一二三四五六日天末]?"
    r"|下个?周[一二三四五六日天末]?|周[一二三四五六日天末]|星期[一二三四五六日天]"
    r"|礼拜[一二三四五六日天]|月底|本月底|年前|年底|节前"
    rf"|(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})月(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})[号日]|\d{{1,2}}[号日])"
)
_WITHIN: Final = re.compile(
    rf"{_N}个?(?:工作日|小时|分钟|钟头|天|日|周|星期|礼拜|月)(?:之内|以内|内)"
    rf"|{_DAY}{TIME}(?:下班|天黑|中午|晚上|结束)?(?:之内|以内|内|之前|以前|前(?![后几天]))"
    r"|(?:下班|天黑|中午|晚上|半夜|月底|年底|年前|春节|国庆|过年|周末)(?:之前|以前|前(?!几|两|天))"
)
#: 给你们两天时间: the customer sets a term.
_TERM: Final = re.compile(
    rf"(?:给|限)(?:你们?|您们?|贵公司|平台|商家)?(?:最后)?({_N}个?(?:工作日|小时|分钟|钟头|天|周"
    rf"|星期|礼拜))(?:的?时间|处理|解决|考虑|答复|期限)"
)
#: 最迟明天上午, and 今天…必须: a day alone is a limit only with a word of demand beside it.
_LATEST: Final = re.compile(
    rf"(?:最迟|最晚|务必在|必须在|限你们?|限期)(?:在|于)?({_DAY}{TIME}|{_N}个?(?:小时|天|分钟))"
)
_TODAY: Final = re.compile(
    rf"({_DAY}{TIME})(?:就)?(?:必须|一定要|务必|一定得|不给我|不解决|不处理"
    rf"|不[发到退修来装送](?=[^?吗]{{0,4}}(?:就|我))|再不|要是不|如果不|给我(?!打|回电))"
)
_DEMAND: Final = re.compile(
    r"必须|给我|要求|务必|不然|否则|解决|处理|答复|回复|回我|回话|退|到账|修|联系|恢复|送到|搞定"
    r"|结果|赔|说法|发货|发出|换|不|请|希望|要|派人|来人|办好|弄好|限|麻烦|回电"
)
#: What somebody promised or told is no demand: 师傅说两小时内到.
_TOLD: Final = (
    r"(?:你们|客服|师傅|商家|店家|系统|短信|之前|当时|快递员?|人家|昨天|每次|页面|明明)[^,.]{0,4}"
    r"(?:说|写|讲|告诉|通知)"
)
_ASKS: Final = re.compile(
    rf"{_TOLD}|吗|么$|能不能|多久|是不是|是否|\?|无理由|包换|包退|可以退|几天|能到|会到|说好|承诺"
    rf"|答应|说是|显示|规定|不是说|之内都|都没|买的|保修|质保|怎么(?!办)|有没有可能"
)

_CALL: Final = re.compile(
    r"联系|打给|打电话|打我|给我打|回电|来电|致电|方便|有空|有时间|在家|接电话|接听|电话|上门|回访"
    r"|再打|打来|找我|可以接|能接|可以来|你们再来|师傅再来|都在|有人|来行|来吧|随便|到家|过来"
    r"|打(?=$|[,.!吧]|这个|那个)"
)
_WHEN: Final = re.compile(
    rf"(?:每天|平时|白天|今天|明天|后天|今晚|明晚|明早|周六日|周六周日|工作日(?:的?(?:下班后|下班以后"
    rf"|下班时间|上班时间|白天))?|周末|双休日|上班时间|下班时间|下班后|下班以后|午休|饭点|随时"
    rf"|下?周[一二三四五六日天]到周?[一二三四五六日天]|下?个?(?:周|星期|礼拜)[一二三四五六日天])(?:的?{TIME})?"
    rf"(?:到{TIME})?(?:之后|以后|之前|以前|后|前|之间|期间)?"
    rf"|(?:早上|上午|中午|下午|傍晚|晚上){TIME}(?:(?:到|至|-){TIME})?(?:之后|以后|之前|以前|后|前|之间)?"
    rf"|{_N}(?:点半?|:\d\d)(?:(?:到|至|-){_N}(?:点半?|:\d\d))?(?:之后|以后|之前|以前|后|前|之间)?"
)
_WITHIN_TAIL: Final = re.compile(r"之?以?内")
_PAST: Final = re.compile(r"了|过|没|不通|不接|说好|约好|本来|打了")
_MARKS: Final = re.compile(r"内|前|最迟|最晚|必须|给|不|务必|一定|限")


def deadline(message: Message) -> FieldValue | None:
    """What the customer demands: 48小时内, 今天之内. A question about a term is no demand."""
    folded = message.folded
    if _MARKS.search(folded) is None:
        return None
    for pattern, group in ((_LATEST, 1), (_TERM, 1), (_WITHIN, 0), (_TODAY, 1)):
        for match in pattern.finditer(folded):
            low, high = message.clause(match.start(), 1)
            around = folded[low : match.start()] + folded[match.end() : high]
            # The demand may stand before: 把网恢复了,今天晚上之前.
            wider = folded[max(0, low - 16) : low] + around
            if pattern not in (_LATEST, _TERM) and (
                _ASKS.search(around) or not _DEMAND.search(wider)
            ):
                continue
            if re.match(
                r"[^,.]{0,8}(?:打了|断了|坏了|修了|换了|来了|买|报了|问了|已经)",
                folded[match.end() : match.end() + 14],
            ):
                continue
            return message.value(*match.span(group))
    return None


def contact_time(message: Message) -> FieldValue | None:
    """When a call or a visit suits the customer: 下午三点以后, 工作日上午."""
    folded = message.folded
    if _CALL.search(folded) is None:
        return None
    for match in _WHEN.finditer(folded):
        low, high = message.clause(match.start())
        start, end = match.span()
        if _WITHIN_TAIL.match(folded[end : end + 2]) or end - start < 2:
            continue
        if _CALL.search(folded, max(0, low - 8), high) is None or _asks(folded[low:high]):
            continue
        rest = folded[end:high]
        if _PAST.search(rest) and "再" not in rest and "才" not in rest:
            continue
        return message.value(start, end)
    return None


def _asks(clause: str) -> bool:
    return (
        re.search(
            r"什么时候|吗|几点|不行|打来了|让我|别打|别联系|不要|不方便|不在|能来|会来|怎么|没人"
            r"|接不了|不能接|没法接|昨|前天|上次",
            clause,
        )
        is not None
    )
