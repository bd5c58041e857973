"""``huashu suggest`` from nothing: the first run with an empty cache, and runs after it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench.commands import Places, run
from bench.timing import Span

_RUNS: Final = 5
#: Runs the command line in a Python that then tells whether torch came along.
_WITH_MODULES: Final = """
import sys
from bot.cli import main
sys.argv = ["huashu", "suggest", "快递三天没动了", "--json"]
try:
    main()
except SystemExit:
    pass
sys.stderr.flush()
print("torch" in sys.modules)
"""


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds of one ``huashu suggest``; ``later`` is the median of some runs."""

    first: Span
    later: Span
    imports_torch: bool


def measure(messages: Sequence[str]) -> ColdStart:
    """Start the program anew for each message.

    Args:
        messages: at least one more than the runs that are averaged.

    """
    with tempfile.TemporaryDirectory(prefix="huashu-bench-") as folder:
        places = Places.below(Path(folder))
        spans = [
            run(["suggest", message, "--json"], places)[1] for message in messages[: _RUNS + 1]
        ]
        told, _ = run(["-c", _WITH_MODULES], places, [sys.executable])
    first, later = spans[0], spans[1:]
    return ColdStart(
        first,
        Span(round(median(s.wall for s in later), 3), round(median(s.cpu for s in later), 3)),
        told.split()[-1] == "True",
    )
