"""A customer's rights, and periods of keeping."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
from pathlib import Path

import pytest

from bot.desk import ending
from bot.desk.account_ports import OfficeStore
from bot.desk.audit import Actor, faults
from bot.desk.customers import erase, export
from bot.desk.desk import Desk
from bot.desk.intake import Message, customer_said
from bot.desk.ports import NoSuchCustomer, Outgoing, OutState, Party
from bot.desk.retention import Retention, RetentionSweep, enforce
from bot.desk.service import DeskService
from bot.storage.connection import KEYS_FILE, STORE_FILE
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk
from tests.security.when import AT, later

BY = Actor("manager", "web:10.0.0.7")
PHONE, NAME = "13800001111", "李小明"
DAY = dt.timedelta(days=1)
WEB = Party("web", "", "visitor-7")


def told(desk: Desk, text: str, party: Party = WEB, at: dt.datetime = AT) -> str:
    """A message; gives the ticket's id."""
    return customer_said(desk, Message(party, text, at)).ticket.id


def filled(store: OfficeStore) -> tuple[Desk, str, str]:
    """A desk with a customer's ticket."""
    desk = fake_desk(store)
    ticket = told(desk, f"我叫{NAME}，电话{PHONE}，洗衣机坏了")
    customer = desk.ticket(ticket).customer
    store.put(Outgoing("m1", "web", "visitor-7", ticket, customer, {"text": f"您好{NAME}"}, AT))
    return desk, ticket, customer


def nothing(_: object) -> None:
    """There is no live desk."""


# export and erasure ------------------------------------------------------------------------------


def test_an_export_holds_everything_in_full_and_is_written_down(store: MemoryStore) -> None:
    desk, ticket, customer = filled(store)
    found = export(store, desk.house, customer, BY, later(5))
    text = json.dumps(found.data, ensure_ascii=False)
    for value in (PHONE, NAME, "visitor-7", f"您好{NAME}", "洗衣机坏了", ticket, '"phone"'):
        assert value in text
    assert found.data["tickets"][0]["events"][0]["event"] == "opened"
    assert {form.code for forms in found.forms for form in forms} >= {"register", "communication"}
    assert PHONE in repr(found.forms)
    (record,) = store.audit()
    assert (record.what, record.customer, record.detail) == (
        "export_customer",
        customer,
        "tickets=1",
    )


def test_an_erasure_leaves_nothing_readable_in_files_or_memory(disk: SqliteStore) -> None:
    desk, ticket, customer = filled(disk)
    assert NAME in repr(desk.ticket(ticket))
    rows = erase(disk, customer, BY, later(5), desk.forget)
    assert [row.id for row in rows] == [ticket]
    assert NAME not in repr(desk.ticket(ticket)), "a live desk does not remember either"
    assert PHONE not in repr((desk.ticket(ticket), disk.events(ticket), disk.outgoing(ticket)))
    assert disk.party_of(customer) is None
    for file in disk.folder.glob("*.db*"):
        written = file.read_bytes()
        assert NAME.encode() not in written
        assert PHONE.encode() not in written
    assert [r.what for r in disk.audit()] == ["erase_customer"]
    assert disk.keys.erasures() == [(customer, later(5))]


def test_an_unknown_or_erased_customer_cannot_be_exported(store: MemoryStore) -> None:
    desk, _, customer = filled(store)
    erase(store, customer, BY, AT, desk.forget)
    for number in (customer, "nobody"):
        with pytest.raises(NoSuchCustomer):
            export(store, desk.house, number, BY, AT)
    with pytest.raises(NoSuchCustomer):
        erase(store, "nobody", BY, AT, nothing)
    assert [r.what for r in store.audit()] == ["erase_customer"]


def test_an_erasure_that_fails_is_not_written_down(disk: SqliteStore) -> None:
    _, ticket, customer = filled(disk)
    with pytest.raises(RuntimeError), disk.atomic():  # noqa: PT012
        erase(disk, customer, BY, AT, nothing)
        raise RuntimeError
    assert PHONE in repr(disk.events(ticket))
    assert disk.audit() == []
    assert list(faults(disk)) == []


# periods -----------------------------------------------------------------------------------------


