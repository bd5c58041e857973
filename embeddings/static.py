"""The shipped encoder: a table of piece vectors, read with numpy alone (no torch, no tokenizer).

A text's vector is the sum of the vectors of its pieces, scaled to length 1; how telling a piece is
shows in the length of its vector. ``embeddings.train`` makes the table.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from embeddings import model_folder
from embeddings.calibration import Calibration
from embeddings.encoder import Vectors, normalise_rows
from embeddings.errors import ModelUnavailable
from embeddings.pieces import PieceSplitter

#: The file with the bands measured for a model, beside its other files.
CALIBRATION: Final = "calibration.json"


def shipped_folder() -> Path:
    """The folder of the model that ships with the program."""
    return Path(__file__).parent / "models" / "zh-desk"


class StaticEncoder:
    """An :class:`~embeddings.encoder.Encoder` over a static table."""

    def __init__(
        self,
        name: str,
        fingerprint: str,
        splitter: PieceSplitter,
        table: Vectors,
        calibration: Calibration | None = None,
    ) -> None:
        if table.shape[0] != splitter.rows:
            raise ValueError(f"table has {table.shape[0]} rows, splitter {splitter.rows}")
        self.name = name
        self.fingerprint = fingerprint
        self.splitter = splitter
        #: The bands measured for this encoder, if they were.
        self.calibration = calibration
        #: float32 of shape ``(rows, dim)``; nobody changes it.
        self.table = table
        self.dim = int(table.shape[1])

    @classmethod
    @functools.lru_cache(maxsize=4)
    def load(cls, folder: Path) -> StaticEncoder:
        """Read a model folder.

        Raises:
            ModelUnavailable: a file is missing or damaged, or of another format.

        """
        files = model_folder.read(folder)
        return cls(files.name, files.fingerprint, files.splitter, files.table, _calibration(folder))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~embeddings.encoder.Encoder`."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for i, text in enumerate(texts):
            rows = self.splitter.split(text)
            if rows:
                np.add.reduce(self.table[rows], axis=0, dtype=np.float32, out=out[i])
        return normalise_rows(out)


def _calibration(folder: Path) -> Calibration | None:
    path = folder / CALIBRATION
    if not path.is_file():
        return None
    try:
        return Calibration(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnavailable(
            str(folder), f"{CALIBRATION} 损坏（{error}）", "请删除这个文件，可信度会重新测量"
        ) from error
