"""The desk's words: dictionary words, synonyms, stop words and product names, as plain text files.

A lexicon folder holds ``words/*.txt`` and ``products/*.txt`` (one word a line), ``synonyms/*.txt``
(one group a line, the standard word first) and ``stopwords.txt``. ``#`` starts a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embeddings.words import WordSplitter
from prompts.errors import Fault, LoadFailed
from prompts.read_table import decode

_MAX_WORD: Final = 24
_PARTS: Final = ("words", "synonyms", "products", "stopwords")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The parsed lexicon, with the files it was read from (name -> text) for versions and export."""

    words: tuple[str, ...]
    synonyms: Mapping[str, str]
    stop_words: tuple[str, ...]
    products: tuple[str, ...]
    files: Mapping[str, str]

    def splitter(self) -> WordSplitter:
        """A word splitter that knows this lexicon."""
        return WordSplitter((*self.words, *self.products), self.synonyms, self.stop_words)


def shipped_folder() -> Path:
    """The folder of the lexicon that ships with the program."""
    return Path(__file__).parent / "lexicon"


def read_folder(folder: Path) -> dict[str, str]:
    """The text of every lexicon file below a folder, by its name relative to it.

    Raises:
        LoadFailed: a file is no text or cannot be read.

    """
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for path in sorted(folder.rglob("*.txt")):
        try:
            text, fault = decode(path, path.read_bytes())
        except OSError as error:
            text, fault = (
                "",
                Fault(path.name, "", f"无法读取（{error.strerror}）", "请检查文件权限"),
            )
        if fault:
            faults.append(fault)
        files[path.relative_to(folder).as_posix()] = text
    if faults:
        raise LoadFailed(faults)
    return files


def parse(files: Mapping[str, str]) -> Lexicon:
    """Parse lexicon files; general ones (``common.txt``) first, then by name.

    A word that stands in several groups belongs to the first one read. A group whose standard word
    already belongs to another group joins that group.

    Raises:
        LoadFailed: with every fault.

    """
    words: dict[str, None] = {}
    products: dict[str, None] = {}
    stop: dict[str, None] = {}
    synonyms: dict[str, str] = {}
    faults: list[Fault] = []
    for name in sorted(files, key=lambda n: (not n.endswith("common.txt"), n)):
        part = name.split("/")[0].removesuffix(".txt")
        if part not in _PARTS:
            faults.append(
                Fault(f"lexicon/{name}", "", "不是词典文件", f"应放在 {'、'.join(_PARTS)} 之下")
            )
            continue
        for number, raw in enumerate(files[name].splitlines(), 1):
            line = raw.split("#", 1)[0].strip()
            if not line:
                continue
            where = f"lexicon/{name}:{number}"
            items = line.split()
            long = next((w for w in items if len(w) > _MAX_WORD), None)
            if long:
                faults.append(Fault(where, "", f"词语过长（{long[:12]}…）", f"最多 {_MAX_WORD} 字"))
            elif part == "synonyms":
                if len(items) < 2:
                    faults.append(
                        Fault(where, "", "同义词组只有一个词", "一行至少两个词，用空格分开")
                    )
                    continue
                head = synonyms.get(items[0], items[0])
                for word in items:
                    synonyms.setdefault(word, head)
            elif part == "products":
                products[line] = None
            elif len(items) > 1:
                faults.append(Fault(where, "", "一行有多个词", "一行只写一个词"))
            else:
                (words if part == "words" else stop)[line] = None
    if faults:
        raise LoadFailed(faults)
    return Lexicon(tuple(words), synonyms, tuple(stop), tuple(products), dict(files))
