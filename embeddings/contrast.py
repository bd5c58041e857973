"""Fitting a table of piece vectors so that texts of one group lie close and others apart.

Symmetric InfoNCE with in-batch negatives (van den Oord et al. 2018) over bags of rows, with
near-misses as one more, harder negative. Needs torch; everything else here reads the result with
numpy alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from embeddings.encoder import Vectors

#: A text as the rows it adds up.
Bag = list[int]
#: Called after each step with (done, total, mean loss since the last call).
Step = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class NearBags:
    """Texts that mean the same (two or more) and look-alikes that do not (one or more)."""

    same: Sequence[Bag]
    other: Sequence[Bag]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fit.

    ``drop`` is the share of a text's pieces left out at random, so that no single piece decides;
    ``near`` the weight of the near-miss loss.
    """

    epochs: int = 15
    batch: int = 256
    temperature: float = 0.08
    rate: float = 1e-2
    drop: float = 0.25
    near: float = 0.3
    seed: int = 20261122


def fit(
    table: Vectors,
    groups: Sequence[Sequence[Bag]],
    recipe: Recipe,
    near: Sequence[NearBags] = (),
    step: Step | None = None,
) -> Vectors:
    """Return the fitted table, float32 of the same shape; the given one is not changed.

    An epoch draws from each group as many pairs as half its texts. Texts of the same group never
    count as negatives of each other.

    Args:
        table: first vectors, float32 of shape ``(rows, dim)``.
        groups: texts that belong together; groups of fewer than two are passed over.
        recipe: how to fit.
        near: near-misses, drawn from anew at each step.
        step: told of the progress.

    """
    # one thread: the same sums on every machine, and on a busy one far quicker than several
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)  # noqa: S311 - reproducible, no secret
    first = torch.tensor(table)  # a copy
    bag = nn.EmbeddingBag.from_pretrained(first, freeze=False, mode="sum", sparse=True)
    optimiser = torch.optim.SparseAdam(list(bag.parameters()), lr=recipe.rate)
    usable = [[b for b in group if b] for group in groups]
    order = [i for i, g in enumerate(usable) if len(g) > 1 for _ in range(max(1, len(g) // 2))]
    near = [n for n in near if len(n.same) > 1 and n.other and all((*n.same, *n.other))]
    batches = -(-len(order) // recipe.batch)
    total = recipe.epochs * batches
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda done: max(0.02, 1 - done / max(1, total))
    )

    def encode(bags: Sequence[Bag]) -> torch.Tensor:
        kept = [[r for r in rows if rng.random() > recipe.drop] or rows for rows in bags]
        starts = np.cumsum([0] + [len(rows) for rows in kept[:-1]])
        flat = torch.tensor([r for rows in kept for r in rows], dtype=torch.long)
        return nn.functional.normalize(bag(flat, torch.from_numpy(starts)), dim=1)

    for done in range(total):
        if done % batches == 0:
            rng.shuffle(order)
        chosen = order[done % batches * recipe.batch :][: recipe.batch]
        pairs = [rng.sample(usable[g], 2) for g in chosen]
        left = encode([a for a, _ in pairs])
        right = encode([b for _, b in pairs])
        loss = _info_nce(left, right, torch.tensor(chosen), recipe.temperature)
        if near and recipe.near:
            some = rng.sample(range(len(near)), min(len(near), recipe.batch // 2))
            drawn = [(*rng.sample(near[i].same, 2), rng.choice(near[i].other)) for i in some]
            anchor, same, other = (encode([d[k] for d in drawn]) for k in range(3))
            scores = torch.cat([anchor @ same.T, (anchor * other).sum(1, keepdim=True)], dim=1)
            target = torch.arange(len(drawn))
            miss = nn.functional.cross_entropy(scores / recipe.temperature, target)
            loss = loss + recipe.near * miss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step:
            step(done + 1, total, float(loss.detach()))
    return np.asarray(bag.weight.detach().numpy(), dtype=np.float32)


def _info_nce(
    left: torch.Tensor, right: torch.Tensor, group: torch.Tensor, temperature: float
) -> torch.Tensor:
    same = group[:, None] == group[None, :]
    same.fill_diagonal_(False)
    scores = (left @ right.T / temperature).masked_fill(same, -1e4)
    target = torch.arange(len(group))
    both = nn.functional.cross_entropy(scores, target)
    return (both + nn.functional.cross_entropy(scores.T, target)) / 2
