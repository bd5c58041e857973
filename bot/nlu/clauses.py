"""Where clauses and sentences begin and end in a folded message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: After folding, 。 is "." and 、 is ",". A dot between digits is a decimal point.
_SENTENCE: Final = frozenset(".!?;\n…")
_CLAUSE: Final = frozenset(",: ~")
#: Particles that say nothing: 好的呀 is still 好的.
_PARTICLES: Final = frozenset("啊呀哦喔呢吧啦哈嘛噢哟咯呗滴哇嗷捏\"')(")


@dataclass(frozen=True, slots=True)
class Clauses:
    """For each character the number of its clause and sentence, and each clause's bounds."""

    clause: list[int]
    sentence: list[int]
    #: clause number -> (start, end without trailing particles)
    bounds: list[tuple[int, int]]


def divide(text: str) -> Clauses:
    """Divide a folded ``text``; linear."""
    clause_of: list[int] = []
    sentence_of: list[int] = []
    bounds: list[tuple[int, int]] = []
    clause = sentence = start = 0
    size = len(text)
    for at, character in enumerate(text):
        ends_sentence = character in _SENTENCE and not (
            character == "."
            and 0 < at < size - 1
            and text[at - 1].isalnum()
            and text[at - 1].isascii()
            and text[at + 1].isascii()
            and text[at + 1].isalnum()
        )
        clause_of.append(clause)
        sentence_of.append(sentence)
        if ends_sentence or character in _CLAUSE:
            bounds.append((start, _core_end(text, start, at)))
            clause += 1
            start = at + 1
            if ends_sentence:
                sentence += 1
    bounds.append((start, _core_end(text, start, size)))
    clause_of.append(clause)
    sentence_of.append(sentence)
    return Clauses(clause_of, sentence_of, bounds)


def _core_end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _PARTICLES:
        end -= 1
    return end
