"""Knowledge gaps: what customers asked in vain, sealed, and where each stands."""

from __future__ import annotations

import abc
from collections.abc import Collection, Sequence
from typing import Any, Final

from bot.desk.ports import Gap, GapState
from bot.storage.errors import StoreDamaged
from bot.storage.sealing import Unsealable
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros
from bot.storage.undo import UndoLog

_COLUMNS: Final = (
    "ticket, seq, customer, at, cause, category, state, requested_at, settled_at, solution, sealed"
)


class GapTables(Tables):
    """The gaps' part of :class:`bot.desk.ports.Store`."""

    def put_gap(self, gap: Gap) -> None:
        """See the port."""
        seal = self.seal_of(gap.customer)
        if seal is None:
            return
        self.db.run(
            f"INSERT OR REPLACE INTO gaps ({_COLUMNS}) VALUES ({', '.join('?' * 11)})",  # noqa: S608
            (
                gap.ticket,
                gap.seq,
                gap.customer,
                micros(gap.at),
                gap.cause,
                gap.category,
                gap.state.value,
                None if gap.requested_at is None else micros(gap.requested_at),
                None if gap.settled_at is None else micros(gap.settled_at),
                gap.solution,
                seal.close_json([gap.question, gap.answer], _place(gap.ticket, gap.seq)),
            ),
        )

    def gaps(
        self, states: Collection[GapState] = (), *, ticket: str = "", limit: int = 2_000
    ) -> list[Gap]:
        """See the port."""
        terms = [f"state IN ({', '.join('?' * len(states))})"] if states else []
        terms += ["ticket = ?"] if ticket else []
        where = f"WHERE {' AND '.join(terms)}" if terms else ""
        values = (*(s.value for s in states), *((ticket,) if ticket else ()), limit)
        found = self.db.rows(
            f"SELECT {_COLUMNS} FROM gaps {where} ORDER BY at DESC, ticket DESC, seq DESC LIMIT ?",  # noqa: S608 - constant parts, values bound
            values,
        )
        return [self._gap(row) for row in found]

    def _gap(self, row: Sequence[Any]) -> Gap:
        ticket, seq, customer, at, cause, category, state, requested, settled, solution, sealed = (
            row
        )
        seal = self.seal_of(customer)
        try:
            question, answer = seal.open_json(sealed, _place(ticket, seq)) if seal else ("", "")
        except Unsealable as error:
            raise StoreDamaged(f"工单 {ticket} 的第 {seq} 个知识缺口") from error
        return Gap(
            ticket,
            seq,
            customer,
            from_micros(at, self.zone),
            cause,
            category,
            question,
            answer,
            GapState(state),
            self.time(requested),
            self.time(settled),
            solution,
        )


class GapsInMemory(abc.ABC):
    """The same in memory; a part of :class:`bot.storage.memory.MemoryStore`."""

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


def _place(ticket: str, seq: int) -> str:
    return f"gap|{ticket}|{seq}"
