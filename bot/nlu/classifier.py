"""The trained classifier beside the cues: how likely each mood, class and intent is.

Linear: one weight for every feature and every answer (:mod:`bot.nlu.features`), softmax over the
moods and over the classes, a logistic function for each intent. ``bot.nlu.train`` makes the file;
numpy and safetensors read it.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from bot.domain.terms import Emotion, Intent
from bot.nlu.features import BUCKETS, Evidence, Features, Featurizer, spread
from embeddings.encoder import Vectors
from embeddings.errors import ModelUnavailable
from embeddings.static import StaticEncoder, shipped_folder
from kb.terms import Category

MODEL: Final = Path(__file__).parent / "model" / "reader.safetensors"
FORMAT: Final = 1
#: The file's one entry of metadata: JSON with format, encoder, labels and bounds.
_NOTES: Final = "reader"
#: Answers in the order of the weights' columns.
EMOTIONS: Final = tuple(Emotion)
CATEGORIES: Final = tuple(Category)
INTENTS: Final = tuple(Intent)
ANSWERS: Final = len(EMOTIONS) + len(CATEGORIES) + len(INTENTS)
_MOODS: Final = slice(0, len(EMOTIONS))
_CLASSES: Final = slice(len(EMOTIONS), len(EMOTIONS) + len(CATEGORIES))
_WANTS: Final = slice(len(EMOTIONS) + len(CATEGORIES), ANSWERS)
_WAY_OUT: Final = "请重新安装 huashu，或在源码目录运行 python -m bot.nlu.train 重新训练"


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which probability an intent counts.

    ``keep`` where the cues state it, ``add`` where they do not.
    """

    keep: float
    add: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """Calibrated probabilities; those of the moods and of the classes add up to 1."""

    emotions: Mapping[Emotion, float]
    categories: Mapping[Category, float]
    intents: Mapping[Intent, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves: float32, one column an answer (see the three tuples above).

    ``dense`` of shape ``(width, ANSWERS)``, ``rows`` of shape ``(rows of the encoder, ANSWERS)``,
    ``runs`` of shape ``(BUCKETS, ANSWERS)``, ``bias`` of shape ``(ANSWERS,)``. ``labels`` are the
    cue labels of the dense part, ``fingerprint`` is the encoder's that all this belongs to.
    """

    dense: Vectors
    rows: Vectors
    runs: Vectors
    bias: Vectors
    labels: tuple[str, ...]
    bounds: Mapping[Intent, Bounds]
    fingerprint: str


class Classifier:
    """Weights with the encoder they belong to. Stateless, so one serves all threads."""

    def __init__(self, weights: Weights, encoder: StaticEncoder) -> None:
        self._weights = weights
        self._featurizer = Featurizer(encoder, weights.labels)
        self.bounds = weights.bounds

    def opinion(self, evidence: Evidence) -> Opinion:
        """How likely each answer is for one message; never raises, linear in its length."""
        return opinion_of(scores_of(self._weights, self._featurizer.of(evidence)))


def scores_of(weights: Weights, features: Features) -> Vectors:
    """The answers' scores before softmax and logistic function, shape ``(ANSWERS,)``."""
    scores: Vectors = features.dense @ weights.dense + weights.bias
    for numbers, table in ((features.rows, weights.rows), (features.runs, weights.runs)):
        if len(numbers):
            scores += table[numbers].sum(axis=0) * np.float32(spread(len(numbers)))
    return scores


def opinion_of(scores: Vectors) -> Opinion:
    """Turn scores of shape ``(ANSWERS,)`` into probabilities."""
    values = scores.tolist()
    return Opinion(
        MappingProxyType(dict(zip(EMOTIONS, _softmax(values[_MOODS]), strict=True))),
        MappingProxyType(dict(zip(CATEGORIES, _softmax(values[_CLASSES]), strict=True))),
        MappingProxyType(dict(zip(INTENTS, map(_logistic, values[_WANTS]), strict=True))),
    )


def _softmax(values: list[float]) -> list[float]:
    most = max(values)
    powers = [math.exp(value - most) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


def _logistic(value: float) -> float:
    # Beyond 30 the answer is 0 or 1 to thirteen digits, and exp may overflow.
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))


