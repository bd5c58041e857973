"""What identifies a library's content, whatever folder or order its files came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from kb.library import Library


def entry_hash(data: object) -> str:
    """16 hexadecimal digits of an entry's canonical JSON."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(body.encode(), digest_size=8).hexdigest()


def entry_hashes(library: Library) -> dict[str, str]:
    """Every entry's hash by a key that says what it is: ``line:…``, ``solution:…``, ``lexicon:…``."""
    found = {f"line:{line.id}": entry_hash(line.to_dict()) for line in library.lines}
    found.update((f"solution:{s.id}", entry_hash(s.to_dict())) for s in library.solutions)
    found.update((f"lexicon:{n}", entry_hash(t)) for n, t in library.lexicon.files.items())
    return found


def library_fingerprint(library: Library) -> str:
    """Changes when any entry is added, changed, removed or moved."""
    return entry_hash(list(entry_hashes(library).items()))


def files_fingerprint(paths: Sequence[Path]) -> str:
    """Hash of names and bytes of all files below some paths; quick enough for every start."""
    digest = hashlib.sha256()
    for root in paths:
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
        for path in files:
            if path.suffix == ".pyc":
                continue
            name = path.name if path == root else path.relative_to(root).as_posix()
            body = path.read_bytes()
            digest.update(f"{name}\0{len(body)}\0".encode())
            digest.update(body)
    return digest.hexdigest()[:24]
