"""What the check of one line says."""

from __future__ import annotations

from dataclasses import dataclass

from bot.quality.terms import Part, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired at one place.

    Attributes:
        rule: the rule's id.
        severity: block or warn.
        start: first code point of the original line.
        end: one past the last.
        points: taken off the part of the score sheet.
        advice: how to say it better, in Chinese.
        rewrite: the whole line with a better wording at every place of this rule, "" where
            none can be put in mechanically.
        message: why it is wrong, in Chinese.
        part: the part of the score sheet.
        override: whether an agent may send the line all the same, with a logged reason.

    """

    rule: str
    severity: Severity
    start: int
    end: int
    points: int
    advice: str
    message: str
    part: Part
    override: bool = True
    rewrite: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """All findings of a line, by ``start``. The worst decides: one block blocks the line."""

    findings: tuple[Finding, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether the line must be changed before it is sent."""
        return any(one.severity is Severity.BLOCK for one in self.findings)

    @property
    def ok(self) -> bool:
        """Whether the line may be sent; warnings do not matter."""
        return not self.blocked

    @property
    def points(self) -> int:
        """What the findings cost together, before any part of the sheet is floored."""
        return sum(one.points for one in self.findings)

    @property
    def may_override(self) -> bool:
        """Whether every block of the line may be overridden with a reason."""
        return all(one.override for one in self.findings if one.severity is Severity.BLOCK)
