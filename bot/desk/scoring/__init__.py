"""The score sheet of a conversation, worked out from its ticket's events whenever it is asked for.

:func:`case_of` lays a log out, :func:`score` judges it by the line rules and the checks of the
whole, :func:`appeal` and :func:`overrule` make the events by which a deduction is contested and
decided, :func:`summarise` and :func:`by_agent` tell of many sheets, :func:`simulate` of other rules.
"""

from __future__ import annotations

from bot.desk.scoring.appealing import appeal, overrule
from bot.desk.scoring.case import Case, case_of
from bot.desk.scoring.scoring import CHECKS, score
from bot.desk.scoring.shapes import score_shape, simulation_shape, summary_shape
from bot.desk.scoring.sheet import PARTS, Deduction, ScoreSheet
from bot.desk.scoring.simulating import Simulation, simulate
from bot.desk.scoring.standard import Standard, StandardOf
from bot.desk.scoring.summary import Summary, by_agent, summarise

__all__ = [
    "CHECKS",
    "PARTS",
    "Case",
    "Deduction",
    "ScoreSheet",
    "Simulation",
    "Standard",
    "StandardOf",
    "Summary",
    "appeal",
    "by_agent",
    "case_of",
    "overrule",
    "score",
    "score_shape",
    "simulate",
    "simulation_shape",
    "summarise",
    "summary_shape",
]
