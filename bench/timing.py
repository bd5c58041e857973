"""Milliseconds of many calls, by the wall clock and by the processor's."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """Median and 99th percentile in milliseconds over ``calls`` calls.

    ``p50`` and ``p99`` are what a user waits; ``cpu50`` and ``cpu99`` leave out the time in which
    another process held the processor.
    """

    calls: int
    p50: float
    p99: float
    cpu50: float
    cpu99: float


def time_each(call: Callable[[str], object], texts: Sequence[str]) -> Timing:
    """Time one call for each text, in order, garbage collection running as it does in service."""
    wall, cpu = np.empty(len(texts)), np.empty(len(texts))
    gc.collect()
    for i, text in enumerate(texts):
        cpu_begun, begun = time.process_time(), time.perf_counter()
        call(text)
        wall[i], cpu[i] = time.perf_counter() - begun, time.process_time() - cpu_begun
    figures = (np.percentile(t * 1e3, p) for t in (wall, cpu) for p in (50, 99))
    return Timing(len(texts), *(round(float(f), 3) for f in figures))


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of one piece of work."""

    wall: float
    cpu: float


def time_once(work: Callable[[], T]) -> tuple[T, Span]:
    """Do the work and tell how long it took."""
    cpu_begun, begun = time.process_time(), time.perf_counter()
    result = work()
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu_begun
    return result, Span(round(wall, 3), round(cpu, 3))
