"""What the periods of keeping ask of the SQLite store."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.desk.ports import Incoming, Outgoing, OutState, Party, TicketRow
from bot.storage.tables import Tables
from bot.storage.times import micros
from bot.storage.undo import UndoLog

#: Messages on which nothing is done any more.
_SETTLED: Final = "state IN ('sent', 'failed')"


class RetentionTables(Tables):
    """See :class:`bot.desk.account_ports.RetentionStore`."""

    def quiet_customers(self, before: dt.datetime, limit: int = 500) -> list[str]:
        """See the port."""
        found = self.db.rows(
            "SELECT id FROM customers c WHERE erased_at IS NULL AND at < ? AND NOT EXISTS ("
            " SELECT 1 FROM tickets t WHERE t.customer = c.id"
            " AND (t.closed_at IS NULL OR t.closed_at >= ?)) ORDER BY at, id LIMIT ?",
            (micros(before), micros(before), limit),
        )
        return [customer for (customer,) in found]

    def forget_messages(self, before: dt.datetime) -> int:
        """See the port."""
        with self.atomic():
            inbox = self.db.run(
                "DELETE FROM inbox WHERE sealed IS NULL AND at < ?", (micros(before),)
            )
            outbox = self.db.run(
                f"UPDATE outbox SET sealed = NULL, chat = x''"  # noqa: S608 - a constant
                f" WHERE {_SETTLED} AND sealed IS NOT NULL AND at < ?",
                (micros(before),),
            )
        return inbox.rowcount + outbox.rowcount


class RetentionInMemory(abc.ABC):
    """The same in memory; a part of :class:`bot.storage.memory.MemoryStore`."""

    _undo: UndoLog
    _parties: dict[str, Party | None]
    _seen: dict[str, dt.datetime]
    _inbox: dict[tuple[str, str], Incoming | None]
    _outbox: dict[str, Outgoing]

    @abc.abstractmethod
    def _rows(self) -> Iterable[TicketRow]:
        """All rows."""

    def quiet_customers(self, before: dt.datetime, limit: int = 500) -> list[str]:
        """See the port."""
        busy = {r.customer for r in self._rows() if r.closed_at is None or r.closed_at >= before}
        there = (c for c, party in self._parties.items() if party is not None and c not in busy)
        quiet = [c for c in there if self._seen[c] < before]
        return sorted(quiet, key=lambda c: (self._seen[c], c))[:limit]

    def forget_messages(self, before: dt.datetime) -> int:
        """See the port; handled messages are but their keys here, without a time, and stay."""
        old = [
            o
            for o in self._outbox.values()
            if o.state in (OutState.SENT, OutState.FAILED) and o.at < before and (o.body or o.chat)
        ]
        for o in old:
            self._undo.put(self._outbox, o.key, replace(o, chat="", body={}))
        return len(old)
