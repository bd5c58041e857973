"""The life of the served knowledge: loads that work, loads that fail, roll-back, several processes."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from embeddings import index_files
from embeddings.encoder import Vectors
from kb import knowledge as module
from kb import snapshot as snapshots
from kb.errors import RegressionWorse, StoreBusy, VersionMissing
from kb.knowledge import Knowledge
from kb.library import Library
from prompts.errors import LoadFailed
from tests.fakes.encoder import NgramEncoder
from tests.fakes.library import line, small_library, solution, write_lines, write_solutions

AT = "2026-03-01T10:00:00+08:00"


@pytest.fixture(autouse=True)
def _small_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "shipped", small_library)


def opened(folder: Path, encoder: NgramEncoder | None = None) -> Knowledge:
    return Knowledge.open(folder / "data", encoder or NgramEncoder(), AT)


def cases(folder: Path, *pairs: tuple[str, str]) -> None:
    rows = [json.dumps({"message": m, "expect": e}, ensure_ascii=False) for m, e in pairs]
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "regression.jsonl").write_text("\n".join(rows), encoding="utf-8")


def best(knowledge: Knowledge, message: str) -> str:
    served = knowledge.served
    return served.solutions.search(served.prepare(message), 1)[0].id


def test_a_new_folder_serves_the_shipped_library_as_version_one(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    assert knowledge.served.version == 1
    assert knowledge.served.library == small_library()
    (version,) = knowledge.versions()
    assert (version.action, version.who, version.at) == ("shipped", "huashu", AT)
    assert best(knowledge, "退钱几天能到账") == "s-000"


def test_a_load_is_served_numbered_and_found_after_a_restart(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    path = write_solutions(tmp_path / "a.csv", solution(50, "门锁指纹识别失灵"))
    report = knowledge.load([path], at=AT, who="李", note="新增门锁")
    assert (report.version, report.changes.added) == (2, ("solution:s-050",))
    assert knowledge.served.version == 2
    assert best(knowledge, "指纹门锁失灵") == "s-050"
    again = opened(tmp_path)
    assert again.served.library == knowledge.served.library
    assert (again.versions()[0].who, again.versions()[0].note) == ("李", "新增门锁")


def test_only_changed_wordings_are_encoded_again(tmp_path: Path) -> None:
    encoder = NgramEncoder()
    knowledge = opened(tmp_path, encoder)
    encoder.seen.clear()
    changed = solution(
        3, "忘记登录密码", "换了答案。", questions=("请教忘记登录密码怎么处理", "密码丢了")
    )
    report = knowledge.load([write_solutions(tmp_path / "a.csv", changed)], at=AT, who="李")
    assert encoder.seen[0] == "密码丢了"
    assert set(encoder.seen) <= set(changed.wordings)  # asked again for likeness to others
    assert report.encoded == 1
    assert report.changes.updated == ("solution:s-003",)


def test_a_restart_encodes_nothing(tmp_path: Path) -> None:
    opened(tmp_path)
    encoder = NgramEncoder()
    knowledge = opened(tmp_path, encoder)
    assert encoder.seen == []
    assert best(knowledge, "宽带老是掉线") == "s-005"


def test_another_encoder_builds_its_own_index(tmp_path: Path) -> None:
    opened(tmp_path)
    encoder = NgramEncoder("other", 32)
    knowledge = opened(tmp_path, encoder)
    assert len(encoder.seen) == 10 * 3 + 5 * 2
    assert knowledge.served.solutions.rows.vectors.shape[1] == 32


@pytest.mark.parametrize(
    "content",
    ["lines:\n- {id: a, kind: 错, text: 好}", "lines: [", "\x00", "solutions:\n- {title: 无}"],
)
def test_a_load_with_a_fault_changes_nothing_that_is_served(tmp_path: Path, content: str) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served
    good = write_lines(tmp_path / "好.csv", line(80))
    (tmp_path / "坏.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(LoadFailed):
        knowledge.load([good, tmp_path / "坏.yaml"], at=AT, who="李")
    assert knowledge.served is before
    assert knowledge.store.numbers() == [1]


def test_one_bad_row_among_ten_thousand_changes_nothing_and_is_named(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served
    entries = [line(i, id=f"r{i}") for i in range(10_000)]
    path = write_lines(tmp_path / "大.csv", *entries)
    text = path.read_text(encoding="utf-8").replace("抱歉。,,你们第4321次", "{{x}},,你们第4321次")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadFailed) as caught:
        knowledge.load([path], at=AT, who="李")
    (fault,) = caught.value.faults
    assert (fault.where, fault.field) == (f"大.csv:{2 + 4321}", "内容")
    assert knowledge.served is before


def test_an_encoder_that_fails_midway_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served

    def fail(_: NgramEncoder, texts: Sequence[str]) -> Vectors:
        raise MemoryError(len(texts))

    monkeypatch.setattr(NgramEncoder, "encode", fail)
    path = write_solutions(tmp_path / "a.csv", solution(50, "门锁失灵"))
    with pytest.raises(MemoryError):
        knowledge.load([path], at=AT, who="李")
    assert knowledge.served is before
    assert knowledge.store.numbers() == [1]


def test_a_disk_without_room_for_the_index_does_not_hold_up_a_written_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = opened(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_files, "save", fail)
    knowledge.load([write_lines(tmp_path / "a.csv", line(80))], at=AT, who="李")
    assert knowledge.served.version == knowledge.store.latest() == 2


def test_a_check_tells_what_a_load_would_do_and_writes_nothing(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served
    path = write_solutions(tmp_path / "a.csv", solution(50, "门锁失灵"))
    report = knowledge.check([path], replace=True)
    assert (len(report.changes.added), len(report.changes.removed)) == (1, 10)
    assert knowledge.served is before
    assert knowledge.store.numbers() == [1]


def test_readers_keep_the_old_version_while_a_load_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served
    began, may_end = threading.Event(), threading.Event()
    encode = NgramEncoder.encode

    def slow(self: NgramEncoder, texts: Sequence[str]) -> Vectors:
        began.set()
        assert may_end.wait(20)
        return encode(self, texts)

    path = write_solutions(tmp_path / "a.csv", solution(50, "门锁指纹失灵"))
    monkeypatch.setattr(NgramEncoder, "encode", slow)
    thread = threading.Thread(target=lambda: knowledge.load([path], at=AT, who="李"))
    thread.start()
    assert began.wait(20)
    assert knowledge.served is before
    may_end.set()
    thread.join(20)
    assert knowledge.served.version == 2


def test_two_loads_at_once_lose_nothing_of_each_other(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    paths = [write_lines(tmp_path / f"{i}.csv", line(100 + i), line(200 + i)) for i in range(4)]
    start = threading.Barrier(len(paths))

    def load(path: Path) -> None:
        start.wait(20)
        knowledge.load([path], at=AT, who=path.stem)

    threads = [threading.Thread(target=load, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert knowledge.served.version == 5
    assert len(knowledge.served.library.lines) == 5 + 8
    assert all(not v.changes.removed for v in knowledge.versions())


def test_a_load_keeps_what_another_process_loaded_meanwhile(tmp_path: Path) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    one.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="甲")
    report = other.load([write_lines(tmp_path / "b.csv", line(200))], at=AT, who="乙")
    assert report.version == 3
    assert {"l-100", "l-200"} <= other.served.line_of.keys()
    assert report.changes.added == ("line:l-200",)


def test_a_version_that_comes_up_during_a_load_makes_it_give_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    build = snapshots.build

    def meanwhile(library: Library, *rest: object) -> object:
        monkeypatch.setattr(snapshots, "build", build)
        other.load([write_lines(tmp_path / "b.csv", line(200))], at=AT, who="乙")
        return build(library, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "build", meanwhile)
    before = one.served
    with pytest.raises(StoreBusy):
        one.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="甲")
    assert one.served is before
    assert "l-200" in other.store.read(other.store.latest()).__repr__()


def test_follow_takes_up_another_process_version_once(tmp_path: Path) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    assert not other.follow()
    one.load([write_solutions(tmp_path / "a.csv", solution(50, "门锁指纹失灵"))], at=AT, who="甲")
    assert other.follow()
    assert not other.follow()
    assert other.served.version == 2
    assert best(other, "门锁指纹失灵") == "s-050"


def test_follow_leaves_what_is_served_when_the_new_version_is_damaged(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    before = knowledge.served
    (knowledge.store.folder / "000002.jsonl").write_bytes(b"broken")
    with pytest.raises(VersionMissing):
        knowledge.follow()
    assert knowledge.served is before
    assert knowledge.rollback(1, at=AT, who="李").version == 3
    assert knowledge.served.library == small_library()


def test_an_older_follow_never_overwrites_a_newer_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = opened(tmp_path)
    knowledge.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="甲")
    newest = knowledge.served
    numbers = iter([9, 1])
    monkeypatch.setattr(knowledge.store, "latest", lambda: next(numbers), raising=False)
    assert not knowledge.follow()
    assert knowledge.served is newest


def test_rolling_back_serves_equal_content_as_a_new_version(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    first = knowledge.served
    path = write_solutions(tmp_path / "a.csv", solution(50, "门锁失灵"))
    knowledge.load([path], at=AT, who="李", replace=True)
    report = knowledge.rollback(1, at=AT, who="王")
    assert (report.version, knowledge.served.version) == (3, 3)
    assert knowledge.served.library == first.library
    query = first.prepare("退钱几天到账")
    now, then = (s.solutions.search(query, 3) for s in (knowledge.served, first))
    assert [(h.id, h.score) for h in now] == [(h.id, h.score) for h in then]
    assert next((v.number, v.action) for v in knowledge.versions()) == (3, "rollback")
    assert knowledge.versions()[0].note == "回到版本 1"


def test_rolling_back_to_a_version_that_never_was_changes_nothing(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    with pytest.raises(VersionMissing):
        knowledge.rollback(7, at=AT, who="王")
    assert knowledge.served.version == 1


def test_a_reset_serves_the_shipped_library_again(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    knowledge.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="李", replace=True)
    knowledge.reset(at=AT, who="王")
    assert knowledge.served.library == small_library()


def test_a_folder_that_serves_the_shipped_library_gets_the_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path)
    newer = small_library().__class__(
        (line(1),), small_library().solutions, small_library().lexicon
    )
    monkeypatch.setattr(module, "shipped", lambda: newer)
    assert opened(tmp_path).served.library == newer
    assert opened(tmp_path).served.version == 2


def test_a_load_that_loses_an_expected_entry_is_refused_unless_forced(tmp_path: Path) -> None:
    cases(tmp_path, ("优惠券用不了", "s-007"), ("空调故障代码", "s-009"), ("别的", "没有"))
    knowledge = opened(tmp_path)
    before = knowledge.served
    thieves = [solution(60 + i, f"优惠券用不了{mark}") for i, mark in enumerate("甲乙丙")]
    moved = solution(7, "满减活动说明", questions=("凑单怎么算",))
    path = write_solutions(tmp_path / "a.csv", moved, *thieves)
    with pytest.raises(RegressionWorse) as caught:
        knowledge.load([path], at=AT, who="李")
    error = caught.value
    assert (error.before, error.after, error.total) == (2, 1, 3)
    assert "优惠券用不了" in error.lost[0]
    assert "--force" in str(error)
    assert knowledge.served is before
    assert knowledge.store.numbers() == [1]
    report = knowledge.load([path], at=AT, who="李", force=True)
    assert (report.regression_before, report.regression_after) == (2, 1)
    assert knowledge.served.version == 2


def test_removing_an_entry_that_the_desks_own_file_expects_is_worse(tmp_path: Path) -> None:
    cases(tmp_path, ("优惠券用不了", "s-007"))
    knowledge = opened(tmp_path)
    path = write_solutions(tmp_path / "a.csv", solution(0, "退款多久到账"))
    with pytest.raises(RegressionWorse):
        knowledge.load([path], at=AT, who="李", replace=True)


def test_a_broken_regression_file_is_told_by_line_and_nothing_is_loaded(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    own = tmp_path / "data" / "regression.jsonl"
    own.write_text('{"message": "a", "expect": "b"}\n\n[1]\n{"message": "a"}\n', encoding="utf-8")
    with pytest.raises(LoadFailed) as caught:
        knowledge.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="李")
    assert [f.where for f in caught.value.faults] == ["regression.jsonl:3", "regression.jsonl:4"]
    own.write_bytes(b"\x00\x01")
    with pytest.raises(LoadFailed):
        knowledge.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="李")
    assert knowledge.served.version == 1


def test_a_regression_file_that_a_spreadsheet_saved_in_gbk_is_read(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    own = tmp_path / "data" / "regression.jsonl"
    own.write_bytes('{"message": "优惠券用不了", "expect": "s-007"}\n'.encode("gbk"))
    report = knowledge.load([write_lines(tmp_path / "a.csv", line(100))], at=AT, who="李")
    assert (report.regression_before, report.regression_total) == (1, 1)


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    Knowledge.open(tmp_path / "data", NgramEncoder(), AT, lambda d, t: told.append((d, t)))
    assert (30, 30) in told
