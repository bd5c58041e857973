"""Snapshots: built, saved and loaded alike; refused where they do not belong; doubts; the cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import IndexMismatch
from embeddings.words import cache_folder
from kb import compiled as compiling
from kb import lexicon, snapshot
from kb.compiled import compiled
from kb.fingerprint import files_fingerprint, library_fingerprint
from kb.library import Library
from kb.review import Finding, review
from kb.snapshot import Snapshot
from kb.solutions import Solution
from prompts.errors import LoadFailed
from tests.fakes.encoder import NgramEncoder
from tests.fakes.library import TOPICS, line, small_library, solution, write_lines

ROOT = Path(__file__).parents[2]
QUESTIONS = ("退钱要几天", "快递不更新了", "网络掉线", "？？", "", "完全无关的话")


def built(library: Library | None = None) -> Snapshot:
    return snapshot.build(library or small_library(), NgramEncoder(), 1)[0]


def answers(served: Snapshot) -> list[object]:
    return [
        index.search(served.prepare(q), 5)
        for q in QUESTIONS
        for index in (served.solutions, served.lines)
    ]


def test_a_saved_snapshot_loads_and_answers_alike(tmp_path: Path) -> None:
    made = built()
    made.save(tmp_path)
    encoder = NgramEncoder()
    loaded = snapshot.load(small_library(), encoder, 1, tmp_path)
    assert encoder.seen == []
    assert answers(loaded) == answers(made)
    assert loaded.solutions.calibration == made.solutions.calibration


def test_saving_again_replaces_the_old_index_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    built().save(tmp_path)
    fewer = replace(small_library(), solutions=small_library().solutions[:4])
    built(fewer).save(tmp_path)
    assert len(snapshot.load(fewer, NgramEncoder(), 2, tmp_path).solutions) == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lines", "solutions"]


def test_an_index_of_another_encoder_lexicon_or_content_is_refused(tmp_path: Path) -> None:
    built().save(tmp_path)
    library = small_library()
    words = {**library.lexicon.files, "words/more.txt": "快递单\n"}
    others = [
        (library, NgramEncoder("other")),
        (library, NgramEncoder(dim=32)),
        (replace(library, lexicon=lexicon.parse(words)), NgramEncoder()),
        (replace(library, solutions=library.solutions[1:]), NgramEncoder()),
        (replace(library, solutions=library.solutions[::-1]), NgramEncoder()),
        (replace(library, lines=(*library.lines, line(77))), NgramEncoder()),
    ]
    for other, encoder in others:
        with pytest.raises(IndexMismatch) as caught:
            snapshot.load(other, encoder, 1, tmp_path)
        assert caught.value.folder.parent == tmp_path
        assert "huashu kb reload" in str(caught.value)
    snapshot.load(library, NgramEncoder(), 1, tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "rows.npz", "index.faiss"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "other"])
def test_a_damaged_index_is_refused_and_built_anew(tmp_path: Path, name: str, damage: str) -> None:
    made = built()
    made.save(tmp_path)
    path = tmp_path / "solutions" / name
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle] ^= 0x55
    changed = {
        "empty": b"",
        "cut": bytes(data[: len(data) // 2]),
        "flipped": bytes(data),
        "other": b"[]",
    }
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    with pytest.raises(IndexMismatch):
        snapshot.load(small_library(), NgramEncoder(), 1, tmp_path)
    again = snapshot.load_or_build(small_library(), NgramEncoder(), 1, tmp_path)
    assert answers(again) == answers(made)
    snapshot.load(small_library(), NgramEncoder(), 1, tmp_path)


def test_rows_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    built().save(tmp_path)
    path = tmp_path / "solutions" / "rows.npz"
    with np.load(path) as data:
        parts = dict(data)
    for name in ("vectors", "words_at"):
        np.savez(path, **(parts | {name: parts[name][:-1]}))
        with pytest.raises(IndexMismatch):
            snapshot.load(small_library(), NgramEncoder(), 1, tmp_path)


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    made = snapshot.load_or_build(small_library(), NgramEncoder(), 1, blocked)
    assert answers(made) == answers(built())


def test_an_incremental_build_equals_a_full_one() -> None:
    before = built()
    library = small_library()
    changed = replace(
        library,
        lines=library.lines[::-1],
        solutions=(*library.solutions[3:], solution(40, "门锁指纹失灵"), library.solutions[0]),
    )
    step, fresh = snapshot.build(changed, NgramEncoder(), 2, before)
    full, everything = snapshot.build(changed, NgramEncoder(), 2)
    assert (fresh, everything) == (3, 9 * 3 + 5 * 2)
    assert answers(step) == answers(full)
    assert step.splitter is before.splitter


def test_taking_many_entries_out_measures_the_bands_anew() -> None:
    before = built(replace(small_library(), solutions=many_solutions(60)))
    less = replace(small_library(), solutions=many_solutions(60)[:20])
    step, _ = snapshot.build(less, NgramEncoder(), 2, before)
    assert step.solutions.calibration == built(less).solutions.calibration


def many_solutions(count: int) -> tuple[Solution, ...]:
    return tuple(
        solution(i, f"{TOPICS[i % 10]}之{i}", questions=(f"{TOPICS[i % 10]}问{i}", f"急{i}"))
        for i in range(count)
    )


def test_planted_duplicates_and_contradictions_are_found() -> None:
    library = small_library()
    planted = replace(
        library,
        solutions=(
            *library.solutions,
            solution(20, "包裹破损怎么赔", "破损包裹7天内可以申请赔付。"),
            solution(21, "包裹破损怎么赔呀", "申请请在15日内提出，到期不再赔付。"),
            solution(22, "会员能退费吗", "会员费支持按天退还。", questions=("会员能退费吗？",)),
            solution(23, "会员能不能退", "会员费不支持退还。", questions=("会员能退费吗!",)),
            solution(24, "电子发票在哪下", "请到订单页下载。", questions=("下载电子发票",)),
            solution(25, "发票怎么下", "请到订单页下载。", questions=("下载电子发票。",)),
        ),
    )
    served = built(planted)
    doubts = {(d.first, d.second): d for d in review(served)}
    assert doubts["s-020", "s-021"].finding is Finding.CONTRADICTION
    assert doubts["s-020", "s-021"].detail == "数字不一致：7天 与 15天"
    assert doubts["s-022", "s-023"].finding is Finding.CONTRADICTION
    assert doubts["s-024", "s-025"].finding is Finding.DUPLICATE
    assert doubts["s-024", "s-025"].score == 1.0
    order = [d.finding for d in review(served)]
    assert order == sorted(order, key=[Finding.CONTRADICTION, Finding.DUPLICATE].index)


def test_a_library_without_likeness_has_no_doubts() -> None:
    assert review(built()) == []


def test_exact_repeats_are_found_whatever_was_touched() -> None:
    library = small_library()
    planted = replace(library, solutions=(*library.solutions, solution(30, "退款多久到账？")))
    assert [(d.first, d.second) for d in review(built(planted), only=())] == [("s-000", "s-030")]


def test_the_fingerprint_of_files_knows_where_a_file_stands(tmp_path: Path) -> None:
    for part in ("words", "products"):
        (tmp_path / part).mkdir()
    (tmp_path / "words" / "a.txt").write_text("词\n", encoding="utf-8")
    before = files_fingerprint([tmp_path])
    (tmp_path / "words" / "a.txt").rename(tmp_path / "products" / "a.txt")
    assert files_fingerprint([tmp_path]) != before


def test_the_fingerprint_of_a_library_changes_with_every_entry() -> None:
    library = small_library()
    assert library_fingerprint(library) == library_fingerprint(small_library())
    others = [
        replace(library, lines=library.lines[1:]),
        replace(library, lines=library.lines[::-1]),
        replace(library, solutions=(solution(0, "退款多久到账", "改"), *library.solutions[1:])),
        replace(library, lexicon=lexicon.parse({})),
    ]
    found = {library_fingerprint(other) for other in [library, *others]}
    assert len(found) == 5


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    words = cache_folder()
    folder = tmp_path / "cache"
    folder.mkdir()
    for path in words.glob("words-*"):  # spare the second that cutting jieba's dictionary costs
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("HUASHU_CACHE", str(folder))
    monkeypatch.setattr(compiling, "shipped", small_library)
    return folder


def test_a_library_is_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled(NgramEncoder())
    encoder = NgramEncoder()
    monkeypatch.setattr(compiling, "shipped", lambda: pytest.fail("read again"))
    again = compiled(encoder)
    assert encoder.seen == []
    assert answers(again) == answers(first)
    assert len(list((cache / "libraries").iterdir())) == 1


def test_a_damaged_compiled_library_is_made_anew(cache: Path) -> None:
    first = compiled(NgramEncoder())
    (version,) = (cache / "libraries").glob("*/000001.jsonl")
    version.write_bytes(version.read_bytes()[:-40])
    assert compiled(NgramEncoder()).library == first.library


def test_faulty_files_are_not_compiled(cache: Path, tmp_path: Path) -> None:
    bad = tmp_path / "坏.yaml"
    bad.write_text("lines: [", encoding="utf-8")
    with pytest.raises(LoadFailed):
        compiled(NgramEncoder(), [bad])
    with pytest.raises(LoadFailed):
        compiled(NgramEncoder(), [tmp_path / "无"])
    assert not (cache / "libraries").exists()


def test_only_the_newest_compiled_libraries_are_kept(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "from_paths", lambda _: small_library())
    for i in range(9):
        compiled(NgramEncoder(), [write_lines(tmp_path / "a.csv", line(i))])
    assert len(list((cache / "libraries").iterdir())) <= 7


PROGRAM = """
import json, sys
from embeddings.encoder import load_encoder
from kb.compiled import compiled
served = compiled(load_encoder())
found = []
for message in ("退钱要几天", "宽带老掉线", "你们太坑了", "暖气不热", "喂"):
    for index in (served.solutions, served.lines):
        found += [(h.id, h.wording, h.score, h.probability, h.ranks)
                  for h in index.search(served.prepare(message), 5)]
heavy = sorted({"torch", "sentence_transformers", "transformers"} & set(sys.modules))
print(json.dumps([served.splitter.fingerprint, served.encoder.fingerprint, heavy, found]))
"""


def test_the_shipped_library_answers_alike_under_any_hash_seed_and_without_torch(
    tmp_path: Path,
) -> None:
    outputs = []
    for seed in ("1", "77"):
        env = os.environ | {"PYTHONHASHSEED": seed, "HUASHU_CACHE": str(tmp_path / seed)}
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            env=env,
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=120,
        )
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]
    _, _, heavy, found = json.loads(outputs[0])
    assert heavy == []
    assert len(found) == 50
