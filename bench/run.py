"""Measure everything: ``python -m bench.run``.

Examples::

    python -m bench.run --quick
    python -m bench.run --sizes 1000,10000,100000 --queries 1000 --doc docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

# Before numpy and FAISS are imported: they read it once.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from rich.console import Console
from rich.markdown import Markdown

from bench import coldstart, finding, loading, memory, messages, replaying
from bench.machine import this_machine
from bench.report import as_markdown, rewrite
from bench.results import Results
from embeddings.encoder import load_encoder
from kb.compiled import compiled
from kb.library import shipped

PARTS: Final = ("start", "memory", "replay", "loading", "finding")
_HELD_OUT: Final = Path("tests/quality/heldout.jsonl")
_WARM_UP: Final = 30
_QUICK_QUERIES: Final = 300


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="entries, with commas between")
    parser.add_argument("--queries", type=int, default=1_000, help="messages timed at each size")
    parser.add_argument("--asked", type=int, default=300, help="questions asked for R@1 and R@3")
    parser.add_argument("--load", type=int, default=10_000, help="entries loaded from files")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts of {','.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=Path("bench/out/results.json"))
    parser.add_argument("--doc", type=Path, help="rewrite the tables of this document")
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000, fewer messages")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes, options.queries = "1000,10000", min(options.queries, _QUICK_QUERIES)
    unknown = set(options.only.split(",")) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return options


def measure(options: argparse.Namespace, results: Results, console: Console) -> None:
    """Measure the chosen parts, starting with those that want a quiet machine."""
    library, encoder = shipped(), load_encoder()
    parts = set(options.only.split(","))

    def note(part: str) -> None:
        results.highest_load = max(results.highest_load, round(os.getloadavg()[0], 2))
        console.print(f"[dim]{part} (load {os.getloadavg()[0]:.2f})[/]")

    note("begin")
    if "start" in parts:
        results.start = coldstart.measure(messages.fresh(6, library, "start"))
        note("start")
    if "memory" in parts and memory.possible():
        results.memory = memory.measure(library, messages.fresh(300, library, "memory"))
        note("memory")
    if "replay" in parts:
        asked = messages.fresh(600, library, "replay")
        results.replayed = replaying.measure(compiled(encoder), asked)
        note("replay")
    if "loading" in parts:
        for loaded in loading.measure(options.load, library, encoder):
            results.loaded.append(loaded)
            note(f"loading {loaded.form}")
    if "finding" in parts:
        asked_all = finding.Asked(
            messages.fresh(_WARM_UP, library, "warm-up"),
            messages.fresh(options.queries, library, "timed"),
            messages.left_out(options.asked, library),
            messages.held_out(_HELD_OUT, options.asked, library),
        )
        for size in map(int, options.sizes.split(",")):
            for found in finding.measure(size, library, encoder, asked_all):
                results.found.append(found)
                note(f"{size:,} entries, {found.name}: {found.timing.p50:.2f} ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; returns the exit status: 1 when a target is missed by both clocks."""
    options = _options(arguments)
    given = sys.argv[1:] if arguments is None else arguments
    results = Results(this_machine(), " ".join(["python -m bench.run", *given]))
    with tempfile.TemporaryDirectory(prefix="huashu-bench-cache-") as cache:
        os.environ["HUASHU_CACHE"] = cache
        measure(options, results, Console(stderr=True, highlight=False))
    results.write(options.out)
    text = as_markdown(results)
    if sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        print(text)
    if options.doc:
        rewrite(options.doc, results)
    return 0 if all(v.met or v.met_by_cpu for v in results.verdicts()) else 1


if __name__ == "__main__":
    sys.exit(main())
