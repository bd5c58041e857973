"""The store on the disk: what is readable there, by whom, and what survives."""

from __future__ import annotations

import base64
import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from bot.desk.ports import (
    Conflict,
    Incoming,
    Outgoing,
    OutState,
    Party,
    RowFilter,
    TicketCard,
    TicketRow,
)
from bot.domain.events import Closed, Event, Noted, Opened
from bot.storage import connection, schema
from bot.storage.backup import back_up, erasures_in, restore, restore_into
from bot.storage.check import faults
from bot.storage.errors import (
    BackupRefused,
    KeyRefused,
    StorageError,
    StoreBusy,
    StoreDamaged,
    StoreFailed,
    StoreTooNew,
)
from bot.storage.keys import KeyRing
from bot.storage.master import VARIABLE, MasterKey, load_master_key, make_key_file
from bot.storage.rebuild import Projection, rebuild
from bot.storage.sealing import Seal, Unsealable
from bot.storage.sqlite_store import SqliteStore

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MASTER = MasterKey(b"k" * 32)
PARTY = Party("telegram", "desk-bot", "external-556677")
#: Every personal text the filled store was given.
SECRETS = (
    "external-556677",
    "chat-556677",
    "李小明",
    "洗衣机漏水",
    "13800001111",
    "住在秘密路5号",
    "正文已发出",
    "原始消息",
)


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def opened(ticket: str, customer: str) -> Opened:
    return Opened(AT, ticket, customer, "telegram", known=(("name", "李小明"),))


def project(events: Sequence[Event]) -> Projection:
    """A projection as simple as can be: rows, cards, timers and look-ups follow from the events."""
    first = events[0]
    assert isinstance(first, Opened)
    closed = any(isinstance(e, Closed) for e in events)
    notes = [e.text for e in events if isinstance(e, Noted) and e.text]
    row = TicketRow(
        id=first.ticket,
        customer=first.customer,
        channel=first.channel,
        opened_at=first.at,
        updated_at=events[-1].at,
        seq=len(events),
        stage="closed" if closed else "handling",
        category="product_quality",
        contact_type="报修",
        priority="P2",
        emotion="calm",
        holder="queue",
        due=None if closed else first.at + dt.timedelta(hours=2),
        departments=("logistics",),
    )
    card = TicketCard(dict(first.known).get("name", ""), *notes[:1])  # type: ignore[arg-type]
    timers = {} if closed else {"first_reply": first.at + dt.timedelta(minutes=5)}
    return row, card, timers, [("note", text) for text in notes]


def append(store: SqliteStore, *events: Event, ticket: str = "") -> TicketRow:
    first = events[0]
    ticket = first.ticket if isinstance(first, Opened) else ticket
    row, card, timers, lookups = project([*store.events(ticket), *events])
    store.append(row, card, events, timers, lookups)
    return row


def fill(store: SqliteStore) -> str:
    """A customer with a ticket, a message sent, one waiting and a raw one; gives his id."""
    customer = store.customer_of(PARTY, AT)
    texts = ("洗衣机漏水", "电话13800001111", "住在秘密路5号")
    append(store, opened("T1", customer), *(Noted(later(n), t, "1") for n, t in enumerate(texts)))
    for key in ("m1", "m2"):
        body = {"text": "正文已发出"}
        store.put(Outgoing(key, "telegram", "chat-556677", "T1", customer, body, AT))
    store.mark("m1", OutState.SENT)
    store.receive(Incoming("telegram", "77", AT, {"text": "原始消息"}))
    return customer


def tables(store: SqliteStore) -> tuple[Any, ...]:
    """Everything the read tables say, opened."""
    rows = store.rows(RowFilter(), limit=1000)
    ids = [r.id for r in rows]
    hashes = store.db.rows("SELECT hash, ticket FROM lookups ORDER BY hash, ticket")
    return rows, store.cards(ids), store.due_timers(later(1e6)), hashes


