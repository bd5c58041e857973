"""How often a customer asks to hear how the matter stands, in hours.

每两小时告诉我一次进度 asks for 2 hours, 一天两次 for 12. A number that tells how often something
else happens (每隔两小时断一次网), a deadline (两小时内告诉我) and a report of the past (两天没有告诉我) ask
for nothing.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from bot.domain.numerals import CHARS, number
from bot.nlu.fold import fold

_HOURS: Final = MappingProxyType(
    {
        "分钟": 1 / 60,
        "小时": 1.0,
        "钟头": 1.0,
        "天": 24.0,
        "日": 24.0,
        "工作日": 24.0,
        "周": 168.0,
        "星期": 168.0,
        "礼拜": 168.0,
    }
)
_PERIOD: Final = re.compile(
    r"(?P<twice>(?:每天|每日|一天)?(?:早晚|(?:上午|早上)(?:和|,)?(?:下午|晚上))(?:各|都))"
    r"|(?P<daily>天天)"
    rf"|(?P<each>每隔|每过|每|隔)?(?P<number>[{CHARS}]{{1,4}}(?:\.5)?)?(?P<half>个半)?个?"
    r"(?P<unit>分钟|小时|钟头|工作日|天|日|周|星期|礼拜)"
    r"(?![内后前没不了多来])"
)
_TIMES: Final = re.compile(rf"([{CHARS}]{{1,2}})(?:次|回|遍)")
#: Telling that needs no addressee, and doing that tells only when it is done to 我.
_TELLS: Final = re.compile(
    r"告诉|告知|通知|反馈|汇报|通报|同步|知会|更新[^,]{0,4}(?:进度|进展|情况)|(?:进度|进展)[^,]{0,3}更新"
    r"|(?:跟|给|和|向|与)我[^,]{0,8}(?:说|讲|报|更新|发|打|回|来|联系)|(?:回[复覆]|答[复覆]|联系)我"
    r"|给我[^,]{0,6}(?:进度|进展|回[复覆]|答[复覆]|消息|电话)|报[^,]{0,3}进[度展]|说[^,]{0,4}进[度展]"
)
_ALONE: Final = re.compile(r"^(?:那|就|好的?|行|可以|嗯|最好|至少|,| )*$")
_TAIL: Final = re.compile(r"^(?:吧|就|行|可以|好|了|呗|哈|即可|,| )*$")
_NOT: Final = re.compile(
    r"不用|不要|不必|不需要|别|多久|为什么|凭什么|骚扰|推销|广告|营销|垃圾|从来|也没|也不|没有?[^,]{0,3}(?:人|告|通|反|联|说|消)"
    r"|才(?:更新|告|通|反|联|说)|都(?:打|发|说|问|是|在|[跟给和]我说)|(?:说|告诉我)[^,]{0,3}(?:在|快|马上|明天|正在)"
    r"|我(?:每|一天|天天)|了[^,]{0,2}(?:次|回|遍)"
)
_SAME: Final = re.compile(
    r"不管有没有[^,]{0,4}|有没有[^,]{0,4}都|别让我[^,]{0,4}|不要让我[^,]{0,4}"
)
#: No sentence of daily life is longer; the bound keeps the time linear.
_SENTENCE: Final = re.compile(r"(?:[^.!?;\n]|\.(?=\d)){1,200}")


def rhythm_of(text: str) -> float:
    """Hours between two reports of progress that a customer's message asks for, else 0.0."""
    for sentence in _SENTENCE.finditer(fold(text)):
        said = _SAME.sub("", sentence.group()).strip()
        if _NOT.search(said):
            continue
        for period in _PERIOD.finditer(said):
            hours = _hours(period, said)
            if hours:
                return hours
    return 0.0


def _hours(period: re.Match[str], said: str) -> float:
    """The hours one period names in what is ``said``, 0 where it names no rhythm."""
    before, after = said[: period.start()], said[period.end() :]
    times = _TIMES.search(after[:16])
    repeats = bool(period["twice"] or period["daily"] or period["each"] or times)
    if not repeats or not (_TELLS.search(said) or _bare(before, after, times)):
        return 0.0
    if period["twice"]:
        return 12.0
    count = number(times[1]) if times else 1.0
    if period["daily"]:
        return 24.0 / (count or 1.0)
    amount = number(period["number"] or "一") or 0.0
    if period["half"]:
        amount += 0.5
    if period["each"] in {"每隔", "隔"} and period["unit"] in {"天", "日"} and amount == 1:
        amount = 2.0  # 隔一天 is every other day
    return amount * _HOURS[period["unit"]] / (count or 1.0)


def _bare(before: str, after: str, times: re.Match[str] | None) -> bool:
    """Whether the message is nothing but a rhythm: the answer to how often we shall report."""
    if times is None or times.start() > 2:
        return False
    return bool(_ALONE.match(before) and _TAIL.match(after[times.end() :]))
