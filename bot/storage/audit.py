"""The audit log in ``store.db``, its base and its end noted in ``keys.db`` under a keyed hash."""

from __future__ import annotations

import datetime as dt
import hmac
import json
from typing import Final

from bot.desk.account_ports import AuditHead, AuditRecord
from bot.storage.people_schema import AUDIT_BASE
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros

_COLUMNS: Final = "position, at, who, what, ticket, customer, origin, detail, previous, hash"
_BASE: Final = "audit base"
_END: Final = "audit end"


class AuditTables(Tables):
    """See :class:`bot.desk.account_ports.AuditStore`."""

    def put_audit(self, record: AuditRecord) -> None:
        """See the port."""
        r = record
        values = (micros(r.at), r.who, r.what, r.ticket, r.customer, r.origin, r.detail)
        with self.atomic():
            self.db.run(
                f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant columns
                (r.position, *values, r.previous, r.hash),
            )
            self._note(_END, AuditHead(r.position, r.hash))

    def begin_audit(self) -> None:
        """See the port. Done for every new store, so that an emptied log does not look new."""
        for what in (_BASE, _END):
            if not self.db.key_rows("SELECT 1 FROM meta WHERE name = ?", (what,)):
                self._note(what, AuditHead(0, b""))

    def audit_last(self) -> AuditHead:
        """See the port."""
        last = self.db.one("SELECT position, hash FROM audit ORDER BY position DESC LIMIT 1")
        return AuditHead(*last) if last else self._noted(_BASE) or AuditHead(0, b"")

    def audit_noted(self) -> tuple[AuditHead | None, AuditHead | None]:
        """See the port."""
        return self._noted(_BASE), self._noted(_END)

    def audit(self, after: int = 0, limit: int = 1_000) -> list[AuditRecord]:
        """See the port."""
        found = self.db.rows(
            f"SELECT {_COLUMNS} FROM audit WHERE position > ? ORDER BY position LIMIT ?",  # noqa: S608
            (after, limit),
        )
        return [AuditRecord(n, from_micros(at, self.zone), *rest) for n, at, *rest in found]

    def audit_position(self, digest: bytes) -> int | None:
        """See the port."""
        found = self.db.one("SELECT position FROM audit WHERE hash = ?", (digest,))
        return int(found[0]) if found else None

    def prune_audit(self, before: dt.datetime) -> int:
        """See the port. Where a crash cuts it short, the next run does the rest."""
        with self.atomic():
            last = self.db.one(
                "SELECT position, hash FROM audit WHERE position < COALESCE("
                "(SELECT MIN(position) FROM audit WHERE at >= ?),"
                " (SELECT MAX(position) FROM audit)) ORDER BY position DESC LIMIT 1",
                (micros(before),),
            )
            if last is None:
                return 0
            self._note(_BASE, AuditHead(*last))
            self.db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (AUDIT_BASE, str(last[0])))
            return self.db.run("DELETE FROM audit WHERE position <= ?", (last[0],)).rowcount

    def _note(self, what: str, head: AuditHead) -> None:
        text = json.dumps([head.position, head.hash.hex(), self._seal(what, head).hex()])
        self.db.key_rows("INSERT OR REPLACE INTO meta VALUES (?, ?)", (what, text.encode()))

    def _noted(self, what: str) -> AuditHead | None:
        rows = self.db.key_rows("SELECT value FROM meta WHERE name = ?", (what,))
        try:
            position, digest, seal = json.loads(rows[0][0])
            head = AuditHead(int(position), bytes.fromhex(digest))
            genuine = hmac.compare_digest(bytes.fromhex(seal), self._seal(what, head))
        except (IndexError, ValueError, TypeError):
            return None
        return head if genuine else None

    def _seal(self, what: str, head: AuditHead) -> bytes:
        return self.keys.hashed(what, str(head.position), head.hash.hex())