def bytes_below(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[SqliteStore]:
    with SqliteStore(folder, MASTER) as opened_store:
        yield opened_store


# what lies on the disk -------------------------------------------------------------------------


def test_no_personal_text_is_in_any_file_while_open_closed_or_backed_up(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with SqliteStore(folder, MASTER) as store:
        fill(store)
        while_open = bytes_below(folder)
        assert (folder / "store.db-wal").stat().st_size > 0
        back_up(store, tmp_path / "backups", AT)
    everything = while_open + bytes_below(tmp_path)
    assert b"opened" in everything, "the search sees what is there"
    for secret in SECRETS:
        assert secret.encode() not in everything
        assert secret.encode("utf-16-le") not in everything
        assert secret.encode("ascii", "backslashreplace") not in everything


def test_the_same_text_is_sealed_differently_every_time(store: SqliteStore) -> None:
    customer = store.customer_of(PARTY, AT)
    append(store, opened("T1", customer), Noted(AT, "同一句话", "1"), Noted(AT, "同一句话", "1"))
    sealed = [s for (s,) in store.db.rows("SELECT sealed FROM events WHERE name = 'noted'")]
    assert len(set(sealed)) == 2


def test_files_are_their_owners_alone(store: SqliteStore, folder: Path) -> None:
    fill(store)
    assert folder.stat().st_mode & 0o077 == 0
    assert all(p.stat().st_mode & 0o077 == 0 for p in folder.iterdir())


def test_a_sealed_text_moved_to_another_place_does_not_open(store: SqliteStore) -> None:
    customer = fill(store)
    append(store, opened("T2", customer), Noted(AT, "另一个", "1"))
    store.db.run("DROP TRIGGER events_stay")
    store.db.run(
        "UPDATE events SET sealed = (SELECT sealed FROM events WHERE ticket = 'T1' AND seq = 2)"
        " WHERE ticket = 'T2' AND seq = 2"
    )
    with pytest.raises(StoreDamaged, match="T2 的第 2 个事件"):
        store.events("T2")
    assert any("T2" in fault for fault in faults(store))


def test_a_seal_opens_only_under_its_key_and_unchanged() -> None:
    sealed = Seal(b"a" * 32).close(b"text", "place")
    assert Seal(b"a" * 32).open(sealed, "place") == b"text"
    for key, text, place in (
        (b"b" * 32, sealed, "place"),
        (b"a" * 32, sealed[:-1] + bytes([sealed[-1] ^ 1]), "place"),
        (b"a" * 32, sealed, "elsewhere"),
        (b"a" * 32, b"short", "place"),
    ):
        with pytest.raises(Unsealable):
            Seal(key).open(text, place)


def test_events_cannot_be_changed_or_deleted(store: SqliteStore) -> None:
    fill(store)
    for sql in ("UPDATE events SET name = 'x'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            store.db.run(sql)


# keys ------------------------------------------------------------------------------------------


def test_another_key_is_refused_and_nothing_is_changed(folder: Path) -> None:
    with SqliteStore(folder, MASTER) as store:
        fill(store)
    before = (folder / "keys.db").read_bytes()
    with pytest.raises(KeyRefused, match="主密钥不对"):
        SqliteStore(folder, MasterKey(b"x" * 32))
    assert (folder / "keys.db").read_bytes() == before
    with SqliteStore(folder, MASTER) as store:
        assert len(store.events("T1")) == 4


def test_the_key_comes_from_the_environment_or_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "config" / "master.key"
    text = base64.b64encode(b"e" * 32).decode()
    assert load_master_key(path, {VARIABLE: text}) == MasterKey(b"e" * 32)
    with pytest.raises(KeyRefused, match="没有主密钥"):
        load_master_key(path, {})
    assert not path.exists()
    made = load_master_key(path, {}, create=True)
    assert load_master_key(path, {}) == made
    assert path.stat().st_mode & 0o777 == 0o600
    for mode in (0o640, 0o604):
        path.chmod(mode)
        with pytest.raises(KeyRefused, match="chmod 600"):
            load_master_key(path, {})
    assert "eeee" not in repr(MasterKey(b"e" * 32))


@pytest.mark.parametrize("text", ["", "abc", base64.b64encode(b"short").decode(), "!" * 44, "密钥"])
def test_a_malformed_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KeyRefused, match="格式不对"):
        load_master_key(path, {})
    if text:
        with pytest.raises(KeyRefused, match="格式不对"):
            load_master_key(path, {VARIABLE: text})


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(folder: Path) -> None:
    new = MasterKey(b"n" * 32)
    with SqliteStore(folder, MASTER) as store:
        fill(store)
        old_wraps = [w for (w,) in store.db.key_rows("SELECT wrapped FROM keys")]
        assert store.rotate_key(new) == 1
        assert store.customer_of(Party("web", "", "after"), AT)
        everything = bytes_below(folder)
        assert not [w for w in old_wraps if w in everything]
    with pytest.raises(KeyRefused):
        SqliteStore(folder, MASTER)
    with SqliteStore(folder, new) as store:
        assert list(faults(store)) == []
        assert store.find("note", "洗衣机漏水") == ["T1"]
        assert store.unhandled()[0].body == {"text": "原始消息"}


def test_a_key_file_is_changed_in_place(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    old = make_key_file(path)
    with SqliteStore(folder, old) as store:
        fill(store)
        assert store.rotate_key_file() == 1
        assert store.keys.master == load_master_key(path, {}) != old
    assert [p.name for p in tmp_path.glob("master*")] == ["master.key"]
    with SqliteStore(folder, load_master_key(path, {})) as store:
        assert len(store.events("T1")) == 4


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_change_of_the_key_file_that_was_cut_short_is_finished(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, wrapped: bool
) -> None:
    path = tmp_path / "master.key"
    make_key_file(path)
    with SqliteStore(folder, load_master_key(path, {})) as store:
        fill(store)
        with monkeypatch.context() as patched:
            if wrapped:
                patched.setattr("bot.storage.sqlite_store._take_place", _crash)
            else:
                patched.setattr(KeyRing, "rotate", _crash)
            with pytest.raises(KeyboardInterrupt):
                store.rotate_key_file()
    with SqliteStore(folder, load_master_key(path, {})) as store:
        assert len(store.events("T1")) == 4
        assert store.rotate_key_file() == 1
    with SqliteStore(folder, load_master_key(path, {})) as store:
        assert len(store.events("T1")) == 4


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_key_of_the_environment_is_not_changed_in_place(store: SqliteStore) -> None:
    with pytest.raises(KeyRefused, match="--to"):
        store.rotate_key_file()


def test_keys_are_found_again_when_more_are_used_than_are_kept_at_hand(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.keys.CACHED", 2)
    customers = [store.customer_of(replace(PARTY, external=str(n)), AT) for n in range(5)]
    for customer in customers:
        append(store, opened(f"T-{customer}", customer))
    assert all(store.events(f"T-{c}") == [opened(f"T-{c}", c)] for c in customers)


# erasure ---------------------------------------------------------------------------------------


def test_an_erased_customers_key_is_in_no_file_and_his_texts_open_no_more(
    store: SqliteStore, folder: Path
) -> None:
    customer = fill(store)
    ((wrapped,),) = store.db.key_rows("SELECT wrapped FROM keys")
    ((sealed,),) = store.db.rows("SELECT sealed FROM events WHERE ticket = 'T1' AND seq = 2")
    ((party,),) = store.db.rows("SELECT hash FROM identities")
    assert wrapped in bytes_below(folder)
    assert store.erase(customer, later(60))
    left = bytes_below(folder)
    assert wrapped not in left
    assert party not in left
    assert sealed in left, "events are only ever added to"
    assert store.keys.of(customer) is None
    assert store.keys.erasures() == [(customer, later(60))]
    assert store.events("T1")[1] == Noted(AT, "", "1")


def test_figures_are_the_same_after_an_erasure(store: SqliteStore) -> None:
    customer = fill(store)
    append(store, Closed(later(9), "solved"), ticket="T1")
    before = store.rows(RowFilter())
    store.erase(customer, AT)
    assert store.rows(RowFilter()) == before
    assert store.count(RowFilter(open=False)) == 1
    rebuild(store, project)
    assert store.rows(RowFilter()) == before


def test_an_erasure_cut_short_after_the_key_was_destroyed_is_finished_at_the_next_start(
    folder: Path,
) -> None:
    with SqliteStore(folder, MASTER) as store:
        customer = fill(store)
        store.keys.destroy(customer, later(60))
        with pytest.raises(StoreDamaged):
            store.events("T1")
    with SqliteStore(folder, MASTER) as store:
        assert store.party_of(customer) is None
        assert store.cards(["T1"]) == {"T1": TicketCard()}
        assert store.find("note", "洗衣机漏水") == []
        assert [o.state for o in store.outgoing("T1")] == [OutState.SENT, OutState.FAILED]
        assert store.db.one("SELECT COUNT(*) FROM identities") == (0,)


def test_the_keys_are_on_the_disk_before_what_is_sealed_under_them(store: SqliteStore) -> None:
    commits: list[str] = []
    store.db.keys.set_trace_callback(lambda sql: commits.append(f"keys {sql}"))
    store.db.store.set_trace_callback(lambda sql: commits.append(f"store {sql}"))
    with store.atomic():
        fill(store)
    assert [c for c in commits if "COMMIT" in c] == ["keys COMMIT", "store COMMIT"]


def test_a_lost_key_is_damage_and_no_erasure(folder: Path) -> None:
    with SqliteStore(folder, MASTER) as store:
        customer = fill(store)
        store.db.key_rows("DELETE FROM keys")
        store.keys._cache.clear()
        with pytest.raises(StoreDamaged, match=customer):
            store.events("T1")
        with pytest.raises(StoreDamaged, match=customer):
            store.party_of(customer)


# one process, one version, whole files ---------------------------------------------------------


def test_a_second_process_is_refused_by_name_until_the_first_one_ends(folder: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from bot.storage.sqlite_store import SqliteStore\n"
        "from bot.storage.master import MasterKey\n"
        "store = SqliteStore(pathlib.Path(sys.argv[1]), MasterKey(b'k' * 32))\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreBusy, match=str(other.pid)) as caught:
            SqliteStore(folder, MASTER)
        assert caught.value.pid == other.pid
        other.kill()
        other.wait()
    with SqliteStore(folder, MASTER) as store, pytest.raises(StoreBusy, match=str(os.getpid())):
        SqliteStore(store.folder, MASTER)


def test_what_was_committed_survives_a_killed_process(folder: Path) -> None:
    program = (
        "import os, sys, pathlib, signal\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "import test_storage_sqlite as t\n"
        "store = t.SqliteStore(pathlib.Path(sys.argv[1]), t.MASTER)\n"
        "t.fill(store)\n"
        "with store.atomic():\n"
        "    t.append(store, t.opened('T9', store.customer_of(t.PARTY, t.AT)))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    here = Path(__file__)
    killed = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(here.parent)],
        cwd=here.parents[2],
        check=False,
    )
    assert killed.returncode == -9
    with SqliteStore(folder, MASTER) as store:
        assert len(store.events("T1")) == 4
        assert store.events("T9") == []
        assert list(faults(store)) == []


def test_a_store_of_version_1_is_brought_up_to_date_with_its_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Migrations("store")
    first(name="0001_tables")(schema.store.pending(Database(memory=True))[0].fn)
    with monkeypatch.context() as patched:
        patched.setattr(schema, "store", first)
        with SqliteStore(folder, MASTER) as store:
            fill(store)
    second = Migrations("store")
    second(name="0001_tables")(schema.store.pending(Database(memory=True))[0].fn)
    second(name="0002_made_up")(lambda db: db.conn.execute("ALTER TABLE tickets ADD COLUMN x TEXT"))
    monkeypatch.setattr(schema, "store", second)
    with SqliteStore(folder, MASTER) as store:
        assert "x" in Database(store.db.store)["tickets"].columns_dict
        assert len(store.events("T1")) == 4
        append(store, Noted(AT, "以后", "1"), ticket="T1")
        assert list(faults(store)) == []
    monkeypatch.setattr(schema, "store", first)
    with pytest.raises(StoreTooNew, match="0002_made_up"):
        SqliteStore(folder, MASTER)


def test_a_migration_that_fails_leaves_the_old_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SqliteStore(folder, MASTER) as store:
        fill(store)
    broken = Migrations("store")
    broken(name="0001_tables")(schema.store.pending(Database(memory=True))[0].fn)

    @broken(name="0002_broken")
    def _broken(db: Database) -> None:
        db.conn.execute("DROP TABLE timers")
        db.conn.execute("CREATE TABLE tickets (id TEXT)")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "store", broken)
        with pytest.raises(StorageError):
            SqliteStore(folder, MASTER)
    with SqliteStore(folder, MASTER) as store:
        assert len(store.due_timers(later(99))) == 1


@pytest.mark.parametrize("name", ["store.db", "keys.db"])
@pytest.mark.parametrize(
    "damage", [lambda b: b"nonsense" * 600, lambda b: b[:100] + b"\xff" * 4000]
)
def test_a_damaged_file_gives_one_sentence_that_says_what_to_do(
    folder: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    with SqliteStore(folder, MASTER) as store:
        fill(store)
    path = folder / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StoreDamaged, match=r"store restore") as caught:
        SqliteStore(folder, MASTER)
    assert name in str(caught.value)


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with SqliteStore(tmp_path / name, MASTER) as store:
            fill(store)
    (tmp_path / "b" / "keys.db").replace(tmp_path / "a" / "keys.db")
    with pytest.raises(StoreDamaged, match="不属于"):
        SqliteStore(tmp_path / "a", MASTER)
    (tmp_path / "a" / "keys.db").unlink()
    with pytest.raises(StoreDamaged, match=r"没有 keys\.db"):
        SqliteStore(tmp_path / "a", MASTER)
    assert not (tmp_path / "a" / "keys.db").exists()


def test_a_first_start_cut_short_is_started_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "_adopt", _crash)
        with pytest.raises(KeyboardInterrupt):
            SqliteStore(folder, MASTER)
    with SqliteStore(folder, MASTER) as store:
        fill(store)
    with SqliteStore(folder, MASTER) as store:
        assert len(store.events("T1")) == 4


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StoreFailed, match="file"):
        SqliteStore(file / "store", MASTER)


def test_a_disk_that_is_full_takes_the_transaction_back_and_says_so(store: SqliteStore) -> None:
    customer = fill(store)
    before = tables(store)
    store.db.run(f"PRAGMA max_page_count = {store.db.one('PRAGMA page_count')[0]}")
    with pytest.raises(StoreFailed, match="磁盘已满"):
        append(store, opened("T2", customer), *[Noted(AT, "长" * 5000, "1")] * 20)
    assert tables(store) == before
    store.db.run("PRAGMA max_page_count = 100000")
    append(store, opened("T2", customer))
    assert list(faults(store)) == []


def test_the_durability_that_was_promised_is_switched_on(store: SqliteStore) -> None:
    for database in (store.db.store, store.db.keys):
        found = {
            name: database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "foreign_keys": 1,
        }


# checks and rebuilding -------------------------------------------------------------------------


def test_a_whole_store_has_no_faults(store: SqliteStore) -> None:
    customer = fill(store)
    append(store, opened("T2", customer))
    store.erase(customer, AT)
    assert list(faults(store)) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM events WHERE seq = 2", "缺口"),
        ("DELETE FROM events WHERE seq = 4", "停在 4，事件到 3"),
        ("DELETE FROM tickets", "没有列表记录"),
        ("UPDATE events SET public = '{}' WHERE seq = 2", "第 2 个事件"),
        ("UPDATE events SET name = 'noted2' WHERE seq = 2", "第 2 个事件"),
        ("UPDATE events SET sealed = x'00' WHERE seq = 2", "第 2 个事件"),
    ],
)
def test_a_fault_is_found_and_told(store: SqliteStore, sql: str, told: str) -> None:
    fill(store)
    for trigger in ("events_stay", "events_last"):
        store.db.run(f"DROP TRIGGER {trigger}")
    store.db.run(sql)
    assert any(told in fault for fault in faults(store))


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM events WHERE seq = 2", "第 2 个事件不见了"),
        ("UPDATE events SET v = 9 WHERE seq = 3", "第 3 个事件"),
        ("UPDATE events SET public = '{' WHERE seq = 3", "第 3 个事件"),
    ],
)
def test_after_a_crash_the_newest_events_are_looked_at(folder: Path, sql: str, told: str) -> None:
    store = SqliteStore(folder, MASTER)
    fill(store)
    for trigger in ("events_stay", "events_last"):
        store.db.run(f"DROP TRIGGER {trigger}")
    store.db.run(sql)
    store.db.close()
    store._lock.release()
    with pytest.raises(StoreDamaged, match=told):
        SqliteStore(folder, MASTER)


