"""Which kinds of line fit now: a score from 0 to 1 for each.

Learned from labelled chats (:mod:`bot.desk.kind_model`); what the manuals lay down stands above it:
feelings come before business, a wish for a person is never argued with, identity is checked first,
one opening a conversation. docs/matching.md measures both.
"""

from __future__ import annotations

import re
from typing import Final

from bot.desk.kind_model import KindModel
from bot.desk.moment import moment_of
from bot.desk.situation import Situation
from bot.domain.terms import Intent, Rule, Stage
from prompts.terms import Kind

#: What the odds of a kind are multiplied by: chats written for training close and ask back less often
#: than real ones do (docs/matching.md).
_LEAN: Final = {Kind.CLOSING: 1.8, Kind.ASK_INFO: 1.5}
#: How sure sympathy must be to stand before an angry customer's business; else it stands beside it.
_SYMPATHY: Final = 0.25
#: How much rarer kinds are favoured once the likeliest is first: chance / (common + 0.02) to this
#: power. Without it waiting, promise and escalation would never be seen beside answer and closing.
_RARE: Final = 0.25
_SMOOTH: Final = 0.02
#: A kind as common as this keeps its own chance.
_USUAL: Final = 0.15
#: The first three kinds are always worth a look; those behind them only from their own chance.
_FIRST_THREE: Final = (0.68, 0.66, 0.64)
#: A weaker match does not yet show that the matter is one for verified customers.
_SURE_MATCH: Final = 0.9
_WRONG_LINE: Final = re.compile(r"(?:打错|说错|写错|发错|弄错|错别字|你说的是|什么意思|没看懂)")
#: Rules after which the customer is told who goes on.
_HANDED_ON: Final = frozenset({Rule.REFUSED_PLAN, Rule.REPEATED_QUESTION, Rule.BOT_MISSED})
#: Feelings come before these.
_BUSINESS: Final = (Kind.ANSWER, Kind.ASK_INFO, Kind.CONFIRM, Kind.PROMISE, Kind.WAITING)
_TELLING: Final = (Kind.ANSWER, Kind.ASK_INFO, Kind.CONFIRM)


def kind_scores(s: Situation) -> dict[Kind, float]:
    """Scores of all kinds that can fit; kinds left out do not."""
    chances = _chances(s)
    scores = _favoured(chances)
    _least(s, scores, chances)
    _never(s, scores)
    return {kind: score for kind, score in scores.items() if score > 0.0}


def _chances(s: Situation) -> dict[Kind, float]:
    """How probable each kind is."""
    model = KindModel.shipped()
    chances = dict(zip(model.kinds, model.chances(moment_of(s)).tolist(), strict=True))
    for kind, lean in _LEAN.items():
        odds = chances[kind] * lean
        chances[kind] = odds / (1.0 - chances[kind] + odds)
    return chances


def _favoured(chances: dict[Kind, float]) -> dict[Kind, float]:
    """The root of each kind's chance, the likeliest first, then the rarer ones favoured."""
    model = KindModel.shipped()
    common = dict(zip(model.kinds, model.common.tolist(), strict=True))
    strength = {
        kind: min(0.98, (chance * ((_USUAL + _SMOOTH) / (common[kind] + _SMOOTH)) ** _RARE) ** 0.5)
        for kind, chance in chances.items()
    }
    likeliest = max(chances, key=chances.__getitem__)
    strength[likeliest] = max(strength.values()) + 0.01
    best = sorted(strength, key=strength.__getitem__, reverse=True)
    for kind, least in zip(best, _FIRST_THREE, strict=False):
        strength[kind] = max(strength[kind], least)
    return strength


def _least(s: Situation, scores: dict[Kind, float], chances: dict[Kind, float]) -> None:
    """What the manuals demand at least, and the kinds too rare to be learned."""

    def at_least(kind: Kind, score: float) -> None:
        scores[kind] = max(scores.get(kind, 0.0), score)

    if s.has(Intent.SAFETY):
        at_least(Kind.REASSURANCE, 0.995)
    elif s.angry or s.has(Intent.THREAT):
        sure = s.has(Intent.THREAT) or chances[Kind.REASSURANCE] >= _SYMPATHY
        before = max(scores.get(k, 0.0) for k in _BUSINESS) if sure else sorted(scores.values())[-2]
        at_least(Kind.REASSURANCE, before + 0.005)
    if s.has(Intent.WANTS_HUMAN):
        # who calmly asks for a person is first greeted by one; after that it is a wish for another
        at_least(Kind.ESCALATION, 0.90 if s.before.is_new and not s.upset else 0.998)
        at_least(Kind.REASSURANCE, 0.60)
    elif s.has(Intent.THREAT, Intent.SAFETY) or s.fired & _HANDED_ON:
        at_least(Kind.ESCALATION, 0.72)
        if s.has(Intent.THREAT):  # reassurance first, then whom it goes to (service manuals)
            at_least(Kind.REASSURANCE, scores[Kind.ESCALATION] + 0.005)
    if s.verify_first and s.reading.has_need:
        sure = s.match.probability >= _SURE_MATCH
        at_least(Kind.ASK_INFO, 0.99 if sure else 0.60)
    elif s.match.probability >= _SURE_MATCH and s.reading.has_need:
        third = sorted(scores.values(), reverse=True)[2]
        at_least(Kind.ANSWER, third + 0.001)  # what is surely the answer is always in sight
    if s.before.is_new and s.has(Intent.THANKS) and not s.reading.has_need:
        at_least(Kind.THANKS_REPLY, max(scores.values()) + 0.001)
    if s.has(Intent.URGE):
        at_least(Kind.URGE, 0.45)
    if _WRONG_LINE.search(s.reading.text) and s.before.agent_lines:
        at_least(Kind.CORRECTION, 0.5)
    if s.now.stage is Stage.WRAPPING_UP and not s.reading.has_need:
        at_least(Kind.SURVEY, 0.5)


def _never(s: Situation, scores: dict[Kind, float]) -> None:
    if Kind.OPENING in s.before.done:
        scores[Kind.OPENING] = 0.0
    if s.before.stage is Stage.CLOSED and not s.reading.has_need:
        for kind in _TELLING:
            scores[kind] = 0.0
