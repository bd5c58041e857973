"""服务技能: the problem found fast, the records used, nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.desk.scoring.asking import asked_for
from bot.desk.scoring.case import Case
from bot.desk.scoring.check import Check, Hit
from bot.domain.events import AgentSaid, Escalated
from bot.domain.terms import Intent, Rule
from bot.quality import Part
from kb.terms import FIELD_NAMES, ContactType
from prompts.terms import Kind

#: A question or a suggestion needs no plan to be agreed on.
_ASKED_ONLY: Final = frozenset({ContactType.CONSULT, ContactType.SUGGESTION})
_RESTATES: Final = re.compile(
    r"[您你](?:是说|说的是|的意思|是想|反映的|的问题是|要的是|这边是)|(?:核对|确认|复述)一?下|(?:对吗|是吗|对吧|是吧|没错吧|是不是|是这样吗)|"
    r"[您你]看|(?:可以|好|行)吗|同意吗|接受吗|方便吗"
)
_BARE: Final = re.compile(r"\W+|亲|您好|你好|[呢哦哈呀啦吧哟嘛的了]")
#: Shorter lines may come again: 好的, 请稍等一下.
_SHORTEST: Final = 8
#: Lines that do nothing else may come again.
_COURTESIES: Final = frozenset(
    {Kind.OPENING, Kind.WAITING, Kind.CLOSING, Kind.THANKS_REPLY, Kind.ACK, Kind.SURVEY}
)


def _not_restated(case: Case) -> Iterator[Hit]:
    """A plan that was promised without asking whether it suits; consent unasked will do."""
    t = case.ticket
    promised = [x for x in case.replies if isinstance(x.event, AgentSaid) and x.event.promises]
    if not promised or t.talk.contact_type in _ASKED_ONLY or not case.ended:
        return
    asked = any(Kind.CONFIRM in x.kinds or _RESTATES.search(x.text) for x in case.ours)
    after = [e for e in case.exchanges if e.said and e.said[-1].seq > promised[0].seq]
    agreed = any(Intent.CONFIRM in e.intents for e in after)
    if not (asked or agreed):
        yield Hit(promised[0])


def _asks_again(case: Case) -> Iterator[Hit]:
    for line in case.replies:
        known = line.before.talk.fields
        again = [
            code
            for code in asked_for(line.text)
            if code in known and str(known[code])[-4:] not in line.text
        ]
        if again:
            yield Hit(line, "、".join(dict.fromkeys(FIELD_NAMES[code][0] for code in again)))


def _repeats_itself(case: Case) -> Iterator[Hit]:
    said: set[str] = set()
    for line in case.replies:
        bare = _BARE.sub("", line.text)
        if len(bare) < _SHORTEST or line.kinds <= _COURTESIES:
            continue
        if bare in said:
            yield Hit(line)
        said.add(bare)


def _asked_thrice(case: Case) -> Iterator[Hit]:
    """The customer had to ask the same again and again of a person."""
    for seq, event in enumerate(case.events, 1):
        if isinstance(event, Escalated) and event.rule is Rule.REPEATED_QUESTION:
            before = [x for x in case.replies if x.seq < seq]
            if before:
                yield Hit(before[-1])
                return


CHECKS: Final = (
    Check(
        "not_restated",
        "没有确认方案",
        Part.SKILL,
        5,
        5,
        "给出方案时没有复述或征求客户同意",
        _not_restated,
    ),
    Check("asks_again", "重复询问", Part.SKILL, 5, 10, "客户已经提供过{}，又问了一遍", _asks_again),
    Check(
        "repeats_itself", "重复同样的话", Part.SKILL, 5, 10, "同样的话说了不止一次", _repeats_itself
    ),
    Check(
        "asked_thrice",
        "没有抓住问题",
        Part.SKILL,
        5,
        5,
        "客户把同一个问题问了三次，才转给别人处理",
        _asked_thrice,
    ),
)
