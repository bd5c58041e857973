"""When it happened: the words, and the date they mean seen from the day of the message.

Weeks start on Monday (convention of the desk); what is ambiguous is the most recent past date.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from bot.nlu.fields.calendar import date_of
from bot.nlu.fields.datewords import CLOCK_ONLY, PART_ONLY, pattern
from bot.nlu.fields.value import FieldValue, Message

#: Cheap test: one of these characters or a digit stands in any date.
_MARKS: Final = re.compile(
    r"[天日号月周期拜早晚夜刚才节旦一秋夕明午圣前近去端庆初晨点]|\d-\d|\d/\d|618|双1"
)
#: Words after which a date is a plan, a limit or a question, not an event.
_NOT_PAST_AFTER: Final = re.compile(
    r"(?:之内|以内|内|之前|以前|前(?!后|台)|为止|截止|到期|能(?!用了)|可以|会不会|会[来到送]|必须|务必|一定要|给我(?![妈爸老孩女儿家朋])|就要|要[用走交]|还没|也没|都没|都还没|方便|再联系"
    r"|有空|有人|送到吗|之后联系|联系我|打给|给我打|回电|会员|号楼|以后(?:给|打|联系|再|方便)|再打|再说|再来|到周|至周|到星期|到下|-周"
    r"|(?:之后|以后|后)(?:给|打|联系|再|方便|有|可以|我|来电)|师傅(?:可以|能)来|上班吗|营业吗|来吧|来就行|来也行|送吧|再送|再不|都第|已经第|是第|日?可以|都可以|回来(?!发|了|就|一|的)|改(?!了|过|签了)|吧|来不及|再没|送吗|行吗|不[?,.]|当天才|才[好能]|还没到|第.天|都\d|休息|的话|下单调[到成]|换[到成])"
)
_NOT_PAST_BEFORE: Final = re.compile(
    r"(?:截止|截至|到|最迟|最晚|等到|赶在|在家|预计|明年|(?<!一)下+个?月?|每个?月|每|约在|改到|改成|预约|改约|约|帮我约|想|换成|(?:万一|如果|要是)我?|保修到|有效期至?|保质期至?)$"
)
_FORMER: Final = re.compile(r"买|下单|下的单|购|拍的|抢的|抢到|订的|签约|装的|入手")
#: Shows that a time of day or a weekend is told, not planned.
_HAPPENED: Final = re.compile(
    r"了|过|的(?!时候)|就|开始|突然|一直|才到|刚|没|不(?!能|可以|会|要|在|用|方便|休)|停|断|坏|跳|到现在|至今"
)
_ASKED: Final = re.compile(r"吗|呢?[?]|不[?]?$|来不|到不|停不停|谢谢|过期|什么|哪")
_WEEK: Final = ("周", "星期", "礼拜")
_DONE: Final = re.compile(r"[^,.!?;\n ]{0,12}?(?:了|过|的(?!时候)|突然)")
_COMING: Final = re.compile(r"(?:明天|后天|快|马上|要|等)(?:就|是|到|过)?$")
_CALENDAR: Final = re.compile(r"(?:今天|明天|后天)(?:都|已经|是|就是)?$|都$")
_PLANNED: Final = re.compile(
    r"吗|么|能|可以|要|再|联系|给我|打给|回电|方便|有空|会|之后|以后|后|前|才|别|请|吧|什么时候|上班|营业|到账|说好"
)
#: 刚才 in talk about this chat itself (刚才那个客服, 刚才打错了) dates nothing.
_OF_THE_CHAT: Final = re.compile(r"那|这|说|问|发|打|讲|我?.?错|跟|和|给你|联系|你|客服|的")

#: 说好的今天送: the day of a promise, not of an event.
_PROMISED: Final = re.compile(r"(?:说|约|承诺|答应)(?:好|了|过)?的?(?:是|在)?$")


def happened(message: Message) -> tuple[FieldValue, FieldValue | None] | None:
    """(what the customer said, the resolved date or None), or None where nothing is dated.

    With several dates a corrected one wins, then the one in a clause about the trouble over a
    date of purchase.
    """
    folded = message.folded
    if not message.has_digit and _MARKS.search(folded) is None:
        return None
    today = message.at.date()
    best: tuple[int, re.Match[str], date | None] | None = None
    for match in pattern().finditer(folded):
        start = match.start()
        if not _tells(message, match) or message.rules_out(start):
            continue
        known, day = _resolve(match, message.at)
        if not known or (day is not None and day > today):
            continue
        weight = _weight(message, match) + 6 * message.corrects(start)
        if best is None or weight > best[0]:
            best = (weight, match, day)
    if best is None:
        return _clock_only(message, today)
    _, match, day = best
    said = message.value(match.start(), _trim(match))
    return said, _on(day, said)


#: 电池上个月刚换的: what was renewed then still works.
_REPLACED: Final = re.compile(r"(?:才|刚|新|自己)+换")


def _tells(message: Message, match: re.Match[str]) -> bool:
    """Whether the words date something that happened: no plan, no limit, no habit."""
    start, end = match.span()
    after = message.folded[end : end + 8]
    if _NOT_PAST_AFTER.match(after) or _NOT_PAST_BEFORE.search(message.before(start, 4)):
        return False
    if _REPLACED.match(after):
        return False
    if match["rel"] in ("刚才", "刚刚"):
        return _OF_THE_CHAT.match(after) is None and _told(message, end)
    if match["rel"] and match["rel"][0] == "今" and _PROMISED.search(message.before(start, 6)):
        return False
    if match["bare"] and _CALENDAR.search(message.before(start, 5)):
        return False
    if match["holiday"] and _COMING.search(message.before(start, 4)):
        return False
    if match["holiday"] or match["vague"]:
        return _ASKED.search(message.folded[end : message.clause(end - 1)[1]]) is None
    if match["weekend"] or match["bare"] or _day_of_plans(match):
        # 今天 alone answers when it was; in a sentence it is as often the day of a plan.
        return _told(message, end, 1) or message.folded.strip(" .,!") == match[0]
    return True


def _day_of_plans(match: re.Match[str]) -> bool:
    """今天, 今晚, 周六: as often ahead as past."""
    return (match["rel"] or "").startswith("今") or (match["week"] or "").startswith(_WEEK)


def _told(message: Message, end: int, more: int = 0) -> bool:
    """Whether the rest of the clause, and ``more`` after it, tells what happened."""
    rest = message.folded[end : message.clause(end - 1, more)[1]]
    if _ASKED.search(rest):
        return False
    done = _HAPPENED.search(rest)
    planned = _PLANNED.search(rest)
    return done is not None and (planned is None or done.start() <= planned.start())


def _on(day: date | None, said: FieldValue) -> FieldValue | None:
    if day is None:
        return None
    return FieldValue(day.isoformat(), said.start, said.end, said.correction)


def _trim(match: re.Match[str]) -> int:
    if match["time"]:
        return match.end("time")
    return match.end() - (2 if match[0].endswith("开始") else 1 if match[0].endswith("起") else 0)


def _clock_only(message: Message, today: date) -> tuple[FieldValue, FieldValue | None] | None:
    for pattern_ in (CLOCK_ONLY, PART_ONLY):
        for match in pattern_.finditer(message.folded):
            after = message.folded[match.end() : match.end() + 8]
            if _NOT_PAST_AFTER.match(after) or not _told(message, match.end()):
                continue
            if after.startswith("了") or (
                pattern_ is PART_ONLY and _DONE.match(message.folded, match.end()) is None
            ):
                continue
            if re.search(
                r"[明后每]天$|下周.$|周.$|工作日$|半天$|[天早晚一大到至整半]$",
                message.before(match.start(), 3),
            ):
                continue
            said = message.value(*match.span())
            return said, _on(today, said)
    return None


def _weight(message: Message, match: re.Match[str]) -> int:
    high = message.clause(match.start())[1]
    around = message.folded[match.end() : min(high, match.end() + 30)]
    weight = 2 if match["vague"] is None else 0
    weight -= 2 if _FORMER.search(around) and not re.search(r"没|还|不", around) else 0
    return weight + (1 if match["time"] else 0)


def _resolve(match: re.Match[str], at: datetime) -> tuple[bool, date | None]:
    """(whether the words are a date at all, the date where one is meant)."""
    try:
        return True, date_of(match, at)
    except (ValueError, OverflowError):
        return False, None