def test_a_row_that_does_not_fit_its_events_is_refused_and_can_be_rebuilt(
    store: SqliteStore,
) -> None:
    fill(store)
    before = tables(store)
    store.db.run("UPDATE tickets SET seq = 3")
    row = store.row("T1")
    assert row is not None
    with pytest.raises(StoreFailed, match="store rebuild"):
        store.append(replace(row, seq=4), TicketCard(), [Noted(AT, "x", "1")], {})
    rebuild(store, project)
    assert tables(store) == before


def test_the_read_tables_are_rebuilt_as_they_were(store: SqliteStore) -> None:
    fill(store)
    for number in range(20):
        customer = store.customer_of(replace(PARTY, external=str(number)), AT)
        append(store, opened(f"N{number}", customer), Noted(AT, f"说明{number}", "1"))
        if number % 3 == 0:
            append(store, Closed(later(5), "solved"), ticket=f"N{number}")
        if number % 4 == 0:
            store.erase(customer, AT)
    before = tables(store)
    assert rebuild(store, project) == 21
    assert tables(store) == before
    for table in ("tickets", "timers", "lookups"):
        store.db.run(f"DELETE FROM {table}")  # noqa: S608
    seen: list[tuple[int, int]] = []
    rebuild(store, project, lambda done, total: seen.append((done, total)))
    assert tables(store) == before
    assert seen[-1] == (21, 21)


