"""The regression file: messages and the entry each must find, which no load may make worse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.snapshot import Snapshot
from prompts.errors import Fault, LoadFailed
from prompts.read_table import decode

#: The expected entry must be among this many.
WITHIN: Final = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A customer's message and the id of the solution it should find."""

    message: str
    expect: str


def shipped_file() -> Path:
    """The regression file for the shipped library."""
    return Path(__file__).parent / "regression.jsonl"


def read_cases(path: Path) -> list[Case]:
    """Read ``{"message", "expect"}`` lines.

    Raises:
        LoadFailed: a line is malformed (all are told).
        OSError: the file cannot be read.

    """
    cases, faults = [], []
    text, fault = decode(path, path.read_bytes())
    if fault:
        raise LoadFailed([fault])
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            cases.append(Case(str(item["message"]), str(item["expect"])))
        except (ValueError, KeyError, TypeError):
            faults.append(
                Fault(
                    f"{path.name}:{number}",
                    "",
                    "不是有效的一行",
                    '写成 {"message": "…", "expect": "编号"}',
                )
            )
    if faults:
        raise LoadFailed(faults)
    return cases


def found_cases(snapshot: Snapshot, cases: Sequence[Case]) -> list[bool]:
    """Whether each message finds its entry among the first :data:`WITHIN`."""
    return [
        any(
            h.id == c.expect for h in snapshot.solutions.search(snapshot.prepare(c.message), WITHIN)
        )
        for c in cases
    ]
