"""How often the right solution is found, and how long one message takes, as the library grows.

huashu is timed as an agent meets it (:meth:`bot.desk.suggest.Suggester.suggest`: reading, matching
solutions and lines, ranking, rendering); the others are timed searching alone.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from bench.baselines import BASELINES, Baseline, Cut, entries_found, jieba_cut
from bench.entries import library_of, wordings_of
from bench.messages import Question
from bench.timing import Span, Timing, time_each, time_once
from bot.desk.house import House
from bot.desk.suggest import Suggester
from bot.domain.ticket import Ticket
from embeddings.encoder import Encoder
from kb import snapshot as snapshots
from kb.library import Library
from kb.snapshot import Snapshot

AT: Final = dt.datetime(2026, 3, 10, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HUASHU: Final = "huashu"
_NEAREST: Final = 3
_WARM_UP: Final = 30
#: A search that would take longer than this for all messages is asked fewer of them, evenly chosen.
_ENOUGH_SECONDS: Final = 30.0
_AT_LEAST: Final = 60

T = TypeVar("T")
#: Finds the best entries for a question.
Find = Callable[[Question], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of ``asked`` questions whose solution comes first, or among the first three."""

    asked: int
    at_1: float
    at_3: float


@dataclass(frozen=True, slots=True)
class Found:
    """One way of searching at one size. ``index`` is the time to index, in seconds."""

    name: str
    entries: int
    wordings: int
    index: Span
    timing: Timing
    left_out: Recall
    held_out: Recall
    load: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: fresh messages for the time, questions with a known answer for the rest."""

    warm_up: Sequence[str]
    fresh: Sequence[str]
    left_out: Sequence[Question]
    held_out: Sequence[Question]


def measure(size: int, shipped: Library, encoder: Encoder, asked: Asked) -> Iterator[Found]:
    """Measure huashu, then every other way, over the same entries; each is dropped when measured.

    Args:
        size: how many entries.
        shipped: the shipped library.
        encoder: huashu's encoder.
        asked: what is asked.

    """
    library = library_of(size, shipped)
    pairs = list(wordings_of(library))
    owners, texts = [o for o, _ in pairs], [t for _, t in pairs]
    searched = sum(len(s.wordings) for s in library.solutions)
    yield _huashu(library, encoder, asked, len(texts))
    cut = jieba_cut(shipped.lexicon)
    cut("预热")
    place = {pair: row for row, pair in enumerate(pairs[:searched])}
    for make in BASELINES:
        yield _baseline(make, cut, asked, (owners, texts, searched, place))


def _huashu(library: Library, encoder: Encoder, asked: Asked, wordings: int) -> Found:
    (snapshot, _), index = time_once(lambda: snapshots.build(library, encoder, 1))
    suggester = Suggester(lambda: snapshot, House())
    nothing_yet = Ticket()

    def suggest(text: str) -> object:
        return suggester.suggest(text, nothing_yet, AT)

    def held_out(question: Question) -> Sequence[str]:
        understood = suggester.understand(question.text, nothing_yet.talk, AT)
        return [hit.id for hit in understood.match.hits[:_NEAREST]]

    for text in asked.warm_up:
        suggest(text)
    timing = time_each(suggest, asked.fresh)
    return Found(
        name=HUASHU,
        entries=len(library.lines) + len(library.solutions),
        wordings=wordings,
        index=index,
        timing=timing,
        left_out=_recall(asked.left_out, _leaving_out(snapshot)),
        held_out=_recall(asked.held_out, held_out),
        load=_load(),
    )


def _leaving_out(snapshot: Snapshot) -> Find:
    """Search of the solutions without the question's own wording."""
    index = snapshot.solutions
    number = {solution_id: i for i, solution_id in enumerate(index.ids)}

    def find(question: Question) -> Sequence[str]:
        rows = index.rows_of(number[question.expect])
        own = frozenset(r for r in rows if index.text_of(r) == question.own)
        hits = index.search(snapshot.prepare(question.text), _NEAREST, own)
        return [hit.id for hit in hits]

    return find


def _baseline(
    make: Callable[[Sequence[str], Cut], Baseline],
    cut: Cut,
    asked: Asked,
    data: tuple[Sequence[str], Sequence[str], int, dict[tuple[str, str], int]],
) -> Found:
    owners, texts, searched, place = data
    baseline, index = time_once(lambda: make(texts, cut))

    def search(text: str) -> object:
        return entries_found(baseline, text, owners, len(owners), _NEAREST)

    def find(question: Question) -> Sequence[str]:
        own = place.get((question.expect, question.own), -1)
        return entries_found(baseline, question.text, owners, searched, _NEAREST, own)

    _, once = time_once(lambda: [search(t) for t in asked.warm_up])
    affordable = int(_ENOUGH_SECONDS * len(asked.warm_up) / max(once.wall, 1e-6))
    most = max(_AT_LEAST, affordable)
    return Found(
        name=baseline.name,
        entries=len(set(owners)),
        wordings=len(owners),
        index=index,
        timing=time_each(search, _evenly(asked.fresh, most)),
        left_out=_recall(_evenly(asked.left_out, most), find),
        held_out=_recall(_evenly(asked.held_out, most), find),
        load=_load(),
    )


def _evenly(items: Sequence[T], most: int) -> Sequence[T]:
    count = min(most, len(items))
    return [items[i * len(items) // count] for i in range(count)]


def _recall(questions: Sequence[Question], find: Find) -> Recall:
    if not questions:
        return Recall(0, 0.0, 0.0)
    found = [(q.expect, find(q)) for q in questions]
    first = sum(expect in ids[:1] for expect, ids in found)
    among = sum(expect in ids[:_NEAREST] for expect, ids in found)
    return Recall(len(found), round(first / len(found), 4), round(among / len(found), 4))


def _load() -> float:
    """The machine's load average over the last minute."""
    return round(os.getloadavg()[0], 2)
