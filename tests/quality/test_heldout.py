"""How often the right entry is found for messages nobody indexed or trained on.

``heldout.jsonl`` was written by someone who saw only the needs; ``outside.jsonl`` holds messages that
fit none of them. The other half of what was so written calibrates the bands (kb/calibration.jsonl).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi

from embeddings.encoder import load_encoder
from embeddings.text import normalise
from kb.calibrate import ask
from kb.compiled import compiled
from kb.regression import found_cases, read_cases, shipped_file
from kb.snapshot import Snapshot

HERE = Path(__file__).parent


@cache
def snapshot() -> Snapshot:
    return compiled(load_encoder())


def lines_of(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def places(found: list[list[str]], wanted: list[str]) -> np.ndarray:
    return np.array([f.index(w) if w in f else 10 for f, w in zip(found, wanted, strict=True)])


def test_the_right_entry_is_first_and_among_three_more_often_than_with_bm25() -> None:
    served, items = snapshot(), lines_of("heldout.jsonl")
    assert len(items) >= 240
    wanted = [i["id"] for i in items]
    ours = places(
        [[h.id for h in served.solutions.search(served.prepare(i["text"]), 10)] for i in items],
        wanted,
    )
    owners = [(s.id, w) for s in served.library.solutions for w in s.wordings]
    cut = served.splitter.terms
    bm25 = BM25Okapi([cut(normalise(w)) for _, w in owners])
    theirs = []
    for item in items:
        order = np.argsort(-bm25.get_scores(cut(normalise(item["text"]))), kind="stable")
        theirs.append(list(dict.fromkeys(owners[i][0] for i in order[:200]))[:10])
    other = places(theirs, wanted)
    first, three = float((ours < 1).mean()), float((ours < 3).mean())
    assert first >= 0.80
    assert three >= 0.93
    assert first >= float((other < 1).mean()) + 0.15
    assert three >= float((other < 3).mean()) + 0.10


def test_the_answer_band_is_right_and_covers_enough() -> None:
    served = snapshot()
    calibration = served.solutions.calibration
    items = lines_of("heldout.jsonl")
    asked = [(i["text"], i["id"]) for i in items]
    asked += [(i["text"], None) for i in lines_of("outside.jsonl")]
    trials = ask(served, asked)
    chances = [calibration.probabilities(np.array(t.scores, dtype=np.float32))[0] for t in trials]
    sure = [t.right == 0 for t, p in zip(trials, chances, strict=True) if p >= calibration.answer]
    assert len(sure) >= 0.30 * len(items)
    assert (
        sum(not right for right in sure) <= 0.02 * len(sure) + 1
    )  # 98 % of some 90, give or take one
    shown = [t.right == 0 for t, p in zip(trials, chances, strict=True) if p >= calibration.suggest]
    assert sum(shown) >= 0.75 * len(shown)


def test_messages_that_fit_nothing_are_hardly_ever_answered_as_sure() -> None:
    served = snapshot()
    items = lines_of("outside.jsonl")
    sure = 0
    for item in items:
        hits = served.solutions.search(served.prepare(item["text"]), 1)
        sure += bool(hits) and hits[0].probability >= served.solutions.calibration.answer
    assert len(items) >= 40
    assert sure <= 0.03 * len(items)


def test_the_regression_file_is_found() -> None:
    cases = read_cases(shipped_file())
    assert len(cases) >= 100
    assert {c.expect for c in cases} <= set(snapshot().solution_of)
    assert sum(found_cases(snapshot(), cases)) >= 0.93 * len(cases)