def test_a_rebuild_that_fails_changes_nothing(store: SqliteStore) -> None:
    fill(store)
    append(store, opened("T2", store.customer_of(PARTY, AT)))
    before = tables(store)

    def half(events: Sequence[Event]) -> Projection:
        row, *rest = project(events)
        return (replace(row, seq=0) if row.id == "T2" else row, *rest)  # type: ignore[return-value]

    with pytest.raises(StoreDamaged, match="T2"):
        rebuild(store, half)
    assert tables(store) == before


# backups ---------------------------------------------------------------------------------------


def test_a_backup_is_restored_as_it_was_and_what_was_unsent_is_uncertain(
    store: SqliteStore, tmp_path: Path
) -> None:
    fill(store)
    before = tables(store)
    made = back_up(store, tmp_path / "backups", AT)
    append(store, Noted(AT, "之后", "1"), ticket="T1")
    assert made.name == "huashu-20260310-093000"
    assert {p.name for p in made.iterdir()} == {"store.db", "keys.db", "manifest.json"}
    assert [p.name for p in (tmp_path / "backups").iterdir()] == [made.name]
    restored = restore(made, tmp_path / "new", MASTER)
    assert (restored.events, restored.erased, restored.uncertain) == (4, 0, 1)
    with SqliteStore(tmp_path / "new", MASTER) as again:
        assert tables(again) == before
        assert list(faults(again)) == []
        assert [o.state for o in again.outgoing("T1")] == [OutState.SENT, OutState.UNCERTAIN]
        assert again.unhandled()[0].body == {"text": "原始消息"}


