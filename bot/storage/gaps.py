"""Knowledge gaps: what customers asked in vain, sealed, and where each stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from bot.desk.ports import Gap, GapState
from bot.storage.errors import StoreDamaged
from bot.storage.sealing import Unsealable
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros

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


def _place(ticket: str, seq: int) -> str:
    return f"gap|{ticket}|{seq}"
