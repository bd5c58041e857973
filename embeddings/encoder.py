"""What every encoder offers, and how one is chosen by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

#: The name of the encoder that ships with the program.
SHIPPED: Final = "shipped"


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors whose dot product says how alike two texts are.

    Attributes:
        name: what people call it, for messages and manifests.
        fingerprint: changes whenever the same text would give another vector.
        dim: length of a vector.

    """

    name: str
    fingerprint: str
    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 of shape ``(len(texts), dim)``, each row of length 1 (or 0 if empty)."""
        ...


@runtime_checkable
class TwoSided(Protocol):
    """An encoder that treats questions and what they are compared with differently."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As :meth:`Encoder.encode`, for texts that are asked."""
        ...


def encode_query(encoder: Encoder, text: str) -> Vectors:
    """The vector of one text that is asked, shape ``(dim,)``, in the encoder's own way."""
    if isinstance(encoder, TwoSided):
        return np.asarray(encoder.encode_queries([text])[0], dtype=np.float32)
    return np.asarray(encoder.encode([text])[0], dtype=np.float32)


def load_encoder(name: str = SHIPPED) -> Encoder:
    """Load an encoder by name: ``shipped``, a model folder, or a sentence-transformers name.

    A folder holding ``huashu.json`` is one of our static models; anything else is given to
    sentence-transformers.

    Raises:
        ModelUnavailable: it cannot be loaded; the message says what to do.

    """
    from embeddings.model_folder import is_static
    from embeddings.static import StaticEncoder, shipped_folder

    if name == SHIPPED:
        return StaticEncoder.load(shipped_folder())
    folder = Path(name).expanduser()
    if is_static(folder):
        return StaticEncoder.load(folder)
    from embeddings.transformer import TransformerEncoder

    return TransformerEncoder.load(name)


def normalise_rows(vectors: Vectors) -> Vectors:
    """Scale each row to length 1 in place and return it; rows of zeros stay zeros."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    norms[norms == 0.0] = 1.0
    vectors /= norms[:, None]
    return vectors
