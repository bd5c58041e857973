"""What accounts, sessions and the audit log need of a store, beside :mod:`bot.desk.ports`.

Everything here is about people of the desk, never about customers, whose ids alone occur.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.desk.ports import Store
from bot.domain.people import Operation, Person, Role
from kb.terms import Category


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; ``name`` is the user name, ``number`` the agent number (工号).

    ``password`` is an argon2id hash, "" where none was set: then nobody signs in with one.
    """

    id: str
    name: str
    role: Role
    at: dt.datetime
    number: str = ""
    shown: str = ""
    """The name customers and colleagues see."""
    team: str = ""
    department: str = ""
    skills: frozenset[Category] = frozenset()
    capacity: int = 5
    password: str = ""
    disabled: bool = False

    @property
    def person(self) -> Person:
        """The account as the permission table knows it."""
        return Person(self.name, self.role, self.number, self.team, self.department)


class CredentialKind(StrEnum):
    """By what somebody is recognised."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    CODE = "code"
    """One-time, to bind an account of another channel."""
    LINK = "link"
    """An account of another channel, e.g. Telegram, bound to this one."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that stands for an account; the store keeps only a hash of the secret.

    Attributes:
        id: public; by it the credential is listed and revoked.
        kind: what it is.
        account: id of the account.
        at: since when.
        seen_at: when it was last used.
        until: when it ends; None for a link, which ends when it is undone.
        label: what its owner called it, or the channel of a link.
        origin: from where it was made.
        scopes: what a token is limited to.

    """

    id: str
    kind: CredentialKind
    account: str
    at: dt.datetime
    seen_at: dt.datetime
    until: dt.datetime | None
    label: str = ""
    origin: str = ""
    scopes: frozenset[Operation] = frozenset()


@dataclass(frozen=True, slots=True)
class Failures:
    """Sign-ins that failed in a row, and when the last one was."""

    count: int = 0
    last: dt.datetime | None = None


class AccountStore(Protocol):
    """Where accounts are kept; see :class:`bot.desk.ports.Store` for transactions."""

    def atomic(self) -> AbstractContextManager[None]:
        """One transaction: all or nothing, durable at its end."""

    def put_account(self, account: Account) -> None:
        """Keep an account, in the place of the one with its id.

        Raises:
            AccountRefused: another one has its user name or its number.

        """

    def account(self, account: str) -> Account | None:
        """The account with this id."""

    def account_named(self, name: str) -> Account | None:
        """The account with this user name."""

    def accounts(self) -> list[Account]:
        """All accounts, by user name."""

    def put_credential(self, credential: Credential, secret: str) -> None:
        """Keep a credential; one of the same kind and secret is replaced."""

    def credential(self, kind: CredentialKind, secret: str) -> Credential | None:
        """The credential of a secret."""

    def credentials(self, account: str) -> list[Credential]:
        """All credentials of an account, the oldest first."""

    def touch_credential(self, credential: str, seen_at: dt.datetime) -> None:
        """Note when it was used."""

    def drop_credential(self, credential: str) -> bool:
        """Forget a credential; False where there is none with this id."""

    def drop_credentials(self, account: str, kinds: Collection[CredentialKind]) -> int:
        """Forget all of these kinds of an account; gives how many there were."""

    def drop_expired(self, now: dt.datetime) -> int:
        """Forget credentials that ended before ``now``; gives how many."""

    def forget_failures(self, before: dt.datetime) -> int:
        """Forget failures none of which is younger; gives under how many keys."""

    def failures(self, key: str) -> Failures:
        """Failures noted under a key."""

    def put_failures(self, key: str, failures: Failures) -> None:
        """Note failures; a count of 0 forgets them."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what, when, with which ticket or customer, from where; never a personal value.

    ``detail`` holds codes and figures as ``key=value`` pairs. ``hash`` seals ``previous`` and the rest
    but for ``position``, which the store gives; see :mod:`bot.desk.audit`.
    """

    position: int
    at: dt.datetime
    who: str
    what: str
    ticket: str
    customer: str
    origin: str
    detail: str
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditHead:
    """A point of the audit log: the number of its record (0: before the first) and its hash."""

    position: int
    hash: bytes


class AuditStore(Protocol):
    """An append-only log whose end is noted a second time, out of reach of whoever edits the log."""

    def atomic(self) -> AbstractContextManager[None]:
        """One transaction: all or nothing, durable at its end."""

    def put_audit(self, record: AuditRecord) -> None:
        """Append a record and note it as the end of the log."""

    def begin_audit(self) -> None:
        """Note base and end of an empty log, where either is not noted."""

    def audit_last(self) -> AuditHead:
        """The last record there is."""

    def audit_noted(self) -> tuple[AuditHead | None, AuditHead | None]:
        """What was noted as base (everything up to it was removed in time) and as end of the log.

        None in place of one that was not written with this store's key.
        """

    def audit(self, after: int = 0, limit: int = 1_000) -> list[AuditRecord]:
        """Records with a higher position than ``after``, in order."""

    def audit_position(self, digest: bytes) -> int | None:
        """The position of the record with this hash."""

    def prune_audit(self, before: dt.datetime) -> int:
        """Remove the oldest records, up to the last one older than ``before``; gives how many.

        The newest record always stays.
        """


class RetentionStore(Protocol):
    """What the periods of keeping need of a store."""

    def quiet_customers(self, before: dt.datetime, limit: int = 500) -> list[str]:
        """Customers not erased, without an open ticket, the last of whose tickets closed before.

        One without a ticket counts from when he was first seen.
        """

    def forget_messages(self, before: dt.datetime) -> int:
        """Forget raw messages handled, and bodies of messages settled, from before; gives how many."""


class PeopleStore(AccountStore, AuditStore, Protocol):
    """What the use cases of accounts work with: whatever they change, they write into the log."""


class OfficeStore(PeopleStore, RetentionStore, Store, Protocol):
    """Everything in one store."""
