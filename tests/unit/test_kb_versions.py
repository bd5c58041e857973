"""Numbered versions on disk: history, damage, and several writers."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kb.changes import Changes, changes_between
from kb.errors import StoreBusy, VersionMissing
from kb.library import Library
from kb.versions import Version, VersionStore
from tests.fakes.library import line, small_library, solution

AT = "2026-03-01T10:00:00+08:00"


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path / "versions")


def add(store: VersionStore, library: Library, **more: Any) -> Version:
    return store.append(library, at=AT, who="李", action="load", **more)


def test_an_empty_store_has_no_versions(store: VersionStore) -> None:
    assert (store.latest(), store.numbers(), store.history()) == (0, [], [])
    with pytest.raises(VersionMissing) as caught:
        store.read(1)
    assert caught.value.number == 1


def test_a_version_tells_who_when_and_what_changed_and_reads_back_equal(
    store: VersionStore,
) -> None:
    first = small_library()
    second = replace(
        first,
        lines=(*first.lines[1:], line(9)),
        solutions=(solution(0, "退款多久到账", "改了。"), *first.solutions[1:]),
    )
    add(store, first, note="初始")
    made = add(store, second)
    assert made == store.header(2)
    assert (made.number, made.at, made.who, made.action, made.note) == (2, AT, "李", "load", "")
    assert made.changes == Changes(("line:l-009",), ("solution:s-000",), ("line:l-000",))
    assert made.changes.summary == "新增 1 条，更新 1 条，删除 1 条"
    assert store.read(1) == first
    assert store.read(2) == second
    assert [v.number for v in store.history()] == [2, 1]
    assert store.history()[1].note == "初始"


def test_nothing_changed_is_an_empty_change() -> None:
    assert not changes_between(small_library(), small_library())


def test_a_file_cut_off_or_altered_anywhere_is_refused(store: VersionStore) -> None:
    add(store, small_library())
    path = store.folder / "000001.jsonl"
    whole = path.read_bytes()
    rows = whole.splitlines(keepends=True)
    damaged = [
        b"",
        b"{}\n",
        b"[]\n",
        b"\xff\xfe",
        whole[:-30],
        b"".join(rows[:-1]),
        b"".join(rows[:3]),
        rows[0] + b'["line", 3]\n' + b"".join(rows[2:]),
        rows[0] + b'["solution", {"time_limits": []}]\n' + b"".join(rows[2:]),
        whole.replace("第1次".encode(), "第7次".encode()),
        whole.replace("退款".encode()[:3], b"\xff\xff\xff"),
        rows[0].replace(b'"format": 2', b'"format": 1') + b"".join(rows[1:]),
    ]
    for data in damaged:
        assert data != whole
        path.write_bytes(data)
        with pytest.raises(VersionMissing) as caught:
            store.read(1)
        assert "huashu kb versions" in str(caught.value)
    path.write_bytes(whole)
    assert store.read(1) == small_library()


def test_history_passes_over_a_damaged_version(store: VersionStore) -> None:
    add(store, small_library())
    add(store, small_library())
    (store.folder / "000001.jsonl").write_bytes(b"broken")
    assert [v.number for v in store.history()] == [2]
    assert store.numbers() == [1, 2]


def test_a_damaged_newest_version_does_not_block_the_next_one(store: VersionStore) -> None:
    add(store, small_library())
    add(store, small_library())
    (store.folder / "000002.jsonl").write_bytes(b"broken")
    made = add(store, replace(small_library(), lines=()))
    assert made.number == 3
    assert len(made.changes.removed) == 5


def test_a_store_held_by_another_process_is_busy(store: VersionStore) -> None:
    add(store, small_library())
    with (store.folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreBusy):
            add(store, small_library())
    assert store.numbers() == [1]


def test_a_version_made_from_an_overtaken_one_is_refused(store: VersionStore) -> None:
    add(store, small_library())
    add(store, small_library(), after=1)
    with pytest.raises(StoreBusy):
        add(store, small_library(), after=1)
    assert store.numbers() == [1, 2]


def test_a_number_taken_in_the_meantime_is_never_overwritten(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, small_library())
    before = (store.folder / "000001.jsonl").read_bytes()
    monkeypatch.setattr(VersionStore, "latest", lambda _: 0)
    with pytest.raises(StoreBusy):
        add(store, replace(small_library(), lines=()))
    assert (store.folder / "000001.jsonl").read_bytes() == before


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_failure_while_writing_leaves_no_version_and_no_rubbish(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    add(store, small_library())

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(OSError, match="No space"):
            add(store, small_library())
    assert sorted(p.name for p in store.folder.iterdir()) == [".lock", "000001.jsonl"]
    assert add(store, small_library()).number == 2


def test_what_a_crash_left_half_written_is_no_version_and_goes_with_the_next(
    store: VersionStore,
) -> None:
    add(store, small_library())
    (store.folder / ".new-abc").write_bytes(b'{"number": 2')
    assert store.latest() == 1
    add(store, small_library())
    assert not (store.folder / ".new-abc").exists()


def test_files_of_a_version_are_for_the_owner_alone(store: VersionStore) -> None:
    add(store, small_library())
    assert (store.folder / "000001.jsonl").stat().st_mode & 0o077 == 0
    assert store.folder.stat().st_mode & 0o077 == 0


def test_the_file_is_plain_json_lines(store: VersionStore) -> None:
    add(store, small_library())
    rows = (store.folder / "000001.jsonl").read_text(encoding="utf-8").splitlines()
    header, *entries = map(json.loads, rows)
    assert header["number"] == 1
    assert {sort for sort, _ in entries} == {"line", "solution", "lexicon"}
    assert len(entries) == 5 + 10 + 3
