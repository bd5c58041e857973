"""A library of any size: the shipped entries first, then further ones made of their words.

An entry is one solution or one line with all its wordings. Further solutions have six wordings
(title and five questions), further lines three (title and two examples); one third are solutions.
A larger library holds every entry of a smaller one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bench.material import TITLES, Material, Topic
from kb.library import Library
from kb.solutions import Solution
from prompts.lines import MAX_TEXT, Line
from prompts.terms import Kind

SEED: Final = 20_26
QUESTIONS: Final = 5
EXAMPLES: Final = 2
#: One entry of this many is a solution.
_SOLUTION_EVERY: Final = 3


def library_of(size: int, shipped: Library) -> Library:
    """A library of exactly ``size`` entries.

    Where the shipped library is larger than that, all its solutions are kept (they are what
    messages are to find) and lines are left out evenly.

    Raises:
        ValueError: ``size`` does not even hold the shipped solutions.

    """
    solutions = max(len(shipped.solutions), size // _SOLUTION_EVERY)
    lines = size - solutions
    if lines < 0:
        raise ValueError(f"{size} entries cannot hold {len(shipped.solutions)} solutions")
    made = _Maker(shipped)
    return Library(
        (*_evenly(shipped.lines, lines), *made.lines(lines - len(shipped.lines))),
        (*shipped.solutions, *made.solutions(solutions - len(shipped.solutions))),
        shipped.lexicon,
    )


def wordings_of(library: Library) -> Iterator[tuple[str, str]]:
    """``(entry id, wording)`` of all entries, solutions first: what the other searches index."""
    for solution in library.solutions:
        yield from ((solution.id, wording) for wording in solution.wordings)
    for line in library.lines:
        for wording in dict.fromkeys((*line.examples, line.title or line.text)):
            yield line.id, wording


def _evenly(lines: tuple[Line, ...], count: int) -> tuple[Line, ...]:
    if count >= len(lines):
        return lines
    return tuple(lines[i * len(lines) // count] for i in range(count))


@dataclass(slots=True)
class _Maker:
    """Makes further entries; each sort has its own stream of chance, so that sizes nest."""

    shipped: Library

    def solutions(self, count: int) -> Iterator[Solution]:
        """Further solutions with the script, limits and duties of shipped ones of their trade."""
        for number, topic, texts in self._topics("solution", count, QUESTIONS):
            model = topic.trade.solutions[number % len(topic.trade.solutions)]
            entry_id = f"bench-solution-{number:06d}"
            script = tuple(
                replace(line, id=f"{entry_id}#{i}", text=_about(topic, line))
                for i, line in enumerate(model.script, 1)
            )
            yield replace(
                model, id=entry_id, title=texts[0], questions=tuple(texts[1:]), script=script
            )

    def lines(self, count: int) -> Iterator[Line]:
        """Further lines of the kind, scenes and tone of shipped ones of their trade."""
        for number, topic, texts in self._topics("line", count, EXAMPLES):
            model = topic.trade.lines[number % len(topic.trade.lines)]
            yield replace(
                model,
                id=f"bench-line-{number:06d}",
                title=texts[0],
                examples=tuple(texts[1:]),
                text=_about(topic, model),
            )

    def _topics(self, sort: str, count: int, others: int) -> Iterator[tuple[int, Topic, list[str]]]:
        """``(number, topic, title and wordings)``; no topic twice."""
        material = Material.of(self.shipped)
        chance = random.Random(f"{SEED}-{sort}")  # noqa: S311 - no secret
        seen: set[str] = set()
        for number in range(count):
            topic = material.topic(chance)
            while topic.product + topic.word in seen:
                topic = material.topic(chance)
            seen.add(topic.product + topic.word)
            title = chance.choice(TITLES).format(p=topic.product, w=topic.word)
            yield number, topic, [title, *material.wordings(topic, others, chance)]


def _about(topic: Topic, line: Line) -> str:
    """The model's text, made this entry's own where it tells facts."""
    if line.kind is not Kind.ANSWER:
        return line.text
    return f"关于{topic.product}的{topic.word}：{line.text}"[:MAX_TEXT]
