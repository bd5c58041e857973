"""What every store promises of accounts, the audit log and periods of keeping, on each of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.account_ports import (
    Account,
    AuditHead,
    AuditRecord,
    Credential,
    CredentialKind,
    Failures,
    OfficeStore,
)
from bot.desk.people_errors import AccountRefused
from bot.desk.ports import Incoming, Outgoing, OutState, Party, TicketCard, TicketRow
from bot.domain.events import Opened
from bot.domain.people import Operation, Role
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore
from kb.terms import Category
from tests.security.when import AT, later

ZHANG = Account(
    "A1",
    "zhang",
    Role.AGENT,
    AT,
    "1001",
    "小张",
    "一组",
    "物流部",
    frozenset({Category.PRODUCT_QUALITY}),
    7,
    "$argon2id$hash",
)
LI = Account("A2", "li", Role.ADMIN, later(1))
TOKEN = Credential(
    "K1",
    CredentialKind.TOKEN,
    "A1",
    AT,
    later(1),
    later(60),
    "报表",
    "cli",
    frozenset({Operation.READ, Operation.REPORT_OWN}),
)


def record(position: int, **change: object) -> AuditRecord:
    made = AuditRecord(
        position, AT, "zhang", "read_full", "T1", "C1", "web", "", b"p", bytes([position])
    )
    return replace(made, **change)  # type: ignore[arg-type]


# accounts ----------------------------------------------------------------------------------------


def test_an_account_reads_back_and_is_found_by_its_name(store: OfficeStore) -> None:
    for account in (ZHANG, LI):
        store.put_account(account)
    assert store.accounts() == [LI, ZHANG]
    assert store.account("A1") == store.account_named("zhang") == ZHANG
    assert store.account("A9") is None
    assert store.account_named("Zhang") is None
    changed = replace(ZHANG, name="zhang2", number="", disabled=True, skills=frozenset())
    store.put_account(changed)
    assert store.accounts() == [LI, changed]
    assert store.account_named("zhang") is None


def test_a_name_or_number_is_taken_once_and_accounts_without_a_number_are_many(
    store: OfficeStore,
) -> None:
    store.put_account(ZHANG)
    for other in (replace(LI, name="zhang"), replace(LI, number="1001")):
        with pytest.raises(AccountRefused, match="已被其他账号使用"):
            store.put_account(other)
    store.put_account(LI)
    store.put_account(replace(LI, id="A3", name="wang"))
    assert len(store.accounts()) == 3


def test_a_failed_transaction_leaves_nothing_of_people(store: OfficeStore) -> None:
    store.put_account(ZHANG)
    store.put_failures("k", Failures(1, AT))
    with pytest.raises(AccountRefused), store.atomic():  # noqa: PT012
        store.put_account(LI)
        store.put_credential(TOKEN, "s")
        store.put_failures("k", Failures(2, AT))
        store.put_audit(record(1))
        store.put_account(replace(ZHANG, id="A9"))
    assert store.accounts() == [ZHANG]
    assert store.credentials("A1") == []
    assert store.failures("k") == Failures(1, AT)
    assert store.audit_last() == AuditHead(0, b"")


# credentials -------------------------------------------------------------------------------------


def test_a_credential_is_found_by_its_secret_and_kind_only(store: OfficeStore) -> None:
    store.put_account(ZHANG)
    store.put_credential(TOKEN, "secret")
    assert store.credential(CredentialKind.TOKEN, "secret") == TOKEN
    assert store.credential(CredentialKind.SESSION, "secret") is None
    assert store.credential(CredentialKind.TOKEN, "secret ") is None
    store.touch_credential("K1", later(5))
    assert store.credentials("A1") == [replace(TOKEN, seen_at=later(5))]


def test_the_same_secret_again_replaces(store: OfficeStore) -> None:
    store.put_account(ZHANG)
    store.put_account(LI)
    link = replace(TOKEN, kind=CredentialKind.LINK, until=None, scopes=frozenset())
    store.put_credential(link, "telegram 7")
    again = replace(link, id="K2", account="A2")
    store.put_credential(again, "telegram 7")
    assert store.credential(CredentialKind.LINK, "telegram 7") == again
    assert store.credentials("A1") == []


def test_credentials_are_dropped_one_by_one_by_kind_and_in_time(store: OfficeStore) -> None:
    store.put_account(ZHANG)
    store.put_account(LI)
    session = replace(TOKEN, kind=CredentialKind.SESSION, scopes=frozenset())
    for number, made in enumerate(
        (
            TOKEN,
            replace(session, until=later(30)),
            replace(session, at=later(2)),
            replace(session, kind=CredentialKind.LINK, until=None),
            replace(session, account="A2"),
        )
    ):
        store.put_credential(replace(made, id=f"K{number}"), f"s{number}")
    assert [c.id for c in store.credentials("A1")] == ["K0", "K1", "K3", "K2"]
    assert store.drop_expired(later(30)) == 0
    assert store.drop_expired(later(31)) == 1
    assert store.drop_credential("K0")
    assert not store.drop_credential("K0")
    assert store.drop_credentials("A1", (CredentialKind.SESSION, CredentialKind.TOKEN)) == 1
    assert [c.id for c in store.credentials("A1")] == ["K3"]
    assert [c.id for c in store.credentials("A2")] == ["K4"]


def test_failures_are_kept_forgotten_and_outlived(store: OfficeStore) -> None:
    assert store.failures("account:x") == Failures()
    store.put_failures("account:x", Failures(3, AT))
    store.put_failures("origin:y", Failures(1, later(9)))
    assert store.failures("account:x") == Failures(3, AT)
    assert store.forget_failures(later(5)) == 1
    assert store.failures("account:x") == Failures()
    store.put_failures("origin:y", Failures())
    assert store.failures("origin:y") == Failures()


# audit -------------------------------------------------------------------------------------------


def test_audit_records_read_back_in_order(store: OfficeStore) -> None:
    made = [record(n, at=later(n), detail=f"n={n}") for n in (1, 2, 5)]
    for one in made:
        store.put_audit(one)
    assert store.audit() == made
    assert store.audit(after=1, limit=1) == made[1:2]
    assert store.audit_last() == AuditHead(5, b"\x05")
    assert store.audit_noted() == (AuditHead(0, b""), AuditHead(5, b"\x05"))
    assert store.audit_position(b"\x02") == 2
    assert store.audit_position(b"\x09") is None


def test_the_oldest_audit_records_go_and_the_newest_always_stays(store: OfficeStore) -> None:
    for n in (1, 2, 3):
        store.put_audit(record(n, at=later(n)))
    assert store.prune_audit(later(1)) == 0
    assert store.prune_audit(later(3)) == 2
    assert [r.position for r in store.audit()] == [3]
    assert store.audit_noted() == (AuditHead(2, b"\x02"), AuditHead(3, b"\x03"))
    assert store.prune_audit(later(99)) == 0
    assert store.audit_last() == AuditHead(3, b"\x03")


# periods -----------------------------------------------------------------------------------------


def ticket(store: OfficeStore, external: str, number: str, closed: float | None) -> str:
    customer = store.customer_of(Party("web", "", external), AT)
    row = TicketRow(
        number,
        customer,
        "web",
        AT,
        AT,
        1,
        "closed" if closed is not None else "handling",
        "product_quality",
        "咨询",
        "P3",
        "calm",
        "person",
        closed_at=None if closed is None else later(closed),
    )
    store.append(row, TicketCard(), [Opened(AT, number, customer, "web")], {})
    return customer


def test_quiet_customers_have_no_open_ticket_and_none_closed_lately(store: OfficeStore) -> None:
    old = ticket(store, "old", "T1", 10)
    ticket(store, "open", "T2", None)
    mixed = ticket(store, "mixed", "T3", 5)
    ticket(store, "mixed", "T4", 50)
    silent = store.customer_of(Party("web", "", "silent"), later(1))
    store.customer_of(Party("web", "", "new"), later(40))
    gone = ticket(store, "gone", "T5", 10)
    store.erase(gone, later(20))
    assert store.quiet_customers(later(10)) == [silent]
    assert store.quiet_customers(later(30)) == [old, silent]
    assert store.quiet_customers(later(30), limit=1) == [old]
    assert mixed in store.quiet_customers(later(51))


def test_settled_messages_lose_their_bodies_and_others_keep_them(store: OfficeStore) -> None:
    customer = ticket(store, "a", "T1", 1)
    for key, state, minutes in (
        ("old", OutState.SENT, 0),
        ("failed", OutState.FAILED, 0),
        ("waits", OutState.READY, 0),
        ("new", OutState.SENT, 20),
    ):
        store.put(Outgoing(key, "web", key, "T1", customer, {"text": key}, later(minutes)))
        if state is not OutState.READY:
            store.mark(key, state)
    assert store.forget_messages(later(10)) == 2
    assert store.forget_messages(later(10)) == 0
    assert [(o.chat, dict(o.body)) for o in store.outgoing("T1")] == [
        ("", {}),
        ("", {}),
        ("waits", {"text": "waits"}),
        ("new", {"text": "new"}),
    ]


def test_numbers_of_handled_messages_go_in_time_and_unhandled_ones_stay(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, MasterKey(b"k" * 32)) as store:
        for update, minutes in (("1", 0), ("2", 0), ("3", 20)):
            store.receive(Incoming("telegram", update, later(minutes), {"text": update}))
        store.handled("telegram", "1")
        store.handled("telegram", "3")
        assert store.forget_messages(later(10)) == 1
        assert [i.update for i in store.unhandled()] == ["2"]
        assert not store.receive(Incoming("telegram", "3", later(30), {}))


# on the disk -------------------------------------------------------------------------------------


def test_nothing_of_people_lies_readable_in_the_file(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, MasterKey(b"k" * 32)) as store:
        store.put_account(ZHANG)
        store.put_credential(TOKEN, "a-secret-token")
        store.put_failures("account:zhang", Failures(1, AT))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for text in ("zhang", "小张", "1001", "argon2id", "a-secret-token", "报表", "report_own"):
        assert text.encode() not in written, text


def test_people_survive_closing_and_a_change_of_the_master_key(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, MasterKey(b"k" * 32), AT.tzinfo) as store:  # type: ignore[arg-type]
        store.put_account(ZHANG)
        store.put_credential(TOKEN, "secret")
        store.put_audit(record(1))
        store.rotate_key(MasterKey(b"n" * 32))
    with SqliteStore(tmp_path, MasterKey(b"n" * 32), AT.tzinfo) as again:  # type: ignore[arg-type]
        assert again.account_named("zhang") == ZHANG
        assert again.credential(CredentialKind.TOKEN, "secret") == TOKEN
        assert again.audit_noted()[1] == AuditHead(1, b"\x01")
