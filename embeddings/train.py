"""Train the shipped encoder: ``python -m embeddings.train``.

Reads the training text in the repository (wordings of needs, near-misses, synonyms), chooses the
pieces that get a vector of their own, fits the vectors (:mod:`embeddings.contrast`) and writes a
model folder. Seeded; about two minutes on two cores.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from embeddings.contrast import NearBags, Recipe, fit
from embeddings.encoder import Vectors
from embeddings.model_folder import ModelFiles, write
from embeddings.pieces import CHARACTER, PAIR, WORD, PieceSplitter, bucket_names
from embeddings.static import shipped_folder
from embeddings.text import chunks, normalise
from embeddings.training_text import Near, read_groups, read_near, read_synonyms
from embeddings.words import whole_frequencies

CORPUS: Final = Path(__file__).parent / "corpus"
SYNONYMS: Final = Path(__file__).parent.parent / "kb" / "lexicon" / "synonyms"

#: First length of a piece's vector, times its idf; measured in docs/matching.md.
FIRST_LENGTH: Final = {CHARACTER: 0.5, PAIR: 0.03, WORD: 1.5}
#: The same for the shared rows of pieces that the training text does not have.
SHARED_LENGTH: Final = {CHARACTER: 0.5, PAIR: 0.03, WORD: 1.5}
#: Chance below which all pieces count as equally rare.
RAREST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Options:
    """What decides the trained model; the defaults made the shipped one."""

    dim: int = 256
    #: Groups that must have a piece before it gets a vector of its own; keeps the model small.
    min_count: dict[str, int] = field(default_factory=lambda: {CHARACTER: 3, PAIR: 5, WORD: 4})
    buckets: dict[str, int] = field(
        default_factory=lambda: {CHARACTER: 1024, PAIR: 4096, WORD: 2048}
    )
    recipe: Recipe = field(default_factory=lambda: Recipe(batch=512))


def dictionary_words(
    groups: Sequence[Sequence[str]], synonyms: Sequence[Sequence[str]]
) -> set[str]:
    """Words to keep whole: those of the synonyms that the training text really uses."""
    text = "\n".join(normalise(t) for g in groups for t in g)
    words = (normalise(w) for g in synonyms for w in g)
    return {w for w in words if len(w) > 1 and chunks(w) == [w] and w in text}


def choose(
    splitter: PieceSplitter, groups: Sequence[Sequence[str]], min_count: Mapping[str, int]
) -> tuple[list[str], dict[str, float]]:
    """Pieces seen in enough groups, and the idf of all pieces by texts.

    idf = -log(share of texts that have the piece + :data:`RAREST`), at least 0.1.
    """
    by_group: Counter[str] = Counter()
    by_text: Counter[str] = Counter()
    texts = 0
    for group in groups:
        found: set[str] = set()
        for text in group:
            pieces = set(splitter.pieces(text))
            by_text.update(pieces)
            found |= pieces
            texts += 1
        by_group.update(found)
    idf = {p: max(0.1, -math.log(c / texts + RAREST)) for p, c in by_text.items()}
    return sorted(p for p, c in by_group.items() if c >= min_count[p[0]]), idf


def first_table(splitter: PieceSplitter, idf: dict[str, float], dim: int, seed: int) -> Vectors:
    """Random directions as long as the piece is telling: untrained, a tf-idf of the pieces."""
    random = np.random.default_rng(seed)
    table = random.standard_normal((splitter.rows, dim)).astype(np.float32) / math.sqrt(dim)
    rare = -math.log(RAREST)
    length = [
        idf[name] * FIRST_LENGTH[name[0]] if name in idf else rare * SHARED_LENGTH[name[1]]
        for name in splitter.names
    ]
    return table * np.array(length, dtype=np.float32)[:, None]


def train(
    groups: Sequence[Sequence[str]],
    near: Sequence[Near],
    synonyms: Sequence[Sequence[str]],
    options: Options,
) -> tuple[PieceSplitter, Vectors]:
    """Return the splitter and the fitted table, float32 of shape ``(rows, dim)``."""
    everything = [*groups, *(n.same for n in near), *synonyms]
    words = whole_frequencies(sorted(dictionary_words(everything[: len(groups)], synonyms)))
    shared = bucket_names(options.buckets)
    names, idf = choose(
        PieceSplitter(shared, options.buckets, words), everything, options.min_count
    )
    splitter = PieceSplitter([*names, *shared], options.buckets, words)
    table = fit(
        first_table(splitter, idf, options.dim, options.recipe.seed),
        [[splitter.split(t) for t in g] for g in everything],
        options.recipe,
        [NearBags([*map(splitter.split, n.same)], [*map(splitter.split, n.other)]) for n in near],
        _tell,
    )
    return splitter, table


def _tell(done: int, total: int, loss: float) -> None:
    if done % 50 == 0 or done == total:
        sys.stderr.write(f"\r{done}/{total} loss {loss:.4f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the text in the repository and write the model."""
    parser = argparse.ArgumentParser(description="Train the shipped encoder.")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of training text")
    parser.add_argument("--synonyms", type=Path, default=SYNONYMS, help="folder of synonym files")
    parser.add_argument("--out", type=Path, default=shipped_folder())
    parser.add_argument("--name", default="zh-desk")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--dim", type=int, default=Options().dim)
    chosen = parser.parse_args(arguments)
    groups = read_groups(chosen.corpus.glob("*.txt"))
    near = read_near((chosen.corpus / "near").glob("*.txt"))
    synonyms = read_synonyms(chosen.synonyms.glob("*.txt"))
    shipped = Options()
    recipe = replace(shipped.recipe, epochs=chosen.epochs)
    options = replace(shipped, dim=chosen.dim, recipe=recipe)
    splitter, table = train(groups, near, synonyms, options)
    write(chosen.out, ModelFiles(chosen.name, splitter, table))
    sys.stderr.write(
        f"\n{len(groups)} needs, {len(near)} near-misses, {len(synonyms)} synonym groups; "
        f"table {table.shape}, written to {chosen.out}\n"
    )


if __name__ == "__main__":
    main()
