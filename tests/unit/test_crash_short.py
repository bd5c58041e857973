"""A desk is killed a few times, as ``make soak`` does two hundred times, and loses nothing."""

from __future__ import annotations

from pathlib import Path

from tests.soak.crash import soak


def test_a_killed_desk_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    result = soak(6, tmp_path, seed=7, at=("between", "sent", "committed"))
    assert result.wrong == []
    assert result.kills.total() == 6
    assert result.counts["messages acknowledged"] > 0
    assert result.counts["messages that reached the channel"] > 0