def test_a_restore_carries_out_the_erasures_since(store: SqliteStore, tmp_path: Path) -> None:
    customer = fill(store)
    other = store.customer_of(replace(PARTY, external="other"), AT)
    append(store, opened("T2", other))
    backups = tmp_path / "backups"
    old = back_up(store, backups, AT)
    store.erase(customer, later(5))
    assert erasures_in(store.folder) == [(customer, later(5))], "from a store in use, too"
    assert restore(old, tmp_path / "without", MASTER).erased == 0
    named = restore(old, tmp_path / "named", MASTER, also=[store.folder])
    back_up(store, backups, later(10))
    beside = restore(old, tmp_path / "beside", MASTER)
    assert (named.erased, beside.erased) == (1, 1)
    for name in ("named", "beside"):
        with SqliteStore(tmp_path / name, MASTER) as again:
            assert again.party_of(customer) is None
            assert again.events("T1")[1] == Noted(AT, "", "1")
            assert again.events("T2") == [opened("T2", other)]
            assert again.keys.erasures() == [(customer, later(5))]
            assert list(faults(again)) == []


def test_a_backup_that_was_changed_or_is_half_is_refused(
    store: SqliteStore, tmp_path: Path
) -> None:
    fill(store)
    made = back_up(store, tmp_path / "backups", AT)
    with pytest.raises(BackupRefused, match="已经存在"):
        back_up(store, tmp_path / "backups", AT)
    data = (made / "store.db").read_bytes()
    (made / "store.db").write_bytes(data[:-1] + b"x")
    with pytest.raises(BackupRefused, match="与清单不符"):
        restore(made, tmp_path / "new", MASTER)
    (made / "store.db").unlink()
    with pytest.raises(BackupRefused, match="不是完整的备份"):
        restore(made, tmp_path / "new", MASTER)
    with pytest.raises(BackupRefused, match="不是完整的备份"):
        restore(tmp_path, tmp_path / "new", MASTER)
    assert not (tmp_path / "new").exists()


