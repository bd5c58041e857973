"""Knowledge gaps in memory."""

from __future__ import annotations

import abc
from collections.abc import Collection

from bot.desk.ports import Gap, GapState
from bot.storage.undo import UndoLog


class GapsInMemory(abc.ABC):
    """Gaps; a part of :class:`bot.storage.memory.MemoryStore`."""

    def __init__(self) -> None:
        self._undo = UndoLog()
        self._gaps: dict[tuple[str, int], Gap] = {}

    @abc.abstractmethod
    def _known(self, customer: str) -> bool:
        """Whether a customer is there and not erased; raises where he never was."""

    def put_gap(self, gap: Gap) -> None:
        """See the port."""
        if self._known(gap.customer):
            self._undo.put(self._gaps, (gap.ticket, gap.seq), gap)

    def gaps(
        self, states: Collection[GapState] = (), *, ticket: str = "", limit: int = 2_000
    ) -> list[Gap]:
        """See the port."""
        found = [
            gap
            for gap in self._gaps.values()
            if (not states or gap.state in states) and (not ticket or gap.ticket == ticket)
        ]
        found.sort(key=lambda gap: (gap.at, gap.ticket, gap.seq), reverse=True)
        return found[:limit]

    def _forget_gaps(self, customer: str) -> None:
        for key in [key for key, gap in self._gaps.items() if gap.customer == customer]:
            self._undo.drop(self._gaps, key)
