"""Kill a desk at work, over and over, and look each time whether anything was lost or done twice.

``python -m tests.soak.crash --kills 200 --out docs/soak.md``

A store's first process is killed while it makes the store. Then every second kill comes at a random
moment, opening the store included, and the others at the points of :mod:`tests.soak.points`, one after
the other, at a random passing. After each kill a copy of the folder
is judged (:mod:`tests.soak.verdict`), while the desk itself goes on in the original. After some kills it
may finish, which is judged more strictly, and a new store begins.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.soak.child import VARIABLE
from tests.soak.points import POINTS
from tests.soak.verdict import judge

#: Kills of one store.
_GENERATION: Final = 10
#: Seconds from its start within which a process dies at random; it needs about one to open the store.
_RANDOM: Final = (0.3, 2.5)
#: Seconds given to a process to come to its point, and to finish.
_PATIENCE: Final = 5.0
_FINISH: Final = 120.0
#: Passings of a point, at most, after which it kills; rare ones are not passed often.
_PASSINGS: Final = 40
_FOUNDING: Final = "founding"
_RARE: Final = {_FOUNDING: 8, "opening": 1, "scrubbed": 3, "marked": 20}
_RANDOMLY: Final = "any moment"
_ROOT: Final = Path(__file__).parents[2]


@dataclass(slots=True)
class Result:
    """What all kills came to."""

    kills: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stores: int = 0
    seconds: float = 0.0


def soak(kills: int, folder: Path, seed: int = 1, at: Sequence[str] = ()) -> Result:
    """Kill ``kills`` times; what is found wrong is in the result, in sentences.

    Args:
        kills: how often.
        folder: an empty one.
        seed: of all chance but the machine's.
        at: points to kill at, by default all.

    """
    dice = random.Random(seed)  # noqa: S311
    result, began = Result(), time.monotonic()
    points = list(at) or [point for point in POINTS if point != _FOUNDING]
    while (done := result.kills.total()) < kills:
        place, origin = folder / f"store{result.stores}", time.time()
        place.mkdir()
        for number in range(done, min(done + _GENERATION, kills)):
            point = points[number // 2 % len(points)] if number % 2 else _RANDOMLY
            if number == done:
                point = _FOUNDING
            where = _killed(place, origin, dice, point, result)
            result.kills[where] += 1
            copy = folder / "copy"
            shutil.copytree(place, copy)
            found = judge(copy)
            shutil.rmtree(copy)
            result.wrong += [f"kill {number} at {where}: {w}" for w in found.wrong]
        _finished(place, origin, dice, result)
        last = judge(place, finished=True)
        result.counts.update(last.counts)
        result.wrong += [f"store {result.stores}, finished: {w}" for w in last.wrong]
        result.stores += 1
    result.seconds = time.monotonic() - began
    return result


def _killed(place: Path, origin: float, dice: random.Random, point: str, result: Result) -> str:
    """Start a process and see it die; gives where it did."""
    where = ""
    patience = dice.uniform(*_RANDOM)
    if point != _RANDOMLY:
        where, patience = f"{point}:{dice.randint(1, _RARE.get(point, _PASSINGS))}", _PATIENCE
    with _child(place, origin, dice, where) as child:
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            point = _RANDOMLY
        finally:
            child.kill()
        _, errors = child.communicate()
    if child.returncode != -signal.SIGKILL:
        result.wrong.append(f"a desk ended by itself ({child.returncode}): {errors[-2000:]}")
    return point


def _finished(place: Path, origin: float, dice: random.Random, result: Result) -> None:
    with _child(place, origin, dice, "", "finish") as child:
        try:
            _, errors = child.communicate(timeout=_FINISH)
        except subprocess.TimeoutExpired:
            errors = "it took too long"
        finally:
            child.kill()
    if child.returncode:
        result.wrong.append(f"a desk did not finish ({child.returncode}): {errors[-2000:]}")


def _child(
    place: Path, origin: float, dice: random.Random, where: str, *more: str
) -> subprocess.Popen[str]:
    seed = str(dice.randrange(1_000_000))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.soak.child", str(place), seed, str(origin), *more],
        cwd=_ROOT,
        env={**os.environ, VARIABLE: where, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def report(result: Result, command: str) -> str:
    """The result as a page."""
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    kills = [f"| {p} | {where} | {result.kills[p]} |" for p, where in _places().items()]
    counts = [f"| {what} | {n:,} |" for what, n in result.counts.items()]
    wrong = [f"- {w}" for w in result.wrong[:100]] or ["Nothing."]
    return _PAGE.format(
        date=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        machine=f"{os.cpu_count()} shared cores, {platform.system()}, Python {python}, SQLite {sqlite}",
        command=command,
        minutes=f"{result.seconds / 60:.0f}",
        kills=result.kills.total(),
        stores=result.stores,
        places="\n".join(kills),
        counts="\n".join(counts),
        wrong="\n".join(wrong),
    )


def _places() -> dict[str, str]:
    return {_RANDOMLY: "wherever it was, opening the store included"} | POINTS


_PAGE: Final = """# Crash test

```
make soak
{command}
```

A desk at work (a store on the disk, customers on two channels who deliver some messages twice, two people,
a channel that refuses and times out, timers at an hour a second, erasures) is killed with SIGKILL and
started again in the same folder. What the world outside was told is flushed to a ledger of its own first.
After each kill a copy of the folder is looked through:

- the files are whole, every event can be read, none is missing in its ticket;
- every acknowledged message and line is there, once; one that was not acknowledged, once or not at all;
- every state that was shown follows from the events up to it; rows, cards and timers follow from all;
- no timer fired twice, no closed ticket has clocks that should have ended;
- every line is queued once; none went out again without a person having decided it; none that may have
  gone out is still to be sent; none counts as sent that never went out.

After every ten kills the desk may finish: then nothing is left unhandled, unsent or uncertain.

SIGKILL ends a process, not the machine: what the operating system had not yet written survives. Power cuts
are SQLite's own care (WAL, `synchronous=FULL`) and are not tested here.

Measured {date} on {machine}; {minutes} minutes.

## Kills: {kills} in {stores} stores

| point | where | kills |
| --- | --- | --- |
{places}

## What was going on

| what | number |
| --- | --- |
{counts}

## Found wrong

{wrong}
"""


def main() -> int:
    """Run from the command line; the exit status is 1 where anything was found."""
    parser = argparse.ArgumentParser(description="kill a desk at work and look what is left")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", nargs="*", choices=POINTS, default=(), help="only at these points")
    parser.add_argument("--out", type=Path, help="write the page here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huashu-soak-") as folder:
        result = soak(given.kills, Path(folder), given.seed, given.at)
    page = report(result, " ".join(["python -m tests.soak.crash", *sys.argv[1:]]))
    if given.out:
        given.out.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
