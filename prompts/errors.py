"""Errors of the phrase library and of reading files that people edit.

PromptsError
├── LoadFailed        one or more faults in files; nothing was taken over
└── RenderError       a template asks for a variable that does not exist
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file: where (file:line or cell), which field, why, and what to do."""

    where: str
    field: str
    reason: str
    hint: str

    def __str__(self) -> str:
        field = f"“{self.field}”" if self.field else ""
        return f"{self.where}：{field}{self.reason}。{self.hint}"


class PromptsError(Exception):
    """Root of this room's errors."""


class LoadFailed(PromptsError):  # noqa: N818 - named for what happened
    """Files could not be loaded; ``faults`` has every reason. Nothing was taken over."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


class RenderError(PromptsError):
    """A template uses a variable that does not exist."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"话术中使用了不存在的变量“{variable}”")
        self.variable = variable
