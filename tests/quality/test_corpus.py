"""The training text in the repository: enough of it, clean, and of our own making.

A need stands in one trade file with a dozen wordings and more; a near group holds sentences that
mean the same (``==``, ``+``) and look-alikes (``-``). What an evaluation asks must stand in neither.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from embeddings.text import normalise
from embeddings.train import CORPUS, SYNONYMS

ROOT: Final = Path(__file__).parents[2]
LEXICON: Final = SYNONYMS.parent
TRADES: Final = sorted(CORPUS.glob("*.txt"))
NEAR: Final = sorted((CORPUS / "near").glob("*.txt"))
#: Synonym files from before the training text: these may share words with each other.
OLDER: Final = {
    f"{name}.txt"
    for name in ("account", "appliance", "common", "logistics", "retail", "telecom", "utility")
}
#: Share of common character 4-grams from which two sentences count as one.
SAME: Final = 0.85
#: Letters in a row that no text of ours shares with an evaluation.
RUN: Final = 8
#: Longer strings of an evaluation are no sentences but notes.
SENTENCE: Final = 200


class Sentence(NamedTuple):
    """A line of training text: its place, its group's number, its mark (``==``, ``+``, ``-``)."""

    where: str
    group: int
    mark: str
    text: str


def sentences(path: Path, *, near: bool) -> Iterator[Sentence]:
    """All sentences of a file; the heading of a trade file's need is no sentence."""
    group = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text, where = line.strip(), f"{path.name}:{number}"
        if not text or text.startswith("#"):
            continue
        group += text.startswith("==")
        if near:
            mark, _, rest = text.partition(" ")
            assert mark in {"==", "+", "-"}, where
            yield Sentence(where, group, mark, rest.strip())
        elif not text.startswith("=="):
            yield Sentence(where, group, "+", text)


def shown(faults: Iterable[str]) -> str:
    return "\n".join(faults)


def letters(text: str) -> str:
    return "".join(c for c in normalise(text) if c.isalpha())


def runs(text: str, size: int) -> set[str]:
    """Every run of ``size`` letters of a text, spaces and punctuation taken out."""
    found = letters(text)
    return {found[i : i + size] for i in range(len(found) - size + 1)}


def test_there_are_enough_trades_and_needs() -> None:
    assert len(TRADES) >= 25
    rich = 0
    for path in TRADES:
        wordings: dict[int, set[str]] = defaultdict(set)
        for sentence in sentences(path, near=False):
            wordings[sentence.group].add(sentence.text)
        rich += sum(len(texts) >= 12 for texts in wordings.values())
    assert rich >= 1_500


@pytest.mark.parametrize("path", [*TRADES, *NEAR], ids=lambda p: p.stem)
def test_no_sentence_stands_twice_in_a_file(path: Path) -> None:
    first: dict[str, str] = {}
    twice = []
    for where, _, _, text in sentences(path, near=path in NEAR):
        if text in first:
            twice.append(f"{where} stands in {first[text]}: {text}")
        first.setdefault(text, where)
    assert not twice, shown(twice)


@pytest.mark.parametrize("path", [*TRADES, *NEAR], ids=lambda p: p.stem)
def test_sentences_of_different_needs_are_not_nearly_the_same(path: Path) -> None:
    """A look-alike (``-``) is meant to be nearly the same as something: it is not looked at."""
    alike = [s for s in sentences(path, near=path in NEAR) if s.mark != "-"]
    grams = [runs(s.text, 4) for s in alike]
    holders: dict[str, list[int]] = defaultdict(list)
    faults = []
    for i, sentence in enumerate(alike):
        common: dict[int, int] = defaultdict(int)
        for gram in grams[i]:
            for j in holders[gram]:
                common[j] += 1
            holders[gram].append(i)
        for j, count in common.items():
            union = len(grams[i]) + len(grams[j]) - count
            if alike[j].group != sentence.group and count >= SAME * union:
                faults.append(
                    f"{alike[j].where} {alike[j].text} | {sentence.where} {sentence.text}"
                )
    assert not faults, shown(faults)


