"""Which kinds of line fit now: a score from 0 to 1 for each, from the situation alone.

Feelings come before business, missing information before promises, one opening a conversation,
thanks are answered and goodbyes closed. The weights are hand-set; docs/matching.md measures them.
"""

from __future__ import annotations

import re
from typing import Final

from bot.desk.situation import Situation
from bot.domain.terms import Intent, Rule, Stage
from kb.terms import Category, Priority
from prompts.terms import Kind

_PROGRESS: Final = re.compile(
    r"(?:到哪|多久|什么时候|啥时候|几时|何时|几天|进度|查一下|查下|帮我查|看一下|还没|怎么还|没动静|没到|没收到|没反应)"
)
_WRONG_LINE: Final = re.compile(r"(?:打错|说错|写错|发错|弄错|错别字|你说的是|什么意思|没看懂)")
_NO_MORE: Final = re.compile(
    r"^(?:[嗯哦好的,，。.\s]*)(?:没(?:有|啥|什么)?(?:了|事|问题|别的|其他)|暂时没|不用了|没有)"
)
_QUESTION: Final = re.compile(
    r"[?？吗呢么嘛]|(?:怎么|如何|多少|什么|哪|几|能不能|可不可以|是不是|有没有|咋|啥)"
)
#: Rules after which the customer is told who goes on.
_HANDED_ON: Final = frozenset({Rule.REFUSED_PLAN, Rule.REPEATED_QUESTION, Rule.BOT_MISSED})
_CASE: Final = frozenset(
    {Category.ORDER_LOGISTICS, Category.PAYMENT_AFTERSALE_PROCESS, Category.PRODUCT_QUALITY}
)


def kind_scores(s: Situation) -> dict[Kind, float]:
    """Scores of all kinds that can fit; kinds left out do not."""
    scores = dict.fromkeys(Kind, 0.0)
    _opening(s, scores)
    _feelings(s, scores)
    _business(s, scores)
    _ending(s, scores)
    _handover(s, scores)
    if s.before.stage is Stage.CLOSED and not s.reading.has_need:
        scores[Kind.ANSWER] = scores[Kind.ASK_INFO] = scores[Kind.CONFIRM] = 0.0
    return {kind: min(score, 1.0) for kind, score in scores.items() if score > 0.0}


def _opening(s: Situation, scores: dict[Kind, float]) -> None:
    if Kind.OPENING in s.before.done:
        return
    if s.before.is_new:
        scores[Kind.OPENING] = 0.58 if s.reading.has_need else 0.95
        if s.angry or s.has(Intent.WANTS_HUMAN):
            scores[Kind.OPENING] = 0.4
    elif s.has(Intent.GREETING) and not s.reading.has_need:
        scores[Kind.OPENING] = 0.6


def _feelings(s: Situation, scores: dict[Kind, float]) -> None:
    if s.has(Intent.SAFETY):
        base = 0.96
    elif s.angry or s.has(Intent.THREAT):
        base = 0.97
    elif s.upset:
        base = 0.82
    elif s.reading.has_need and s.now.priority is Priority.P1:
        base = 0.8
    elif s.has(Intent.URGE):
        base = 0.6
    elif s.reading.category in {Category.PRODUCT_QUALITY, Category.SERVICE_EXPERIENCE}:
        base = 0.55
    elif s.has(Intent.REFUSE) and s.reading.has_need:
        base = 0.45
    else:
        base = 0.12 if s.reading.has_need else 0.0
    if Kind.REASSURANCE in s.before.last_done and not s.angry:
        base *= 0.75
    scores[Kind.REASSURANCE] = base