@functools.cache
def shipped() -> Classifier | None:
    """The classifier that ships with the program; None where it belongs to another encoder.

    Raises:
        ModelUnavailable: one of the two files is missing or damaged.

    """
    encoder = StaticEncoder.load(shipped_folder())
    return load(MODEL, encoder)


def load(path: Path, encoder: StaticEncoder) -> Classifier | None:
    """Read a classifier; None where it was trained with another encoder than this.

    Raises:
        ModelUnavailable: the file is missing, damaged or of another format.

    """
    if fingerprint_of(path) != encoder.fingerprint:
        return None
    return Classifier(_read(path, encoder), encoder)


def fingerprint_of(path: Path) -> str:
    """The fingerprint of the encoder that a model file belongs to.

    Raises:
        ModelUnavailable: the file is missing, damaged or of another format.

    """
    try:
        with safe_open(path, framework="numpy") as file:
            noted = _notes(file.metadata())
    except FileNotFoundError as error:
        raise ModelUnavailable(path.name, "缺少这个文件", _WAY_OUT) from error
    except (OSError, SafetensorError, ValueError, TypeError) as error:
        raise ModelUnavailable(path.name, f"文件损坏（{error}）", _WAY_OUT) from error
    if noted.get("format") != FORMAT:
        raise ModelUnavailable(
            path.name, f"格式版本 {noted.get('format', '未知')} 不受支持", _WAY_OUT
        )
    return str(noted.get("encoder", ""))


def _read(path: Path, encoder: StaticEncoder) -> Weights:
    try:
        with safe_open(path, framework="numpy") as file:
            noted = _notes(file.metadata())
            parts = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        labels = tuple(noted["labels"])
        bounds = {Intent(k): Bounds(*pair) for k, pair in noted["bounds"].items()}
        weights = Weights(
            dense=parts["dense"].astype(np.float32),
            rows=_unpacked(parts["row_numbers"], parts["rows"], encoder.splitter.rows),
            runs=_unpacked(parts["run_numbers"], parts["runs"], BUCKETS),
            bias=parts["bias"].astype(np.float32),
            labels=labels,
            bounds=MappingProxyType({intent: bounds[intent] for intent in INTENTS}),
            fingerprint=noted["encoder"],
        )
        if weights.dense.shape != (Featurizer(encoder, labels).width, ANSWERS):
            raise ValueError(f"dense {weights.dense.shape}")
        if weights.bias.shape != (ANSWERS,):
            raise ValueError(f"bias {weights.bias.shape}")
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, IndexError) as error:
        raise ModelUnavailable(path.name, f"文件损坏（{error}）", _WAY_OUT) from error
    return weights


def _notes(metadata: Mapping[str, str] | None) -> dict[str, Any]:
    return dict(json.loads((metadata or {}).get(_NOTES, "{}")))


def _unpacked(numbers: Vectors, weights: Vectors, size: int) -> Vectors:
    table = np.zeros((size, ANSWERS), dtype=np.float32)
    table[numbers] = weights
    return table


def save(path: Path, weights: Weights) -> None:
    """Write a classifier; weights in half precision, rows without any weight left out.

    Raises:
        OSError: the file cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    row_numbers, run_numbers = (np.flatnonzero(t.any(axis=1)) for t in (weights.rows, weights.runs))
    parts: dict[str, npt.NDArray[Any]] = {
        "dense": weights.dense.astype(np.float16),
        "row_numbers": row_numbers.astype(np.int32),
        "rows": weights.rows[row_numbers].astype(np.float16),
        "run_numbers": run_numbers.astype(np.int32),
        "runs": weights.runs[run_numbers].astype(np.float16),
        "bias": weights.bias.astype(np.float32),
    }
    bounds = {intent.value: (b.keep, b.add) for intent, b in weights.bounds.items()}
    noted = {
        "format": FORMAT,
        "encoder": weights.fingerprint,
        "labels": weights.labels,
        "bounds": bounds,
    }
    # One entry, because safetensors writes several in an order that changes from run to run.
    save_file(parts, path, metadata={_NOTES: json.dumps(noted)})
    path.chmod(0o644)  # safetensors makes it readable by the owner alone
