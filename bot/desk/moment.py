"""What the learned choice of kinds looks at: two texts and a handful of facts.

Facts are names with a value from 0 to 1. Some are combined in pairs ("our last line asked" with "the
message is short"), because that is how a conversation works and a linear model cannot combine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.desk.situation import Situation
from prompts.terms import Kind

_ASKS: Final = re.compile(r"[?？吗呢么]")
_CARD: Final = re.compile(r"\[[^\]]*(?:卡|链接|订单|商品)[^\]]*\]")
_PICTURE: Final = re.compile(r"\[[^\]]*图[^\]]*\]")
_OUR_QUESTION: Final = re.compile(r"[?？吗呢]\s*$")
#: Facts that are combined with what our last line did, and among themselves.
_PAIRED: Final = (
    "intent=",
    "stage=",
    "emotion=",
    "need",
    "asks",
    "short",
    "card",
    "new",
    "second",
    "gave",
    "done=opening",
    "done=answer",
    "answered",
)
_ANCHORS: Final = ("need", "new", "second", "short", "card", "asks last")


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment before a line of ours.

    Attributes:
        theirs: the customer's words since our last turn.
        ours: our last turn, or "".
        facts: fact -> value from 0 to 1; facts left out are 0.

    """

    theirs: str
    ours: str
    facts: dict[str, float]


def moment_of(s: Situation) -> Moment:
    """The moment that a situation is, seen by the model."""
    theirs, ours = " ".join(s.now.unanswered), " ".join(s.now.last_turn)
    facts = _state(s) | _history(s) | _form(theirs, ours, s)
    return Moment(theirs, ours, _paired({k: float(v) for k, v in facts.items() if v}))


def _state(s: Situation) -> dict[str, float]:
    before, now, reading = s.before, s.now, s.reading
    facts: dict[str, float] = {
        f"stage={before.stage.value}": 1,
        f"stage now={now.stage.value}": 1,
        f"emotion={reading.emotion.value}": 1,
        f"class={reading.category.value}": 1,
        f"class now={now.category.value}": 1,
        f"type={reading.contact_type.value}": 1,
        f"priority={reading.priority.value}": 1,
        "need": reading.has_need,
        "need now": now.has_need,
        "new": before.is_new,
        "answered": before.answered,
        "match": s.match.probability,
        "solution": s.match.solution is not None,
        "carried": s.match.carried,
        "missing": min(len(s.missing), 3) / 3,
        "gave": s.gave_information,
        "answers us": s.answers_us,
        "our lines": min(before.agent_lines, 6) / 6,
        "second": before.agent_lines == 1,
        "their lines": min(now.customer_lines, 8) / 8,
        "first message": now.customer_lines == 1,
        "asked alike": min(now.asked_alike, 4) / 4,
        "identity first": s.verify_first,
    }
    facts |= {f"intent={i.value}": 1 for i in reading.intents}
    facts |= {f"field={code}": 1 for code in reading.fields}
    return facts | {f"fired={rule.value}": 1 for rule in s.fired}


def _history(s: Situation) -> dict[str, float]:
    """What our lines did so far: an agent keeps his habits through a conversation."""
    before = s.before
    facts: dict[str, float] = {f"last={k.value}": 1 for k in before.last_done}
    facts |= {f"done={k.value}": 1 for k in before.done}
    lines = before.kinds_said
    for kind in Kind:
        count = sum(kind in kinds for kinds in lines)
        if count:
            facts[f"times={kind.value}"] = min(count, 3) / 3
            facts[f"share={kind.value}"] = count / len(lines)
    if len(lines) > 1:
        facts |= {f"last but one={k.value}": 1 for k in lines[-2]}
    return facts


def _form(theirs: str, ours: str, s: Situation) -> dict[str, float]:
    return {
        "burst": min(len(s.now.unanswered), 4) / 4,
        "two or more": len(s.now.unanswered) > 1,
        "short": len(theirs) < 5,
        "middling": len(theirs) < 12,
        "long": len(theirs) > 30,
        "asks": _ASKS.search(theirs) is not None,
        "asks last": _ASKS.search(s.reading.text) is not None,
        "card": _CARD.search(theirs) is not None,
        "picture": _PICTURE.search(theirs) is not None,
        "our length": min(len(ours), 120) / 120,
        "our question": _OUR_QUESTION.search(ours) is not None,
    }


def _paired(facts: dict[str, float]) -> dict[str, float]:
    both = dict(facts)
    last = [name for name in facts if name.startswith("last=")] or ["last=none"]
    pairable = [name for name in facts if name.startswith(_PAIRED)]
    for name in pairable:
        both |= {f"{one} & {name}": facts[name] for one in last}
        both |= {f"{one} & {name}": 1.0 for one in _ANCHORS if one in facts and one != name}
    return both
