"""Errors of the retrieval room.

EmbeddingsError
├── ModelUnavailable   a model folder or name cannot be loaded (says the way out)
├── IndexMismatch      an index was made by another encoder or lexicon, or its files do not agree
├── LearningImpossible   there is too little to learn from, or the model cannot be fitted
├── EvaluationDataError  an evaluation file has a line that cannot be used
└── TrainingTextError    a training file has a line that cannot be used
"""

from __future__ import annotations

from pathlib import Path


class EmbeddingsError(Exception):
    """Root of this room's errors."""


class ModelUnavailable(EmbeddingsError):  # noqa: N818 - named for what happened
    """A model cannot be loaded. ``name`` is what was asked for, ``way_out`` what to do next."""

    def __init__(self, name: str, reason: str, way_out: str) -> None:
        super().__init__(f"模型“{name}”无法加载：{reason}。{way_out}")
        self.name = name
        self.reason = reason
        self.way_out = way_out


class IndexMismatch(EmbeddingsError):  # noqa: N818
    """A saved index does not belong to this encoder or is damaged; it must be built again."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"索引 {folder} 不能使用：{reason}。请重新建立索引（huashu kb reload）。")
        self.folder = folder
        self.reason = reason


class LearningImpossible(EmbeddingsError):  # noqa: N818
    """The encoder cannot be fitted; the message says why and what to do."""

    def __init__(self, reason: str, way_out: str) -> None:
        super().__init__(f"无法学习：{reason}。{way_out}")
        self.reason = reason
        self.way_out = way_out


class EvaluationDataError(EmbeddingsError):
    """A line of an evaluation file cannot be used. ``where`` is file:line."""

    def __init__(self, where: str, reason: str, hint: str) -> None:
        super().__init__(f"{where}：{reason}。{hint}")
        self.where = where
        self.reason = reason
        self.hint = hint


class TrainingTextError(EmbeddingsError):
    """A line of a training file cannot be used. ``where`` is file:line."""

    def __init__(self, where: str, reason: str, hint: str) -> None:
        super().__init__(f"{where}：{reason}。{hint}")
        self.where = where
        self.reason = reason
        self.hint = hint
