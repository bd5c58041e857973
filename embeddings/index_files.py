"""Saving and loading an index with a manifest, so that no index serves another encoder's vectors.

A folder holds ``manifest.json`` (format, encoder, dimension, lexicon, counts, digest of all content
hashes, calibration), ``rows.npz`` and ``index.faiss``. It is written aside and renamed, so that a
reader sees a whole index or none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings.calibration import Calibration
from embeddings.encoder import Encoder
from embeddings.errors import IndexMismatch
from embeddings.hybrid import Document, HybridIndex
from embeddings.ragged import Ragged
from embeddings.rows import Hashes, Rows, content_hash
from embeddings.vectors import VectorIndex
from embeddings.words import WordSplitter

FORMAT: Final = 2
#: What reading a damaged file raises, from its bytes up to its JSON.
_DAMAGED: Final = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    zipfile.BadZipFile,
)


def _digest(hashes: Hashes) -> str:
    return hashlib.sha256(hashes.astype(">u8").tobytes()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _identity(encoder: Encoder, splitter: WordSplitter) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "encoder": encoder.fingerprint,
        "dim": encoder.dim,
        "lexicon": splitter.fingerprint,
    }


def save(index: HybridIndex, folder: Path, encoder: Encoder, splitter: WordSplitter) -> None:
    """Write the index to ``folder``, replacing what is there in one step.

    Raises:
        OSError: the folder cannot be written.

    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        rows = index.rows
        np.savez(
            aside / "rows.npz",
            hashes=rows.hashes,
            vectors=rows.vectors,
            words=rows.words.flat,
            words_at=rows.words.offsets,
            grams=rows.grams.flat,
            grams_at=rows.grams.offsets,
        )
        index.vectors.write(aside / "index.faiss")
        manifest = _identity(encoder, splitter) | {
            "entries": len(index),
            "wordings": len(rows),
            "content": _digest(rows.hashes),
            "faiss": _file_digest(aside / "index.faiss"),
            "calibration": asdict(index.calibration),
        }
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / "index")
            aside.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load_rows(folder: Path, encoder: Encoder, splitter: WordSplitter) -> tuple[Rows, Calibration]:
    """Read the rows of a saved index, whatever library it was made for.

    Raises:
        IndexMismatch: made by another encoder or lexicon, incomplete, or damaged.

    """
    return _read(folder, encoder, splitter)[:2]


def _read(folder: Path, encoder: Encoder, splitter: WordSplitter) -> tuple[Rows, Calibration, str]:
    """Rows, calibration, and the digest that the vector file must have."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        with (
            (folder / "rows.npz").open("rb") as handle,  # np.load leaves a damaged file open
            np.load(handle, allow_pickle=False) as data,
        ):
            rows = Rows(
                data["hashes"],
                data["vectors"],
                Ragged(data["words"], data["words_at"]),
                Ragged(data["grams"], data["grams_at"]),
            )
        for key, wanted in _identity(encoder, splitter).items():
            if manifest.get(key) != wanted:
                raise IndexMismatch(folder, f"{key} 是 {manifest.get(key)}，应为 {wanted}")
        shape = (len(rows.words), encoder.dim) if len(rows.words) == len(rows.grams) else ()
        if rows.vectors.shape != shape or manifest["content"] != _digest(rows.hashes):
            raise IndexMismatch(folder, "内容校验和不一致")
        return rows, Calibration(**manifest["calibration"]), str(manifest["faiss"])
    except IndexMismatch:
        raise
    except FileNotFoundError as error:
        raise IndexMismatch(folder, "文件不全") from error
    except _DAMAGED as error:
        raise IndexMismatch(folder, f"文件损坏（{type(error).__name__}）") from error


def load(
    folder: Path, documents: Sequence[Document], encoder: Encoder, splitter: WordSplitter
) -> HybridIndex:
    """Read a saved index for exactly these documents.

    Raises:
        IndexMismatch: made by another encoder or lexicon, for other wordings, or damaged.

    """
    rows, calibration, digest = _read(folder, encoder, splitter)
    wanted = np.array([content_hash(w) for d in documents for w in d.wordings], dtype=np.uint64)
    if not np.array_equal(wanted, rows.hashes):
        raise IndexMismatch(folder, "内容与当前话术、知识不一致")
    try:
        if _file_digest(folder / "index.faiss") != digest:
            raise ValueError(digest)
        vectors = VectorIndex.read(rows.vectors, folder / "index.faiss")
    except (OSError, RuntimeError, ValueError) as error:
        raise IndexMismatch(folder, f"向量文件损坏（{type(error).__name__}）") from error
    return HybridIndex(documents, rows, vectors, calibration)
