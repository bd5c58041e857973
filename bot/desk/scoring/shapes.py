"""The machine-readable shapes of scores: command line, web API, replay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.desk.scoring.sheet import Deduction, ScoreSheet
from bot.desk.scoring.simulating import Simulation
from bot.desk.scoring.summary import Summary


def score_shape(sheet: ScoreSheet) -> dict[str, Any]:
    """A sheet; ``total`` and ``parts`` are what counts in the end."""
    return {
        "total": sheet.total,
        "parts": sheet.parts,
        "original": sheet.original,
        "ended": sheet.ended,
        "deductions": [_deduction(d) for d in sheet.deductions],
    }


def _deduction(d: Deduction) -> dict[str, Any]:
    return {
        "key": d.key,
        "check": d.check,
        "part": d.part.value,
        "points": d.counts,
        "original": d.points,
        "why": d.why,
        "event": d.event,
        "turn": d.turn,
        "start": d.place[0] if d.place else None,
        "end": d.place[1] if d.place else None,
        "agent": d.agent,
        "quote": d.quote,
        "advice": d.advice,
        "appeal": {"by": d.appealed.by, "reason": d.appealed.reason} if d.appealed else None,
        "overruled": {"by": d.overruled.by, "reason": d.overruled.reason} if d.overruled else None,
    }


def summary_shape(summary: Summary) -> dict[str, Any]:
    """A summary."""
    return {
        "count": summary.count,
        "mean": summary.mean,
        "parts": summary.parts,
        "lowest": [{"ticket_id": ticket, "total": total} for ticket, total in summary.lowest],
        "frequent": [asdict(one) for one in summary.frequent],
        "appealed": summary.appealed,
        "overruled": summary.overruled,
    }


def simulation_shape(made: Simulation) -> dict[str, Any]:
    """A simulation."""
    return {
        "chats": made.chats,
        "lines": made.lines,
        "mean_now": made.mean_now,
        "mean_then": made.mean_then,
        "rules": [asdict(one) for one in made.rules],
        "scores": [
            {"ticket_id": one.ticket, "now": one.now, "then": one.then} for one in made.scores
        ],
    }
