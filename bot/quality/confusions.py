"""Typing errors of service desks: a list of confusions (typos.txt) and their contexts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_MARKS: Final = frozenset(" ,。.!?;:~…、\n")


@dataclass(frozen=True, slots=True)
class Confusion:
    """``wrong`` was meant to be ``right``, unless it is part of one of ``contexts``."""

    wrong: str
    right: str
    contexts: tuple[str, ...] = ()
    opens_clause: bool = False


@cache
def shipped_confusions() -> tuple[Confusion, ...]:
    """The pairs of ``typos.txt``, as people at the desk keep them."""
    text = (Path(__file__).parent / "typos.txt").read_text("utf-8")
    out = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        wrong, right, *rest = line.split("\t")
        contexts = [one for one in rest[0].split("|") if one] if rest else []
        out.append(
            Confusion(
                wrong.translate({ord("，"): ",", ord("！"): "!"}),
                right,
                tuple(one for one in contexts if one != "^"),
                "^" in contexts,
            )
        )
    return tuple(out)


def find_typos(text: str) -> Iterator[tuple[int, int]]:
    """Where a folded text holds a confusion outside its contexts."""
    for one in shipped_confusions():
        at = text.find(one.wrong)
        while at >= 0:
            if not _is_right(text, at, one):
                yield at, at + len(one.wrong)
            at = text.find(one.wrong, at + 1)


def _is_right(text: str, at: int, one: Confusion) -> bool:
    if one.opens_clause and at and text[at - 1] not in _MARKS:
        return True
    for context in one.contexts:
        begin = at - context.index(one.wrong) if one.wrong in context else -1
        if begin >= 0 and text.startswith(context, begin):
            return True
    return False
