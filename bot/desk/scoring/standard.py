"""What a matched solution asks of whoever handles the case, as plain strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kb.solutions import Solution
from kb.terms import Category
from prompts.terms import Kind

#: Share of an answer's character pairs from which our lines follow it; below it the match may
#: have been another problem's, and nobody is blamed for not following that. Of 90 chats of the
#: desk's labelled turns, answered in other words than the matched solution's, none reaches 0.17.
_FOLLOWED_FROM: Final = 0.25
#: Share of a reminder's character pairs from which our lines mention it.
_MENTIONED_FROM: Final = 0.5


@dataclass(frozen=True, slots=True)
class Standard:
    """The solution that a conversation is measured by; texts are Chinese."""

    title: str
    category: Category
    answers: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    needs: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    identity_first: bool = False

    @classmethod
    def of(cls, solution: Solution) -> Standard:
        """What a solution asks."""
        return cls(
            title=solution.title,
            category=solution.category,
            answers=tuple(x.text for x in solution.script if x.kind is Kind.ANSWER),
            kinds=frozenset(x.kind for x in solution.script),
            needs=solution.needs,
            reminders=solution.reminders,
            identity_first=solution.identity_first,
        )

    def followed(self, lines: Iterable[str]) -> float:
        """How far our lines give one of its answers, from 0 (not at all, or not surely) to 1."""
        said = _pairs(*lines)
        best = max((_share(answer, said) for answer in self.answers), default=0.0)
        return best if best >= _FOLLOWED_FROM else 0.0

    def unmentioned(self, lines: Iterable[str]) -> tuple[str, ...]:
        """The reminders that our lines do not mention."""
        said = _pairs(*lines)
        return tuple(r for r in self.reminders if _share(r, said) < _MENTIONED_FROM)


#: Gives a solution's standard by the solution's id; None where it is no longer known.
StandardOf: TypeAlias = Callable[[str], Standard | None]


def _pairs(*texts: str) -> frozenset[str]:
    bare = ("".join(c for c in text if c.isalnum()) for text in texts)
    return frozenset(text[i : i + 2] for text in bare for i in range(len(text) - 1))


def _share(text: str, said: frozenset[str]) -> float:
    wanted = _pairs(text)
    return len(wanted & said) / len(wanted) if wanted else 1.0
