"""When it happened: the words, and the date they mean seen from the day of the message.

Weeks start on Monday (convention of the desk); what is ambiguous is the most recent past date.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from bot.nlu.fields import holidays
from bot.nlu.fields.calendar import WEEKDAYS, date_of
from bot.nlu.fields.numerals import NUMERAL
from bot.nlu.fields.value import FieldValue, Message

_N: Final = rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})"
#: Cheap test: one of these characters or a digit stands in any date.
_MARKS: Final = re.compile(r"[天日号月周期拜早晚夜刚才节旦一秋夕明午圣前近]|\d-\d|\d/\d|618|双1")
_PART: Final = (
    r"(?:凌晨|清晨|早上|早晨|一早|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|深夜|晚间|夜间|早|晚)"
)
_HOUR: Final = (
    rf"(?:(?:大概|大约|差不多)?{_N}(?:点|时|:\d\d)(?:半|{_N}分|多|钟|一刻|左右|来钟)*(?:前后)?)"
)
TIME: Final = rf"(?:的?{_PART})?(?:的?{_HOUR})?(?:左右|的时候)?"
#: Words after which a date is a plan, a limit or a question, not an event.
_NOT_PAST_AFTER: Final = re.compile(
    r"(?:之内|以内|内|之前|以前|前(?!后)|为止|截止|到期|能(?!用了)|可以|会不会|会[来到送]|必须|务必|一定要|给我|就要|要[用走交]|还没|也没|都没|方便|再联系"
    r"|有空|送到吗|之后联系|联系我|打给|给我打|回电|会员|号楼|以后(?:给|打|联系|再|方便)|再打|再说|再来|到周|至周|到星期|到下|-周)"
)
_NOT_PAST_BEFORE: Final = re.compile(
    r"(?:截止|截至|到|最迟|最晚|等到|赶在|在家|预计|明年|下个?月|每个?月|每|约在|改到|改成|预约|改约)$"
)
_FORMER: Final = re.compile(r"买|下单|下的单|购|拍的|签约|装的|入手")


@cache
def _pattern() -> re.Pattern[str]:
    dates = "|".join(
        (
            r"(?P<y>(?:19|20)\d\d)[年./-](?P<ym>\d{1,2})[月./-](?P<yd>\d{1,2})[日号]?",
            rf"(?P<myear>今年|去年|前年)?(?P<m>{_N})月份?(?P<d>{_N})[日号]?(?![\d%元块])",
            r"(?<![\d./:-])(?P<sm>1[0-2]|0?[1-9])[/](?P<sd>3[01]|[12]\d|0?[1-9])(?![\d/])",
            rf"(?P<lastm>上上?个?月|这个月|本月|当月)的?(?:(?P<lmd>{_N})[日号]|初|中旬|底|末)",
            r"(?P<wholemonth>上上?个月|上月)(?!话费|账单|的)",
            r"(?P<week>上上个?(?:周|星期|礼拜)|上个?(?:周|星期|礼拜)|这个?(?:周|星期|礼拜)|本周|周|星期|礼拜)"
            rf"(?P<wd>[{WEEKDAYS}])(?![边围期年个十])",
            r"(?P<onlyweek>上上个?(?:周|星期|礼拜)|上个?(?:周|星期|礼拜))(?:初|末)?",
            rf"(?P<ago>{_N}|半|好几|几)个?(?P<agounit>天|日|周|星期|礼拜|月|年|小时|分钟)(?:多)?(?:以前|之前|前)",
            r"(?P<rel>大前天|前天|昨天|昨日|今天|今日|今早|今晨|今晚|昨晚|昨夜|昨儿|前晚|前夜|今儿|当天|刚才|刚刚)",
            r"(?P<vague>前几天|前两天|前些天|月初|前阵子|前段时间|上次|最近几天|这两天|这几天)",
            rf"(?<![\d.:a-z-])(?P<bare>3[01]|[12]\d|[1-9]|[{NUMERAL}]{{1,3}})[号日](?![楼线店门仓柜机单院床桌窗口车库馆色码厅台]|[a-z])",
            holidays.pattern(),
        )
    )
    return re.compile(rf"(?:{dates})(?P<time>{TIME})(?:开始|起)?")


_CLOCK_ONLY: Final = re.compile(
    rf"(?:凌晨|清晨|早上|早晨|一早|上午|中午|下午|傍晚|晚上|半夜)(?:{_HOUR})(?:左右)?"
)


def happened(message: Message) -> tuple[FieldValue, FieldValue | None] | None:
    """(what the customer said, the resolved date or None), or None where nothing is dated.

    With several dates the one in a clause about the trouble wins over a date of purchase.
    """
    folded = message.folded
    if not message.has_digit and _MARKS.search(folded) is None:
        return None
    today = message.at.date()
    clause = message.found.clauses.clause
    best: tuple[int, re.Match[str], date | None] | None = None
    for match in _pattern().finditer(folded):
        start, end = match.span()
        after = folded[end : end + 5]
        if _NOT_PAST_AFTER.match(after) or _NOT_PAST_BEFORE.search(message.before(start, 4)):
            continue
        if match["rel"] in ("刚才", "刚刚") and not message.found.has("product_quality"):
            continue
        known, day = _resolve(match, today)
        if not known or (day is not None and day > today):
            continue
        weight = _weight(message, match, clause[start])
        if best is None or weight > best[0]:
            best = (weight, match, day)
    if best is None:
        return _clock_only(message, today)
    _, match, day = best
    said = message.value(match.start(), _trim(match))
    return said, _on(day, said)


def _on(day: date | None, said: FieldValue) -> FieldValue | None:
    if day is None:
        return None
    return FieldValue(day.isoformat(), said.start, said.end, said.correction)


def _trim(match: re.Match[str]) -> int:
    return (
        match.end("time")
        if match["time"]
        else match.end() - (2 if match[0].endswith("开始") else 1 if match[0].endswith("起") else 0)
    )


def _clock_only(message: Message, today: date) -> tuple[FieldValue, FieldValue | None] | None:
    match = _CLOCK_ONLY.search(message.folded)
    if match is None or not message.found.has("product_quality"):
        return None
    if _NOT_PAST_AFTER.match(message.folded[match.end() : match.end() + 5]):
        return None
    if re.search(r"[明后]天$|下周.$|周.$", message.before(match.start(), 3)):
        return None
    said = message.value(*match.span())
    return said, _on(today, said)


def _weight(message: Message, match: re.Match[str], clause: int) -> int:
    bounds = message.found.clauses.bounds[clause]
    around = message.folded[match.end() : min(bounds[1], match.end() + 30)]
    weight = 2 if match["vague"] is None else 0
    weight -= 2 if _FORMER.search(around) and not re.search(r"没|还|不", around) else 0
    return weight + (1 if match["time"] else 0)


def _resolve(match: re.Match[str], today: date) -> tuple[bool, date | None]:
    """(whether the words are a date at all, the date where one is meant)."""
    try:
        return True, date_of(match, today)
    except (ValueError, OverflowError):
        return False, None
