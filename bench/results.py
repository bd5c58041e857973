"""Everything measured in one run, as one value that can be written and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import targets
from bench.coldstart import ColdStart
from bench.finding import Found
from bench.loading import Loaded
from bench.machine import Machine
from bench.memory import Memory
from bench.replaying import Replayed
from bench.targets import Verdict


@dataclass(slots=True)
class Results:
    """What was measured so far; parts that were not asked for stay empty."""

    machine: Machine
    command: str
    found: list[Found] = field(default_factory=list)
    start: ColdStart | None = None
    memory: Memory | None = None
    loaded: list[Loaded] = field(default_factory=list)
    replayed: Replayed | None = None
    highest_load: float = 0.0

    def verdicts(self) -> list[Verdict]:
        """Every target that this run can judge."""
        verdicts = list(targets.of_finding(self.found))
        if self.start:
            verdicts += targets.of_start(self.start)
        if self.memory:
            verdicts += targets.of_memory(self.memory)
        for loaded in self.loaded:
            verdicts += targets.of_loading(loaded)
        if self.replayed:
            verdicts += targets.of_replay(self.replayed)
        return verdicts

    def write(self, path: Path) -> None:
        """Write all figures and verdicts as JSON.

        Raises:
            OSError: it cannot be written.

        """
        path.parent.mkdir(parents=True, exist_ok=True)
        body = asdict(self) | {"verdicts": [asdict(v) for v in self.verdicts()]}
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
