"""服务态度: feelings first, and another way where one is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.desk.scoring.case import Case, Exchange
from bot.desk.scoring.check import Check, Hit
from bot.domain.terms import Emotion, Intent, Stage
from bot.quality import Part
from prompts.terms import Kind

_FEELS: Final = re.compile(
    r"歉|对不起|对不住|不好意思|理解|体谅|体会|明白您|懂您|换作|换成|换了谁|急|担心|生气|气愤|恼火|上火|消火|消消|委屈|"
    r"糟心|闹心|失望|不甘|不舒服|难受|难过|难免|心疼|辛苦|久等|干等|白等|麻烦了|添[^,，]{0,3}(?:麻烦|堵)|不便|安心|放心|宽心|"
    r"见谅|包涵|感谢您|谢谢您|误会|心情|感受|重视|欠您|[您你]说得(?:对|没错|有道理)|我们[^,，]{0,8}(?:错|疏忽|责任|不周|不到位|没做好|做得不)"
)
#: Doing something at once reassures an anxious customer as well as words do.
_ACTS: Final = re.compile(
    r"马上|立刻|立即|这就|现在就|尽快|第一时间|加急|催|优先|抓紧|稍等|这边[帮给为]您|[帮给为]您[查看核处催联安]|"
    r"已经?[^,，]{0,10}(?:联系|反馈|安排|处理|解决|恢复|登记|转|退|补|发|提交)"
)
#: What a reply does that gives an anxious customer what he is anxious for.
_RELIEVES: Final = frozenset({Kind.PROMISE, Kind.ESCALATION, Kind.WAITING, Kind.URGE, Kind.CONFIRM})
#: A sentence that tells nothing: a question, a request, a greeting.
_TELLS_NOTHING: Final = re.compile(
    r"[?？]|[吗呢]$|请问|请[您]?|麻烦|多少|什么|哪|发[下我来]|说一?下|为您服务|^.{0,5}$"
)
_SENTENCE: Final = re.compile(r"[^。！!？?；;\n]+[？?]?")
#: What a reply with a way out does.
_WAYS: Final = frozenset(Kind) - {
    Kind.ACK,
    Kind.CLOSING,
    Kind.OPENING,
    Kind.REASSURANCE,
    Kind.SURVEY,
    Kind.THANKS_REPLY,
}
#: Exchanges for which a reassurance lasts, beside the one in which it was given.
_LASTS: Final = 2
#: Points for an anxious customer; an angry one costs the check's own.
_ANXIOUS: Final = 5


def _no_empathy(case: Case) -> Iterator[Hit]:
    """An upset customer is not reassured, nor was he just before.

    An anxious one may be given at once what he is anxious for, and in danger the first word is
    what to do.
    """
    since = _LASTS
    for exchange in case.exchanges:
        text = "".join(x.text for x in exchange.ours)
        felt = Kind.REASSURANCE in exchange.kinds or _FEELS.search(text)
        since = 0 if felt else since + 1
        if since <= _LASTS or not exchange.replies or Intent.SAFETY in exchange.intents:
            continue
        if exchange.mood is Emotion.ANGRY:
            yield Hit(exchange.replies[0], "生气")
        elif _presses(exchange) and not (_relieves(exchange) or _ACTS.search(text)):
            yield Hit(exchange.replies[0], "着急", points=_ANXIOUS)


def _relieves(exchange: Exchange) -> bool:
    said = (s for line in exchange.ours for s in _SENTENCE.findall(line.text))
    told = Kind.ANSWER in exchange.kinds and not all(map(_TELLS_NOTHING.search, said))
    return bool(told or exchange.kinds & _RELIEVES)


def _presses(exchange: Exchange) -> bool:
    """Whether an anxious customer wants something, and does not only show relief."""
    asks = exchange.has_need or Intent.URGE in exchange.intents
    return exchange.mood is Emotion.ANXIOUS and asks


def _no_other_way(case: Case) -> Iterator[Hit]:
    for exchange in case.exchanges:
        if not exchange.said or not exchange.replies:
            continue
        before, after = exchange.said[0].before.talk, exchange.said[-1].after.talk
        refused = after.refusals > before.refusals
        leaves = after.stage in {Stage.WRAPPING_UP, Stage.CLOSED}
        if refused and not leaves and not exchange.kinds & _WAYS:
            yield Hit(exchange.replies[0])


CHECKS: Final = (
    Check(
        "no_empathy",
        "没有安抚情绪",
        Part.ATTITUDE,
        10,
        10,
        "客户正{}，回复里没有安抚就谈业务",
        _no_empathy,
    ),
    Check(
        "no_other_way",
        "没有另想办法",
        Part.ATTITUDE,
        5,
        10,
        "客户不接受方案后，没有提出别的办法",
        _no_other_way,
    ),
)
