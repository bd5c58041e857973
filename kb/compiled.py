"""A library read straight from files (shipped, or named with ``--library``), compiled once.

The result is kept in the cache folder under a fingerprint of the files and the encoder, so that the
second start reads one JSON Lines file and two indexes instead of YAML.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from embeddings.encoder import Encoder
from embeddings.rows import Progress
from embeddings.words import cache_folder
from kb.errors import KnowledgeError, VersionMissing
from kb.fingerprint import files_fingerprint
from kb.library import from_paths, shipped, shipped_paths
from kb.snapshot import Snapshot, load_or_build
from kb.versions import FORMAT, VersionStore

_KEEP: Final = 6


def compiled(
    encoder: Encoder, paths: Sequence[Path] = (), progress: Progress | None = None
) -> Snapshot:
    """The snapshot of the shipped library, or of the files and folders named.

    Raises:
        LoadFailed: the files have faults (all are told).

    """
    key = f"{FORMAT}-{files_fingerprint([*shipped_paths(), *paths])}-{encoder.fingerprint}"
    folder = cache_folder() / "libraries" / hashlib.sha256(key.encode()).hexdigest()[:24]
    store = VersionStore(folder)
    try:
        library = store.read(1)
    except VersionMissing:
        shutil.rmtree(folder, ignore_errors=True)
        library = from_paths(paths) if paths else shipped()
        with contextlib.suppress(OSError, KnowledgeError):
            store.append(library, at="", who="", action="compiled")
            _forget_old(folder.parent)
    return load_or_build(library, encoder, 0, folder / "index", progress)


def _forget_old(folder: Path) -> None:
    made = sorted(folder.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in made[_KEEP:]:
        shutil.rmtree(old, ignore_errors=True)
