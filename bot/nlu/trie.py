"""Finding many words in one pass: a character trie, linear in the length of the text.

A trie of dictionaries beats one big regular expression here: Chinese text leaves the trie after
one or two characters, where an automaton over thousands of words outgrows its memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

#: The key under which a node keeps the numbers of the word that ends there.
_END = ""


def _inside(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or a number is only a piece of a longer one: 12345 in a telephone."""

    def joined(left: int) -> bool:
        if left < 0 or left + 1 >= len(text):
            return False
        one, other = text[left], text[left + 1]
        return (one.isdigit() and other.isdigit()) or (
            one.isascii() and other.isascii() and one.isalpha() and other.isalpha()
        )

    return joined(start - 1) or joined(end - 1)


class Trie:
    """Words with the numbers attached to them."""

    def __init__(self, entries: Iterable[tuple[str, tuple[int, ...]]]) -> None:
        self._root: dict[str, Any] = {}
        for word, numbers in entries:
            node = self._root
            for character in word:
                node = node.setdefault(character, {})
            node[_END] = numbers

    def scan(self, text: str) -> dict[int, list[tuple[int, int]]]:
        """Return number -> [(start, end)…] in order of start for every word in ``text``."""
        root, size = self._root, len(text)
        hits: dict[int, list[tuple[int, int]]] = {}
        for start, character in enumerate(text):
            node = root.get(character)
            at = start + 1
            while node is not None:
                numbers = node.get(_END)
                if numbers is not None and not (character < "\x80" and _inside(text, start, at)):
                    for number in numbers:
                        if number in hits:
                            hits[number].append((start, at))
                        else:
                            hits[number] = [(start, at)]
                node = node.get(text[at]) if at < size else None
                at += 1
        return hits

    def longest(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of the longest word at each place, none overlapping an earlier one."""
        root, size, start = self._root, len(text), 0
        while start < size:
            node, at, end = root.get(text[start]), start + 1, 0
            while node is not None:
                if _END in node:
                    end = at
                node = node.get(text[at]) if at < size else None
                at += 1
            if end:
                yield start, end
                start = end
            else:
                start += 1
