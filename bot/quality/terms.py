"""The vocabulary of the quality check: the parts of the score sheet and how grave a finding is.

Source: the score sheet of the customer's service manuals (100 points).
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Part(StrEnum):
    """A part of the score sheet; the values are the wire names."""

    COURTESY = "courtesy"
    ATTITUDE = "attitude"
    BUSINESS = "business"
    SKILL = "skill"
    TICKET_WORK = "ticket_work"


class Severity(StrEnum):
    """``block``: the line must be changed (or overridden). ``warn``: it is only shown."""

    BLOCK = "block"
    WARN = "warn"


PART_NAMES: Final = MappingProxyType(
    {
        Part.COURTESY: ("服务规范",),
        Part.ATTITUDE: ("服务态度",),
        Part.BUSINESS: ("业务",),
        Part.SKILL: ("服务技能",),
        Part.TICKET_WORK: ("操作",),
    }
)
SEVERITY_NAMES: Final = MappingProxyType({Severity.BLOCK: ("拦截",), Severity.WARN: ("提醒",)})
