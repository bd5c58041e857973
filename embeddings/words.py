"""Cutting Chinese text into words with jieba, the desk's own words and its synonyms.

jieba's full dictionary costs 0.9 s and 70 MB at every start; words that its own corpus saw fewer
than :data:`MIN_FREQUENCY` times are left out (they are names and rarities that no desk asks about)
and the rest is kept as a cache file in the user's own cache folder. jieba's default cache lives in
the shared temporary folder, where another user could plant one.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import tempfile
import threading
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, cast

import platformdirs

from embeddings.text import chunks, normalise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba

#: Occurrences in jieba's own corpus below which a word is left out.
MIN_FREQUENCY: Final = 20
_FORMAT: Final = 1


def cache_folder() -> Path:
    """Return the folder for files that can be made again (``HUASHU_CACHE`` overrides it)."""
    named = os.environ.get("HUASHU_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("huashu"))


def _read_dictionary() -> tuple[dict[str, int], int]:
    frequency: dict[str, int] = {}
    total = 0
    with jieba.get_dict_file() as handle:
        lines = handle.read().decode("utf-8").splitlines()
    for line in lines:
        word, count_text, *_ = line.split(" ")
        count = int(count_text)
        if count < MIN_FREQUENCY and len(word) > 1:
            continue
        frequency[word] = count
        total += count
        for end in range(1, len(word)):
            frequency.setdefault(word[:end], 0)
    return frequency, total


def _dictionary() -> tuple[dict[str, int], int]:
    """The trimmed dictionary, from the cache file if there is a sound one."""
    path = cache_folder() / f"words-{jieba.__version__}-{MIN_FREQUENCY}-{_FORMAT}.bin"
    try:
        blob = path.read_bytes()
        digest, body = blob[:32], blob[32:]
        if hashlib.sha256(body).digest() == digest:
            return cast("tuple[dict[str, int], int]", marshal.loads(body))  # noqa: S302 - own file
    except (OSError, ValueError, EOFError, TypeError):
        pass
    made = _read_dictionary()
    body = marshal.dumps(made)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
            handle.write(hashlib.sha256(body).digest() + body)
        Path(handle.name).replace(path)
    except OSError:
        pass  # a read-only home only costs time at the next start
    return made


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]  # jieba ships no types
    """jieba's tokenizer over the trimmed dictionary."""

    def __init__(self, frequency: dict[str, int], total: int) -> None:
        super().__init__()
        self.FREQ = frequency
        self.total = total
        self.initialized = True


class WordSplitter:
    """Cuts text into the words that matter, synonyms folded onto one word of their group.

    Args:
        words: the desk's own words, kept whole when cut.
        synonyms: word -> the standard word of its group; both sides are kept whole.
        stop_words: words that carry no topic and are dropped.

    Safe for use by several threads: nothing changes after construction.

    """

    def __init__(
        self,
        words: Iterable[str] = (),
        synonyms: Mapping[str, str] | None = None,
        stop_words: Iterable[str] = (),
    ) -> None:
        self._synonyms = {normalise(k): normalise(v) for k, v in (synonyms or {}).items()}
        self._stop = frozenset(normalise(w) for w in stop_words)
        self._own = sorted(
            {normalise(w) for w in words} | set(self._synonyms) | set(self._synonyms.values())
        )
        self._tokenizer: _Tokenizer | None = None
        self._lock = threading.Lock()
        body = "\n".join(
            [str(_FORMAT), str(MIN_FREQUENCY), jieba.__version__, *self._own, "--synonyms"]
            + [f"{k}>{v}" for k, v in sorted(self._synonyms.items())]
            + ["--stop", *sorted(self._stop)]
        )
        #: Changes when any word, synonym or stop word changes.
        self.fingerprint: str = hashlib.sha256(body.encode()).hexdigest()[:16]

    def _ready(self) -> _Tokenizer:
        if self._tokenizer is None:
            with self._lock:
                if self._tokenizer is None:
                    tokenizer = _Tokenizer(*_dictionary())
                    for word in self._own:
                        if len(word) > 1:
                            tokenizer.add_word(word)
                    self._tokenizer = tokenizer
        return self._tokenizer

    def cut(self, text: str) -> list[str]:
        """Cut normalised text into words, nothing dropped, punctuation left out."""
        cut = self._ready().lcut
        return [word for part in chunks(text) for word in cut(part, HMM=False)]

    def terms(self, normalised: str) -> list[str]:
        """The topic words of a normalised text, synonyms folded, stop words dropped.

        A text of nothing but stop words keeps them all, so that 好的 can still match 好的.
        """
        words = self.cut(normalised)
        synonyms = self._synonyms
        kept = [synonyms.get(w, w) for w in words if w not in self._stop]
        return kept or words
