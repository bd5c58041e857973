"""Evaluation against values worked out by hand, and files that cannot be used."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import Vectors
from embeddings.errors import EvaluationDataError
from embeddings.evaluate import faq, pairs, read_jsonl, spearman
from embeddings.words import WordSplitter
from tests.fakes.encoder import NgramEncoder

SPLITTER = WordSplitter()


class TableEncoder:
    """Gives each known text the vector it is told to."""

    name = fingerprint = "table"
    dim = 2

    def __init__(self, angles: dict[str, float]) -> None:
        self.angles = angles

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = [(math.cos(self.angles[t]), math.sin(self.angles[t])) for t in texts]
        return np.array(found, dtype=np.float32).reshape(-1, 2)


def write(path: Path, *items: object) -> Path:
    path.write_text("".join(f"{json.dumps(i, ensure_ascii=False)}\n" for i in items), "utf-8")
    return path


def test_ranks_of_the_right_entries_give_recall_and_mrr(tmp_path: Path) -> None:
    titles = ["苹果", "香蕉", "葡萄", "西瓜", "菠萝"]
    docs = write(tmp_path / "d", *({"id": i, "title": t} for i, t in enumerate(titles)))
    wordings = write(tmp_path / "w", {"id": 1, "text": "苹果香蕉"}, {"id": 9, "text": "没有这一条"})
    queries = write(
        tmp_path / "q",
        {"qid": 1, "query": "苹果", "positives": [0]},  # first
        {"qid": 2, "query": "苹果", "positives": ["1"]},  # second, through its wording
        {"qid": 3, "query": "葡萄", "positives": [4, 2]},  # first, by one of two
        {"qid": 4, "query": "西瓜", "positives": ["nowhere"]},  # never
    )
    found = faq(docs, queries, wordings, NgramEncoder(), SPLITTER)
    assert found["n"] == 4
    assert (found["R@1"], found["R@3"], found["R@10"]) == (0.5, 0.75, 0.75)
    assert found["MRR@10"] == 0.625
    assert found["ms_p99"] >= found["ms_p50"] > 0
    without = faq(docs, queries, None, NgramEncoder(), SPLITTER)
    assert without["learn_s"] == 0.0


def test_cosines_that_rise_with_the_labels_correlate_fully(tmp_path: Path) -> None:
    angles = {"a": 0.0, "b": 0.2, "c": 0.9, "d": 1.5}
    items = [
        {"s1": "a", "s2": s, "label": label} for s, label in zip("bcd", (3, 2, 1), strict=True)
    ]
    assert pairs(write(tmp_path / "p", *items), TableEncoder(angles)) == {"n": 3, "spearman": 100.0}
    items = [
        {"s1": "a", "s2": s, "label": label} for s, label in zip("bcd", (1, 0, 1), strict=True)
    ]
    assert pairs(write(tmp_path / "p", *items), TableEncoder(angles))["spearman"] == 0.0


@pytest.mark.parametrize(
    ("first", "second", "rho"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 40], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8),
        ([1, 2, 2, 4], [1, 2, 3, 4], 0.9486832980505138),  # ranks 1, 2.5, 2.5, 4
        ([0, 0, 1, 1], [0.1, 0.4, 0.3, 0.9], 0.4472135954999579),  # ranks 1.5, 1.5, 3.5, 3.5
        ([1, 1, 1], [1, 2, 3], 0.0),
    ],
)
def test_spearman_shares_mean_ranks_among_ties(
    first: list[float], second: list[float], rho: float
) -> None:
    assert spearman(np.array(first), np.array(second)) == pytest.approx(rho)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=20))
def test_spearman_is_symmetric_and_lies_between_minus_one_and_one(
    points: list[tuple[int, int]],
) -> None:
    first, second = np.array(points, dtype=float).T
    rho = spearman(first, second)
    assert -1.000001 <= rho <= 1.000001
    assert rho == pytest.approx(spearman(second, first))
    assert rho == pytest.approx(spearman(first * 3 + 1, second))


@pytest.mark.parametrize(
    ("body", "where", "reason"),
    [
        (b'{"s1": "a", "s2": "b", "label": 1}\n{bad\n', "p:2", "JSON"),
        (b"\n\n[1]\n", "p:3", "JSON"),
        (b'{"s1": "a", "label": 1}\n', "p:1", "s2"),
        (b'{"s1": "a", "s2": "b", "label": "x"}\n', "p:1", "label"),
        (b'{"s1": "a", "s2": "b", "label": NaN}\n', "p:1", "label"),
        (b'{"s1": "a", "s2": "b", "label": null}\n', "p:1", "label"),
        ('{"s1": "甲", "s2": "b", "label": 1}\n'.encode("gbk"), "p:1", "UTF-8"),
        (b"[" * 100_000 + b"\n", "p:1", "JSON"),
        (b'{"s1": "a", "s2": "b", "label": 1}\n', "p", "label"),
        (b"", "p", "label"),
    ],
)
def test_a_pair_that_cannot_be_used_is_named_by_file_and_line(
    tmp_path: Path, body: bytes, where: str, reason: str
) -> None:
    (tmp_path / "p").write_bytes(body)
    with pytest.raises(EvaluationDataError) as caught:
        pairs(tmp_path / "p", NgramEncoder())
    assert caught.value.where == where
    assert reason in caught.value.reason
    assert caught.value.hint in str(caught.value)


@pytest.mark.parametrize(
    ("docs", "query", "where"),
    [
        ([{"id": 1}], {"query": "a", "positives": []}, "d:1"),
        ([], {"query": "a", "positives": []}, "d"),
        ([{"id": 1, "title": "a"}], {"query": "a", "positives": 3}, "q:1"),
        ([{"id": 1, "title": "a"}], {"query": "a", "positives": "1"}, "q:1"),
        ([{"id": 1, "title": "a"}], {"qid": 1, "positives": ["1"]}, "q:1"),
        ([{"id": 1, "title": "a"}], None, "q"),
    ],
)
def test_faq_files_that_cannot_be_used_are_named(
    tmp_path: Path, docs: list[object], query: object, where: str
) -> None:
    write(tmp_path / "d", *docs)
    write(tmp_path / "q", *([query] if query else []))
    with pytest.raises(EvaluationDataError) as caught:
        faq(tmp_path / "d", tmp_path / "q", None, NgramEncoder(), SPLITTER)
    assert caught.value.where == where


def test_a_mark_at_the_beginning_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 2}')
    assert [i["a"] for i in read_jsonl(tmp_path / "f", ("a",))] == [1, 2]


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pairs(tmp_path / "none", NgramEncoder())
