"""All cue files as one compiled lexicon: one scan of the text answers every label."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from bot.nlu.clauses import Clauses, divide
from bot.nlu.cuefile import GAPS, CueLine, Words, parse
from bot.nlu.fold import fold
from bot.nlu.trie import Trie

Span = tuple[int, int]
Hits = Mapping[int, list[Span]]

CUES: Final = Path(__file__).parent / "cues"
_NONE: Final[list[Span]] = []
#: How far a guard reaches, in characters (see the cue language).
_BEFORE: Final = 6
_AFTER: Final = 4
_LONGEST: Final = 16


@dataclass(frozen=True, slots=True)
class Found:
    """What a scan found: for each label the summed weights and the spans of its cues."""

    scores: Mapping[str, float]
    spans: Mapping[str, list[Span]]
    clauses: Clauses

    def score(self, label: str) -> float:
        """Sum of the weights of the cues of ``label``; 0.0 when none was found."""
        return self.scores.get(label, 0.0)

    def has(self, label: str) -> bool:
        """Whether the cues of ``label`` outweigh nothing at all."""
        return self.scores.get(label, 0.0) > 0


@dataclass(frozen=True, slots=True)
class _Cue:
    label: str
    weight: float
    parts: tuple[int, ...]
    gaps: tuple[tuple[int, bool], ...]
    starts_clause: bool
    ends_clause: bool
    guards: tuple[tuple[str, int], ...]
    needs: tuple[int, ...]
    plain: bool = field(default=False)

    def find(self, hits: Hits, clauses: Clauses) -> Span | None:
        """The first place where this cue holds, or None."""
        spans = hits.get(self.parts[0])
        if spans is None:
            return None
        if self.plain:
            return spans[0]
        for number in self.needs:
            if number not in hits:
                return None
        for (gap, commas), part in zip(self.gaps, self.parts[1:], strict=True):
            if part not in hits:
                return None
            spans = _chain(spans, hits[part], gap, clauses.sentence if commas else clauses.clause)
            if not spans:
                return None
        for span in spans:
            if self._anchored(span, clauses) and not self._guarded(span, hits, clauses.clause):
                return span
        return None

    def _anchored(self, span: Span, clauses: Clauses) -> bool:
        if not (self.starts_clause or self.ends_clause):
            return True
        start, end = clauses.bounds[clauses.clause[span[0]]]
        if self.starts_clause and span[0] != start:
            return False
        return not self.ends_clause or span[1] >= end

    def _guarded(self, span: Span, hits: Hits, clause: list[int]) -> bool:
        for kind, number in self.guards:
            guards = hits.get(number, _NONE)
            if not guards:
                continue
            if kind == "!*":
                return True
            if kind == "!>":
                held = _follows(guards, span, clause)
            else:
                held = _precedes(guards, span[0], 1 if kind == "!-" else _BEFORE, clause)
            if held:
                return True
        return False


def _follows(guards: list[Span], span: Span, clause: list[int]) -> bool:
    at = bisect_left(guards, (span[1], 0))
    if at == len(guards):
        return False
    low = guards[at][0]
    return low - span[1] < _AFTER and clause[low] == clause[span[0]]


def _precedes(guards: list[Span], start: int, reach: int, clause: list[int]) -> bool:
    at = bisect_left(guards, (start, 0))
    # No guard word is longer than _LONGEST, so nothing further back can reach up to the cue.
    while at > 0 and guards[at - 1][0] >= start - reach - _LONGEST:
        at -= 1
        low, high = guards[at]
        if 0 <= start - high < reach and clause[low] == clause[start]:
            return True
    return False


def _chain(left: list[Span], right: list[Span], gap: int, zone: list[int]) -> list[Span]:
    """Join spans of ``left`` with the next of ``right`` at most ``gap`` characters on."""
    joined: list[Span] = []
    for start, end in left:
        at = bisect_left(right, (end, 0))
        while at < len(right) and right[at][0] - end <= gap:
            if zone[start] == zone[right[at][0]]:
                joined.append((start, right[at][1]))
            at += 1
    return joined


class Lexicon:
    """Compiled cues. Build once; :meth:`read` is pure and linear in the text."""

    def __init__(self, lines: Iterable[CueLine]) -> None:
        self._numbers: dict[Words, int] = {}
        cues = [self._compile(line) for line in lines]
        #: All labels that cues speak for, sorted.
        self.labels = tuple(sorted({cue.label for cue in cues}))
        use = Counter(part for cue in cues for part in cue.parts)
        self._cues: dict[int, list[_Cue]] = defaultdict(list)
        for cue in cues:
            # Tried only when its rarest part occurs, so common words wake few cues.
            self._cues[min(cue.parts, key=lambda part: (use[part], part))].append(cue)
        words: dict[str, list[int]] = defaultdict(list)
        for group, number in self._numbers.items():
            for word in group:
                words[fold(word)].append(number)
        self._trie = Trie((word, tuple(sorted(words[word]))) for word in sorted(words))

    def _number(self, words: Words) -> int:
        return self._numbers.setdefault(words, len(self._numbers))

    def _compile(self, line: CueLine) -> _Cue:
        plain = len(line.parts) == 1 and not (
            line.guards or line.needs or line.starts_clause or line.ends_clause
        )
        return _Cue(
            label=line.label,
            weight=line.weight,
            parts=tuple(self._number(words) for words in line.parts),
            gaps=tuple(GAPS[gap] for gap in line.gaps),
            starts_clause=line.starts_clause,
            ends_clause=line.ends_clause,
            guards=tuple((kind, self._number(words)) for kind, words in line.guards),
            needs=tuple(self._number(words) for words in line.needs),
            plain=plain,
        )

    def read(self, folded: str) -> Found:
        """Scan a folded text once and weigh every cue that holds; each cue counts once."""
        hits = self._trie.scan(folded)
        clauses = divide(folded)
        scores: dict[str, float] = {}
        spans: dict[str, list[Span]] = {}
        for number in hits:
            for cue in self._cues.get(number, ()):
                span = cue.find(hits, clauses)
                if span is not None:
                    scores[cue.label] = scores.get(cue.label, 0.0) + cue.weight
                    spans.setdefault(cue.label, []).append(span)
        return Found(scores, spans, clauses)


@cache
def shipped() -> Lexicon:
    """The lexicon of the cue files beside the code, compiled once."""
    return Lexicon(line for path in sorted(CUES.glob("*.txt")) for line in parse(path))