def test_a_restore_overwrites_nothing_and_leaves_nothing_when_refused(
    store: SqliteStore, tmp_path: Path
) -> None:
    fill(store)
    made = back_up(store, tmp_path / "backups", AT)
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").touch()
    with pytest.raises(BackupRefused, match="不是空的"):
        restore(made, full, MASTER)
    with pytest.raises(KeyRefused, match=str(made)):
        restore(made, tmp_path / "target" / "new", MasterKey(b"x" * 32))
    assert list((tmp_path / "target").iterdir()) == []
    with pytest.raises(BackupRefused, match=r"没有 keys\.db"):
        restore(made, tmp_path / "target" / "new", MASTER, also=[full])


def test_a_backup_takes_the_place_of_an_empty_store_only(
    store: SqliteStore, tmp_path: Path
) -> None:
    fill(store)
    made = back_up(store, tmp_path / "backups", AT)
    new = tmp_path / "new"
    assert restore_into(SqliteStore(new, MASTER), made).events == 4
    with pytest.raises(BackupRefused, match="已有数据"):
        restore_into(SqliteStore(new, MASTER), made)
    with SqliteStore(new, MASTER) as again:
        assert len(again.events("T1")) == 4


def test_a_backup_in_the_middle_of_a_transaction_is_refused(
    store: SqliteStore, tmp_path: Path
) -> None:
    with store.atomic(), pytest.raises(BackupRefused):
        back_up(store, tmp_path / "backups", AT)