@pytest.mark.parametrize("path", NEAR, ids=lambda p: p.stem)
def test_a_near_group_has_both_kinds_and_none_is_both(path: Path) -> None:
    groups: dict[int, list[Sentence]] = defaultdict(list)
    for sentence in sentences(path, near=True):
        groups[sentence.group].append(sentence)
    faults = []
    for group in groups.values():
        marks = {s.mark for s in group}
        same = {normalise(s.text) for s in group if s.mark != "-"}
        other = {normalise(s.text) for s in group if s.mark == "-"}
        if marks != {"==", "+", "-"}:
            faults.append(f"{group[0].where} has only {' '.join(sorted(marks))}")
        faults += [f"{group[0].where} same and other: {text}" for text in sorted(same & other)]
    assert not faults, shown(faults)


def test_there_are_enough_synonyms_and_no_word_is_in_two_groups() -> None:
    first: dict[str, tuple[Path, int]] = {}
    groups, faults = 0, []
    for path in sorted(SYNONYMS.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            words = line.split("#")[0].split()
            groups += len(words) > 1
            if words and (len(words) < 2 or len(words) != len(set(words))):
                faults.append(f"{path.name}:{number} is no group of different words")
            for word in words:
                before, there = first.setdefault(word, (path, number))
                elsewhere = (before, there) != (path, number)
                if elsewhere and not {before.name, path.name} <= OLDER:
                    faults.append(f"{path.name}:{number} {word} stands in {before.name}:{there}")
    assert groups >= 3_000
    assert not faults, shown(faults)


def own_lines() -> Iterator[tuple[str, str]]:
    """Place and text of every line of training text and every word of the lexicon."""
    for path in sorted([*CORPUS.rglob("*.txt"), *LEXICON.rglob("*.txt")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{number}"
            if path.parent == CORPUS and line.startswith("==") and line.isascii():
                continue  # an English heading is a note for the writer, nothing learns it
            if CORPUS in path.parents:
                yield where, line
            else:
                yield from ((where, word) for word in line.split("#")[0].split())


def strings(value: object) -> Iterator[str]:
    """Every string within a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def shared_runs(folder: Path, ours: set[str]) -> set[str]:
    """Those of our runs that an evaluation's sentences hold too.

    The sentences never leave this function, and nothing here raises for their sake: a failing
    test must not show them.
    """
    found: set[str] = set()
    for path in sorted([*folder.rglob("*.jsonl"), *folder.rglob("*.txt")]):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            values: object = line
            if path.suffix == ".jsonl":
                try:
                    values = json.loads(line)
                except (ValueError, RecursionError):
                    values = line
            for text in strings(values):
                if len(text) < SENTENCE:
                    found |= runs(text, RUN) & ours
    return found


def test_what_is_shared_is_found_in_any_key_and_across_punctuation(tmp_path: Path) -> None:
    ours = runs("一二三四五六七八九", RUN)
    assert len(ours) == 2
    (tmp_path / "a.jsonl").write_text(
        '{"a": ["甲", {"b": "零一二，三四 五六!七8八"}]}\n{bad\n', encoding="utf-8"
    )
    assert shared_runs(tmp_path, ours) == {"一二三四五六七八"}
    (tmp_path / "b.txt").write_text("五六七八九\n一二三四\n", encoding="utf-8")
    (tmp_path / "c.md").write_text("二三四五六七八九", encoding="utf-8")
    (tmp_path / "d.txt").write_text("二三四五六七八九" + "长" * SENTENCE, encoding="utf-8")
    assert shared_runs(tmp_path, ours) == {"一二三四五六七八"}


def test_no_text_of_ours_is_taken_from_an_evaluation() -> None:
    named = os.environ.get("HUASHU_EVAL")
    folder = Path(named) if named else ROOT.parent / "shared" / "eval"
    if not folder.is_dir():
        pytest.skip("no evaluation data on this machine (name its folder in HUASHU_EVAL)")
    ours = [(where, runs(text, RUN)) for where, text in own_lines()]
    shared = shared_runs(folder, {run for _, found in ours for run in found})
    places = [where for where, found in ours if found & shared]
    assert not places, shown(places)
