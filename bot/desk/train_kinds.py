"""Fit the choice of kinds: ``python -m bot.desk.train_kinds``.

Plays the labelled chats through the very code that serves, takes the moment before each labelled
turn, and fits two logistic regressions a kind: one on the words, one on the facts. Their mean is one
linear model (:mod:`bot.desk.kind_model`): the words and the facts err differently, so their mean is
better than either and than both fitted together (docs/matching.md). Seeded; a minute. scikit-learn
comes with the test tools and is not needed to serve.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from safetensors.numpy import save_file
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from bot.desk.house import House
from bot.desk.kind_model import BUCKETS, Floats, KindModel, model_folder, text_features, weighed
from bot.desk.labelled import LabelledChat, read_chats, turns_folder
from bot.desk.moment import Moment, moment_of
from bot.desk.suggest import Suggester, heard
from bot.domain.events import AgentSaid
from bot.domain.terms import Speaker
from bot.domain.ticket import Ticket
from bot.nlu.our_line import kinds_of
from embeddings.encoder import load_encoder
from kb.compiled import compiled
from prompts.terms import Kind

#: Kinds seen less often than this are left to the hand-set rules.
ENOUGH: Final = 20
#: Inverse strength of the regularisation for words and for facts.
WORDS_C: Final = 9.0
FACTS_C: Final = 0.2
FACTS_SCALE: Final = 0.5
#: How much a turn counts by the file it stands in (1 unless named): chats that push the rarer kinds
#: on purpose, and those of other trades, tell less of an ordinary day.
WEIGHTS: Final = {"shop-a": 0.5, "shop-b": 0.5, "logistics": 0.5, "retail": 0.5, "services": 0.5}
#: A fact seen in fewer moments says nothing.
_SEEN: Final = 3
_START: Final = dt.datetime(2026, 1, 5, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
_STEP: Final = dt.timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Example:
    """A moment and what the next turn really did; ``chat`` for splitting by chat."""

    chat: str
    moment: Moment
    kinds: frozenset[Kind]


def examples_of(chat: LabelledChat, suggester: Suggester) -> list[Example]:
    """The moments before the labelled turns of a chat."""
    ticket, at, found = Ticket(), _START, list[Example]()
    latest: Moment | None = None
    for turn in chat.turns:
        if turn.speaker is Speaker.CUSTOMER:
            understood = suggester.understand(turn.text, ticket.talk, at)
            after = heard(ticket, understood.event)
            latest = moment_of(suggester.situation(understood, ticket, after))
            ticket = after
        else:
            if latest is not None and turn.kinds:
                found.append(Example(chat.name, latest, frozenset(turn.kinds)))
            latest = None
            # our own lines are read, as they are when people type them
            kinds = kinds_of(turn.text) if turn.text else frozenset(turn.kinds)
            ticket = ticket.apply(AgentSaid(at=at, text=turn.text, kinds=kinds))
        at += _STEP
    return found


def fit(examples: Sequence[Example]) -> KindModel:
    """Fit the model to the examples."""
    kinds = tuple(k for k in Kind if sum(k in e.kinds for e in examples) >= ENOUGH)
    labels = np.array([[k in e.kinds for k in kinds] for e in examples])
    sides = [[e.moment.theirs for e in examples], [e.moment.ours for e in examples]]
    idf = np.stack([_idf(texts) for texts in sides])
    words = sparse.hstack([_matrix(t, i) for t, i in zip(sides, idf, strict=True)]).tocsr()
    names = _fact_names(examples)
    facts = _facts(examples, names) * FACTS_SCALE
    counts = np.array([WEIGHTS.get(e.chat.partition("/")[0], 1.0) for e in examples])
    by_words = [_regression(words, labels[:, i], WORDS_C, counts) for i in range(len(kinds))]
    by_facts = [_regression(facts, labels[:, i], FACTS_C, counts) for i in range(len(kinds))]
    text_weights = np.stack([w.coef_[0] for w in by_words], axis=1) / 2
    fact_weights = np.stack([f.coef_[0] for f in by_facts], axis=1) * FACTS_SCALE / 2
    bias = [
        (w.intercept_[0] + f.intercept_[0]) / 2 for w, f in zip(by_words, by_facts, strict=True)
    ]
    return KindModel(
        kinds=kinds,
        common=labels.mean(axis=0).astype(np.float32),
        facts={name: i for i, name in enumerate(names)},
        idf=idf,
        text_weights=text_weights.reshape(2, BUCKETS, len(kinds)).astype(np.float32),
        fact_weights=fact_weights.astype(np.float32),
        bias=np.array(bias, dtype=np.float32),
    )


def _regression(
    x: sparse.csr_matrix, y: np.ndarray, c: float, counts: np.ndarray
) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=500).fit(x, y, sample_weight=counts)


def _idf(texts: Sequence[str]) -> Floats:
    seen = np.zeros(BUCKETS, dtype=np.float32)
    for text in texts:
        seen[text_features(text)[0]] += 1
    idf = np.log((1 + len(texts)) / (1 + seen)) + 1
    idf[seen < 2] = 0.0  # what was seen once is chance
    return np.asarray(idf, dtype=np.float16).astype(np.float32)


def _matrix(texts: Sequence[str], idf: Floats) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    for i, text in enumerate(texts):
        buckets, damped = text_features(text)
        rows.append(np.full(len(buckets), i))
        columns.append(buckets)
        values.append(weighed(buckets, damped, idf))
    at = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), at), shape=(len(texts), BUCKETS))


def _fact_names(examples: Sequence[Example]) -> list[str]:
    seen: dict[str, int] = {}
    for example in examples:
        for name in example.moment.facts:
            seen[name] = seen.get(name, 0) + 1
    return sorted(name for name, count in seen.items() if count >= _SEEN)


def _facts(examples: Sequence[Example], names: Sequence[str]) -> sparse.csr_matrix:
    number = {name: i for i, name in enumerate(names)}
    triples = [
        (row, number[name], value)
        for row, example in enumerate(examples)
        for name, value in example.moment.facts.items()
        if name in number
    ]
    rows, columns, values = zip(*triples, strict=True)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(examples), len(names)))


def write(model: KindModel, folder: Path) -> None:
    """Write the model in half precision; weights that hardly count become zero."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        "idf": model.idf,
        "texts": model.text_weights,
        "facts": model.fact_weights,
        "bias": model.bias,
    }
    target = folder / "kinds.safetensors"
    save_file({k: np.ascontiguousarray(v.astype(np.float16)) for k, v in arrays.items()}, target)
    target.chmod(0o644)  # safetensors makes it readable by the owner alone
    names = {
        "kinds": [k.value for k in model.kinds],
        "common": [round(float(c), 4) for c in model.common],
        "facts": list(model.facts),
    }
    text = json.dumps(names, ensure_ascii=False, indent=0)
    (folder / "kinds.json").write_text(text + "\n", encoding="utf-8")


def all_examples(folder: Path) -> list[Example]:
    """Examples of all chats of a folder, played against the shipped library."""
    snapshot = compiled(load_encoder())
    suggester = Suggester(lambda: snapshot, House())
    return [e for chat in read_chats(folder) for e in examples_of(chat, suggester)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the shipped model from the labelled chats in the repository."""
    parser = argparse.ArgumentParser(description="Fit the choice of kinds.")
    parser.add_argument("--chats", type=Path, default=turns_folder())
    parser.add_argument("--out", type=Path, default=model_folder())
    chosen = parser.parse_args(arguments)
    examples = all_examples(chosen.chats)
    model = fit(examples)
    write(model, chosen.out)
    sys.stderr.write(f"{len(examples)} turns, kinds {[k.value for k in model.kinds]}\n")


if __name__ == "__main__":
    main()
