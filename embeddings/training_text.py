"""Reading the training text: groups of wordings that mean the same, and near-misses.

Plain text, three forms. ``*.txt``: ``== need`` starts a group, every other line is one of its
wordings. ``near/*.txt``: ``== sentence``, then ``+`` lines that mean the same and ``-`` lines that
share its words and mean something else. Synonyms: one group of words a line, between spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import TrainingTextError

_COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Near:
    """Sentences that mean the same (two or more) and sentences that only look alike (one or more)."""

    same: tuple[str, ...]
    other: tuple[str, ...]


def read_groups(paths: Iterable[Path]) -> list[list[str]]:
    """Groups of two or more wordings.

    Raises:
        TrainingTextError: a wording stands before the first group.
        OSError: a file cannot be read.

    """
    groups: list[list[str]] = []
    for path in sorted(paths):
        open_group: list[str] | None = None
        for where, text in _lines(path):
            if text.startswith("=="):
                open_group = []
                groups.append(open_group)
            elif open_group is None:
                raise TrainingTextError(where, "这一行前面没有“== 需求”", "请先写一行 == 需求")
            else:
                open_group.append(text)
    return [g for g in groups if len(g) > 1]


def read_near(paths: Iterable[Path]) -> list[Near]:
    """Sentences with true paraphrases and near-misses.

    Raises:
        TrainingTextError: a line has none of the three marks, or stands before the first ``==``.
        OSError: a file cannot be read.

    """
    found: list[tuple[list[str], list[str]]] = []
    for path in sorted(paths):
        started = False
        for where, text in _lines(path):
            mark, _, sentence = text.partition(" ")
            if mark == "==":
                found.append(([sentence.strip()], []))
                started = True
            elif mark in {"+", "-"} and started:
                found[-1][mark == "-"].append(sentence.strip())
            else:
                raise TrainingTextError(where, "看不懂这一行", "行首应为 ==、+ 或 -，后跟空格")
    return [Near(tuple(s), tuple(o)) for s, o in found if len(s) > 1 and o]


def read_synonyms(paths: Iterable[Path]) -> list[list[str]]:
    """Groups of two or more words, from lexicon files.

    Raises:
        OSError: a file cannot be read.

    """
    groups = [text.split(_COMMENT)[0].split() for path in sorted(paths) for _, text in _lines(path)]
    return [g for g in groups if len(g) > 1]


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """``file:line`` and text of every line that is neither empty nor a comment."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text and not text.startswith(_COMMENT):
            yield f"{path.name}:{number}", text
