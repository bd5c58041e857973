"""Train the classifier beside the cues: ``python -m bot.nlu.train``.

Reads the labelled messages (``messages/*.tsv``), measures by cross-validation how well cues,
classifier and both read them, chooses the intents' bounds from the same, fits all messages and
writes the model with the shipped encoder's fingerprint. Seeded; some twenty seconds. Run it again
whenever the encoder, the cues or the messages have changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy.ndimage import uniform_filter

from bot.domain.terms import Intent
from bot.nlu.classifier import (
    ANSWERS,
    CATEGORIES,
    EMOTIONS,
    INTENTS,
    MODEL,
    Bounds,
    Opinion,
    Weights,
    opinion_of,
    save,
)
from bot.nlu.combine import combined
from bot.nlu.errors import NluError
from bot.nlu.features import BUCKETS, Evidence, Featurizer
from bot.nlu.fitting import (
    YES_OR_NO,
    Fit,
    Flags,
    Lesson,
    Scores,
    calibrate,
    fit,
    folds,
    lesson,
    unseen_scores,
)
from bot.nlu.judgement import Judgement
from bot.nlu.lexicon import shipped as shipped_lexicon
from bot.nlu.measure import CRITICAL, Figures, Labelled, figures, read_messages
from bot.nlu.reader import Reader
from embeddings.static import StaticEncoder, shipped_folder
from kb import lexicon

MESSAGES: Final = Path(__file__).parent / "messages"
#: Probabilities tried as bounds: what the cues do not state must at least be probable ...
_ADD: Final = tuple(step / 100 for step in range(32, 72, 2))
#: ... what they state is believed unless it is improbable, a critical intent unless it is out of
#: the question.
_KEEP: Final = tuple(step / 100 for step in range(2, 32, 2))
_KEEP_CRITICAL: Final = tuple(step / 200 for step in range(1, 21))
#: So many neighbouring bounds either way are judged together.
_AROUND: Final = 5
#: A missed critical intent is this much, squared, as bad as an imagined one.
_CRITICAL_BETA: Final = 1.25


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives: the weights, and how well unseen messages were read, by reader."""

    weights: Weights
    measured: Mapping[str, Figures]


def train(files: Sequence[Path], encoder: StaticEncoder) -> Trained:
    """Train on labelled messages.

    Raises:
        MessageFileError: a line of a file cannot be used.
        OSError: a file cannot be read.

    """
    read = [read_messages(path) for path in files]
    messages = [message for part in read for message in part]
    reader = Reader(_products(), cues_only=True)
    evidences = [reader.evidence(message.text) for message in messages]
    labels = shipped_lexicon().labels
    featurizer = Featurizer(encoder, labels)
    taught = lesson(
        [featurizer.of(evidence) for evidence in evidences],
        [message.wanted for message in messages],
        encoder.splitter.rows,
    )
    unseen = unseen_scores(taught, folds(map(len, read)))
    calibration = calibrate(unseen, taught.truth)
    honest = calibration.scores(unseen)
    bounds = choose_bounds(honest, taught.truth, [evidence.judgement for evidence in evidences])
    model = calibration.fit(fit(taught.matrix, taught.truth))
    opinions = [opinion_of(scores.astype(np.float32)) for scores in honest]
    return Trained(
        _weights(taught, model, bounds, encoder, featurizer.width, labels),
        compare(messages, evidences, opinions, bounds),
    )


def _products() -> tuple[str, ...]:
    return lexicon.parse(lexicon.read_folder(lexicon.shipped_folder())).products


