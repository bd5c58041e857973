"""The shipped encoder: a table of n-gram vectors, read with numpy alone (no torch, no tokenizer).

A text's vector is the sum of the vectors of its n-grams, scaled to length 1; how telling an n-gram
is shows in the length of its vector. ``embeddings.train`` makes the table.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from embeddings.calibration import Calibration
from embeddings.encoder import Vectors, normalise_rows
from embeddings.errors import ModelUnavailable
from embeddings.ngrams import NgramSplitter

#: File names inside a model folder.
NGRAMS: Final = "ngrams.txt"
CONFIG: Final = "config.json"
TABLE: Final = "model.safetensors"
CALIBRATION: Final = "calibration.json"
FORMAT: Final = 1
_WAY_OUT: Final = "请重新安装 huashu，或用 --encoder 指定另一个模型"


def shipped_folder() -> Path:
    """The folder of the model that ships with the program."""
    return Path(__file__).parent / "models" / "zh-desk"


class StaticEncoder:
    """An :class:`~embeddings.encoder.Encoder` over a static table."""

    def __init__(
        self,
        name: str,
        fingerprint: str,
        splitter: NgramSplitter,
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
        self._table = table
        self.dim = int(table.shape[1])

    @classmethod
    @functools.lru_cache(maxsize=4)
    def load(cls, folder: Path) -> StaticEncoder:
        """Read a model folder.

        Raises:
            ModelUnavailable: a file is missing or damaged, or of another format.

        """
        digest = hashlib.sha256()
        try:
            for name in (CONFIG, NGRAMS, TABLE):
                digest.update((folder / name).read_bytes())
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            ngrams = (folder / NGRAMS).read_text(encoding="utf-8").split("\n")
            # float32: a text adds up rows far quicker than from the half-precision file
            table = load_file(folder / TABLE)["embedding.weight"].astype(np.float32)
            if config["format"] != FORMAT:
                raise ModelUnavailable(
                    str(folder), f"格式版本 {config['format']} 不受支持", _WAY_OUT
                )
            splitter = NgramSplitter(ngrams, int(config["buckets"]))
            fingerprint = f"static-{digest.hexdigest()[:16]}"
            return cls(config["name"], fingerprint, splitter, table, _calibration(folder))
        except FileNotFoundError as error:
            raise ModelUnavailable(str(folder), f"缺少文件 {error.filename}", _WAY_OUT) from error
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise ModelUnavailable(str(folder), f"文件损坏（{error}）", _WAY_OUT) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~embeddings.encoder.Encoder`. About 0.03 ms a message."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for i, text in enumerate(texts):
            rows = self.splitter.split(text)
            if rows:
                np.add.reduce(self._table[rows], axis=0, dtype=np.float32, out=out[i])
        return normalise_rows(out)


def _calibration(folder: Path) -> Calibration | None:
    path = folder / CALIBRATION
    return Calibration(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
