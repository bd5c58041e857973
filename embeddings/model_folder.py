"""The folder of a static model, in the form that sentence-transformers itself reads.

``modules.json`` names a StaticEmbedding and a Normalize; ``model.safetensors`` holds the table;
``tokenizer.json`` gives each row's name its number. Its pre-tokenizer splits at spaces only: the
text must first go through :meth:`embeddings.pieces.PieceSplitter.joined`, which names rows only. ``huashu.json`` and
``words.txt`` say how that splitter works.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from embeddings.encoder import Vectors
from embeddings.errors import ModelUnavailable
from embeddings.pieces import PieceSplitter, bucket_names
from embeddings.words import dictionary_name

SPLITTER: Final = "huashu.json"
NAMES: Final = "tokenizer.json"
WORDS: Final = "words.txt"
TABLE: Final = "model.safetensors"
FORMAT: Final = 2
WEIGHTS: Final = "embedding.weight"
#: Files that decide a text's vector.
_DECIDING: Final = (SPLITTER, NAMES, WORDS, TABLE)
_WAY_OUT: Final = "请重新安装 huashu，或用 --encoder 指定另一个模型"
_MODULES: Final = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {"idx": 1, "name": "1", "path": "", "type": "sentence_transformers.models.Normalize"},
]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What a model folder holds: ``table`` is float32 of shape ``(rows, dim)``."""

    name: str
    splitter: PieceSplitter
    table: Vectors
    fingerprint: str = ""


def is_static(folder: Path) -> bool:
    """Whether a folder holds a static model of ours."""
    return (folder / SPLITTER).is_file()


def write(folder: Path, files: ModelFiles) -> None:
    """Write a model folder; the table is kept in half precision.

    Raises:
        OSError: the folder cannot be written.

    """
    splitter = files.splitter
    folder.mkdir(parents=True, exist_ok=True)
    half = np.ascontiguousarray(files.table.astype(np.float16))
    save_file({WEIGHTS: half}, folder / TABLE)
    (folder / TABLE).chmod(0o644)  # safetensors makes it readable by the owner alone
    words = [f"{word} {count}" for word, count in sorted(splitter.words.items())]
    (folder / WORDS).write_text("\n".join(words) + "\n", encoding="utf-8")
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / NAMES, _tokenizer(splitter.names))
    _write_json(
        folder / SPLITTER,
        {
            "format": FORMAT,
            "name": files.name,
            "dim": int(files.table.shape[1]),
            "buckets": splitter.buckets,
            "dictionary": dictionary_name(),
        },
    )


def read(folder: Path) -> ModelFiles:
    """Read a model folder.

    Raises:
        ModelUnavailable: a file is missing or damaged, or of another format.

    """
    digest = hashlib.sha256(dictionary_name().encode())
    try:
        for name in _DECIDING:
            digest.update((folder / name).read_bytes())
        config = json.loads((folder / SPLITTER).read_text(encoding="utf-8"))
        if config["format"] != FORMAT:
            raise ModelUnavailable(str(folder), f"格式版本 {config['format']} 不受支持", _WAY_OUT)
        numbers = json.loads((folder / NAMES).read_text(encoding="utf-8"))["model"]["vocab"]
        lines = (folder / WORDS).read_text(encoding="utf-8").splitlines()
        words = {word: int(count) for word, count in (line.split(" ") for line in lines if line)}
        # float32: a text adds up rows far quicker than from the half-precision file
        table = load_file(folder / TABLE)[WEIGHTS].astype(np.float32)
        if sorted(numbers.values()) != list(range(len(table))):
            raise ModelUnavailable(
                str(folder), f"词表有 {len(numbers)} 项，向量有 {len(table)} 行，对不上", _WAY_OUT
            )
        names = sorted(numbers, key=numbers.__getitem__)
        shared = bucket_names(config["buckets"])
        if names[len(names) - len(shared) :] != shared or table.ndim != 2:
            raise ModelUnavailable(str(folder), "词表、词典与设置对不上", _WAY_OUT)
        splitter = PieceSplitter(names, config["buckets"], words)
        return ModelFiles(config["name"], splitter, table, f"static-{digest.hexdigest()[:16]}")
    except FileNotFoundError as error:
        raise ModelUnavailable(str(folder), f"缺少文件 {error.filename}", _WAY_OUT) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise ModelUnavailable(str(folder), f"文件损坏（{error}）", _WAY_OUT) from error


def _tokenizer(names: tuple[str, ...]) -> dict[str, object]:
    """A tokenizers file: names of rows between spaces, and nothing else."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {name: i for i, name in enumerate(names)},
            "unk_token": "",
        },
    }


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=None, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")