def choose_bounds(
    scores: Scores, truth: Flags, by_cues: Sequence[Judgement]
) -> Mapping[Intent, Bounds]:
    """For each intent the bounds that serve the calibrated scores of unseen messages best.

    Best with the bounds around them: a single peak is luck and moves with every few messages.
    """
    found: dict[Intent, Bounds] = {}
    for intent, column in zip(INTENTS, YES_OR_NO, strict=True):
        likely = 1 / (1 + np.exp(-scores[:, column]))
        stated = np.array([intent in judgement.intents for judgement in by_cues])
        critical = intent in CRITICAL
        keeps = _KEEP_CRITICAL if critical else _KEEP
        beta = _CRITICAL_BETA if critical else 1.0
        worth = [
            [_worth(likely >= np.where(stated, keep, add), truth[:, column], beta) for add in _ADD]
            for keep in keeps
        ]
        level = uniform_filter(np.array(worth), _AROUND, mode="nearest")
        at_keep, at_add = np.unravel_index(np.argmax(level), level.shape)
        found[intent] = Bounds(keeps[at_keep], _ADD[at_add])
    return MappingProxyType(found)


def _worth(got: Flags, wanted: Flags, beta: float) -> float:
    """F-measure that takes a miss for ``beta``² times as bad as a false alarm."""
    hits = float((got & wanted).sum())
    return (1 + beta**2) * hits / (beta**2 * float(wanted.sum()) + float(got.sum()))


def _weights(
    taught: Lesson,
    model: Fit,
    bounds: Mapping[Intent, Bounds],
    encoder: StaticEncoder,
    width: int,
    labels: tuple[str, ...],
) -> Weights:
    end = width + len(taught.rows)
    rows = np.zeros((encoder.splitter.rows, ANSWERS), dtype=np.float32)
    rows[taught.rows] = model.weights[width:end]
    runs = np.zeros((BUCKETS, ANSWERS), dtype=np.float32)
    runs[taught.runs] = model.weights[end:]
    return Weights(
        dense=model.weights[:width].astype(np.float32),
        rows=rows,
        runs=runs,
        bias=model.bias.astype(np.float32),
        labels=labels,
        bounds=bounds,
        fingerprint=encoder.fingerprint,
    )


def compare(
    messages: Sequence[Labelled],
    evidences: Sequence[Evidence],
    opinions: Sequence[Opinion],
    bounds: Mapping[Intent, Bounds],
) -> dict[str, Figures]:
    """How well cues, classifier and both read the messages."""
    pairs = list(zip(evidences, opinions, strict=True))
    readings = {
        "cues": [evidence.judgement for evidence in evidences],
        "classifier": [by_classifier(opinion, bounds) for opinion in opinions],
        "both": [combined(evidence, opinion, bounds) for evidence, opinion in pairs],
    }
    return {name: figures(messages, judged) for name, judged in readings.items()}


def by_classifier(opinion: Opinion, bounds: Mapping[Intent, Bounds]) -> Judgement:
    """What the classifier alone says: the likeliest mood and class, intents by ``add``."""
    return Judgement(
        max(EMOTIONS, key=opinion.emotions.__getitem__),
        max(CATEGORIES, key=opinion.categories.__getitem__),
        tuple(intent for intent in INTENTS if opinion.intents[intent] >= bounds[intent].add),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the messages in the repository and write the model."""
    parser = argparse.ArgumentParser(description="Train the reader's classifier.")
    parser.add_argument("--messages", type=Path, default=MESSAGES, help="folder of *.tsv files")
    parser.add_argument("--out", type=Path, default=MODEL)
    chosen = parser.parse_args(arguments)
    files = sorted(chosen.messages.glob("*.tsv"))
    if not files:
        parser.error(f"{chosen.messages} 里没有 .tsv 文件，请用 --messages 指定标注消息的文件夹")
    try:
        trained = train(files, StaticEncoder.load(shipped_folder()))
    except NluError as error:
        parser.error(str(error))
    save(chosen.out, trained.weights)
    for name, f in trained.measured.items():
        sys.stderr.write(
            f"{name:10}  emotion {f.emotion:.3f}  category {f.category:.3f}  "
            f"intents {f.intents:.3f}  critical {f.critical:.3f}\n"
        )
    sys.stderr.write(f"written to {chosen.out}\n")


if __name__ == "__main__":
    main()
