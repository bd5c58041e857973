"""服务态度: feelings first, and another way where one is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.desk.scoring.case import Case
from bot.desk.scoring.check import Check, Hit
from bot.domain.terms import Emotion, Stage
from bot.quality import Part
from prompts.terms import Kind

_FEELS: Final = re.compile(
    r"歉|对不起|不好意思|理解|体谅|体会|换作|换成|换了谁|着急|担心|生气|气愤|恼火|委屈|糟心|失望|难受|难过|心疼|"
    r"辛苦|久等|麻烦了|添[^,，]{0,3}麻烦|不便|放心|别急|不急|不要急|消消气|见谅|心情|感受|重视|是我们[^,，]{0,6}(?:错|疏忽|责任|不周|不到位|没做好)"
)
#: Doing something at once reassures an anxious customer as well as words do.
_ACTS: Final = re.compile(
    r"马上|立刻|立即|这就|现在就|尽快|第一时间|加急|催|优先|抓紧|稍等|这边[帮给为]您|[帮给为]您[查看核处催联安]|"
    r"已经?[^,，]{0,10}(?:联系|反馈|安排|处理|解决|恢复|登记|转|退|补|发|提交)"
)
#: What a reply with a way out does.
_WAYS: Final = frozenset(Kind) - {
    Kind.ACK,
    Kind.CLOSING,
    Kind.OPENING,
    Kind.REASSURANCE,
    Kind.SURVEY,
    Kind.THANKS_REPLY,
}
#: Points for an anxious customer; an angry one costs the check's own.
_ANXIOUS: Final = 5


def _no_empathy(case: Case) -> Iterator[Hit]:
    """The first reply since the customer is upset; once reassured, he wants his matter settled."""
    reassured = False
    for exchange in case.exchanges:
        if exchange.mood is Emotion.CALM:
            reassured = False
            continue
        if reassured or not exchange.replies:
            continue
        angry = exchange.mood is Emotion.ANGRY
        text = "".join(x.text for x in exchange.ours)
        felt = Kind.REASSURANCE in exchange.kinds or _FEELS.search(text)
        if felt or (not angry and _ACTS.search(text)):
            reassured = True
        elif angry:
            yield Hit(exchange.replies[0], "生气")
        else:
            yield Hit(exchange.replies[0], "着急", points=_ANXIOUS)


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
