"""Learning from a desk's own wordings: an honest trial, only what is better, always the same."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from typing import Final

import numpy as np
import pytest

from embeddings.errors import LearningImpossible
from embeddings.hybrid import Document
from embeddings.learn import ENOUGH, MOST, SHARE, Learned, hold_back, learn
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import StaticEncoder
from embeddings.words import WordSplitter

ENTRIES: Final = 28
#: Characters of the invented language, and the words that stand in every sentence of it.
LETTERS: Final = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
PADDING: Final = [a + b for a, b in zip(LETTERS[:12], LETTERS[12:24], strict=True)]


def encoder() -> StaticEncoder:
    """A random encoder of few rows: it knows letters, and nothing of which words count."""
    buckets = {CHARACTER: 400, PAIR: 400, WORD: 200}
    splitter = PieceSplitter(bucket_names(buckets), buckets, {LETTERS[0] + LETTERS[1]: 50})
    table = np.random.default_rng(4).standard_normal((splitter.rows, 16)).astype(np.float32)
    return StaticEncoder("invented", "invented-1", splitter, table)


def library() -> list[Document]:
    """Entries with words of their own between words that stand everywhere, 4 to 6 wordings each."""
    rng = random.Random(1)  # noqa: S311 - reproducible, no secret
    entries = []
    for number in range(ENTRIES):
        own = ["".join(rng.sample(LETTERS[24:], 2)) for _ in range(2)]
        wordings = [
            " ".join(rng.sample([*own, *rng.sample(PADDING, 4)], 6)) for _ in range(4 + number % 3)
        ]
        entries.append(Document(f"e-{number:02d}", tuple(dict.fromkeys(wordings))))
    return entries


def noise() -> list[Document]:
    """Entries whose wordings have nothing to do with each other: there is nothing to learn."""
    rng = random.Random(2)  # noqa: S311 - reproducible, no secret
    return [
        Document(f"n-{i:02d}", tuple("".join(rng.sample(LETTERS, 8)) for _ in range(4)))
        for i in range(ENTRIES)
    ]


@cache
def taught() -> tuple[Learned, tuple[tuple[int, int], ...]]:
    """What came of the invented library, and every progress that was told."""
    told: list[tuple[int, int]] = []
    result = learn(
        library(), encoder(), WordSplitter(), lambda done, total: told.append((done, total))
    )
    return result, tuple(told)


def test_the_title_stays_and_at_most_one_wording_an_entry_is_held_back() -> None:
    documents = library()
    known, asked = hold_back(documents)
    held = {id_: wording for wording, id_ in asked}
    assert len(held) == len(asked) > ENOUGH
    assert len(asked) <= SHARE * sum(len(d.wordings) for d in documents)
    for before, after in zip(documents, known, strict=True):
        assert (after.id, after.wordings[0]) == (before.id, before.wordings[0])
        left_out = [w for w in before.wordings if w not in after.wordings]
        assert left_out == ([held[before.id]] if before.id in held else [])


def test_what_is_held_back_is_the_same_every_time() -> None:
    assert hold_back(library()) == hold_back(library())


def test_entries_of_few_wordings_spare_none_and_a_large_library_only_so_many() -> None:
    few = [Document(f"f-{i}", (f"标题{i}", f"问法{i}")) for i in range(40)]
    assert hold_back(few) == (few, [])
    many = [Document(f"m-{i}", tuple(f"{i}的第{j}种" for j in range(6))) for i in range(MOST + 9)]
    known, asked = hold_back(many)
    assert len(asked) == MOST
    assert Counter(len(d.wordings) for d in known) == {5: MOST, 6: 9}


@pytest.mark.parametrize("documents", [[], library()[: ENOUGH - 1]])
def test_too_few_entries_with_several_wordings_are_told_with_a_way_out(
    documents: list[Document],
) -> None:
    told: list[int] = []
    with pytest.raises(LearningImpossible) as caught:
        learn(documents, encoder(), WordSplitter(), lambda done, _: told.append(done))
    assert "客户的不同问法" in caught.value.way_out
    assert caught.value.way_out in str(caught.value)
    assert str(ENOUGH) in caught.value.reason
    assert told == []


def test_words_that_stand_everywhere_are_unlearned_and_the_held_back_wordings_found() -> None:
    result, _ = taught()
    assert result.encoder is not None
    assert result.after.mrr > result.before.mrr + 0.05
    assert result.after.first <= result.after.three
    assert result.wordings == sum(len(d.wordings) for d in library())
    assert result.held_back == len(hold_back(library())[1])
    assert result.seconds > 0


@pytest.mark.parametrize("documents", [library(), noise()], ids=["sense", "noise"])
def test_an_encoder_comes_back_only_where_it_is_better(documents: list[Document]) -> None:
    result = taught()[0] if documents == library() else learn(documents, encoder(), WordSplitter())
    assert (result.encoder is not None) == (result.after.mrr > result.before.mrr)
    for quality in (result.before, result.after):
        assert 0 <= quality.first <= quality.three <= 1
        assert quality.first <= quality.mrr <= 1


def test_learning_is_the_same_every_time() -> None:
    first, again = taught()[0], learn(library(), encoder(), WordSplitter())
    assert first.encoder is not None
    assert again.encoder is not None
    assert (first.before, first.after) == (again.before, again.after)
    assert first.encoder.fingerprint == again.encoder.fingerprint
    assert first.encoder.calibration == again.encoder.calibration
    np.testing.assert_array_equal(first.encoder.table, again.encoder.table)


def test_the_learned_encoder_is_another_one_and_the_given_one_as_it_was() -> None:
    given = encoder()
    untouched = given.table.copy()
    learned = learn(library(), given, WordSplitter()).encoder
    np.testing.assert_array_equal(given.table, untouched)
    assert given.calibration is None
    assert learned is not None
    assert learned.fingerprint != given.fingerprint
    assert (learned.name, learned.dim) == (given.name, given.dim)
    assert learned.splitter is given.splitter
    assert not np.array_equal(learned.table, untouched)


def test_the_learned_table_is_as_half_precision_keeps_it_and_its_bands_are_measured() -> None:
    learned = taught()[0].encoder
    assert learned is not None
    np.testing.assert_array_equal(
        learned.table, learned.table.astype(np.float16).astype(np.float32)
    )
    assert learned.calibration is not None
    assert learned.calibration.trials == 2 * taught()[0].held_back


def test_progress_never_falls_and_ends_at_the_whole() -> None:
    _, told = taught()
    done = [d for d, _ in told]
    assert {total for _, total in told} == {1000}
    assert done == sorted(done)
    assert done[0] > 0
    assert done[-1] == 1000


def test_progress_ends_at_the_whole_where_nothing_better_was_found() -> None:
    told: list[int] = []
    result = learn(noise(), encoder(), WordSplitter(), lambda done, _: told.append(done))
    assert result.encoder is None
    assert told == sorted(told)
    assert told[-1] == 1000
