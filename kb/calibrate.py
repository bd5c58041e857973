"""Measure the shipped encoder's bands: ``python -m kb.calibrate``.

Reads ``calibration.jsonl``: messages written by someone who saw only the needs, with the entry each
should find (or null where nothing in the library fits), asks the shipped library, fits the
calibration and writes it beside the encoder. Half of the messages so written are kept apart in the
tests, which hold the bands to their promise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from embeddings.calibration import Calibration, Trial, fit
from embeddings.encoder import load_encoder
from embeddings.static import CALIBRATION, shipped_folder
from kb.library import shipped
from kb.snapshot import Snapshot, build


def messages_file() -> Path:
    """The messages that the shipped calibration was measured on."""
    return Path(__file__).parent / "calibration.jsonl"


def ask(snapshot: Snapshot, messages: Iterable[tuple[str, str | None]]) -> list[Trial]:
    """One trial for each (message, id of the right solution or None)."""
    trials = []
    for text, expect in messages:
        hits = snapshot.solutions.search(snapshot.prepare(text), Calibration.DEPTH)
        right = next((i for i, h in enumerate(hits) if h.id == expect), None)
        trials.append(Trial(tuple(h.score for h in hits), right))
    return trials


def main() -> None:
    """Fit and write the calibration of the shipped encoder."""
    lines = messages_file().read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    snapshot, _ = build(shipped(), load_encoder(), 0)
    found = fit(ask(snapshot, [(i["text"], i["expect"]) for i in items]))
    target = shipped_folder() / CALIBRATION
    target.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    sys.stderr.write(f"{found} written to {target}\n")


if __name__ == "__main__":
    main()
