"""Durations of a solution's time limits and the authority its actions need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kb.terms import ROLE_NAMES, Priority, Role


class Unit(StrEnum):
    """Units of a duration; working days count on the desk's calendar."""

    MINUTE = "m"
    HOUR = "h"
    DAY = "d"
    WORKDAY = "bd"


_UNIT_NAMES: Final = MappingProxyType(
    {Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.DAY: "天", Unit.WORKDAY: "个工作日"}
)
_DURATION: Final = re.compile(r"(\d{1,4})\s*(m|h|d|bd|分钟|小时|天|日|个?工作日)")
_UNIT_OF: Final = MappingProxyType(
    {"m": Unit.MINUTE, "h": Unit.HOUR, "d": Unit.DAY, "bd": Unit.WORKDAY}
    | {"分钟": Unit.MINUTE, "小时": Unit.HOUR, "天": Unit.DAY, "日": Unit.DAY}
    | {"工作日": Unit.WORKDAY, "个工作日": Unit.WORKDAY}
)
_AUTHORITY: Final = re.compile(
    r"([^>:：@]{1,30})(?:>(\d{1,9}(?:\.\d{1,2})?)元?)?((?:@P[1-4])*)\s*[:：]\s*(\w+)"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time as a desk says it: 48 hours, 2 working days."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def said(self) -> str:
        """As a person says it: 48小时, 2个工作日."""
        return f"{self.amount}{_UNIT_NAMES[self.unit]}"


def parse_duration(text: str) -> Duration | None:
    """``48h``, ``2bd``, ``30分钟``, ``2个工作日``; None when it is none of these or zero."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not int(found[1]):
        return None
    return Duration(int(found[1]), _UNIT_OF[found[2]])


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may approve an action, perhaps only above an amount (yuan) or for some priorities."""

    action: str
    by: Role
    over: float | None = None
    priorities: tuple[Priority, ...] = ()

    def __str__(self) -> str:
        over = f">{self.over:.2f}".rstrip("0").rstrip(".") if self.over is not None else ""
        at = "".join(f"@{p.value}" for p in self.priorities)
        return f"{self.action}{over}{at}:{self.by.value}"


def parse_authority(text: str) -> Authority | None:
    """``换货:supervisor``, ``补偿>200:经理``, ``换货@P1:主管``; None when malformed."""
    found = _AUTHORITY.fullmatch(text.strip())
    if not found:
        return None
    role = next((r for r, names in ROLE_NAMES.items() if found[4] in (r.value, *names)), None)
    if role is None:
        return None
    priorities = tuple(Priority(p) for p in found[3].split("@") if p)
    return Authority(found[1].strip(), role, float(found[2]) if found[2] else None, priorities)
