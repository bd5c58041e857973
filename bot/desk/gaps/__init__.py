"""Knowledge gaps: gathered while people talk, and put before the knowledge owner, likes together.

A question that nothing matched, one whose suggestions the agent passed over, one that an agent
answered by hand: each is kept with the agent's own answer as a draft. Texts are masked; what the
ticket knows of the customer is taken out of questions and stands as a variable in answers.
"""

from __future__ import annotations

from bot.desk.gaps.finding import CAUSE_NAMES, Cause, gaps_in
from bot.desk.gaps.listing import PENDING, GapGroup, as_solution_draft, list_gaps
from bot.desk.gaps.settling import added, dismiss, gather, request_upgrade

__all__ = [
    "CAUSE_NAMES",
    "PENDING",
    "Cause",
    "GapGroup",
    "added",
    "as_solution_draft",
    "dismiss",
    "gaps_in",
    "gather",
    "list_gaps",
    "request_upgrade",
]
