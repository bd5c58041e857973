"""Train the shipped encoder: ``python -m embeddings.train``.

Reads paraphrase groups (wordings of one need), learns n-gram vectors such that wordings of one need
lie close and others apart (symmetric InfoNCE with in-batch negatives: van den Oord et al. 2018),
and writes a model folder. Seeded; minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from embeddings.ngrams import MAX_N, NgramSplitter
from embeddings.static import CONFIG, FORMAT, NGRAMS, TABLE, shipped_folder
from embeddings.text import chunks, normalise

#: First weight of n-grams of 1, 2, 3 characters; measured in docs/matching.md.
FIRST_WEIGHT: Final = (1.0, 0.2, 0.02)
CORPUS: Final = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the trained model; the defaults made the shipped one."""

    dim: int = 256
    buckets: int = 6144
    min_count: int = 4
    epochs: int = 15
    batch: int = 256
    temperature: float = 0.08
    rate: float = 1e-2
    drop: float = 0.25
    seed: int = 20261122


def read_groups(paths: Iterable[Path]) -> list[list[str]]:
    """Read corpus files: ``== need`` starts a group, every other line is one of its wordings.

    Raises:
        ValueError: a wording stands before the first group (file:line in the message).

    """
    groups: list[list[str]] = []
    for path in sorted(paths):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = line.strip()
            if text.startswith("=="):
                groups.append([])
            elif text and not text.startswith("#"):
                if not groups:
                    raise ValueError(f"{path.name}:{number}: wording before the first '== need'")
                groups[-1].append(text)
    return [g for g in groups if len(g) > 1]


def choose_ngrams(
    groups: Sequence[Sequence[str]], min_count: int
) -> tuple[list[str], Counter[str]]:
    """N-grams seen in at least ``min_count`` different groups, and how many groups have each."""
    seen: Counter[str] = Counter()
    for group in groups:
        found: set[str] = set()
        for text in group:
            for part in chunks(normalise(text)):
                marked = f"^{part}$"
                for n in range(1, MAX_N + 1):
                    found.update(marked[i : i + n] for i in range(len(marked) - n + 1))
        seen.update(found)
    return sorted(g for g, c in seen.items() if c >= min_count), seen


def first_table(
    splitter: NgramSplitter, seen: Counter[str], groups: int, options: Options
) -> torch.Tensor:
    """Random directions whose length is the n-gram's idf, times :data:`FIRST_WEIGHT` of its length.

    Untrained, the model is a tf-idf of characters with a touch of pairs: what training then moves
    is what the corpus has something to say about.
    """
    generator = torch.Generator().manual_seed(options.seed)
    table = torch.randn(splitter.rows, options.dim, generator=generator) / options.dim**0.5
    weight = torch.full((splitter.rows,), float(np.log1p(groups)) * FIRST_WEIGHT[1])
    for i, gram in enumerate(splitter.ngrams):
        inner = 0.5 if gram.strip("^$") != gram else 1.0
        rarity = float(np.log1p(groups / (1 + seen[gram])))
        weight[i] = rarity * FIRST_WEIGHT[len(gram) - 1] * inner
    return table * weight[:, None]


def train(groups: list[list[str]], options: Options) -> tuple[NgramSplitter, np.ndarray]:
    """Return the splitter and the trained table, float16 of shape ``(rows, dim)``."""
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)  # noqa: S311 - reproducible, no secret
    ngrams, seen = choose_ngrams(groups, options.min_count)
    splitter = NgramSplitter(ngrams, options.buckets)
    split = [[splitter.split(text) for text in group] for group in groups]
    bag = nn.EmbeddingBag.from_pretrained(
        first_table(splitter, seen, len(groups), options), freeze=False, mode="sum", sparse=True
    )
    optimiser = torch.optim.SparseAdam(list(bag.parameters()), lr=options.rate)

    def encode(batch: list[list[int]]) -> torch.Tensor:
        kept = [[r for r in rows if rng.random() > options.drop] or rows for rows in batch]
        offsets = np.cumsum([0] + [len(r) for r in kept[:-1]])
        flat = torch.tensor([r for rows in kept for r in rows], dtype=torch.long)
        return nn.functional.normalize(bag(flat, torch.from_numpy(offsets)), dim=1)

    order = list(range(len(split)))
    passes = max(1, round(float(np.mean([len(g) for g in split])) / 2))
    steps = options.epochs * passes * -(-len(order) // options.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: max(0.02, 1 - s / max(1, steps))
    )
    for epoch in range(options.epochs):
        total, count = 0.0, 0
        for _ in range(passes):
            rng.shuffle(order)
            for start in range(0, len(order), options.batch):
                picked = [rng.sample(split[g], 2) for g in order[start : start + options.batch]]
                left = encode([p[0] for p in picked])
                right = encode([p[1] for p in picked])
                logits = left @ right.T / options.temperature
                target = torch.arange(len(picked))
                loss = (
                    nn.functional.cross_entropy(logits, target)
                    + nn.functional.cross_entropy(logits.T, target)
                ) / 2
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                total, count = total + float(loss.detach()), count + 1
        sys.stderr.write(f"epoch {epoch + 1}/{options.epochs} loss {total / count:.4f}\n")
    return splitter, bag.weight.detach().numpy().astype(np.float16)


def write_model(folder: Path, name: str, splitter: NgramSplitter, table: np.ndarray) -> None:
    """Write a model folder that :class:`embeddings.static.StaticEncoder` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NGRAMS).write_text("\n".join(splitter.ngrams), encoding="utf-8")
    config = {"format": FORMAT, "name": name, "dim": table.shape[1], "buckets": splitter.buckets}
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    save_file({"embedding.weight": np.ascontiguousarray(table)}, folder / TABLE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the corpus in the repository and write the model."""
    parser = argparse.ArgumentParser(
        description="Train the shipped encoder from paraphrase groups."
    )
    parser.add_argument(
        "files", nargs="*", type=Path, help="group files (default: embeddings/corpus)"
    )
    parser.add_argument("--out", type=Path, default=shipped_folder())
    parser.add_argument("--name", default="zh-desk")
    parser.add_argument("--epochs", type=int, default=Options().epochs)
    parser.add_argument("--dim", type=int, default=Options().dim)
    chosen = parser.parse_args(arguments)
    groups = read_groups(chosen.files or CORPUS.glob("*.txt"))
    options = Options(epochs=chosen.epochs, dim=chosen.dim)
    splitter, table = train(groups, options)
    write_model(chosen.out, chosen.name, splitter, table)
    sys.stderr.write(f"{len(groups)} groups, table {table.shape}, written to {chosen.out}\n")


if __name__ == "__main__":
    main()
