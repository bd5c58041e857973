"""Typing errors of service desks: a list of confusions (typos.txt) and their contexts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from bot.quality.errors import RulesFaulty
from bot.quality.fold import fold_line
from bot.quality.line import Hit
from bot.quality.words import content_of
from prompts.errors import Fault

_MARKS: Final = frozenset(" ,。.!?;:~…、\n")
_COLUMNS: Final = (2, 3)
#: Stands in a context list for: the wrong form only counts at the start of a clause.
_OPENS: Final = "^"


@dataclass(frozen=True, slots=True)
class Confusion:
    """``wrong`` was meant to be ``right``, unless it is part of one of ``contexts``."""

    wrong: str
    right: str
    contexts: tuple[str, ...] = ()
    opens_clause: bool = False


def load_confusions(path: Path, *, text: str | None = None) -> tuple[Confusion, ...]:
    """Read a list of confusions: wrong, right, contexts, separated by tabs.

    Args:
        path: the file; its name shows in messages.
        text: the content, when it does not come from the file (an editor's draft).

    Raises:
        RulesFaulty: with every fault of the file: file:line, reason and hint.

    """
    out: dict[str, Confusion] = {}
    faults: list[Fault] = []
    for number, line in enumerate(content_of(path, text).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        one, reason, hint = _parsed(line)
        if one.wrong in out:
            reason, hint = f"“{one.wrong}”重复", "请只保留一行"
        if reason:
            faults.append(Fault(f"{path.name}:{number}", "", reason, hint))
        out.setdefault(one.wrong, one)
    if faults:
        raise RulesFaulty(faults)
    return tuple(out.values())


def _parsed(line: str) -> tuple[Confusion, str, str]:
    """A line's confusion, what is wrong with it ("" when nothing) and what to do."""
    columns = [one.strip(" ") for one in line.split("\t")]
    while columns and not columns[-1]:
        columns.pop()
    wrong, right, listed = (*columns, "", "", "")[:3]
    contexts = [fold_line(one).text for one in listed.split("|") if one]
    one = Confusion(
        fold_line(wrong).text,
        right,
        tuple(context for context in contexts if context != _OPENS),
        _OPENS in contexts,
    )
    if len(columns) not in _COLUMNS or not wrong or not right:
        return one, "应为两列或三列", "写成：错字、正字、不算错的上下文，用制表符隔开"
    if one.wrong == fold_line(right).text:
        return one, f"“{wrong}”与正字相同", "请检查两列"
    alien = next((context for context in one.contexts if one.wrong not in context), "")
    if alien:
        return one, f"上下文“{alien}”里没有“{wrong}”", "上下文须含有错字那一列"
    return one, "", ""


@cache
def shipped_confusions() -> tuple[Confusion, ...]:
    """The pairs of ``typos.txt``, as people at the desk keep them."""
    return load_confusions(Path(__file__).parent / "typos.txt")


def find_typos(text: str) -> Iterator[Hit]:
    """Where a folded text holds a confusion outside its contexts, with what was meant.

    Of confusions at the same place only the first of the list counts.
    """
    taken: list[Hit] = []
    for one in shipped_confusions():
        at = text.find(one.wrong)
        while at >= 0:
            end = at + len(one.wrong)
            free = all(end <= other.start or at >= other.end for other in taken)
            if free and not _is_right(text, at, one):
                taken.append(Hit(at, end, one.right))
            at = text.find(one.wrong, at + 1)
    yield from taken


def _is_right(text: str, at: int, one: Confusion) -> bool:
    if one.opens_clause and at and text[at - 1] not in _MARKS:
        return True
    for context in one.contexts:
        inner = context.find(one.wrong)
        while inner >= 0:
            if at >= inner and text.startswith(context, at - inner):
                return True
            inner = context.find(one.wrong, inner + 1)
    return False
