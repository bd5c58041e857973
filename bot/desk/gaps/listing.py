"""What waits for the knowledge owner, likes together, and a group as a draft of a solution."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from bot.desk.gaps.grouping import grouped, most_typical
from bot.desk.ports import Gap, GapState, Store
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import ClockName
from embeddings.encoder import Encoder
from kb.terms import Category
from prompts.terms import Kind

#: States in which the knowledge owner is to do something.
PENDING: Final = frozenset({GapState.OPEN, GapState.REQUESTED})


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Gaps that ask the same.

    Attributes:
        gaps: the newest first.
        title: the most typical question.
        questions: the different wordings, the newest first.
        answer: the newest answer of an agent, "" where none was given.
        category: the most frequent class.
        due: when the first of the requests must be answered, None where none was handed in.

    """

    gaps: tuple[Gap, ...]
    title: str
    questions: tuple[str, ...]
    answer: str
    category: Category
    due: dt.datetime | None

    @property
    def newest(self) -> dt.datetime:
        """When it was asked last."""
        return self.gaps[0].at

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """Ticket and event of each gap, by which a group is dismissed or settled."""
        return tuple((gap.ticket, gap.seq) for gap in self.gaps)


def list_gaps(store: Store, encoder: Encoder, policy: Policy = STANDARD) -> list[GapGroup]:
    """What waits for the knowledge owner: requests first, by when they fall due, then by number.

    A question like one that was dismissed is left out, unless an agent asks for it.
    """
    gaps = [gap for gap in store.gaps({*PENDING, GapState.DISMISSED}) if gap.question]
    limit = policy.limits[ClockName.KNOWLEDGE]
    groups: list[GapGroup] = []
    for places in grouped([gap.question for gap in gaps], encoder):
        alike = [gaps[i] for i in places]
        pending = [gap for gap in alike if gap.state in PENDING]
        wanted = any(gap.state is GapState.REQUESTED for gap in pending)
        if pending and (wanted or len(pending) == len(alike)):
            groups.append(_group(pending, encoder, limit))
    groups.sort(key=lambda g: g.newest, reverse=True)
    groups.sort(key=lambda g: len(g.gaps), reverse=True)
    groups.sort(key=lambda g: g.due.timestamp() if g.due else float("inf"))
    return groups


def as_solution_draft(group: GapGroup) -> str:
    """A group as a solution file (YAML), ready to be completed, checked and loaded.

    Without an answer of an agent the script's text is empty, and loading asks for it.
    """
    solution = {
        "title": group.title,
        "category": group.category.value,
        "priority": "P3",
        "questions": [q for q in group.questions if q != group.title],
        "script": [{"kind": Kind.ANSWER.value, "text": group.answer}],
        "bot_safe": False,
        "identity_first": False,
        "source": f"知识缺口，客户问过 {len(group.gaps)} 次",
    }
    text: str = yaml.safe_dump(
        {"solutions": [solution]}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return text


def _group(gaps: Sequence[Gap], encoder: Encoder, limit: dt.timedelta) -> GapGroup:
    questions = tuple(dict.fromkeys(gap.question for gap in gaps))
    (category, _), *_ = Counter(gap.category for gap in gaps).most_common(1)
    asked = [gap.requested_at for gap in gaps if gap.requested_at]
    return GapGroup(
        gaps=tuple(gaps),
        title=questions[most_typical(questions, encoder)],
        questions=questions,
        answer=next((gap.answer for gap in gaps if gap.answer), ""),
        category=Category(category),
        due=min(asked) + limit if asked else None,
    )