# lists are walked, not searched ----------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        RowFilter(),
        RowFilter(open=True, holder=("queue", "bot"), priority=("P1",)),
        RowFilter(open=False, since=AT),
        RowFilter(agent="1001", department="logistics", category=("product_quality",)),
    ],
)
def test_a_list_takes_its_order_and_its_filter_from_one_index(
    store: SqliteStore, wanted: RowFilter
) -> None:
    from bot.storage.rows import ORDER, source

    part, values = source(wanted)
    plan = store.db.rows(f"EXPLAIN QUERY PLAN SELECT t.rowid {part} {ORDER} LIMIT 50", values)
    assert len(plan) == 1
    assert "COVERING INDEX" in plan[0][3]


def test_times_of_rows_come_in_the_zone_of_the_desk(tmp_path: Path) -> None:
    zone = dt.timezone(dt.timedelta(hours=8))
    with SqliteStore(tmp_path / "s", MASTER, zone) as store:
        fill(store)
        row = store.row("T1")
        assert row is not None
        assert row.opened_at.isoformat() == AT.isoformat()
        timers = store.due_timers(later(99))
        assert timers[0].due.utcoffset() == dt.timedelta(hours=8)


def test_a_conflict_in_a_group_leaves_the_rest_of_the_group(store: SqliteStore) -> None:
    customer = store.customer_of(PARTY, AT)
    with store.atomic():
        row = append(store, opened("T1", customer))
        with pytest.raises(Conflict):
            store.append(replace(row, seq=5), TicketCard(), [Noted(AT, "x", "1")], {})
        append(store, opened("T2", customer))
    assert store.count(RowFilter()) == 2


def test_no_transaction_is_left_open_when_the_database_refuses_to_begin(
    store: SqliteStore,
) -> None:
    store.db.store.execute("BEGIN")
    with pytest.raises(StoreFailed), store.atomic():
        pass
    assert not store.db.keys.in_transaction
    assert not store.db.store.in_transaction
    fill(store)
    assert connection.STORE_FILE in {p.name for p in store.folder.iterdir()}
