"""The wordings of dates, as one pattern; what they mean is told by :mod:`bot.nlu.fields.calendar`."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bot.domain.numerals import NUMERAL
from bot.nlu.fields import holidays
from bot.nlu.fields.calendar import WEEKDAYS

_N: Final = rf"(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})"
_PART: Final = r"(?:凌晨|清晨|早上|早晨|一大?早|大清早|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|深夜|晚间|夜间|早|晚)"
_HOUR: Final = (
    rf"(?:(?:大概|大约|差不多)?{_N}(?:点|时(?!间|候)|:\d\d)(?:半|{_N}分|\d\d(?!\d)|[{NUMERAL}]{{2,3}}|"
    rf"多|钟|一刻|三刻|左右|来钟)*(?:前后)?)"
)
TIME: Final = rf"(?:的?{_PART})?(?:的?{_HOUR})?(?:左右|的时候)?"
#: What is bought, sent or done; after 20260310 and 3.12 it shows that they are dates.
_DONE: Final = (
    r"(?:号|日)?(?:那天|当天|就|才|晚上|早上|下午|上午|在.{0,6}?)?"
    r"(?:下的?单|买|购|付|签收|收到|到货|发货|申请|报修|退|寄|交|充|办|装|坏|开始|扣|断|停|拍)"
)
_WEEK: Final = r"(?:周|星期|礼拜)"

CLOCK_ONLY: Final = re.compile(
    rf"(?:凌晨|清晨|早上|早晨|一大?早|上午|中午|下午|傍晚|晚上|半夜)(?:{_HOUR})(?:左右)?"
)
#: 上午收到的, 中午断的网: a part of the day alone, right before what happened.
PART_ONLY: Final = re.compile(r"(?:凌晨|清晨|早上|早晨|一大?早|上午|中午|下午|傍晚|夜里|半夜)")


@cache
def pattern() -> re.Pattern[str]:
    """Every wording of a date, with the time of day behind it as group ``time``."""
    dates = "|".join(
        (
            r"(?<![\da-z])(?P<y>(?:19|20)\d\d|2\d(?=年))[年./-](?P<ym>\d{1,2})[月./-](?P<yd>\d{1,2})[日号]?",
            rf"(?<![\da-z])(?P<cy>20[12]\d)(?P<cm>0[1-9]|1[0-2])(?P<cd>[0-2]\d|3[01])(?={_DONE})",
            rf"(?<![\d一二三四五六七八九十])(?P<myear>今年|去年|前年)?的?(?P<m>{_N})月份?(?P<d>{_N})[日号]?(?![\d%元块])",
            r"(?<![\d./:-])(?P<sm>1[0-2]|0?[1-9])[/](?P<sd>3[01]|[12]\d|0?[1-9])(?![\d/])",
            rf"(?<![\d./:-])(?P<pm>1[0-2]|0?[1-9])\.(?P<pd>3[01]|[12]\d|0?[1-9])(?={_DONE})",
            rf"(?P<lastm>上上?个?月|这个月|本月|当月)的?(?:(?P<lmd>{_N})[日号]|初|中旬|底|末)",
            r"(?P<wholemonth>上上?个月|上月)(?!话费|账单|的|电费|水费|流量|套餐)",
            rf"(?P<week>上+个?{_WEEK}|这个?{_WEEK}|本周|{_WEEK})"
            rf"(?P<wd>[{WEEKDAYS}])(?![边围期年个十])",
            r"(?<![双每])(?P<weekend>周末)",
            rf"(?P<onlyweek>上+个?{_WEEK})(?:初|末)?",
            rf"(?P<ago>{_N}|半|好几|十?几|十来)个?多?(?P<agounit>天|日|周|星期|礼拜|月|年|小时|钟头|分钟)(?:多|左右)?(?:以前|之前|前)",
            r"(?P<rel>大前天|前天|昨天|昨日|今天|今日|今早|今晨|今晚|昨晚|昨夜|昨儿个?|前晚|前夜|今儿个?|刚才|刚刚)",
            holidays.pattern(),
            r"(?P<vague>前几天|前两天|前些天|头两天|月初|前阵子|前段时间|前些日子|最近几天|最近两天|这两天|这几天|这几日"
            rf"|(?:去年|前年|今年)(?:{_N}月份?|年底|年初|年末|春天|夏天|秋天|冬天|上半年|下半年)|去年(?!检)|前年|年初"
            rf"|{_N}月份?(?:初|中旬|底|末)"
            r"|[一二三四五六七八两][二三四五六七八九](?:天|个月|周|年)(?:以前|之前|前))",
            rf"(?<![\d.:a-z大小-])(?P<bare>3[01]|[12]\d|[1-9]|[{NUMERAL}]{{1,3}})[号日](?![楼线店门仓柜机单院床桌窗口车库馆色码厅台客技工员]|[a-z])",
        )
    )
    return re.compile(rf"(?:{dates})(?P<time>{TIME})(?:开始|起)?")
