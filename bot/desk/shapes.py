"""The machine-readable shapes of the command line and the web API, in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bot.desk.house import House
from bot.desk.ranking import Suggestion
from bot.desk.scoring import ScoreSheet, score_shape
from bot.domain.clocks import clocks
from bot.domain.conversation import Conversation
from bot.domain.events import Escalated
from bot.domain.policy import STANDARD, Policy
from bot.domain.ticket import Ticket
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
        "rewrite": f.rewrite,
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


def ticket_shape(
    t: Ticket,
    note: str,
    now: dt.datetime,
    sheet: ScoreSheet,
    house: House,
    policy: Policy = STANDARD,
) -> Shape:
    """The last line of a replay: the ticket and the score as of ``now``."""
    talk = t.talk
    fields: Shape = dict(talk.fields)
    if talk.agent:
        fields["agent_no"] = talk.agent
    if talk.agent_lines and talk.last_at:
        fields["handled_at"] = f"{house.local(talk.last_at):%Y-%m-%d %H:%M:%S}"
    return {
        "ticket": {
            "id": t.id,
            "fields": fields,
            "note": note,
            "category": talk.category.value,
            "contact_type": talk.contact_type.value,
            "priority": talk.priority.value,
            "stage": talk.stage.value,
            "escalation_level": talk.level.value if talk.level else None,
            "earlier": t.earlier or None,
            "reopened": t.reopened,
            "promises": [
                {"text": p.promise.text, "due": _iso(p.promise.due), "kept": p.kept_at is not None}
                for p in t.promises
            ],
            "clocks": [
                {"name": k.name.value, "due": _iso(k.due), "state": k.state(now).value}
                for k in clocks(t, policy)
            ],
        },
        "score": score_shape(sheet),
    }


def _iso(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
