"""The splitter: which pieces a text has, which rows they get, and texts that have none."""

from __future__ import annotations

import zlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.text import MAX_CHARS

BUCKETS: Final = {CHARACTER: 3, PAIR: 5, WORD: 2}
LISTED: Final = ["1款", "1退", "2退款", "w退款"]
SPLITTER: Final = PieceSplitter([*LISTED, *bucket_names(BUCKETS)], BUCKETS, {})


def test_a_text_falls_into_characters_pairs_and_words() -> None:
    assert list(SPLITTER.pieces("退款到账")) == [
        *("1退", "1款", "1到", "1账"),
        *("2退款", "2款到", "2到账"),
        *("w退款", "w到", "w账"),
    ]


def test_no_piece_reaches_across_punctuation_or_spaces() -> None:
    assert list(SPLITTER.pieces("退，款 好")) == ["1退", "w退", "1款", "w款", "1好", "w好"]


def test_a_text_is_normalised_first() -> None:
    assert list(SPLITTER.pieces("ＡＰＰ退\u200b款")) == list(SPLITTER.pieces("app退款"))
    assert list(SPLITTER.pieces("賬單")) == list(SPLITTER.pieces("账单"))
    assert list(SPLITTER.pieces("单号88812345呢")) == list(SPLITTER.pieces("单号4500678呢"))


def test_repeats_are_kept_but_a_drawn_out_character_counts_twice() -> None:
    assert list(SPLITTER.pieces("退，退")).count("1退") == 2
    assert SPLITTER.split("退款退款").count(LISTED.index("w退款")) == 2
    assert SPLITTER.split("退退退退退") == SPLITTER.split("退退")


def test_words_of_its_own_are_kept_whole_and_change_nothing_but_words() -> None:
    own = PieceSplitter(SPLITTER.names, BUCKETS, {"携号转网": 10**9})
    plain, whole = set(SPLITTER.pieces("我要携号转网")), set(own.pieces("我要携号转网"))
    assert "w携号转网" in whole - plain
    assert {p for p in plain ^ whole if not p.startswith(WORD)} == set()


def test_names_of_shared_rows_go_by_kind() -> None:
    assert bucket_names({CHARACTER: 2, PAIR: 0, WORD: 1}) == ["#10", "#11", "#w0"]
    assert SPLITTER.rows == len(SPLITTER.names) == len(LISTED) + 10


def test_a_listed_piece_has_its_own_row() -> None:
    assert SPLITTER.split("退款") == [1, 0, 2, 3]


def test_other_pieces_share_the_rows_of_their_kind_by_checksum() -> None:
    for piece, row in zip(SPLITTER.pieces("宽带"), SPLITTER.split("宽带"), strict=True):
        kind = piece[0]
        shared = zlib.crc32(piece.encode()) % BUCKETS[kind]
        assert SPLITTER.names[row] == f"#{kind}{shared}"


def test_with_many_pieces_every_shared_row_is_used_and_none_of_another_kind() -> None:
    text = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 300))
    assert set(SPLITTER.split(text)) >= set(range(len(LISTED), SPLITTER.rows))
    for piece in SPLITTER.pieces(text):
        assert piece[0] in BUCKETS


def test_a_kind_without_shared_rows_passes_its_unknown_pieces_over() -> None:
    buckets = {CHARACTER: 0, PAIR: 1, WORD: 0}
    splitter = PieceSplitter([*LISTED, *bucket_names(buckets)], buckets, {})
    assert splitter.split("宽带") == [4]
    assert splitter.split("退货") == [1, 4]
    assert PieceSplitter(LISTED, dict.fromkeys(BUCKETS, 0), {}).split("宽带") == []


@pytest.mark.parametrize(
    "text", ["", " \n\t", "？！…", "👍🏻", "\u200b\ufeff", "\ud83d", "88812345"]
)
def test_a_text_without_letters_has_no_pieces(text: str) -> None:
    assert list(SPLITTER.pieces(text)) == []
    assert SPLITTER.split(text) == []
    assert SPLITTER.joined(text) == ""


def test_a_very_long_text_is_cut() -> None:
    text = "退款到账" * MAX_CHARS
    assert SPLITTER.split(text) == SPLITTER.split(text[:MAX_CHARS])


def test_joined_gives_the_names_of_the_rows_between_spaces() -> None:
    assert SPLITTER.joined("退款") == "1退 1款 2退款 w退款"
    assert all(name.startswith("#") for name in SPLITTER.joined("宽带").split(" "))


@given(st.text(max_size=40))
def test_any_text_gives_rows_of_the_table_and_joined_names_them(text: str) -> None:
    rows = SPLITTER.split(text)
    assert all(0 <= row < SPLITTER.rows for row in rows)
    assert SPLITTER.joined(text).split() == [SPLITTER.names[row] for row in rows]
    assert SPLITTER.split(text) == rows
