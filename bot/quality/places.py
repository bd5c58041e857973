"""Arithmetic of places in a text, quick for texts with very many of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

#: First character and one past the last.
Place = tuple[int, int]


def merge(places: Iterable[Place]) -> list[Place]:
    """The places in order, those that share a character made one."""
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def overlaps(one: Place, merged: Sequence[Place]) -> bool:
    """Whether a place shares a character with one of those, which :func:`merge` made."""
    before = bisect_left(merged, (one[1], -1))
    return before > 0 and merged[before - 1][1] > one[0]


def is_inside(one: Place, merged: Sequence[Place]) -> bool:
    """Whether a place lies wholly within one of those, which :func:`merge` made."""
    before = bisect_left(merged, (one[0] + 1, -1))
    return before > 0 and one[1] <= merged[before - 1][1]
