"""Vectors and hybrid search: exact where it says so, near enough above, explained, repeatable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from embeddings import index_files, words
from embeddings.encoder import Encoder, normalise_rows
from embeddings.errors import IndexMismatch
from embeddings.hybrid import Document, HybridIndex, prepare
from embeddings.vectors import EXACT_UP_TO, HalfVectors, VectorIndex
from embeddings.words import WordSplitter
from tests.fakes.encoder import NgramEncoder
from tests.fakes.library import TOPICS

Floats = npt.NDArray[np.float32]
SPLITTER = WordSplitter(["暖气片"], {"退钱": "退款"}, ["的", "了"])
DOCUMENTS = [
    Document(f"d{i}", (topic, f"请教{topic}怎么处理", f"{topic}，急"))
    for i, topic in enumerate(TOPICS)
]


def clustered(count: int, dim: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((300, dim))
    noise = rng.standard_normal((count, dim)) * 0.6
    points = centres[rng.integers(0, 300, count)] + noise
    return normalise_rows(points.astype(np.float32))


def best(vectors: HalfVectors, query: Floats, top: int) -> list[int]:
    scores = vectors.astype(np.float32) @ query
    return [int(i) for i in np.argsort(-scores, kind="stable")[:top]]


def test_small_sets_of_vectors_are_searched_exactly() -> None:
    vectors = clustered(3_000, 32, 1).astype(np.float16)
    index = VectorIndex.build(vectors)
    for query in clustered(40, 32, 2):
        assert index.search(query, 10).tolist() == best(vectors, query, 10)
        np.testing.assert_allclose(
            index.cosines(np.arange(5), query), vectors[:5].astype(np.float32) @ query, rtol=1e-5
        )


def test_large_sets_are_searched_with_a_recall_of_95_percent(tmp_path: Path) -> None:
    count = 20_000
    assert count > EXACT_UP_TO
    vectors = clustered(count, 64, 3).astype(np.float16)
    index = VectorIndex.build(vectors)
    queries = clustered(200, 64, 3)
    wanted = [set(best(vectors, q, 10)) for q in queries]
    found = [set(index.search(q, 10).tolist()) for q in queries]
    recall = sum(len(w & f) for w, f in zip(wanted, found, strict=True)) / (10 * len(queries))
    assert recall >= 0.95
    index.write(tmp_path / "v")
    again = VectorIndex.read(vectors, tmp_path / "v")
    assert [set(again.search(q, 10).tolist()) for q in queries] == found
    grown = VectorIndex.build(np.concatenate([vectors, vectors[:500]]), like=index)
    own = grown.search(vectors[7].astype(np.float32), 2)
    assert set(own.tolist()) == {7, count + 7}


def test_nothing_is_nearest_to_an_empty_vector_or_in_an_empty_index() -> None:
    vectors = clustered(10, 8, 1).astype(np.float16)
    assert VectorIndex.build(vectors).search(np.zeros(8, dtype=np.float32), 3).tolist() == []
    empty = VectorIndex.build(np.zeros((0, 8), dtype=np.float16))
    assert empty.search(np.ones(8, dtype=np.float32), 3).tolist() == []


def test_vectors_of_another_shape_are_refused(tmp_path: Path) -> None:
    vectors = clustered(10, 8, 1).astype(np.float16)
    VectorIndex.build(vectors).write(tmp_path / "v")
    with pytest.raises(ValueError, match="10x8"):
        VectorIndex.read(vectors[:9], tmp_path / "v")


def index_of(documents: list[Document], encoder: Encoder | None = None) -> HybridIndex:
    return HybridIndex.build(documents, encoder or NgramEncoder(), SPLITTER)[0]


@pytest.mark.parametrize("message", ["退钱几天到账", "暖气片怎么不热呢", "密码忘了", "？", ""])
def test_a_hit_is_explained_by_the_scores_and_ranks_of_its_channels(message: str) -> None:
    index, query = index_of(DOCUMENTS), prepare(message, NgramEncoder(), SPLITTER)
    hits = index.search(query, 5)
    assert len({h.id for h in hits}) == len(hits)
    weights = index.weights
    texts = [w for d in DOCUMENTS for w in d.wordings]
    known = {d.id: d.wordings for d in DOCUMENTS}
    for hit in hits:
        joint = (
            weights.meaning * hit.meaning
            + weights.theme * hit.theme
            + weights.words * hit.words
            + weights.characters * hit.characters
        )
        assert hit.score == pytest.approx(joint, abs=1e-5)
        assert hit.wording in known[hit.id]
        assert any(rank is not None for rank in hit.ranks)
        vector = NgramEncoder().encode([hit.wording])[0]
        assert hit.meaning == pytest.approx(float(vector @ query.vector), abs=2e-3)
        if hit.ranks[0] is not None:
            near = index.vectors.search(query.vector, 48).tolist()
            assert texts[near[hit.ranks[0]]] == hit.wording
        assert 0.0 <= hit.probability <= 1.0
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_each_entry_is_listed_once_by_its_best_wording() -> None:
    hits = index_of(DOCUMENTS).search(prepare("忘记登录密码", NgramEncoder(), SPLITTER), 10)
    assert (hits[0].id, hits[0].wording) == ("d3", "忘记登录密码")
    assert hits[0].ranks == (0, 0, 0)


def test_synonyms_find_what_letters_do_not() -> None:
    index = index_of([Document("a", ("退款",)), Document("b", ("换货",))])
    (hit, *_) = index.search(prepare("退钱", NgramEncoder(), SPLITTER), 2)
    assert hit.id == "a"
    assert hit.words > 0.9


def test_rows_left_out_are_not_found() -> None:
    index = index_of(DOCUMENTS)
    query = prepare("忘记登录密码", NgramEncoder(), SPLITTER)
    rows = index.rows_of(3)
    assert [index.text_of(r) for r in rows] == list(DOCUMENTS[3].wordings)
    assert index.search(query, 1, frozenset({rows[0]}))[0].wording != "忘记登录密码"
    assert "d3" not in [h.id for h in index.search(query, 10, frozenset(rows))]


def test_equal_scores_are_ordered_by_place_every_time() -> None:
    same = [Document(f"x{i}", ("退款到账", "退款到账吗")) for i in range(6)]
    query = prepare("退款到账", NgramEncoder(), SPLITTER)
    first = index_of(same).search(query, 6)
    assert [h.id for h in first] == [f"x{i}" for i in range(6)]
    assert index_of(same).search(query, 6) == first


def test_wordings_without_any_letter_are_carried_along() -> None:
    index = index_of([Document("a", ("？？？",)), Document("b", ("!",))])
    hits = index.search(prepare("退款", NgramEncoder(), SPLITTER), 3)
    assert {h.score for h in hits} == {0.0}
    assert index.search(prepare("？？？", NgramEncoder(), SPLITTER), 3) == []


def test_an_index_of_nothing_finds_nothing() -> None:
    assert index_of([]).search(prepare("退款", NgramEncoder(), SPLITTER), 3) == []


def test_growing_step_by_step_gives_the_index_of_a_full_build() -> None:
    encoder = NgramEncoder()
    index = index_of(DOCUMENTS[:4], encoder)
    encoder.seen.clear()
    changed = [
        DOCUMENTS[8],
        DOCUMENTS[2],
        Document("d3", ("忘记登录密码", "密码丢了")),
        *DOCUMENTS[5:7],
    ]
    step, fresh = HybridIndex.build(changed, encoder, SPLITTER, index)
    full = index_of(changed)
    assert fresh == len(encoder.seen) == 1 + 3 * 3
    assert "忘记登录密码" not in encoder.seen
    for name in ("hashes", "vectors"):
        np.testing.assert_array_equal(getattr(step.rows, name), getattr(full.rows, name))
    for name in ("words", "grams"):
        np.testing.assert_array_equal(getattr(step.rows, name).flat, getattr(full.rows, name).flat)
    for message in ("密码丢了", "优惠券", "发票"):
        query = prepare(message, encoder, SPLITTER)
        step.calibration = full.calibration
        assert step.search(query, 5) == full.search(query, 5)


def test_progress_counts_what_is_encoded() -> None:
    told: list[tuple[int, int]] = []
    many = [Document(str(i), (f"第{i}问",)) for i in range(2_500)]
    HybridIndex.build(many, NgramEncoder(), SPLITTER, None, lambda d, t: told.append((d, t)))
    assert told == [(1_024, 2_500), (2_048, 2_500), (2_500, 2_500)]


def test_rows_of_a_saved_index_are_refused_to_another_encoder(tmp_path: Path) -> None:
    encoder = NgramEncoder()
    index_files.save(index_of(DOCUMENTS), tmp_path / "i", encoder, SPLITTER)
    rows, _ = index_files.load_rows(tmp_path / "i", encoder, SPLITTER)
    assert len(rows) == 30
    for other, cutting in [(NgramEncoder("x"), SPLITTER), (encoder, WordSplitter())]:
        with pytest.raises(IndexMismatch):
            index_files.load_rows(tmp_path / "i", other, cutting)


def test_a_save_that_fails_leaves_the_old_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = NgramEncoder()
    index_files.save(index_of(DOCUMENTS), tmp_path / "i", encoder, SPLITTER)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VectorIndex, "write", fail)
    with pytest.raises(OSError, match="No space"):
        index_files.save(index_of(DOCUMENTS[:2]), tmp_path / "i", encoder, SPLITTER)
    assert [p.name for p in tmp_path.iterdir()] == ["i"]
    assert len(index_files.load(tmp_path / "i", DOCUMENTS, encoder, SPLITTER)) == 10


def test_the_words_of_a_text_are_folded_and_stop_words_dropped() -> None:
    assert SPLITTER.terms("我的暖气片") == ["我", "暖气片"]
    assert SPLITTER.terms("退钱") == ["退款"]
    assert SPLITTER.terms("的了") == SPLITTER.cut("的了")


def test_a_splitter_is_known_by_its_words_in_any_order() -> None:
    one = WordSplitter(["甲乙", "丙丁"], {"a": "b"}, ["的", "了"])
    other = WordSplitter(["丙丁", "甲乙"], {"a": "b"}, ["了", "的"])
    assert one.fingerprint == other.fingerprint
    for changed in (
        WordSplitter(["甲乙"], {"a": "b"}, ["的", "了"]),
        WordSplitter(["甲乙", "丙丁"], {"a": "c"}, ["的", "了"]),
        WordSplitter(["甲乙", "丙丁"], {"a": "b"}, ["的"]),
    ):
        assert changed.fingerprint != one.fingerprint


@pytest.mark.parametrize("kind", ["words", "own"])
def test_a_damaged_or_planted_word_cache_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def cut() -> list[str]:
        words._dictionary.cache_clear()  # as in a new process
        return WordSplitter(["退款申请单"]).cut("退款申请，退款申请单")

    monkeypatch.setenv("HUASHU_CACHE", str(tmp_path))
    wanted = ["退款", "申请", "退款申请单"]
    assert cut() == wanted
    (cache,) = tmp_path.glob(f"{kind}-*")
    whole = cache.read_bytes()
    for damaged in (whole[:32] + b"planted", whole[:-1], whole[:10], b""):
        cache.write_bytes(damaged)
        assert cut() == wanted
        assert cache.read_bytes() == whole
