"""The tables, as numbered migrations; a change is a new migration, never an edit of an old one.

Times are microseconds since 1970 UTC. ``tickets.due`` is :data:`NEVER` where no clock runs, so that
one index gives the order of lists. Events are never changed: triggers see to it.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

from bot.storage import people_schema
from bot.storage.errors import StoreTooNew

store: Final = Migrations("store")
keys: Final = Migrations("keys")


@store(name="0001_tables")
def _tables(db: Database) -> None:
    for statement in (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE customers (id TEXT PRIMARY KEY, at INTEGER NOT NULL, erased_at INTEGER)"
        " WITHOUT ROWID",
        """CREATE TABLE identities (
            hash BLOB PRIMARY KEY,
            customer TEXT NOT NULL REFERENCES customers(id),
            sealed BLOB NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX identities_customer ON identities (customer)",
        """CREATE TABLE events (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            ticket TEXT NOT NULL,
            seq INTEGER NOT NULL,
            customer TEXT NOT NULL REFERENCES customers(id),
            name TEXT NOT NULL,
            v INTEGER NOT NULL,
            at INTEGER NOT NULL,
            public TEXT NOT NULL,
            sealed BLOB,
            UNIQUE (ticket, seq)
        )""",
        """CREATE TRIGGER events_stay BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
        """CREATE TRIGGER events_last BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END""",
        """CREATE TABLE tickets (
            id TEXT PRIMARY KEY,
            customer TEXT NOT NULL REFERENCES customers(id),
            channel TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            stage TEXT NOT NULL,
            category TEXT NOT NULL,
            contact_type TEXT NOT NULL,
            priority TEXT NOT NULL,
            emotion TEXT NOT NULL,
            holder TEXT NOT NULL,
            agent TEXT NOT NULL,
            level TEXT NOT NULL,
            solution TEXT NOT NULL,
            waiting_since INTEGER,
            due INTEGER NOT NULL,
            due_name TEXT NOT NULL,
            need_since INTEGER,
            first_reply_at INTEGER,
            resolved_at INTEGER,
            closed_at INTEGER,
            satisfaction INTEGER,
            reopened INTEGER NOT NULL,
            open_promises INTEGER NOT NULL,
            complaint TEXT NOT NULL,
            departments TEXT NOT NULL,
            broken TEXT NOT NULL,
            rules TEXT NOT NULL,
            by_bot INTEGER NOT NULL,
            card BLOB
        )""",
        # Lists walk one of these two in their order and filter on the way, without touching a row.
        """CREATE INDEX tickets_all ON tickets (
            due, opened_at DESC, id DESC, stage, holder, priority, category, agent, departments)""",
        """CREATE INDEX tickets_open ON tickets (
            due, opened_at DESC, id DESC, stage, holder, priority, category, agent, departments)
            WHERE stage <> 'closed'""",
        "CREATE INDEX tickets_customer ON tickets (customer, opened_at DESC, id DESC)",
        """CREATE TABLE timers (
            ticket TEXT NOT NULL, key TEXT NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (ticket, key)
        ) WITHOUT ROWID""",
        "CREATE INDEX timers_due ON timers (due, ticket, key)",
        """CREATE TABLE lookups (
            hash BLOB NOT NULL, ticket TEXT NOT NULL, PRIMARY KEY (hash, ticket)
        ) WITHOUT ROWID""",
        "CREATE INDEX lookups_ticket ON lookups (ticket)",
        """CREATE TABLE inbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            update_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            sealed BLOB,
            UNIQUE (source, update_id)
        )""",
        "CREATE INDEX inbox_unhandled ON inbox (position) WHERE sealed IS NOT NULL",
        """CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            chat BLOB NOT NULL,
            ticket TEXT NOT NULL,
            customer TEXT NOT NULL,
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            not_before INTEGER,
            error TEXT NOT NULL,
            sealed BLOB
        )""",
        """CREATE INDEX outbox_unsent ON outbox (chat, position)
            WHERE state IN ('ready', 'sending', 'uncertain')""",
        "CREATE INDEX outbox_standing ON outbox (state, position) WHERE state <> 'sent'",
        "CREATE INDEX outbox_ticket ON outbox (ticket, position)",
        "CREATE INDEX outbox_customer ON outbox (customer)",
    ):
        db.conn.execute(statement)


@store(name="0002_gaps")
def _gaps(db: Database) -> None:
    for statement in (
        """CREATE TABLE gaps (
            ticket TEXT NOT NULL,
            seq INTEGER NOT NULL,
            customer TEXT NOT NULL REFERENCES customers(id),
            at INTEGER NOT NULL,
            cause TEXT NOT NULL,
            category TEXT NOT NULL,
            state TEXT NOT NULL,
            requested_at INTEGER,
            settled_at INTEGER,
            solution TEXT NOT NULL,
            sealed BLOB NOT NULL,
            PRIMARY KEY (ticket, seq)
        ) WITHOUT ROWID""",
        "CREATE INDEX gaps_newest ON gaps (at DESC, ticket DESC, seq DESC, state)",
        "CREATE INDEX gaps_customer ON gaps (customer)",
    ):
        db.conn.execute(statement)


@store(name="0003_people")
def _people(db: Database) -> None:
    for statement in people_schema.STATEMENTS:
        db.conn.execute(statement)


@keys(name="0001_tables")
def _key_tables(db: Database) -> None:
    for statement in (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE keys (customer TEXT PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE erasures (customer TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    ):
        db.conn.execute(statement)


def migrate(db: Database, migrations: Migrations) -> None:
    """Bring a database up to date, each migration in a transaction of its own.

    Raises:
        StoreTooNew: it has a migration that is not known here.
        sqlite3.Error: it cannot be read or written.

    """
    all_of_them = {m.name for m in migrations.pending(Database(memory=True))}
    unknown = {m.name for m in migrations.applied(db)} - all_of_them
    if unknown:
        raise StoreTooNew(max(unknown))
    if migrations.pending(db):
        migrations.apply(db)
