"""The store of learned encoders: kept, refused, undone, damaged, forgotten, due."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from embeddings.calibration import Calibration
from embeddings.errors import ModelUnavailable
from embeddings.learn import Learned, Quality
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import StaticEncoder
from kb import lexicon
from kb.errors import NothingLearned
from kb.learned import CHANGED, SHARE, Entry, LearnedStore
from kb.library import Library
from tests.fakes.library import small_library, solution

AT: Final = "2026-03-01T10:00:00+08:00"
BASE: Final = "shipped-1"


def encoder(seed: int) -> StaticEncoder:
    """A table of eight rows that half precision holds exactly."""
    buckets = {CHARACTER: 1, PAIR: 1, WORD: 1}
    names = ["1款", "1退", "2退款", "w宽带", "w退款", *bucket_names(buckets)]
    drawn = np.random.default_rng(seed).standard_normal((8, 4))
    table = drawn.astype(np.float16).astype(np.float32)
    splitter = PieceSplitter(names, buckets, {"宽带": 4_000, "报修": 50})
    bands = Calibration(temperature=0.05, null_score=0.3 + seed / 100, trials=44)
    return StaticEncoder("tiny", f"learned-{seed}", splitter, table, bands)


def result(made: StaticEncoder | None, after: float = 0.75) -> Learned:
    """What a learning brought; ``made`` is None where it was no better."""
    return Learned(made, Quality(0.5, 0.6, 0.55), Quality(0.7, 0.8, after), 120, 24, 1.5)


def keep(store: LearnedStore, seed: int | None, library: Library | None = None) -> Entry:
    made = None if seed is None else encoder(seed)
    return store.keep(result(made), library or small_library(), at=AT, who="李")


def serves(store: LearnedStore, seed: int) -> bool:
    """Whether the encoder made with this seed is served."""
    current = store.current()
    return current is not None and np.array_equal(current.table, encoder(seed).table)


def library_of(number: int, *, reworded: int = 0) -> Library:
    """Solutions of three wordings each; the first so many have another title and wordings."""
    made = (solution(i, f"第{i}种{'新' if i < reworded else ''}问题") for i in range(number))
    return Library(lines=(), solutions=tuple(made), lexicon=lexicon.parse({}))


@pytest.fixture
def store(tmp_path: Path) -> LearnedStore:
    return LearnedStore(tmp_path / "learned", BASE)


def test_a_new_folder_serves_the_shipped_encoder(store: LearnedStore, tmp_path: Path) -> None:
    assert (store.number(), store.current(), store.history()) == (0, None, [])
    assert not (tmp_path / "learned").exists()


def test_a_better_encoder_is_kept_served_and_recorded(store: LearnedStore, tmp_path: Path) -> None:
    entry = keep(store, 1)
    expected = Entry(1, AT, "李", "learn", BASE, 120, (0.5, 0.6, 0.55), (0.7, 0.8, 0.75), kept=True)
    assert entry == expected
    again = LearnedStore(tmp_path / "learned", BASE)
    assert again.number() == 1
    assert again.history() == [entry]
    assert serves(again, 1)
    served = again.current()
    assert served is not None
    assert (served.name, served.calibration) == ("tiny", encoder(1).calibration)


def test_no_better_one_is_recorded_and_what_was_served_stays(store: LearnedStore) -> None:
    refused = keep(store, None)
    assert (refused.number, refused.kept, refused.action) == (0, False, "learn")
    assert store.current() is None
    keep(store, 2)
    again = keep(store, None)
    assert not again.kept
    assert store.number() == again.number
    assert serves(store, 2)
    assert [e.kept for e in store.history()] == [False, True, False]


def test_undo_goes_back_one_step_then_to_the_shipped_one_then_there_is_nothing(
    store: LearnedStore,
) -> None:
    keep(store, 1)
    keep(store, 2)
    assert serves(store, 2)
    undone = store.undo(at=AT, who="王")
    assert (undone.number, undone.action, undone.who, undone.base) == (1, "undo", "王", BASE)
    assert serves(store, 1)
    assert store.undo(at=AT, who="王").number == 0
    assert store.current() is None
    with pytest.raises(NothingLearned, match="自带模型"):
        store.undo(at=AT, who="王")
    assert [e.action for e in store.history()] == ["learn", "learn", "undo", "undo"]


def test_what_was_refused_is_no_step_of_undoing(store: LearnedStore) -> None:
    keep(store, 1)
    keep(store, None)
    assert store.undo(at=AT, who="王").number == 0


def test_after_an_undo_the_next_one_has_a_number_of_its_own(store: LearnedStore) -> None:
    keep(store, 1)
    keep(store, 2)
    store.undo(at=AT, who="王")
    assert keep(store, 3).number == 3
    assert serves(store, 3)
    assert store.undo(at=AT, who="王").number == 1
    assert serves(store, 1)


def test_nothing_learned_cannot_be_undone(store: LearnedStore, tmp_path: Path) -> None:
    with pytest.raises(NothingLearned):
        store.undo(at=AT, who="王")
    assert not (tmp_path / "learned").exists()


@pytest.mark.parametrize(
    "line",
    ['{"number": 2, "at": "2026', "", "[]", "7", '{"number": 2}', '{"before": 1, "after": 2}'],
)
def test_a_torn_line_of_the_history_is_passed_over(
    store: LearnedStore, tmp_path: Path, line: str
) -> None:
    first = keep(store, 1)
    path = tmp_path / "learned" / "history.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    assert store.history() == [first]
    assert serves(store, 1)
    second = keep(store, 2)
    assert store.history() == [first, second]
    assert serves(store, 2)


def test_a_newer_shipped_encoder_is_served_and_learning_starts_afresh(
    store: LearnedStore, tmp_path: Path
) -> None:
    keep(store, 1)
    newer = LearnedStore(tmp_path / "learned", "shipped-2")
    assert (newer.number(), newer.current()) == (0, None)
    with pytest.raises(NothingLearned):
        newer.undo(at=AT, who="王")
    assert keep(newer, 2).number == 2
    assert serves(newer, 2)
    # undoing never goes back to what was fitted from the older one
    assert newer.undo(at=AT, who="王").number == 0
    assert newer.current() is None


@pytest.mark.parametrize("damage", ["cut", "missing", "gone"])
def test_a_damaged_folder_names_the_way_back_and_undoing_takes_it(
    store: LearnedStore, tmp_path: Path, damage: str
) -> None:
    keep(store, 1)
    keep(store, 2)
    folder = tmp_path / "learned" / "encoder-0002"
    if damage == "gone":
        folder.rename(tmp_path / "away")
    else:
        table = folder / "model.safetensors"
        data = table.read_bytes()
        table.unlink()
        if damage == "cut":
            table.write_bytes(data[:20])
    with pytest.raises(ModelUnavailable, match="huashu learn --undo") as caught:
        store.current()
    assert caught.value.name == str(folder)
    assert store.undo(at=AT, who="王").number == 1
    assert serves(store, 1)


def test_at_most_three_folders_stay_and_undoing_passes_over_the_forgotten(
    store: LearnedStore, tmp_path: Path
) -> None:
    for seed in range(1, 6):
        keep(store, seed)
    folders = sorted(p.name for p in (tmp_path / "learned").iterdir() if p.is_dir())
    assert folders == ["encoder-0003", "encoder-0004", "encoder-0005"]
    assert [store.undo(at=AT, who="王").number for _ in range(3)] == [4, 3, 0]
    assert store.current() is None


def test_a_written_history_is_one_json_object_a_line_in_plain_chinese(
    store: LearnedStore, tmp_path: Path
) -> None:
    keep(store, 1)
    keep(store, None)
    text = (tmp_path / "learned" / "history.jsonl").read_text(encoding="utf-8")
    assert "李" in text
    assert [json.loads(line)["kept"] for line in text.splitlines()] == [True, False]


@pytest.mark.parametrize(
    ("entries", "reworded", "due"),
    [
        (60, 0, False),
        (60, 8, False),  # 24 wordings gone, 24 new: two short of enough
        (60, 9, True),
        (200, 9, False),  # enough of them, but too small a share of 600
        (200, 10, True),
    ],
)
def test_learning_is_due_by_number_and_by_share(
    store: LearnedStore, entries: int, reworded: int, *, due: bool
) -> None:
    now = library_of(entries, reworded=reworded)
    changed, total = store.changed(now, library_of(entries))
    assert (changed, total) == (6 * reworded, 3 * entries)
    assert due == (changed >= CHANGED and changed >= SHARE * total)
    assert store.due(now, library_of(entries)) == due


def test_a_tried_library_is_not_due_again_whether_it_was_better_or_not(
    store: LearnedStore, tmp_path: Path
) -> None:
    shipped, now = library_of(60), library_of(60, reworded=30)
    assert store.due(now, shipped)
    keep(store, None, now)
    assert store.changed(now, shipped) == (0, 180)
    assert not store.due(now, shipped)
    assert store.due(library_of(60, reworded=60), shipped)
    # another shipped encoder has learned nothing yet
    assert LearnedStore(tmp_path / "learned", "shipped-2").due(now, shipped)
