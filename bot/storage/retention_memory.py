"""What is too old to keep, in memory."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from bot.desk.ports import Incoming, Outgoing, OutState, Party, TicketRow
from bot.storage.undo import UndoLog


class RetentionInMemory(abc.ABC):
    """Retention; a part of :class:`bot.storage.memory.MemoryStore`."""

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