@pytest.fixture(params=["disk", "store"])
def any_store(request: pytest.FixtureRequest) -> OfficeStore:
    found: OfficeStore = request.getfixturevalue(request.param)
    return found


def test_who_was_quiet_for_the_period_is_erased_and_others_stay(any_store: OfficeStore) -> None:
    desk = fake_desk(any_store)
    old = told(desk, f"我叫{NAME}，洗衣机坏了")
    ending.close(desk, old, "已解决", "1001", later(10))
    open_ = told(desk, "洗衣机坏了", Party("web", "", "v2"))
    new = told(desk, "洗衣机坏了", Party("web", "", "v3"))
    ending.close(desk, new, "已解决", "1001", AT + 100 * DAY)
    policy = Retention(tickets=365 * DAY)
    at = AT + 366 * DAY
    assert enforce(any_store, policy, at, desk.forget).customers == 1
    there = [any_store.party_of(desk.ticket(t).customer) is not None for t in (old, open_, new)]
    assert there == [False, True, True]
    row = any_store.row(old)
    assert row is not None
    assert row.category == "product_quality", "figures outlive the words"
    assert [(r.who, r.what, r.customer) for r in any_store.audit()] == [
        ("huashu", "erase_customer", row.customer)
    ]


def test_enforcing_twice_does_nothing_more(any_store: OfficeStore) -> None:
    desk, ticket, customer = filled(any_store)
    any_store.mark("m1", OutState.SENT)
    ending.close(desk, ticket, "已解决", "1001", later(10))
    at = AT + 4 * 365 * DAY
    first = enforce(any_store, Retention(), at, desk.forget)
    assert first.customers == 1
    before = any_store.audit()
    again = enforce(any_store, Retention(), at, desk.forget)
    assert (again.customers, again.messages, again.audit, again.more) == (0, 0, 0, False)
    assert any_store.audit() == before
    assert list(faults(any_store)) == []
    assert any_store.party_of(customer) is None


def test_each_period_holds_for_itself(any_store: OfficeStore) -> None:
    desk, ticket, customer = filled(any_store)
    any_store.mark("m1", OutState.SENT)
    export(any_store, desk.house, customer, BY, AT)
    export(any_store, desk.house, customer, BY, AT + 20 * DAY)
    policy = Retention(messages=10 * DAY, audit=15 * DAY)
    removed = enforce(any_store, policy, AT + 30 * DAY, desk.forget)
    assert (removed.customers, removed.messages, removed.audit) == (0, 1, 1)
    bodies = {o.key: dict(o.body) for o in any_store.outgoing(ticket)}
    assert bodies.pop("m1") == {}
    assert all(bodies.values()), "what was not sent yet is kept"
    assert PHONE in repr(any_store.events(ticket))
    assert list(faults(any_store)) == []


def test_the_sweep_looks_once_an_hour_and_goes_on_where_much_is_left(store: MemoryStore) -> None:
    for number in range(70):
        store.customer_of(Party("web", "", str(number)), AT)
    sweep = RetentionSweep(Retention(tickets=DAY))
    at = AT + 2 * DAY
    assert [sweep(store, at, nothing).customers for _ in range(3)] == [50, 20, 0]
    store.customer_of(Party("web", "", "late"), AT)
    assert sweep(store, at + 59 * DAY / 1440, nothing).customers == 0
    assert sweep(store, at + 60 * DAY / 1440, nothing).customers == 1


async def test_a_running_desk_enforces_the_periods_by_itself(store: MemoryStore) -> None:
    desk, ticket, customer = filled(store)
    ending.close(desk, ticket, "已解决", "1001", later(10))
    service = DeskService(desk, lambda: AT + 4 * 365 * DAY)
    sweeping = asyncio.create_task(service.keep_sweeping())
    while await service.run(lambda d: d.store.party_of(customer)) is not None:
        pass
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping
    await service.close()
    assert NAME not in repr(desk.ticket(ticket))


def test_a_period_of_less_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="1 天"):
        Retention(tickets=dt.timedelta(hours=1))


def test_the_files_of_a_store_are_those_these_tests_read(disk: SqliteStore) -> None:
    assert {STORE_FILE, KEYS_FILE} <= {Path(f).name for f in disk.folder.glob("*.db*")}
