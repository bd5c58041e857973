"""The inbox of raw messages and the outbox of what is to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from bot.desk.ports import Incoming, NoSuchMessage, Outgoing, OutState
from bot.storage.sealing import Seal
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros

_COLUMNS: Final = (
    "o.key, o.channel, o.ticket, o.customer, o.at, o.state, o.attempts, o.not_before, o.error,"
    " o.position, o.sealed"
)
#: The states that hold a chat up, as in the index ``outbox_unsent``.
_UNSENT: Final = "state IN ('ready', 'sending', 'uncertain')"


class QueueTables(Tables):
    """The inbox' and outbox' part of :class:`bot.desk.ports.Store`."""

    def receive(self, incoming: Incoming) -> bool:
        """See the port."""
        sealed = self.keys.inbox.close_json(
            dict(incoming.body), _raw_place(incoming.source, incoming.update)
        )
        put = self.db.run(
            "INSERT INTO inbox (source, update_id, at, sealed) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (incoming.source, incoming.update, micros(incoming.at), sealed),
        )
        return put.rowcount == 1

    def unhandled(self, limit: int = 500) -> list[Incoming]:
        """See the port."""
        found = self.db.rows(
            "SELECT source, update_id, at, sealed FROM inbox WHERE sealed IS NOT NULL"
            " ORDER BY position LIMIT ?",
            (limit,),
        )
        incoming = []
        for source, update, at, sealed in found:
            place = _raw_place(source, update)
            body = self.unsealed(self.keys.inbox, sealed, place, f"收到的消息 {source} {update}")
            incoming.append(Incoming(source, update, from_micros(at, self.zone), body))
        return incoming

    def handled(self, source: str, update: str) -> None:
        """See the port."""
        self.db.run(
            "UPDATE inbox SET sealed = NULL WHERE source = ? AND update_id = ?", (source, update)
        )

    def put(self, outgoing: Outgoing) -> None:
        """See the port."""
        seal = self._seal_for(outgoing.customer)
        if seal is None:
            return
        o = outgoing
        self.db.run(
            "INSERT INTO outbox (key, channel, chat, ticket, customer, at, state, attempts,"
            " not_before, error, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            (
                o.key,
                o.channel,
                self.keys.hashed("chat", o.channel, o.chat),
                o.ticket,
                o.customer,
                micros(o.at),
                o.state.value,
                o.attempts,
                None if o.not_before is None else micros(o.not_before),
                o.error,
                seal.close_json([o.chat, dict(o.body)], f"outbox|{o.key}"),
            ),
        )

    def sendable(self, now: dt.datetime, limit: int = 100, channel: str = "") -> list[Outgoing]:
        """See the port."""
        return self._list(
            f"WHERE position IN (SELECT MIN(position) FROM outbox WHERE {_UNSENT} GROUP BY chat)"  # noqa: S608
            " AND state = 'ready' AND (not_before IS NULL OR not_before <= ?)"
            " AND ? IN ('', channel) ORDER BY position LIMIT ?",
            (micros(now), channel, limit),
        )

    def standing(self, state: OutState, limit: int = 500) -> list[Outgoing]:
        """See the port."""
        # The second term lets the planner use the index of what was not sent.
        term = "" if state is OutState.SENT else " AND state <> 'sent'"
        return self._list(f"WHERE state = ?{term} ORDER BY position LIMIT ?", (state.value, limit))

    def mark(
        self,
        key: str,
        state: OutState,
        *,
        error: str = "",
        not_before: dt.datetime | None = None,
    ) -> None:
        """See the port."""
        changed = self.db.run(
            "UPDATE outbox SET state = ?, error = ?, not_before = ?, attempts = attempts + ?"
            " WHERE key = ?",
            (
                state.value,
                error,
                None if not_before is None else micros(not_before),
                state is OutState.SENDING,
                key,
            ),
        )
        if not changed.rowcount:
            raise NoSuchMessage(key)

    def outgoing(self, ticket: str) -> list[Outgoing]:
        """See the port."""
        return self._list("WHERE ticket = ? ORDER BY position", (ticket,))

    def _seal_for(self, customer: str) -> Seal | None:
        """A notification that names no customer is sealed under the store's own key."""
        return self.seal_of(customer) if customer else self.keys.inbox

    def _list(self, rest: str, values: Sequence[Any]) -> list[Outgoing]:
        found = self.db.rows(f"SELECT {_COLUMNS} FROM outbox o {rest}", values)  # noqa: S608
        return [self._message(row) for row in found]

    def _message(self, row: Sequence[Any]) -> Outgoing:
        key, channel, ticket, customer, at, state, attempts, not_before, error, place, sealed = row
        chat: str = ""
        body: dict[str, object] = {}
        seal = self._seal_for(customer) if sealed is not None else None
        if seal is not None:
            chat, body = self.unsealed(seal, sealed, f"outbox|{key}", f"待发消息 {key}")
        return Outgoing(
            key=key,
            channel=channel,
            chat=chat,
            ticket=ticket,
            customer=customer,
            body=body,
            at=from_micros(at, self.zone),
            state=OutState(state),
            attempts=attempts,
            not_before=self.time(not_before),
            error=error,
            position=place,
        )


def _raw_place(source: str, update: str) -> str:
    return f"inbox|{source}|{update}"
