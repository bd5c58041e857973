"""Inverted lists against the formulas written out slowly, and rows of different length."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.features import gram_ids, term_id, word_ids
from embeddings.lexical import K1, B, Postings, Scheme
from embeddings.ragged import Ragged
from embeddings.text import chunks, normalise

TERM = st.integers(0, 12)
ROW = st.sets(TERM, max_size=6).map(sorted)
ROWS = st.lists(ROW, max_size=12)


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.of([np.array(r, dtype=np.uint32) for r in rows])


def unpacked(packed: Ragged) -> list[list[int]]:
    edges = packed.offsets.tolist()
    return [packed.flat[a:b].tolist() for a, b in itertools.pairwise(edges)]


def idf(rows: list[list[int]], term: int) -> float:
    frequency = sum(term in row for row in rows)
    return math.log1p((len(rows) - frequency + 0.5) / (frequency + 0.5))


def bm25(rows: list[list[int]], query: list[int]) -> list[float]:
    mean = max(sum(map(len, rows)) / max(len(rows), 1), 1.0)
    best = sum(idf(rows, t) for t in query)
    found = []
    for row in rows:
        scale = 1 + K1 * (1 - B + B * len(row) / mean)
        found.append(sum(idf(rows, t) * (K1 + 1) / scale for t in query if t in row) / best)
    return found


def cosine(rows: list[list[int]], query: list[int]) -> list[float]:
    length = math.sqrt(sum(idf(rows, t) ** 2 for t in query))
    found = []
    for row in rows:
        own = math.sqrt(sum(idf(rows, t) ** 2 for t in row))
        shared = sum(idf(rows, t) ** 2 for t in query if t in row)
        found.append(shared / (own * length) if own else 0.0)
    return found


@pytest.mark.parametrize(("scheme", "oracle"), [(Scheme.BM25, bm25), (Scheme.COSINE, cosine)])
@settings(max_examples=150, deadline=None)
@given(rows=ROWS, query=st.sets(TERM, min_size=1, max_size=6).map(sorted), top=st.integers(1, 15))
def test_scores_and_order_are_those_of_the_formula(
    scheme: Scheme, oracle: object, rows: list[list[int]], query: list[int], top: int
) -> None:
    scores, best = Postings(ragged(rows), scheme).score(np.array(query, dtype=np.uint32), top)
    wanted = oracle(rows, query)  # type: ignore[operator]
    np.testing.assert_allclose(scores, wanted, rtol=1e-4, atol=1e-6)
    ranked = sorted((i for i in range(len(rows)) if scores[i]), key=lambda i: (-scores[i], i))
    kept = best.tolist()
    assert len(kept) == min(top, len(ranked))
    assert [scores[i] for i in kept] == [scores[i] for i in ranked[:top]]
    assert kept == sorted(kept, key=lambda i: (-scores[i], i))


@pytest.mark.parametrize("rows", [[], [[]], [[], []]])
@pytest.mark.parametrize("scheme", Scheme)
def test_texts_without_any_term_match_nothing(rows: list[list[int]], scheme: Scheme) -> None:
    scores, best = Postings(ragged(rows), scheme).score(np.array([3], dtype=np.uint32), 5)
    assert scores.tolist() == [0.0] * len(rows)
    assert best.tolist() == []


@pytest.mark.parametrize("scheme", Scheme)
def test_in_a_large_corpus_the_best_are_those_of_the_full_scores(scheme: Scheme) -> None:
    rng = np.random.default_rng(3)
    rows = [np.unique(rng.zipf(1.4, 8) % 5_000).astype(np.uint32) for _ in range(9_000)]
    postings = Postings(Ragged.of(rows), scheme)
    for number in range(0, 9_000, 450):
        scores, best = postings.score(rows[number], 20)
        assert scores[best[0]] == scores.max()
        assert len(set(best.tolist())) == len(best) == 20
        assert (np.diff(scores[best]) <= 0).all()


@given(ROWS, ROWS, st.data())
def test_ragged_rows_behave_as_lists_do(
    first: list[list[int]], second: list[list[int]], data: st.DataObject
) -> None:
    packed = ragged(first)
    assert len(packed) == len(first)
    assert packed.lengths.tolist() == [len(r) for r in first]
    assert packed.row_of_each().tolist() == [i for i, r in enumerate(first) for _ in r]
    both = packed.followed_by(ragged(second))
    assert unpacked(both) == first + second
    whole = first + second
    picked = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=9)) if whole else []
    taken = both.take(np.array(picked, dtype=np.int64))
    assert unpacked(taken) == [whole[i] for i in picked]


def test_words_and_bigrams_have_stable_numbers() -> None:
    assert term_id("退款") == 53_619_772
    assert word_ids(["退款", "退款", "到账"]).tolist() == sorted({term_id("退款"), term_id("到账")})
    expected = {term_id(t) for t in ("^你", "你好", "^在", "在")}
    assert set(gram_ids("你好,在").tolist()) == expected
    assert gram_ids("？？").tolist() == []


@given(st.text(st.characters(), max_size=80))
def test_any_text_at_all_is_normalised_and_encodable(text: str) -> None:
    plain = normalise(text)
    plain.encode()
    assert all(part and part.strip() for part in chunks(plain))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("訂單號12345678沒到", "订单号#没到"),
        ("哈哈哈哈哈", "哈哈"),
        ("退\u200b款\ufeff", "退款"),
        ("\ud800退款", "退款"),
        ("漢\udc00字", "汉字"),
    ],
)
def test_texts_that_say_the_same_are_compared_alike(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_a_very_long_message_is_cut() -> None:
    assert len(normalise("好的" * 5_000)) == 2_000
