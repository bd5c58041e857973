"""Results as Markdown tables, and the tables of a document rewritten in place.

A document marks each place with ``<!-- bench:NAME -->`` and ``<!-- /bench:NAME -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bench.finding import Found, Recall
from bench.machine import BUSY
from bench.results import Results


class MarkerMissing(Exception):  # noqa: N818 - named for what is wrong
    """A document has no place for a table; ``path`` and ``name`` say which."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(f"{path}: no <!-- bench:{name} --> … <!-- /bench:{name} -->")
        self.path = path
        self.name = name


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _machine(r: Results) -> str:
    m = r.machine
    packages = ", ".join(f"{name} {release}" for name, release in m.packages.items())
    text = (
        f"Measured {m.day} on {m.cores} cores of {m.processor}, {m.memory_gb:g} GB, "
        f"Python {m.python}, one thread; {packages}. Command: `{r.command}`."
    )
    if r.highest_load > BUSY:
        text += (
            f" The machine was shared while measuring (load average up to {r.highest_load:g} on "
            f"{m.cores} cores): trust the processor's times more than the wall clock's."
        )
    return text


def _targets(r: Results) -> str:
    rows = []
    for v in r.verdicts():
        met = "yes" if v.met else ("by CPU time" if v.met_by_cpu else "**no**")
        cpu = "" if v.cpu is None else f"{v.cpu:g} {v.unit}"
        rows.append([v.what, v.target, f"{v.wall:g} {v.unit}", cpu, met])
    return _table(["what", "target", "wall clock", "CPU", "met"], rows)


def _speed(r: Results) -> str:
    head = ["entries", "wordings", "search", "p50 ms", "p99 ms", "CPU p50", "CPU p99", "index s"]
    return _table([*head, "messages"], [_speed_row(f) for f in r.found])


def _speed_row(f: Found) -> list[str]:
    t = f.timing
    times = [f"{x:.2f}" for x in (t.p50, t.p99, t.cpu50, t.cpu99, f.index.wall)]
    return [f"{f.entries:,}", f"{f.wordings:,}", f.name, *times, f"{t.calls:,}"]


def _recall(r: Results) -> str:
    head = ["entries", "search", "held-out R@1", "R@3", "asked", "left-out R@1", "R@3", "asked"]
    rows = [[f"{f.entries:,}", f.name, *_shares(f.held_out), *_shares(f.left_out)] for f in r.found]
    return _table(head, rows)


def _shares(recall: Recall) -> list[str]:
    if not recall.asked:
        return ["–", "–", "0"]
    return [f"{recall.at_1:.3f}", f"{recall.at_3:.3f}", str(recall.asked)]


def _start(r: Results) -> str:
    if r.start is None:
        return ""
    rows = [
        ["first run, empty cache", f"{r.start.first.wall:.2f}", f"{r.start.first.cpu:.2f}"],
        ["later runs (median of 5)", f"{r.start.later.wall:.2f}", f"{r.start.later.cpu:.2f}"],
    ]
    return _table(["`huashu suggest`", "seconds", "CPU seconds"], rows)


def _memory(r: Results) -> str:
    if r.memory is None:
        return ""
    m = r.memory
    rows = [
        ["after the start", f"{m.started:.0f}"],
        ["most while answering", f"{m.steady:.0f}"],
        ["most while taking over 10 changed lines", f"{m.reload:.0f}"],
        ["most while indexing everything anew (lexicon changed)", f"{m.rebuild:.0f}"],
        [f"after {m.answered} answered messages and both reloads", f"{m.after:.0f}"],
    ]
    return _table(["`huashu serve`, shipped library", "MB resident"], rows)


def _loading(r: Results) -> str:
    head = ["form", "entries", "load s", "CPU", "reload after 10 changes s", "CPU", "start s"]
    rows = []
    for x in r.loaded:
        spans = (x.load.wall, x.load.cpu, x.reload.wall, x.reload.cpu, x.start.wall)
        rows.append([x.form.upper(), f"{x.entries:,}", *(f"{s:.2f}" for s in spans)])
    return _table(head, rows)


def _replay(r: Results) -> str:
    if r.replayed is None:
        return ""
    x = r.replayed
    return (
        f"{x.chats} chats, {x.messages} customers' messages and as many of the agent's: "
        f"{x.span.wall:.2f} s ({x.span.cpu:.2f} s CPU), {x.a_second:g} customers' messages a second."
    )


#: Name of a place -> what stands there. The order is that of the printed report.
SECTIONS: Final[Mapping[str, Callable[[Results], str]]] = MappingProxyType(
    {
        "machine": _machine,
        "targets": _targets,
        "speed": _speed,
        "recall": _recall,
        "start": _start,
        "memory": _memory,
        "loading": _loading,
        "replay": _replay,
    }
)


def as_markdown(results: Results) -> str:
    """The whole report."""
    parts = (f"## {name}\n\n{make(results)}" for name, make in SECTIONS.items() if make(results))
    return "\n\n".join(parts)


def rewrite(path: Path, results: Results) -> None:
    """Put the tables into a document; parts that were not measured keep what stands there.

    Raises:
        MarkerMissing: the document lacks a place.
        OSError: it cannot be read or written.

    """
    text = path.read_text(encoding="utf-8")
    for name, make in SECTIONS.items():
        body = make(results)
        place = re.compile(rf"(?<=<!-- bench:{name} -->\n).*?(?=<!-- /bench:{name} -->)", re.DOTALL)
        if not place.search(text):
            raise MarkerMissing(path, name)
        if body:
            text = place.sub(lambda _, body=body: f"{body}\n", text)  # type: ignore[misc]
    path.write_text(text, encoding="utf-8")
