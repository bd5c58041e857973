"""A channel's message is kept before it is acknowledged, and handled once, in order."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest

from bot.desk.desk import Desk
from bot.desk.errors import TextRefused
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Conflict, Incoming, Party, RowFilter
from bot.desk.receiving import handle_pending, receive, take
from bot.domain.events import CustomerSaid
from bot.storage.errors import StoreFailed
from bot.storage.master import MasterKey
from bot.storage.memory import MemoryStore
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk

AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def desk() -> Desk:
    return fake_desk(MemoryStore())


def update(number: int, text: str = "快递没到", source: str = "telegram:desk") -> Incoming:
    at = AT + dt.timedelta(seconds=number)
    return Incoming(source, str(number), at, {"chat": f"{source} 张三", "text": text})


def say(desk: Desk, incoming: Incoming) -> str:
    body = incoming.body
    party = Party("telegram", "desk", str(body["chat"]))
    heard = customer_said(desk, Message(party, str(body["text"]), incoming.at, incoming.update))
    if "炸" in str(body["text"]):
        raise ZeroDivisionError
    if "太长" in str(body["text"]):
        raise TextRefused("内容过长")
    if "冲突" in str(body["text"]):
        raise Conflict(heard.ticket.id, 1, 2)
    return heard.ticket.id


def heard(desk: Desk) -> list[str]:
    """The channel's ids of all customers' messages, by the order of tickets and events."""
    rows = sorted(desk.store.rows(RowFilter(), limit=100), key=lambda row: row.opened_at)
    events = [e for row in rows for e in desk.store.events(row.id)]
    return [e.message for e in events if isinstance(e, CustomerSaid)]


def test_a_message_is_kept_first_and_handled_later(desk: Desk) -> None:
    assert receive(desk, update(1))
    assert heard(desk) == []
    assert desk.store.unhandled() == [update(1)]
    assert handle_pending(desk, say) == 1
    assert heard(desk) == ["1"]
    assert desk.store.unhandled() == []


def test_a_repeat_is_known_before_and_after_it_was_handled(desk: Desk) -> None:
    receive(desk, update(1))
    assert not receive(desk, update(1))
    handle_pending(desk, say)
    assert not receive(desk, update(1))
    assert handle_pending(desk, say) == 0
    assert heard(desk) == ["1"]


def test_the_same_number_from_another_source_is_another_message(desk: Desk) -> None:
    assert receive(desk, update(1, source="telegram:desk"))
    assert receive(desk, update(1, source="telegram:other"))
    assert handle_pending(desk, say) == 2


def test_messages_are_handled_in_the_order_they_came(desk: Desk) -> None:
    for number in (3, 1, 2):
        receive(desk, update(number))
    handle_pending(desk, say)
    assert heard(desk) == ["3", "1", "2"]


def test_no_more_than_the_limit_is_handled(desk: Desk) -> None:
    for number in range(4):
        receive(desk, update(number))
    assert handle_pending(desk, say, limit=3) == 3
    assert handle_pending(desk, say, limit=3) == 1


def test_a_failure_takes_its_effects_back_and_holds_up_its_source_only(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    receive(desk, update(1))
    receive(desk, update(2, "炸了，电话13800001111"))
    receive(desk, update(3))
    receive(desk, update(4, source="web"))
    assert handle_pending(desk, say) == 2
    assert sorted(heard(desk)) == ["1", "4"]
    assert [i.update for i in desk.store.unhandled()] == ["2", "3"]
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "telegram:desk 2" in record.getMessage()
    assert "13800001111" not in caplog.text


def test_what_is_remembered_of_tickets_is_what_is_stored_after_a_failure(desk: Desk) -> None:
    receive(desk, update(1))
    receive(desk, update(2, "炸了"))
    handle_pending(desk, say)
    (row,) = desk.store.rows(RowFilter())
    assert desk.ticket(row.id).seq == row.seq == len(desk.store.events(row.id))


def test_a_failed_message_is_handled_once_it_can_be(desk: Desk) -> None:
    receive(desk, update(1, "炸了"))
    receive(desk, update(2))
    handle_pending(desk, say)

    def mended(desk: Desk, incoming: Incoming) -> str:
        return say(desk, update(int(incoming.update)))

    assert handle_pending(desk, mended) == 2
    assert heard(desk) == ["1", "2"]


def test_a_refusal_is_the_answer_and_changes_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    receive(desk, update(1, "太长"))
    receive(desk, update(2))
    assert handle_pending(desk, say) == 2
    assert heard(desk) == ["2"]
    assert desk.store.unhandled() == []
    assert "内容过长" in caplog.text


def test_a_conflict_is_no_answer_and_leaves_the_message(desk: Desk) -> None:
    receive(desk, update(1, "冲突"))
    assert handle_pending(desk, say) == 0
    assert heard(desk) == []
    assert desk.store.unhandled() == [update(1, "冲突")]


def test_taking_handles_at_once_and_a_repeat_gives_nothing(desk: Desk) -> None:
    ticket = take(desk, update(1), say)
    assert ticket is not None
    assert desk.ticket(ticket).talk.customer_lines == 1
    assert take(desk, update(1), say) is None
    assert heard(desk) == ["1"]
    assert desk.store.unhandled() == []


def test_what_a_message_led_to_and_the_note_of_it_are_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, update: str) -> None:
        raise OSError("the disk is full")

    receive(desk, update(1))
    with monkeypatch.context() as patch:
        patch.setattr(desk.store, "handled", full)
        assert handle_pending(desk, say) == 0
        with pytest.raises(OSError, match="full"):
            take(desk, update(2), say)
    assert heard(desk) == []
    assert handle_pending(desk, say) == 1
    assert heard(desk) == ["1"]


def test_a_message_that_could_not_be_taken_was_never_received(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        take(desk, update(1, "炸了"), say)
    assert heard(desk) == []
    assert desk.store.unhandled() == []
    assert take(desk, update(1), say) is not None


def test_a_repeat_of_a_pending_message_is_not_taken_either(desk: Desk) -> None:
    receive(desk, update(1))
    assert take(desk, update(1), say) is None
    assert handle_pending(desk, say) == 1
    assert heard(desk) == ["1"]


def test_nothing_is_written_once_the_database_has_ended_the_transaction(tmp_path: Path) -> None:
    """As it does by itself when the disk is full; the service's transaction is the outer one."""
    with SqliteStore(tmp_path / "store", MasterKey(b"k" * 32)) as store:
        desk = fake_desk(store)
        for number in range(3):
            receive(desk, update(number, source=f"source {number}"))

        def full(desk: Desk, incoming: Incoming) -> None:
            say(desk, incoming)
            if incoming.update == "1":
                store.db.store.execute("ROLLBACK")
                raise OSError("the disk is full")

        with pytest.raises(StoreFailed), desk.atomic():
            handle_pending(desk, full)
        assert heard(desk) == []
        assert len(desk.store.unhandled()) == 3
        assert handle_pending(desk, say) == 3
        assert sorted(heard(desk)) == ["0", "1", "2"]
