"""The service-quality check: every outgoing line is judged before it is sent.

Entry point: :class:`Checker`. Rules are data (``rules.yaml``), each with examples that must and
must not fire; :func:`verify` holds a rule set to its own examples.
"""

from __future__ import annotations

from bot.quality.checker import Checker
from bot.quality.context import Context
from bot.quality.errors import QualityError, RulesFaulty
from bot.quality.findings import Finding, Result
from bot.quality.rules import Rule, load_rules, shipped_rules
from bot.quality.terms import Part, Severity
from bot.quality.verify import verify

__all__ = [
    "Checker",
    "Context",
    "Finding",
    "Part",
    "QualityError",
    "Result",
    "Rule",
    "RulesFaulty",
    "Severity",
    "load_rules",
    "shipped_rules",
    "verify",
]
