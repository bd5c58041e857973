"""The machine-readable shapes of the command line and the web API, in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bot.desk.house import House
from bot.desk.ranking import Suggestion
from bot.desk.score import Score
from bot.domain.clocks import clocks
from bot.domain.conversation import Conversation
from bot.domain.events import Escalated
from bot.nlu.reading import Reading
from bot.quality import Finding, Result

Shape = dict[str, Any]


def suggestion_shape(s: Suggestion) -> Shape:
    """One suggestion."""
    return {
        "rank": s.rank,
        "id": s.id,
        "kind": s.kind.value,
        "text": s.text,
        "ready": s.ready,
        "holes": list(s.holes),
        "score": s.score,
        "band": s.band.value,
        "source": s.source,
        "matched": s.matched,
        "why": s.why,
        "tone": s.tone.value,
    }


def state_shape(c: Conversation) -> Shape:
    """Where a conversation stands: stage, mood, class, contact type, priority."""
    return {
        "stage": c.stage.value,
        "emotion": c.emotion.value,
        "category": c.category.value,
        "contact_type": c.contact_type.value,
        "priority": c.priority.value,
    }


def escalation_shapes(fired: Iterable[Escalated]) -> list[Shape]:
    """The rules that fired."""
    return [{"rule": e.rule.value, "level": e.level.value, "reason": e.reason} for e in fired]


def finding_shape(f: Finding) -> Shape:
    """One finding of the service-quality check."""
    return {
        "rule": f.rule,
        "severity": f.severity,
        "part": f.part,
        "start": f.start,
        "end": f.end,
        "points": f.points,
        "message": f.message,
        "advice": f.advice,
    }


def check_shape(r: Result) -> Shape:
    """The outcome of the service-quality check of one line."""
    return {
        "ok": r.ok,
        "blocked": r.blocked,
        "findings": [finding_shape(f) for f in r.findings],
        "points": r.points,
    }


def reading_shape(r: Reading) -> Shape:
    """What was read out of one message."""
    return {
        "emotion": r.emotion.value,
        "category": r.category.value,
        "contact_type": r.contact_type.value,
        "priority": r.priority.value,
        "intents": [i.value for i in r.intents],
        "fields": {code: found.value for code, found in r.fields.items()},
    }


def ticket_shape(c: Conversation, note: str, now: dt.datetime, score: Score, house: House) -> Shape:
    """The last line of a replay: the ticket and the score as of ``now``."""
    fields: Shape = dict(c.fields)
    if c.agent:
        fields["agent_no"] = c.agent
    if c.agent_lines and c.last_at:
        fields["handled_at"] = f"{house.local(c.last_at):%Y-%m-%d %H:%M:%S}"
    return {
        "ticket": {
            "fields": fields,
            "note": note,
            "category": c.category.value,
            "contact_type": c.contact_type.value,
            "priority": c.priority.value,
            "stage": c.stage.value,
            "escalation_level": c.level.value if c.level else None,
            "promises": [
                {"text": p.text, "due": p.due.isoformat() if p.due else None} for p in c.promises
            ],
            "clocks": [
                {
                    "name": k.name,
                    "due": k.due.isoformat() if k.due else None,
                    "state": k.state.value,
                }
                for k in clocks(c, now)
            ],
        },
        "score": {"total": score.total, "parts": dict(score.parts)},
    }
