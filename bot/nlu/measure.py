"""How well messages are read: the labelled files and the four figures that sum up a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.terms import Emotion, Intent
from bot.nlu.errors import MessageFileError
from bot.nlu.judgement import Judgement
from kb.terms import Category

#: Intents that must not be missed: somebody may come to harm, leave or go public.
CRITICAL: Final = frozenset({Intent.SAFETY, Intent.THREAT, Intent.WANTS_HUMAN})
_COLUMNS: Final = 4
_NO_INTENT: Final = "-"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and how it should be read."""

    text: str
    wanted: Judgement


@dataclass(frozen=True, slots=True)
class Figures:
    """Each from 0 to 1.

    ``emotion`` is the mean F1 of the three moods, ``category`` the share of right classes,
    ``intents`` the F1 over all intents of all messages, ``critical`` the share found of the
    intents in :data:`CRITICAL`.
    """

    emotion: float
    category: float
    intents: float
    critical: float


def read_messages(path: Path) -> list[Labelled]:
    """Read a file of labelled messages: mood, class, intents or ``-``, text, divided by tabs.

    Raises:
        MessageFileError: a line cannot be used.
        OSError: the file cannot be read.

    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_labelled(path.name, number, line) for number, line in enumerate(lines, start=1)]


def _labelled(file: str, number: int, line: str) -> Labelled:
    cells = line.split("\t")
    if len(cells) != _COLUMNS or not cells[-1].strip():
        raise MessageFileError(file, number, f"应有 {_COLUMNS} 列（情绪、小类、意图、原话）")
    emotion, category, intents, text = cells
    try:
        named = {Intent(name) for name in intents.split(",") if intents != _NO_INTENT}
        wanted = Judgement(
            Emotion(emotion), Category(category), tuple(i for i in Intent if i in named)
        )
    except ValueError as error:
        raise MessageFileError(file, number, f"不认识的标签（{error}）") from error
    return Labelled(text, wanted)


def figures(messages: Sequence[Labelled], got: Sequence[Judgement]) -> Figures:
    """Compare what was read with what was wanted, message by message."""
    wanted = [message.wanted for message in messages]
    pairs = list(zip(wanted, got, strict=True))
    moods = [_f1([(w.emotion is mood, g.emotion is mood) for w, g in pairs]) for mood in Emotion]
    stated = [(i in w.intents, i in g.intents) for w, g in pairs for i in Intent]
    critical = [i in g.intents for w, g in pairs for i in CRITICAL if i in w.intents]
    return Figures(
        emotion=sum(moods) / len(moods),
        category=_share(w.category is g.category for w, g in pairs),
        intents=_f1(stated),
        critical=_share(critical),
    )


def _f1(cells: Iterable[tuple[bool, bool]]) -> float:
    """2·hits / (wanted + got), over (wanted, got); 1.0 where there is nothing to find."""
    hits = total = 0
    for wanted, got in cells:
        hits += wanted and got
        total += wanted + got
    return 2 * hits / total if total else 1.0


def _share(right: Iterable[bool]) -> float:
    cells = list(right)
    return sum(cells) / len(cells) if cells else 1.0
