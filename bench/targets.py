"""What the figures are to be, and whether they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.coldstart import ColdStart
from bench.finding import HUASHU, Found
from bench.loading import Loaded
from bench.memory import Memory
from bench.replaying import Replayed

#: Entries -> most milliseconds of a suggestion (median, 99th percentile or None).
SUGGEST_MS: Final[dict[int, tuple[float, float | None]]] = {
    1_000: (2.0, 8.0),
    10_000: (3.0, 10.0),
    100_000: (15.0, None),
}
#: At this size a suggestion is so many times faster than this other search alone.
FASTER: Final = (10_000, "jieba + rank_bm25", 3.0)
COLD_S: Final = 1.5
FIRST_S: Final = 3.0
STEADY_MB: Final = 250.0
RELOAD_MB: Final = 400.0
LOAD_S: Final = 15.0
RELOAD_S: Final = 1.0
REPLAY_A_SECOND: Final = 300.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what was measured, by the wall clock and (where it applies) the processor's."""

    what: str
    target: str
    wall: float
    cpu: float | None
    unit: str
    met: bool
    met_by_cpu: bool


def _most(what: str, limit: float, wall: float, cpu: float | None, unit: str) -> Verdict:
    by_cpu = (wall if cpu is None else cpu) <= limit
    return Verdict(what, f"≤ {limit:g} {unit}", wall, cpu, unit, wall <= limit, by_cpu)


def of_finding(found: list[Found]) -> Iterator[Verdict]:
    """Speed of a suggestion by size, and against the other search."""
    for f in found:
        if f.name == HUASHU and f.entries in SUGGEST_MS:
            half, most = SUGGEST_MS[f.entries]
            at, t = f"a suggestion at {f.entries:,} entries", f.timing
            yield _most(f"{at}, p50", half, t.p50, t.cpu50, "ms")
            if most is not None:
                yield _most(f"{at}, p99", most, t.p99, t.cpu99, "ms")
    size, other, times = FASTER
    at_size = {f.name: f.timing for f in found if f.entries == size}
    if HUASHU in at_size and other in at_size:
        ours, theirs = at_size[HUASHU], at_size[other]
        wall, cpu = theirs.p50 / ours.p50, theirs.cpu50 / ours.cpu50
        what = f"times faster than {other} alone at {size:,} entries"
        yield Verdict(
            what, f"≥ {times:g} ×", round(wall, 1), round(cpu, 1), "×", wall >= times, cpu >= times
        )


def of_start(start: ColdStart) -> Iterator[Verdict]:
    """Starting the program anew."""
    yield _most("`huashu suggest`, cold start", COLD_S, start.later.wall, start.later.cpu, "s")
    yield _most("its first run, empty cache", FIRST_S, start.first.wall, start.first.cpu, "s")
    without = not start.imports_torch
    count = float(start.imports_torch)
    yield Verdict("torch imported by it", "never", count, None, "times", without, without)


def of_memory(memory: Memory) -> Iterator[Verdict]:
    """Memory of the server."""
    yield _most("`huashu serve`, answering", STEADY_MB, memory.steady, None, "MB")
    most = max(memory.reload, memory.rebuild)
    yield _most("`huashu serve`, during a reload", RELOAD_MB, most, None, "MB")


def of_loading(loaded: Loaded) -> Iterator[Verdict]:
    """Loading one form of file, and reloading."""
    what = f"{loaded.entries:,} entries from {loaded.form.upper()}"
    yield _most(f"load {what}", LOAD_S, loaded.load.wall, loaded.load.cpu, "s")
    yield _most(
        f"reload after 10 changes to {what}", RELOAD_S, loaded.reload.wall, loaded.reload.cpu, "s"
    )


def of_replay(replayed: Replayed) -> Iterator[Verdict]:
    """Replaying chats."""
    wall = replayed.a_second
    cpu = round(replayed.messages / replayed.span.cpu, 1)
    yield Verdict(
        "replay, customers' messages",
        f"≥ {REPLAY_A_SECOND:g} /s",
        wall,
        cpu,
        "/s",
        wall >= REPLAY_A_SECOND,
        cpu >= REPLAY_A_SECOND,
    )
