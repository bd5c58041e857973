"""Any sentence-transformers model by name or folder: slower, larger, a setting away."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import numpy as np

from embeddings.encoder import Vectors, normalise_rows
from embeddings.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH: Final = 64


class TransformerEncoder:
    """An :class:`~embeddings.encoder.Encoder` over a sentence-transformers model on the CPU."""

    def __init__(self, name: str, fingerprint: str, model: SentenceTransformer) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        self.dim = int(np.asarray(model.encode(["的"])).shape[1])

    @classmethod
    def load(cls, name: str) -> TransformerEncoder:
        """Load a local folder or a model name that is already in the local model cache or on a hub.

        Raises:
            ModelUnavailable: not installed, not found, damaged, or no network to fetch it.

        """
        folder = Path(name).expanduser()
        looks_like_path = folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1
        if looks_like_path and not folder.is_dir():
            raise ModelUnavailable(
                name, "文件夹不存在", "请检查路径，或去掉 encoder 设置以使用自带模型"
            )
        if importlib.util.find_spec("sentence_transformers") is None:
            raise ModelUnavailable(
                name, "没有安装 sentence-transformers", "请执行 pip install sentence-transformers"
            )
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer

        if not folder.is_dir() and not _cached(name) and not _hub_answers():
            raise ModelUnavailable(
                name,
                "本机没有这个模型，也连不上模型网站",
                "离线时请先把模型文件夹拷到本机并填写它的路径，或去掉 encoder 设置以使用自带模型",
            )
        try:
            model = SentenceTransformer(str(folder) if folder.is_dir() else name, device="cpu")
        except Exception as error:
            # The libraries below raise OSError, ValueError, their own hub and HTTP errors and more.
            reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
            raise ModelUnavailable(
                name,
                f"下载或读取失败（{reason}）",
                "离线时请先把模型文件夹拷到本机并填写它的路径，或去掉 encoder 设置以使用自带模型",
            ) from error
        return cls(name, f"st-{_fingerprint(name, folder, model)}", model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~embeddings.encoder.Encoder`; with the model's own prefix for documents."""
        return self._made(self._model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`~embeddings.encoder.TwoSided`; with the model's own prefix for queries."""
        return self._made(self._model.encode_query, texts)

    def _made(self, way: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        made = way(list(texts), batch_size=_BATCH, convert_to_numpy=True, show_progress_bar=False)
        return normalise_rows(np.array(made, dtype=np.float32))


def _cached(name: str) -> bool:
    """Whether a model of this name is in the local model cache."""
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            if isinstance(try_to_load_from_cache(repository, "config.json"), str):
                return True
        except ValueError:  # not the form of a name
            continue
    return False


def _hub_answers() -> bool:
    """Whether the model hub can be reached at all: its client retries for a minute otherwise."""
    from huggingface_hub.constants import ENDPOINT, HF_HUB_OFFLINE

    address = urlsplit(ENDPOINT)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        with socket.create_connection((address.hostname or "", port), timeout=3):
            return not HF_HUB_OFFLINE
    except OSError:
        return False


def _fingerprint(name: str, folder: Path, model: SentenceTransformer) -> str:
    """Hash of what decides the vectors: every file of a folder, or the loaded weights."""
    digest = hashlib.sha256()
    if folder.is_dir():
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    else:
        digest.update(name.encode())
        for key, tensor in sorted(model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(tensor.cpu().float().numpy()).tobytes())
    return digest.hexdigest()[:16]
