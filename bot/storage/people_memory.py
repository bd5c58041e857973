"""Accounts, credentials and the audit log in memory; a part of :class:`bot.storage.memory.MemoryStore`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import replace

from bot.desk.account_ports import (
    Account,
    AuditHead,
    AuditRecord,
    Credential,
    CredentialKind,
    Failures,
)
from bot.desk.people_errors import name_taken
from bot.storage.undo import UndoLog


class PeopleInMemory:
    """See :class:`bot.desk.account_ports.PeopleStore`; secrets are kept as hashes here, too."""

    _undo: UndoLog

    def __init__(self) -> None:
        super().__init__()
        self._accounts: dict[str, Account] = {}
        self._credentials: dict[str, tuple[str, Credential]] = {}
        self._failures: dict[str, Failures] = {}
        self._audit: dict[int, AuditRecord] = {}
        self._audit_base: dict[str, AuditHead] = {}

    def atomic(self) -> AbstractContextManager[None]:
        """See the port."""
        return self._undo.atomic()

    def put_account(self, account: Account) -> None:
        """See the port."""
        for other in self._accounts.values():
            same = other.name == account.name or (account.number and other.number == account.number)
            if other.id != account.id and same:
                raise name_taken(account.name, account.number)
        self._undo.put(self._accounts, account.id, account)

    def account(self, account: str) -> Account | None:
        """See the port."""
        return self._accounts.get(account)

    def account_named(self, name: str) -> Account | None:
        """See the port."""
        return next((a for a in self._accounts.values() if a.name == name), None)

    def accounts(self) -> list[Account]:
        """See the port."""
        return sorted(self._accounts.values(), key=lambda a: a.name)

    def put_credential(self, credential: Credential, secret: str) -> None:
        """See the port."""
        hashed = _hashed(credential.kind, secret)
        for number, (known, _) in list(self._credentials.items()):
            if known == hashed:
                self._undo.drop(self._credentials, number)
        self._undo.put(self._credentials, credential.id, (hashed, credential))

    def credential(self, kind: CredentialKind, secret: str) -> Credential | None:
        """See the port."""
        hashed = _hashed(kind, secret)
        return next((c for known, c in self._credentials.values() if known == hashed), None)

    def credentials(self, account: str) -> list[Credential]:
        """See the port."""
        found = [c for _, c in self._credentials.values() if c.account == account]
        return sorted(found, key=lambda c: (c.at, c.id))

    def touch_credential(self, credential: str, seen_at: dt.datetime) -> None:
        """See the port."""
        if credential in self._credentials:
            hashed, old = self._credentials[credential]
            new = hashed, replace(old, seen_at=seen_at)
            self._undo.put(self._credentials, credential, new)

    def drop_credential(self, credential: str) -> bool:
        """See the port."""
        if credential not in self._credentials:
            return False
        self._undo.drop(self._credentials, credential)
        return True

    def drop_credentials(self, account: str, kinds: Collection[CredentialKind]) -> int:
        """See the port."""
        return self._drop([c.id for c in self.credentials(account) if c.kind in kinds])

    def drop_expired(self, now: dt.datetime) -> int:
        """See the port."""
        ended = [c.id for _, c in self._credentials.values() if c.until and c.until < now]
        return self._drop(ended)

    def _drop(self, credentials: list[str]) -> int:
        return sum(map(self.drop_credential, credentials))

    def forget_failures(self, before: dt.datetime) -> int:
        """See the port."""
        old = [key for key, f in self._failures.items() if f.last and f.last < before]
        for key in old:
            self._undo.drop(self._failures, key)
        return len(old)

    def failures(self, key: str) -> Failures:
        """See the port."""
        return self._failures.get(key, Failures())

    def put_failures(self, key: str, failures: Failures) -> None:
        """See the port."""
        if failures.count:
            self._undo.put(self._failures, key, failures)
        elif key in self._failures:
            self._undo.drop(self._failures, key)

    def put_audit(self, record: AuditRecord) -> None:
        """See the port."""
        self._undo.put(self._audit, record.position, record)

    def begin_audit(self) -> None:
        """See the port; here both follow from the records."""

    def audit_last(self) -> AuditHead:
        """See the port."""
        if not self._audit:
            return self._base
        last = self._audit[max(self._audit)]
        return AuditHead(last.position, last.hash)

    @property
    def _base(self) -> AuditHead:
        return self._audit_base.get("base", AuditHead(0, b""))

    def audit_noted(self) -> tuple[AuditHead | None, AuditHead | None]:
        """See the port; nobody edits memory, so the end is what it is."""
        return self._base, self.audit_last()

    def audit(self, after: int = 0, limit: int = 1_000) -> list[AuditRecord]:
        """See the port."""
        return [self._audit[n] for n in sorted(self._audit) if n > after][:limit]

    def audit_position(self, digest: bytes) -> int | None:
        """See the port."""
        return next((n for n, r in self._audit.items() if r.hash == digest), None)

    def prune_audit(self, before: dt.datetime) -> int:
        """See the port."""
        young = [n for n, r in self._audit.items() if r.at >= before]
        first = min(young) if young else max(self._audit, default=0)
        old = sorted(n for n in self._audit if n < first)
        if old:
            last = self._audit[old[-1]]
            self._undo.put(self._audit_base, "base", AuditHead(last.position, last.hash))
        for number in old:
            self._undo.drop(self._audit, number)
        return len(old)


def _hashed(kind: CredentialKind, secret: str) -> str:
    return hashlib.sha256(f"{kind}\0{secret}".encode()).hexdigest()
