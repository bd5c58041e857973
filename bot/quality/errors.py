"""Errors of the quality check.

QualityError
└── RulesFaulty    a rule file cannot be used; ``faults`` has every reason
"""

from __future__ import annotations

from collections.abc import Iterable

from prompts.errors import Fault


class QualityError(Exception):
    """Root of everything this package raises."""


class RulesFaulty(QualityError):  # noqa: N818 - named for what happened
    """Rules could not be loaded, or their own examples contradict them. Nothing was taken over."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
