"""服务规范: greeting, polite words, reply to thanks, proper ending, timely reply."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from bot.desk.by_hand import BY_HAND
from bot.desk.scoring.case import Case, Exchange
from bot.desk.scoring.check import Check, Hit
from bot.domain.clocks import ClockState, clocks
from bot.domain.terms import ClockName, Emotion, Intent
from bot.quality import Part
from kb.terms import Priority
from prompts.terms import Kind

_GREETS: Final = re.compile(
    r"[您你]好|[早晚]上好|[上中下]午好|早安|晚安|欢迎|在的|在呢|在线|^亲|亲爱|高兴|为您服务|好呀|h(?:i|ello)",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(r"请|您|麻烦|谢|抱歉|不好意思|辛苦|劳|亲")
_ANSWERS_THANKS: Final = re.compile(
    r"客气|不用?谢|应该|感谢|谢谢|辛苦|小意思|小事|祝|再见|没事|荣幸|乐意|愿意|随时|欢迎|分内"
)
_ENDS: Final = re.compile(
    r"再见|拜拜|祝|感谢|谢谢|还有(?:什么|其他|其它|别的|需要)|别的(?:问题|需要)|(?:再|随时)(?:来)?(?:找|联系|咨询|问)|不客气|欢迎"
)
_ENDINGS: Final = frozenset({Kind.CLOSING, Kind.SURVEY, Kind.THANKS_REPLY, Kind.FOLLOWUP})
#: Whoever writes after this long writes of something else.
_SITTING: Final = dt.timedelta(minutes=30)
#: Fewer lines are too few to miss a polite word in.
_SEVERAL: Final = 3


def _no_greeting(case: Case) -> Iterator[Hit]:
    """Nobody is greeted twice, and feelings or danger come before a greeting."""
    first = next((e for e in case.exchanges if e.replies), None)
    if first is None:
        return
    reply = first.replies[0]
    greeted = any(Kind.OPENING in x.kinds for x in case.ours if x.seq < reply.seq)
    urgent = first.mood is not Emotion.CALM or reply.before.talk.priority is Priority.P1
    if greeted or urgent or Kind.OPENING in first.kinds:
        return
    if not any(_GREETS.search(x.text) for x in first.replies):
        yield Hit(reply)


def _no_polite_words(case: Case) -> Iterator[Hit]:
    replies = case.replies
    if len(replies) >= _SEVERAL and not any(_POLITE.search(x.text) for x in replies):
        yield Hit(replies[-1])


def _thanks_unanswered(case: Case) -> Iterator[Hit]:
    """Thanks for what was done; those for a look-up under way are answered by its result."""
    for exchange in case.exchanges:
        if not (_is_thanked(exchange) and exchange.replies) or _answers_thanks(exchange):
            continue
        reply = exchange.replies[0]
        if reply.event.at - exchange.said[-1].event.at <= _SITTING:
            yield Hit(reply)


def _is_thanked(exchange: Exchange) -> bool:
    thanked = Intent.THANKS in exchange.intents and not exchange.has_need
    return thanked and exchange.said[0].before.talk.answered and exchange.mood is Emotion.CALM


def _answers_thanks(exchange: Exchange) -> bool:
    return bool(exchange.kinds & _ENDINGS) or any(
        _ANSWERS_THANKS.search(x.text) for x in exchange.ours
    )


def _no_ending(case: Case) -> Iterator[Hit]:
    if not (case.ended and case.replies):
        return
    need = max((e.said[-1].seq for e in case.exchanges if e.has_need), default=0)
    after = [x for x in case.ours if x.seq > need]
    if not any(x.kinds & _ENDINGS or _ENDS.search(x.text) for x in after):
        yield Hit(case.replies[-1])


def _late_first_reply(case: Case) -> Iterator[Hit]:
    for clock in clocks(case.ticket, case.policy):
        late = clock.state(case.now) is ClockState.BROKEN
        if clock.name is ClockName.FIRST_RESPONSE and late and clock.due:
            due = clock.due.astimezone(case.policy.calendar.zone)
            first = next((x for x in case.replies if x.event.at > clock.due), None)
            yield Hit(first, f"{due:%m月%d日%H:%M}")


def _late_reply(case: Case) -> Iterator[Hit]:
    """The customer sits in the chat and waits for a person."""
    if case.ticket.channel in BY_HAND or any(_late_first_reply(case)):
        return
    for line in case.replies:
        since = line.before.waiting_since
        if since and (waited := line.event.at - since) > case.policy.limits[ClockName.WAITING]:
            yield Hit(line, f"{int(waited.total_seconds() // 60)} 分钟")


CHECKS: Final = (
    Check("no_greeting", "没有问候", Part.COURTESY, 2, 2, "第一次回复没有问候客户", _no_greeting),
    Check(
        "no_polite_words",
        "没有礼貌用语",
        Part.COURTESY,
        2,
        2,
        "整段会话没有用过“您”“请”“麻烦”等礼貌用语",
        _no_polite_words,
    ),
    Check(
        "thanks_unanswered",
        "没有回应感谢",
        Part.COURTESY,
        1,
        2,
        "客户道谢后没有回应",
        _thanks_unanswered,
    ),
    Check(
        "no_ending",
        "没有结束语",
        Part.COURTESY,
        2,
        2,
        "会话结束前没有询问是否还有其他需要，也没有道别",
        _no_ending,
    ),
    Check(
        "late_first_reply",
        "首次响应超时",
        Part.COURTESY,
        5,
        5,
        "首次响应超过时限（{}）",
        _late_first_reply,
    ),
    Check("late_reply", "让客户久等", Part.COURTESY, 1, 3, "客户等了 {}才得到回复", _late_reply),
)
