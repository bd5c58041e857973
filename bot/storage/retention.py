"""What the periods of keeping ask of the SQLite store."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.storage.tables import Tables
from bot.storage.times import micros

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
