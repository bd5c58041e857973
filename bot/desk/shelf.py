"""The lines of a snapshot sorted for choosing: by kind, by scene, by tone and what they ask for.

Made once for each snapshot and reused for every message.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from bot.desk.scenes import asked_fields
from kb.snapshot import Snapshot
from prompts.lines import Line
from prompts.terms import Kind, Tone

#: Lines of one kind and scene that are looked at; more say the same again.
_MOST: Final = 60
#: Lines of one kind that stand in when no scene and no example fits.
_FALLBACKS: Final = 24


class Shelf:
    """Immutable look-ups over the lines of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._by_scene: dict[tuple[Kind, str], list[Line]] = defaultdict(list)
        self._by_kind: dict[Kind, list[Line]] = defaultdict(list)
        self._asks: dict[str, frozenset[str]] = {}
        self._ordered: dict[tuple[Kind, str, Tone, str], tuple[Line, ...]] = {}
        for line in snapshot.library.lines:
            for scene in line.scenes:
                place = self._by_scene[line.kind, scene]
                if len(place) < _MOST:
                    place.append(line)
            if len(self._by_kind[line.kind]) < _FALLBACKS:
                self._by_kind[line.kind].append(line)
            if line.kind is Kind.ASK_INFO:
                self._asks[line.id] = asked_fields(line.text)

    def in_scene(self, kind: Kind, scene: str, tone: Tone, wanted: str = "") -> Sequence[Line]:
        """Lines of a kind tagged with a scene: those that ask for ``wanted`` first, then by tone."""
        key = (kind, scene, tone, wanted)
        ordered = self._ordered.get(key)
        if ordered is None:
            lines = self._by_scene.get((kind, scene), ())
            ordered = tuple(
                sorted(lines, key=lambda x: (wanted not in self.asks(x), -tone_score(x, tone)))
            )
            self._ordered[key] = ordered  # the same whoever writes it: safe between threads
        return ordered

    def of_kind(self, kind: Kind) -> Sequence[Line]:
        """Some lines of a kind, in library order."""
        return self._by_kind.get(kind, ())

    def asks(self, line: Line) -> frozenset[str]:
        """The fields a line asks for."""
        return self._asks.get(line.id) or (
            asked_fields(line.text) if "#" in line.id else frozenset()
        )


def usable(line: Line, day: dt.date, team: str) -> bool:
    """Whether a line may be offered on a day to a team (lines without a team are everybody's)."""
    return line.is_valid_on(day) and (not line.team or line.team == team)


def tone_score(line: Line, tone: Tone) -> float:
    """How well a line's tone suits: 1 the same, 0.5 formal where another is wanted, else 0."""
    if line.tone is tone:
        return 1.0
    return 0.5 if line.tone is Tone.FORMAL else 0.0