def _business(s: Situation, scores: dict[Kind, float]) -> None:
    need, asks = s.reading.has_need, bool(_QUESTION.search(s.reading.text))
    progress = bool(_PROGRESS.search(s.reading.text))
    informed = s.gave_information or (s.answers_us and not asks)
    case = s.now.category in _CASE
    if need:
        scores[Kind.ANSWER] = 0.88 if asks else 0.74
        scores[Kind.ASK_INFO] = 0.62 if s.missing else 0.3
        if s.match.solution is None and s.now.category is Category.UNKNOWN:
            scores[Kind.ASK_INFO] = 0.8
    elif s.now.has_need:
        scores[Kind.ANSWER] = 0.55 if s.now.stage in {Stage.UNDERSTANDING, Stage.HANDLING} else 0.35
        scores[Kind.ASK_INFO] = 0.4 if s.missing else 0.2
    else:
        scores[Kind.ASK_INFO] = 0.45
    if s.verify_first and need:
        scores[Kind.ASK_INFO], scores[Kind.ANSWER] = 0.9, 0.45
    if informed:
        scores[Kind.WAITING] = 0.8
        scores[Kind.ANSWER] = max(scores[Kind.ANSWER], 0.66)
        scores[Kind.ASK_INFO] = 0.5 if s.missing else 0.22
        scores[Kind.PROMISE] = 0.42
    elif need:
        scores[Kind.WAITING] = 0.5 if progress or case else 0.3
    if Kind.WAITING in s.before.last_done:
        scores[Kind.WAITING] = max(scores[Kind.WAITING], 0.35)
    if s.has(Intent.URGE) or (progress and case):
        scores[Kind.PROMISE] = max(scores[Kind.PROMISE], 0.56)
        scores[Kind.URGE] = 0.5 if s.has(Intent.URGE) else 0.25
    elif need and case:
        scores[Kind.PROMISE] = max(scores[Kind.PROMISE], 0.4)
    if case and s.match.solution is not None and not s.missing:
        scores[Kind.CONFIRM] = 0.5
    if s.has(Intent.CONFIRM) and Kind.CONFIRM in s.before.last_done:
        scores[Kind.PROMISE] = max(scores[Kind.PROMISE], 0.72)
        scores[Kind.CONFIRM] = 0.0
    if _WRONG_LINE.search(s.reading.text) and s.before.agent_lines:
        scores[Kind.CORRECTION] = 0.5
    if s.missing and scores[Kind.PROMISE] and not s.has(Intent.URGE):
        scores[Kind.PROMISE] *= 0.8  # missing information before promises


def _ending(s: Situation, scores: dict[Kind, float]) -> None:
    need = s.reading.has_need
    if s.has(Intent.THANKS):
        scores[Kind.THANKS_REPLY] = 0.35 if need else 0.93
        scores[Kind.CLOSING] = 0.3 if need else 0.8
    no_more = bool(_NO_MORE.search(s.reading.text)) and not need
    if s.has(Intent.GOODBYE) or (no_more and s.before.agent_lines):
        scores[Kind.CLOSING] = 0.95
        scores[Kind.SURVEY] = 0.66
        scores[Kind.THANKS_REPLY] = max(scores[Kind.THANKS_REPLY], 0.5)
    elif not need and s.has(Intent.REFUSE):
        # a plan is turned down: understand, look for another way, ask who can help
        scores[Kind.REASSURANCE] = max(scores[Kind.REASSURANCE], 0.75)
        scores[Kind.CONFIRM] = max(scores[Kind.CONFIRM], 0.5)
        scores[Kind.ESCALATION] = max(scores[Kind.ESCALATION], 0.45)
    elif not need and s.before.answered and not s.answers_us:
        scores[Kind.CLOSING] = max(scores[Kind.CLOSING], 0.62)
        scores[Kind.ACK] = 0.4
        if s.now.stage is Stage.WRAPPING_UP:
            scores[Kind.SURVEY] = 0.5
    elif need and s.before.answered:
        scores[Kind.CLOSING] = max(scores[Kind.CLOSING], 0.25)
    if not need and not s.before.is_new:
        scores[Kind.ACK] = max(scores[Kind.ACK], 0.3)
    if not need and not s.upset:
        scores[Kind.REASSURANCE] *= 0.6
    if (s.has(Intent.THANKS, Intent.GOODBYE) or no_more) and not need:
        for kind in (Kind.ANSWER, Kind.ASK_INFO, Kind.WAITING, Kind.PROMISE, Kind.CONFIRM):
            scores[kind] *= 0.4
        scores[Kind.OPENING] = 0.0


def _handover(s: Situation, scores: dict[Kind, float]) -> None:
    if s.has(Intent.WANTS_HUMAN):
        scores[Kind.ESCALATION] = 0.98  # never argued with
        scores[Kind.REASSURANCE] = max(scores[Kind.REASSURANCE], 0.5)
    elif s.has(Intent.THREAT, Intent.SAFETY) or s.fired & _HANDED_ON:
        scores[Kind.ESCALATION] = 0.72
    elif s.fired:
        scores[Kind.ESCALATION] = 0.42  # told inside; the customer hears of it where it helps
    elif s.angry:
        scores[Kind.ESCALATION] = 0.5
    elif s.upset and s.now.asked_alike > 1:
        scores[Kind.ESCALATION] = 0.4
