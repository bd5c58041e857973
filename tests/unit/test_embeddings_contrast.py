"""A fit of a tiny table: groups come together, near-misses apart, always in the same way."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from embeddings.contrast import Bag, NearBags, Recipe, fit
from embeddings.encoder import Vectors, normalise_rows

DIM: Final = 16
#: Four needs of three texts; all texts share row 0, no two of a group share any other.
GROUPS: Final = [[[0, 1 + 3 * g + t] for t in range(3)] for g in range(4)]
ROWS: Final = 20
#: A text, another with the same meaning, and one that shares most of its rows and means another.
ANCHOR: Final = [13, 14, 15]
SAME: Final = [16, 17]
OTHER: Final = [13, 14, 18]
NEAR: Final = [NearBags([ANCHOR, SAME], [OTHER])]
RECIPE: Final = Recipe(epochs=100, batch=8, temperature=0.2, rate=5e-2, drop=0.0, seed=7)


def table() -> Vectors:
    return np.random.default_rng(3).standard_normal((ROWS, DIM)).astype(np.float32)


def cosines(fitted: Vectors, *bags: Bag) -> Vectors:
    vectors = normalise_rows(np.stack([fitted[bag].sum(axis=0) for bag in bags]))
    return np.asarray(vectors @ vectors.T, dtype=np.float32)


def test_groups_come_together_and_part_from_each_other() -> None:
    bags = [bag for group in GROUPS for bag in group]
    owner = np.repeat(np.arange(4), 3)
    same = owner[:, None] == owner[None, :]
    before, after = (cosines(t, *bags) for t in (table(), fit(table(), GROUPS, RECIPE)))
    assert before[same].min() < before[~same].max()
    assert after[same].min() > after[~same].max() + 0.3


def test_near_misses_are_kept_apart_which_groups_alone_do_not() -> None:
    for near, apart in ((NEAR, True), ((), False)):
        same, other = cosines(fit(table(), GROUPS, RECIPE, near), ANCHOR, SAME, OTHER)[0, 1:]
        assert (same > other) == apart
    unheeded = fit(table(), GROUPS, replace(RECIPE, near=0.0), NEAR)
    np.testing.assert_array_equal(unheeded[13:], table()[13:])


def test_a_fit_is_the_same_with_the_same_seed_and_another_with_another() -> None:
    recipe = replace(RECIPE, drop=0.25)
    first = fit(table(), GROUPS, recipe, NEAR)
    np.testing.assert_array_equal(first, fit(table(), GROUPS, recipe, NEAR))
    assert np.abs(first - fit(table(), GROUPS, replace(recipe, seed=8), NEAR)).max() > 1e-3


def test_the_given_table_is_not_changed() -> None:
    given = table()
    fitted = fit(given, GROUPS, RECIPE, NEAR)
    np.testing.assert_array_equal(given, table())
    assert fitted.shape == given.shape
    assert fitted.dtype == np.float32
    assert not np.shares_memory(fitted, given)


def test_rows_that_no_text_of_a_pair_has_stay_as_they_were() -> None:
    alone = [[[17]], [[18], []], []]
    fitted = fit(table(), [*GROUPS, *alone], RECIPE)
    np.testing.assert_array_equal(fitted[13:], table()[13:])
    assert (fitted[:13] != table()[:13]).any(axis=1).all()


@pytest.mark.parametrize(
    "near",
    [
        NearBags([ANCHOR], [OTHER]),
        NearBags([ANCHOR, SAME], []),
        NearBags([ANCHOR, []], [OTHER]),
        NearBags([ANCHOR, SAME], [[]]),
    ],
)
def test_a_near_miss_that_lacks_a_side_is_passed_over(near: NearBags) -> None:
    np.testing.assert_array_equal(fit(table(), GROUPS, RECIPE, [near])[13:], table()[13:])


@pytest.mark.parametrize("groups", [[], [[[1]]], [[[], []]]])
def test_with_nothing_to_learn_from_the_table_comes_back(groups: list[list[Bag]]) -> None:
    np.testing.assert_array_equal(fit(table(), groups, RECIPE, NEAR), table())


def test_progress_is_told_after_every_step() -> None:
    told: list[tuple[int, int, float]] = []
    recipe = replace(RECIPE, epochs=3, batch=3)
    fit(table(), GROUPS, recipe, NEAR, lambda *step: told.append(step))
    total = 3 * 2  # epochs, and four pairs in batches of three
    assert [(done, of) for done, of, _ in told] == [(i, total) for i in range(1, total + 1)]
    assert all(math.isfinite(loss) and loss >= 0 for _, _, loss in told)


def test_the_loss_falls() -> None:
    told: list[float] = []
    fit(table(), GROUPS, RECIPE, NEAR, lambda _, __, loss: told.append(loss))
    assert np.mean(told[-5:]) < np.mean(told[:5]) / 2
