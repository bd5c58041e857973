"""Accounts, what they are recognised by, and failures to sign in."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any, Final

from bot.desk.account_ports import Account, Credential, CredentialKind, Failures
from bot.desk.people_errors import name_taken
from bot.domain.people import Operation, Role
from bot.storage.tables import Tables
from bot.storage.times import from_micros, micros
from kb.terms import Category

_COLUMNS: Final = "id, kind, account, at, seen_at, until, sealed"


class AccountTables(Tables):
    """See :class:`bot.desk.account_ports.AccountStore`."""

    def put_account(self, account: Account) -> None:
        """See the port."""
        a = account
        body = {
            "name": a.name,
            "role": a.role.value,
            "at": micros(a.at),
            "number": a.number,
            "shown": a.shown,
            "team": a.team,
            "department": a.department,
            "skills": sorted(s.value for s in a.skills),
            "capacity": a.capacity,
            "password": a.password,
            "disabled": a.disabled,
        }
        sealed = self.keys.inbox.close_json(body, f"account|{a.id}")
        number = self.keys.hashed("account number", a.number) if a.number else None
        try:
            self.db.run(
                "INSERT INTO accounts (id, name, number, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (id)"
                " DO UPDATE SET name = excluded.name, number = excluded.number,"
                " sealed = excluded.sealed",
                (a.id, self.keys.hashed("account name", a.name), number, sealed),
            )
        except sqlite3.IntegrityError as error:
            raise name_taken(account.name, account.number) from error

    def account(self, account: str) -> Account | None:
        """See the port."""
        return self._account(
            self.db.one("SELECT id, sealed FROM accounts WHERE id = ?", (account,))
        )

    def account_named(self, name: str) -> Account | None:
        """See the port."""
        found = self.keys.hashed("account name", name)
        return self._account(
            self.db.one("SELECT id, sealed FROM accounts WHERE name = ?", (found,))
        )

    def accounts(self) -> list[Account]:
        """See the port."""
        rows = self.db.rows("SELECT id, sealed FROM accounts")
        return sorted(filter(None, map(self._account, rows)), key=lambda a: a.name)

    def _account(self, row: Sequence[Any] | None) -> Account | None:
        if row is None:
            return None
        number, sealed = row
        body = self.unsealed(self.keys.inbox, sealed, f"account|{number}", f"账号 {number}")
        body["role"] = Role(body["role"])
        body["at"] = from_micros(body["at"], self.zone)
        body["skills"] = frozenset(map(Category, body["skills"]))
        return Account(id=number, **body)

    def put_credential(self, credential: Credential, secret: str) -> None:
        """See the port."""
        c = credential
        body = [c.label, c.origin, sorted(s.value for s in c.scopes)]
        self.db.run(
            "INSERT OR REPLACE INTO credentials"
            " (id, kind, secret, account, at, seen_at, until, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                c.id,
                c.kind.value,
                self._hashed(c.kind, secret),
                c.account,
                micros(c.at),
                micros(c.seen_at),
                None if c.until is None else micros(c.until),
                self.keys.inbox.close_json(body, f"credential|{c.id}|{c.kind}|{c.account}"),
            ),
        )

    def credential(self, kind: CredentialKind, secret: str) -> Credential | None:
        """See the port."""
        found = self.db.one(
            f"SELECT {_COLUMNS} FROM credentials WHERE secret = ?",  # noqa: S608 - constant columns
            (self._hashed(kind, secret),),
        )
        return self._credential(found) if found else None

    def credentials(self, account: str) -> list[Credential]:
        """See the port."""
        found = self.db.rows(
            f"SELECT {_COLUMNS} FROM credentials WHERE account = ? ORDER BY at, id",  # noqa: S608
            (account,),
        )
        return [self._credential(row) for row in found]

    def _credential(self, row: Sequence[Any]) -> Credential:
        number, kind, account, at, seen_at, until, sealed = row
        place = f"credential|{number}|{kind}|{account}"
        label, origin, scopes = self.unsealed(self.keys.inbox, sealed, place, f"登录凭证 {number}")
        return Credential(
            number,
            CredentialKind(kind),
            account,
            from_micros(at, self.zone),
            from_micros(seen_at, self.zone),
            self.time(until),
            label,
            origin,
            frozenset(map(Operation, scopes)),
        )

    def touch_credential(self, credential: str, seen_at: dt.datetime) -> None:
        """See the port."""
        self.db.run(
            "UPDATE credentials SET seen_at = ? WHERE id = ?", (micros(seen_at), credential)
        )

    def drop_credential(self, credential: str) -> bool:
        """See the port."""
        return bool(self.db.run("DELETE FROM credentials WHERE id = ?", (credential,)).rowcount)

    def drop_credentials(self, account: str, kinds: Collection[CredentialKind]) -> int:
        """See the port."""
        marks = ", ".join("?" * len(kinds))
        return self.db.run(
            f"DELETE FROM credentials WHERE account = ? AND kind IN ({marks})",  # noqa: S608
            (account, *(k.value for k in kinds)),
        ).rowcount

    def drop_expired(self, now: dt.datetime) -> int:
        """See the port."""
        return self.db.run("DELETE FROM credentials WHERE until < ?", (micros(now),)).rowcount

    def forget_failures(self, before: dt.datetime) -> int:
        """See the port."""
        return self.db.run("DELETE FROM failures WHERE last < ?", (micros(before),)).rowcount

    def failures(self, key: str) -> Failures:
        """See the port."""
        found = self.db.one("SELECT count, last FROM failures WHERE key = ?", (self._tried(key),))
        return Failures(found[0], from_micros(found[1], self.zone)) if found else Failures()

    def put_failures(self, key: str, failures: Failures) -> None:
        """See the port."""
        if failures.count and failures.last:
            self.db.run(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?)",
                (self._tried(key), failures.count, micros(failures.last)),
            )
        else:
            self.db.run("DELETE FROM failures WHERE key = ?", (self._tried(key),))

    def _tried(self, key: str) -> bytes:
        return self.keys.hashed("failures", key)

    def _hashed(self, kind: CredentialKind, secret: str) -> bytes:
        return self.keys.hashed("credential", kind.value, secret)
