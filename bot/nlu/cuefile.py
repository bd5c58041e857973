"""The little language of the cue files.

A cue file is plain text, one cue a line, so that people of the trade can read and extend it::

    # a remark
    @how = 怎么|如何            a name for a list of words, used as <how>
    [mood.angry]               the label the following cues speak for
    3 骗子|黑店                 a weight, then words of which one must occur
    2 <how> ~ 退款              both, in this order, within one clause and 6 characters
    2 已经 ~~ 没人              both, in this order, within one sentence and 16 characters
    2 什么 + 态度               side by side
    2 退款 & 多久               both, anywhere
    3 漏电 !<会不会|怕          not when one of these stands up to 6 characters before
    3 报警 !>器                 not when it follows within 4 characters
    3 炸了 !-气                 not when it stands right before
    2 投诉 !*流程               not when it occurs anywhere
    2 ^好的$|^行$              ^ and $ bind a word to the beginning and end of its clause
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

from bot.nlu.errors import CueFileError

Words = frozenset[str]

#: Between two parts: (most characters between, may commas lie between).
GAPS: Final = {"+": (0, False), "~": (6, False), "~~": (16, True)}
_GUARDS: Final = ("!<", "!>", "!-", "!*")
_SPLIT: Final = re.compile(r"(\s~~\s|\s~\s|\s\+\s)")


@dataclass(frozen=True, slots=True)
class CueLine:
    """One cue as written: ``parts`` joined by ``gaps`` (one fewer), guards and required words."""

    label: str
    weight: float
    parts: tuple[Words, ...]
    gaps: tuple[str, ...] = ()
    starts_clause: bool = False
    ends_clause: bool = False
    guards: tuple[tuple[str, Words], ...] = ()
    needs: tuple[Words, ...] = ()


@dataclass(slots=True)
class _File:
    path: Path
    names: dict[str, Words] = field(default_factory=dict)
    label: str = ""

    def words(self, text: str, line: int) -> Words:
        return frozenset().union(*self.anchored(text, line).values())

    def anchored(self, text: str, line: int) -> dict[tuple[bool, bool], Words]:
        """The words of one part by (begins a clause, ends a clause), as ^ and $ say."""
        found: dict[tuple[bool, bool], set[str]] = {}
        for piece in text.split("|"):
            bare = piece.strip()
            kind = (bare.startswith("^"), bare.endswith("$"))
            word = bare.removeprefix("^").removesuffix("$")
            if word.startswith("<") and word.endswith(">"):
                if word[1:-1] not in self.names:
                    raise CueFileError(self.path.name, line, f"{word} is not defined above")
                found.setdefault(kind, set()).update(self.names[word[1:-1]])
            elif word:
                found.setdefault(kind, set()).add(word)
        if not found:
            raise CueFileError(self.path.name, line, "no word between two marks")
        return {kind: frozenset(words) for kind, words in found.items()}

    def cues(self, text: str, line: int) -> Iterator[CueLine]:
        weight, _, rest = text.partition(" ")
        try:
            value = float(weight)
        except ValueError as error:
            raise CueFileError(self.path.name, line, "a cue begins with its weight") from error
        body, *extras = re.split(r"\s(?=&\s|![<>*-])", " " + rest.strip())
        guards: list[tuple[str, Words]] = []
        needs: list[Words] = []
        for extra in extras:
            mark, tail = (extra[:1], extra[1:]) if extra[0] == "&" else (extra[:2], extra[2:])
            if mark == "&":
                needs.append(self.words(tail, line))
            elif mark in _GUARDS:
                guards.append((mark, self.words(tail, line)))
        pieces = _SPLIT.split(body.strip())
        parts = [self.anchored(piece, line) for piece in pieces[::2]]
        for anchors in product(*parts):
            yield CueLine(
                label=self.label,
                weight=value,
                parts=tuple(part[kind] for part, kind in zip(parts, anchors, strict=True)),
                gaps=tuple(piece.strip() for piece in pieces[1::2]),
                starts_clause=anchors[0][0],
                ends_clause=anchors[-1][1],
                guards=tuple(guards),
                needs=tuple(needs),
            )


def parse(path: Path) -> Iterator[CueLine]:
    """Yield the cues of one file; raise :class:`CueFileError` at the first line at fault."""
    file = _File(path)
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.partition("#")[0].strip()
        if not text:
            continue
        if text.startswith("@"):
            name, _, words = text[1:].partition("=")
            file.names[name.strip()] = file.words(words, number)
        elif text.startswith("["):
            file.label = text.strip("[]").strip()
        elif not file.label:
            raise CueFileError(path.name, number, "a [label] must come before the first cue")
        else:
            yield from file.cues(text, number)
