"""Cutting Chinese text into words with jieba, the desk's own words and its synonyms.

jieba's full dictionary costs 0.9 s and 70 MB at every start; words that its own corpus saw fewer
than :data:`MIN_FREQUENCY` times are left out (they are names and rarities that no desk asks about)
and the rest is kept as a cache file in the user's own cache folder. jieba's default cache lives in
the shared temporary folder, where another user could plant one.
"""

from __future__ import annotations

import functools
import hashlib
import marshal
import os
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import platformdirs

from embeddings.text import chunks, normalise

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba

#: Occurrences in jieba's own corpus below which a word is left out.
MIN_FREQUENCY: Final = 20
_FORMAT: Final = 2
_KEEP: Final = 6


def cache_folder() -> Path:
    """Return the folder for files that can be made again (``HUASHU_CACHE`` overrides it)."""
    named = os.environ.get("HUASHU_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("huashu"))


def dictionary_name() -> str:
    """What decides how the dictionary cuts: jieba's release and what is left out of it."""
    return f"{jieba.__version__}-{MIN_FREQUENCY}-{_FORMAT}"


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


@functools.cache
def _dictionary() -> tuple[dict[str, int], int]:
    """The trimmed dictionary; shared, so nobody may change it."""
    return cast(
        "tuple[dict[str, int], int]",
        _kept(f"words-{dictionary_name()}", _read_dictionary),
    )


def _kept(name: str, make: Callable[[], object]) -> object:
    """What ``make`` gives, from the cache file of that name if there is a sound one."""
    path = cache_folder() / f"{name}.bin"
    try:
        blob = path.read_bytes()
        digest, body = blob[:32], blob[32:]
        if hashlib.sha256(body).digest() == digest:
            return cast("object", marshal.loads(body))  # noqa: S302 - own file
    except (OSError, ValueError, EOFError, TypeError):
        pass
    made = make()
    body = marshal.dumps(cast("Any", made))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
            handle.write(hashlib.sha256(body).digest() + body)
        Path(handle.name).replace(path)
        _forget_old(path.parent)
    except OSError:
        pass  # a read-only home only costs time at the next start
    return made


def _forget_old(folder: Path) -> None:
    """Keep the newest few files of lexicons that were changed since."""
    made = sorted(folder.glob("own-*.bin"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in made[_KEEP:]:
        old.unlink(missing_ok=True)


class Cutter:
    """Cuts a run of letters into words: jieba's trimmed dictionary and some words of one's own.

    Args:
        words: word -> frequency, beyond or instead of the dictionary's.

    Thread-safe: nothing changes after the first cut.

    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._tokenizer: _Tokenizer | None = None
        self._lock = threading.Lock()

    def cut(self, part: str) -> list[str]:
        """The words of one run of letters, nothing dropped, no guessing of unknown words."""
        if self._tokenizer is None:
            with self._lock:
                if self._tokenizer is None:
                    self._tokenizer = _Tokenizer(*_dictionary(), self._words)
        return cast("list[str]", self._tokenizer.lcut(part, HMM=False))


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]  # jieba ships no types
    """jieba's tokenizer over the trimmed dictionary and more words."""

    def __init__(self, base: Mapping[str, int], total: int, more: Mapping[str, int]) -> None:
        super().__init__()
        frequency = dict(base)
        for word, count in more.items():
            total += count - frequency.get(word, 0)
            frequency[word] = count
            for end in range(1, len(word)):
                frequency.setdefault(word[:end], 0)
        self.FREQ = frequency
        self.total = total
        self.initialized = True


def whole_frequencies(words: Iterable[str]) -> dict[str, int]:
    """Frequencies with which these words are never cut apart: more likely than their parts.

    The rule is jieba's own (``suggest_freq``): the product of the parts' chances, plus one count.
    Words of one character keep the dictionary's.
    """
    base, total = _dictionary()
    plain = _Tokenizer(base, total, {})
    found = {}
    for word in words:
        if len(word) > 1:
            chance = 1.0
            for part in plain.lcut(word, HMM=False):
                chance *= max(base.get(part, 0), 1) / total
            found[word] = max(int(chance * total) + 1, base.get(word, 0))
    return found


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
        body = "\n".join(
            [dictionary_name(), *self._own, "--synonyms"]
            + [f"{k}>{v}" for k, v in sorted(self._synonyms.items())]
            + ["--stop", *sorted(self._stop)]
        )
        #: Changes when any word, synonym or stop word changes.
        self.fingerprint: str = hashlib.sha256(body.encode()).hexdigest()[:16]

    @functools.cached_property
    def _cutter(self) -> Cutter:
        name = f"own-{self.fingerprint}"
        made = _kept(name, lambda: whole_frequencies(self._own))
        return Cutter(cast("dict[str, int]", made))

    def cut(self, text: str) -> list[str]:
        """Cut normalised text into words, nothing dropped, punctuation left out."""
        cut = self._cutter.cut
        return [word for part in chunks(text) for word in cut(part)]

    def terms(self, normalised: str) -> list[str]:
        """The topic words of a normalised text, synonyms folded, stop words dropped.

        A text of nothing but stop words keeps them all, so that 好的 can still match 好的.
        """
        words = self.cut(normalised)
        synonyms = self._synonyms
        kept = [synonyms.get(w, w) for w in words if w not in self._stop]
        return kept or words
