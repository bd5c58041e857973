"""The tables of accounts and of the audit log, made by a migration of :mod:`bot.storage.schema`.

Names, numbers and password hashes of people of the desk lie sealed under the store's own key and are
found by keyed hashes. Audit records lie in the clear, since they hold codes only; triggers keep them
as they are, and hashes (:mod:`bot.desk.audit`) show where somebody got around the triggers.
"""

from __future__ import annotations

from typing import Final

#: Name in ``meta`` of the last audit record that was removed in time.
AUDIT_BASE: Final = "audit_base"

STATEMENTS: Final = (
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name BLOB NOT NULL UNIQUE,
        number BLOB UNIQUE,
        sealed BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE credentials (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        secret BLOB NOT NULL UNIQUE,
        account TEXT NOT NULL REFERENCES accounts(id),
        at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        until INTEGER,
        sealed BLOB NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX credentials_account ON credentials (account, at)",
    "CREATE INDEX credentials_until ON credentials (until) WHERE until IS NOT NULL",
    """CREATE TABLE failures (
        key BLOB PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE audit (
        position INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        ticket TEXT NOT NULL,
        customer TEXT NOT NULL,
        origin TEXT NOT NULL,
        detail TEXT NOT NULL,
        previous BLOB NOT NULL,
        hash BLOB NOT NULL
    )""",
    "CREATE INDEX audit_hash ON audit (hash)",
    """CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END""",
    f"""CREATE TRIGGER audit_lasts BEFORE DELETE ON audit WHEN old.position >
        COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE name = '{AUDIT_BASE}'), 0)
        BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END""",  # noqa: S608
    # Retention asks for raw messages and settled ones by age.
    "CREATE INDEX inbox_handled ON inbox (at) WHERE sealed IS NULL",
)
