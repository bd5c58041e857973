"""What every store promises (see ``bot.desk.ports.Store``), on each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.desk.ports import (
    Conflict,
    Incoming,
    NoSuchCustomer,
    NoSuchMessage,
    Outgoing,
    OutState,
    Party,
    RowFilter,
    Store,
    TicketCard,
    TicketRow,
    Timer,
)
from bot.domain.events import Closed, Event, Noted, Opened, TakenOver

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
WEB = Party("web", "", "visitor-7")
CARD = TicketCard("李小明", "洗衣机显示E4", "请尽快处理")
TEXT = "电话13800001111"


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def new_row(ticket: str, customer: str, **change: object) -> TicketRow:
    row = TicketRow(
        id=ticket,
        customer=customer,
        channel="web",
        opened_at=AT,
        updated_at=AT,
        seq=1,
        stage="handling",
        category="product_quality",
        contact_type="报修",
        priority="P2",
        emotion="calm",
        holder="queue",
    )
    return replace(row, **change)  # type: ignore[arg-type]


def opened(ticket: str, customer: str) -> Opened:
    return Opened(AT, ticket, customer, "web", known=(("name", "李小明"),))


def noted(text: str = TEXT) -> Noted:
    return Noted(AT, text, "1001")


def put_ticket(
    store: Store,
    ticket: str,
    customer: str = "",
    *,
    timers: dict[str, dt.datetime] | None = None,
    lookups: Sequence[tuple[str, str]] = (),
    **change: object,
) -> TicketRow:
    customer = customer or store.customer_of(WEB, AT)
    row = new_row(ticket, customer, **change)
    store.append(row, CARD, [opened(ticket, customer)], timers or {}, lookups)
    return row


def message(store: Store, key: str, chat: str = "c1", **change: object) -> Outgoing:
    made = Outgoing(key, "web", chat, "T1", store.customer_of(WEB, AT), {"text": key}, AT)
    return replace(made, **change)  # type: ignore[arg-type]


def sendable(store: Store, at: dt.datetime = AT) -> list[str]:
    return [o.key for o in store.sendable(at)]


# customers -------------------------------------------------------------------------------------


def test_a_party_is_one_customer_and_another_party_is_another(store: Store) -> None:
    first = store.customer_of(WEB, AT)
    assert store.customer_of(Party("web", "", "visitor-7"), later(5)) == first
    others = [Party("web", "", "visitor-8"), Party("web", "b", "visitor-7"), Party("x", "", "7")]
    assert len({first, *(store.customer_of(p, AT) for p in others)}) == 4
    assert store.party_of(first) == WEB
    assert store.party_of("nobody") is None


def test_parts_of_a_party_cannot_be_shifted_into_each_other(store: Store) -> None:
    pairs = [Party("a", "b\0c", "d"), Party("a", "b", "c\0d"), Party("a\0b", "c", "d")]
    assert len({store.customer_of(p, AT) for p in pairs}) == 3


# tickets ---------------------------------------------------------------------------------------


def test_what_was_appended_reads_back(store: Store) -> None:
    customer = store.customer_of(WEB, AT)
    row = new_row(
        "T1",
        customer,
        due=later(30),
        due_name="first_reply",
        waiting_since=later(1),
        need_since=later(1),
        first_reply_at=later(2),
        resolved_at=later(3),
        closed_at=later(4),
        satisfaction=4,
        reopened=1,
        open_promises=2,
        complaint="registered",
        departments=("logistics", "仓库"),
        broken=("answer",),
        rules=("angry",),
        by_bot=True,
        agent="1001",
        level="supervisor",
        solution="leak",
        seq=2,
    )
    store.append(row, CARD, [opened("T1", customer), noted()], {})
    assert store.row("T1") == row
    assert store.events("T1") == [opened("T1", customer), noted()]
    assert store.cards(["T1", "T9"]) == {"T1": CARD}
    plain = replace(row, seq=3, due=None, departments=(), by_bot=False, satisfaction=None)
    store.append(plain, TicketCard(), [noted()], {})
    assert (store.row("T1"), store.cards(["T1"])) == (plain, {"T1": TicketCard()})


def test_times_keep_their_instant_in_any_zone_to_the_microsecond(store: Store) -> None:
    odd = dt.datetime(
        2026, 3, 10, 1, 2, 3, 456789, dt.timezone(dt.timedelta(hours=-9, minutes=-30))
    )
    put_ticket(store, "T1", due=odd, opened_at=odd)
    found = store.row("T1")
    assert found is not None
    assert (found.due, found.opened_at) == (odd, odd)
    assert found.due is not None
    assert found.due.utcoffset() is not None


def test_an_unknown_ticket_is_empty(store: Store) -> None:
    assert (store.row("T9"), store.events("T9"), store.cards([])) == (None, [], {})


@pytest.mark.parametrize("seq", [1, 3])
def test_events_that_do_not_follow_the_last_one_conflict_and_change_nothing(
    store: Store, seq: int
) -> None:
    row = put_ticket(store, "T1", timers={"a": AT}, lookups=[("phone", "1")])
    late = replace(row, seq=seq, stage="closed")
    with pytest.raises(Conflict) as caught:
        store.append(late, TicketCard("x"), [noted()], {}, [("phone", "2")])
    assert (caught.value.ticket, caught.value.expected, caught.value.found) == ("T1", seq - 1, 1)
    assert (store.row("T1"), store.cards(["T1"])) == (row, {"T1": CARD})
    assert (len(store.events("T1")), len(store.due_timers(AT))) == (1, 1)
    assert store.find("phone", "2") == []


def test_a_ticket_that_is_not_there_conflicts_with_a_later_event(store: Store) -> None:
    customer = store.customer_of(WEB, AT)
    with pytest.raises(Conflict):
        store.append(new_row("T1", customer, seq=2), CARD, [noted()], {})


def test_a_ticket_needs_a_customer_of_the_store(store: Store) -> None:
    with pytest.raises(NoSuchCustomer):
        store.append(new_row("T1", "C999"), CARD, [opened("T1", "C999")], {})
    assert store.row("T1") is None


def test_an_event_that_cannot_be_kept_takes_the_whole_append_back(store: Store) -> None:
    from bot.domain.wire import BadEvent

    row = put_ticket(store, "T1")
    naive = Closed(dt.datetime(2026, 3, 10), "solved")  # noqa: DTZ001 - what is refused
    with pytest.raises(BadEvent):
        store.append(replace(row, seq=3), CARD, [noted(), naive], {})
    assert (store.row("T1"), len(store.events("T1"))) == (row, 1)


def test_a_row_can_be_put_again_without_an_event(store: Store) -> None:
    row = replace(put_ticket(store, "T1"), due=later(9))
    store.append(row, CARD, [], {})
    assert (store.row("T1"), len(store.events("T1"))) == (row, 1)


# transactions ----------------------------------------------------------------------------------


def change_everything(store: Store) -> None:
    customer = store.customer_of(Party("web", "", "new"), AT)
    put_ticket(store, "T2", customer, timers={"b": AT}, lookups=[("phone", "2")])
    row = store.row("T1")
    assert row is not None
    store.append(replace(row, seq=2, stage="closed"), TicketCard(), [noted()], {"c": later(-9)})
    store.receive(Incoming("web", "2", AT, {}))
    store.handled("web", "1")
    store.put(message(store, "m2", "c2"))
    store.mark("m1", OutState.SENDING)


def everything(store: Store) -> tuple[object, ...]:
    return (
        store.rows(RowFilter()),
        store.cards(["T1", "T2"]),
        [store.events(t) for t in ("T1", "T2")],
        store.due_timers(later(60)),
        store.next_due(),
        store.find("phone", "1"),
        store.find("phone", "2"),
        store.unhandled(),
        store.outgoing("T1"),
        [store.party_of(row.customer) for row in store.rows(RowFilter())],
    )


@pytest.fixture
def filled(store: Store) -> Store:
    put_ticket(store, "T1", timers={"a": later(5)}, lookups=[("phone", "1")])
    store.receive(Incoming("web", "1", AT, {"text": "你好"}))
    store.put(message(store, "m1"))
    return store


def fail_after(store: Store, *changes: Callable[[Store], object]) -> None:
    """Make changes in a transaction, see that they show, and let it fail."""
    before = everything(store)
    with store.atomic():
        for change in changes:
            change(store)
        assert everything(store) != before
        raise RuntimeError


def erase(store: Store) -> None:
    row = store.row("T1")
    assert row is not None
    assert store.erase(row.customer, AT)


def change_nested(store: Store) -> None:
    with store.atomic():
        change_everything(store)


def test_a_transaction_that_fails_leaves_everything_as_it_was(filled: Store) -> None:
    before = everything(filled)
    with pytest.raises(RuntimeError):
        fail_after(filled, change_everything)
    assert everything(filled) == before
    change_everything(filled)
    assert filled.count(RowFilter()) == 2


def test_an_erasure_in_a_transaction_that_fails_did_not_happen(filled: Store) -> None:
    before = everything(filled)
    with pytest.raises(RuntimeError):
        fail_after(filled, erase)
    assert everything(filled) == before


def test_a_nested_transaction_that_fails_takes_back_only_its_own(filled: Store) -> None:
    before = everything(filled)
    customer = filled.customer_of(WEB, AT)
    with filled.atomic():
        put_ticket(filled, "T8", customer)
        with pytest.raises(RuntimeError):
            fail_after(filled, change_everything, erase)
        with filled.atomic():
            put_ticket(filled, "T9", customer)
    assert {r.id for r in filled.rows(RowFilter())} == {"T1", "T8", "T9"}
    assert everything(filled)[1:-1] == before[1:-1]
    assert filled.party_of(customer) == WEB


def test_an_outer_transaction_that_fails_takes_the_nested_ones_with_it(filled: Store) -> None:
    before = everything(filled)
    with pytest.raises(RuntimeError):
        fail_after(filled, change_nested)
    assert everything(filled) == before


# lists -----------------------------------------------------------------------------------------


def test_lists_begin_with_what_ends_soonest_and_then_the_newest(store: Store) -> None:
    for ticket, due, opened_at in (
        ("none-old", None, later(-60)),
        ("none-new", None, AT),
        ("late", later(90), AT),
        ("soon", later(5), later(-90)),
        ("soon-new", later(5), later(-80)),
    ):
        put_ticket(store, ticket, due=due, opened_at=opened_at)
    order = ["soon-new", "soon", "late", "none-new", "none-old"]
    assert [r.id for r in store.rows(RowFilter())] == order
    assert [r.id for r in store.rows(RowFilter(), limit=2, offset=1)] == order[1:3]
    assert [r.id for r in store.rows(RowFilter(), offset=9)] == []


TICKETS = (
    {"agent": "1001", "holder": "person", "departments": ("logistics",)},
    {"stage": "closed", "priority": "P1", "category": "order_logistics"},
    {"stage": "greeting", "opened_at": later(60), "departments": ("log", "仓库")},
    {"agent": "1001", "stage": "closed", "opened_at": later(-60), "category": "price_policy"},
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (RowFilter(), "0123"),
        (RowFilter(agent="1001"), "03"),
        (RowFilter(agent=""), "12"),
        (RowFilter(agent="9"), ""),
        (RowFilter(holder=("person", "bot")), "0"),
        (RowFilter(stage=("closed", "greeting")), "123"),
        (RowFilter(priority=("P1",)), "1"),
        (RowFilter(category=("price_policy", "order_logistics")), "13"),
        (RowFilter(department="log"), "2"),
        (RowFilter(department="仓库"), "2"),
        (RowFilter(department="logistics"), "0"),
        (RowFilter(open=True), "02"),
        (RowFilter(open=False), "13"),
        (RowFilter(open=True, stage=("closed",)), ""),
        (RowFilter(since=AT), "012"),
        (RowFilter(until=AT), "3"),
        (RowFilter(since=later(-60), until=later(60)), "013"),
        (RowFilter(agent="1001", open=False, category=("price_policy",)), "3"),
    ],
)
def test_a_filter_gives_and_counts_the_tickets_it_names(
    store: Store, wanted: RowFilter, expected: str
) -> None:
    for number, change in enumerate(TICKETS):
        put_ticket(store, str(number), **change)  # type: ignore[arg-type]
    assert sorted(r.id for r in store.rows(wanted)) == list(expected)
    assert store.count(wanted) == len(expected)


def test_a_customer_has_his_tickets_the_newest_first(store: Store) -> None:
    other = store.customer_of(Party("web", "", "other"), AT)
    put_ticket(store, "T1")
    put_ticket(store, "T2", opened_at=later(9))
    put_ticket(store, "T3", other)
    mine = store.customer_of(WEB, AT)
    assert [r.id for r in store.newest_of(mine)] == ["T2", "T1"]
    assert [r.id for r in store.newest_of(mine, limit=1)] == ["T2"]
    assert [r.id for r in store.rows(RowFilter(customer=other))] == ["T3"]
    assert store.count(RowFilter(customer=mine, open=True)) == 2


def test_tickets_are_found_by_what_was_seen_in_them_the_newest_first(store: Store) -> None:
    row = put_ticket(store, "T1", lookups=[("phone", "13800001111"), ("phone", "13800001111")])
    put_ticket(store, "T2", lookups=[("phone", "13800001111")], opened_at=later(5))
    store.append(replace(row, seq=2), CARD, [noted()], {}, [("order", "88")])
    assert store.find("phone", "13800001111") == ["T2", "T1"]
    assert store.find("order", "88") == ["T1"]
    assert store.find("order", "13800001111") == []


# timers ----------------------------------------------------------------------------------------


def test_timers_fall_due_in_order_and_an_append_puts_all_of_a_tickets(store: Store) -> None:
    row = put_ticket(store, "T1", timers={"a": later(5), "b": later(1), "far": later(99)})
    put_ticket(store, "T2", timers={"a": later(3)})
    due = [("T1", "b", 1), ("T2", "a", 3), ("T1", "a", 5)]
    expected = [Timer(ticket, key, later(m)) for ticket, key, m in due]
    assert store.due_timers(later(5)) == expected
    assert store.due_timers(later(5), limit=1) == expected[:1]
    assert store.due_timers(AT) == []
    assert store.next_due() == later(1)
    store.append(replace(row, seq=2), CARD, [noted()], {"a": later(2), "c": later(4)})
    found = [(t.ticket, t.key) for t in store.due_timers(later(100))]
    assert found == [("T1", "a"), ("T2", "a"), ("T1", "c")]


def test_no_timer_falls_due_in_an_empty_store(store: Store) -> None:
    assert (store.next_due(), store.due_timers(later(1e6))) == (None, [])


# inbox and outbox ------------------------------------------------------------------------------


def test_a_raw_message_is_kept_once_and_forgotten_when_handled(store: Store) -> None:
    first = Incoming("telegram:1", "10", AT, {"text": "你好", "n": [1, None, {"a": 1.5}]})
    second = Incoming("telegram:1", "9", later(-5), {})
    assert [store.receive(x) for x in (first, second)] == [True, True]
    assert not store.receive(replace(first, body={"text": "again"}))
    assert store.receive(replace(first, source="telegram:2"))
    assert store.unhandled()[:2] == [first, second]
    assert store.unhandled(limit=1) == [first]
    store.handled("telegram:1", "10")
    store.handled("telegram:1", "nothing")
    assert [x.update for x in store.unhandled()] == ["9", "10"]
    assert not store.receive(first)
    assert len(store.unhandled()) == 2


def test_a_key_is_queued_once(store: Store) -> None:
    first = message(store, "m1", not_before=later(-1))
    store.put(first)
    store.put(replace(first, body={"text": "other"}, chat="c9"))
    (found,) = store.outgoing("T1")
    assert found == replace(first, position=found.position)


def test_each_chat_sends_its_oldest_message_first(store: Store) -> None:
    for key, chat in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")):
        store.put(message(store, key, chat))
    store.put(message(store, "other", "a", channel="telegram"))
    assert sendable(store) == ["a1", "b1", "other"]
    assert [o.key for o in store.sendable(AT, limit=1)] == ["a1"]
    store.mark("b1", OutState.SENT)
    assert sendable(store) == ["a1", "b2", "other"]
    positions = [o.position for o in store.outgoing("T1")]
    assert [o.key for o in store.outgoing("T1")] == ["a1", "b1", "a2", "b2", "other"]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("state", [OutState.SENDING, OutState.UNCERTAIN])
def test_a_head_that_is_under_way_or_uncertain_holds_its_chat_up(
    store: Store, state: OutState
) -> None:
    for key, chat in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        store.put(message(store, key, chat))
    store.mark("a1", state)
    assert sendable(store, later(1e6)) == ["b1"]
    assert [o.key for o in store.standing(state)] == ["a1"]
    store.mark("a1", OutState.FAILED, error="blocked")
    assert sendable(store) == ["a2", "b1"]
    assert store.standing(state) == []
    assert [(o.key, o.error) for o in store.standing(OutState.FAILED)] == [("a1", "blocked")]


def test_a_message_waits_for_its_time_and_its_chat_with_it(store: Store) -> None:
    store.put(message(store, "a1", not_before=later(5)))
    store.put(message(store, "a2"))
    assert sendable(store, later(4)) == []
    assert sendable(store, later(5)) == ["a1"]


def test_attempts_are_counted_and_a_retry_waits(store: Store) -> None:
    store.put(message(store, "a1"))
    for _ in range(2):
        store.mark("a1", OutState.SENDING)
        store.mark("a1", OutState.READY, error="429", not_before=later(1))
    assert sendable(store) == []
    (found,) = store.sendable(later(1))
    assert (found.attempts, found.error, found.not_before) == (2, "429", later(1))
    store.mark("a1", OutState.SENT)
    assert [(o.key, o.error, o.not_before) for o in store.standing(OutState.SENT)] == [
        ("a1", "", None)
    ]


def test_marking_what_was_never_queued_is_an_error(store: Store) -> None:
    with pytest.raises(NoSuchMessage):
        store.mark("m9", OutState.SENT)


def test_a_notification_may_name_no_customer_but_no_unknown_one(store: Store) -> None:
    store.put(message(store, "n1", customer=""))
    assert store.sendable(AT)[0].body == {"text": "n1"}
    with pytest.raises(NoSuchCustomer):
        store.put(message(store, "n2", customer="C999"))


# erasure ---------------------------------------------------------------------------------------


@pytest.fixture
def gone(filled: Store) -> Store:
    """A store whose customer of T1 was erased, while another one stays."""
    other = filled.customer_of(Party("web", "", "other"), AT)
    put_ticket(filled, "T2", other, lookups=[("phone", "1")])
    filled.mark("m1", OutState.SENT)
    for key, state in (("m2", OutState.UNCERTAIN), ("m3", OutState.READY)):
        filled.put(message(filled, key, state=state))
    assert filled.erase(filled.customer_of(WEB, AT), later(9))
    return filled


def test_after_an_erasure_only_the_public_side_is_left(gone: Store) -> None:
    row = gone.row("T1")
    assert row is not None
    assert gone.party_of(row.customer) is None
    assert gone.events("T1") == [replace(opened("T1", row.customer), known=())]
    assert gone.cards(["T1", "T2"]) == {"T1": TicketCard(), "T2": CARD}
    assert gone.find("phone", "1") == ["T2"]
    assert gone.count(RowFilter()) == 2
    assert gone.events("T2")[0].known  # type: ignore[union-attr]


def test_after_an_erasure_nothing_is_sent(gone: Store) -> None:
    states = [(o.key, o.state, o.chat, o.body) for o in gone.outgoing("T1")]
    assert states == [
        ("m1", OutState.SENT, "", {}),
        ("m2", OutState.FAILED, "", {}),
        ("m3", OutState.FAILED, "", {}),
    ]
    row = gone.row("T1")
    assert row is not None
    gone.put(replace(message(gone, "m4"), customer=row.customer))
    assert [o.key for o in gone.outgoing("T1")] == ["m1", "m2", "m3"]
    assert sendable(gone) == []


def test_an_erased_customers_ticket_goes_on_without_its_personal_side(gone: Store) -> None:
    row = gone.row("T1")
    assert row is not None
    events: list[Event] = [noted(), TakenOver(AT, "1001")]
    gone.append(replace(row, seq=3), CARD, events, {"a": AT}, [("phone", "3")])
    assert gone.events("T1")[1:] == [noted(""), TakenOver(AT, "1001")]
    assert gone.cards(["T1"]) == {"T1": TicketCard()}
    assert gone.find("phone", "3") == []
    assert [t.key for t in gone.due_timers(AT)] == ["a"]


def test_one_who_comes_back_after_his_erasure_is_a_new_customer(gone: Store) -> None:
    row = gone.row("T1")
    assert row is not None
    new = gone.customer_of(WEB, AT)
    assert new != row.customer
    assert gone.newest_of(new) == []
    gone.put(message(gone, "m9"))
    assert sendable(gone) == ["m9"]


def test_only_a_known_customer_can_be_erased_and_twice_is_as_good_as_once(gone: Store) -> None:
    row = gone.row("T1")
    assert row is not None
    assert not gone.erase("C999", AT)
    assert gone.erase(row.customer, AT)


@pytest.mark.parametrize("text", ["\ud83d", "a\0b", "😀 e\u0301\u200b", "'; DROP TABLE events"])
def test_odd_text_is_kept_as_it_came(store: Store, text: str) -> None:
    row = put_ticket(store, "T1", lookups=[("order", text)])
    store.append(replace(row, seq=2), TicketCard(problem=text), [noted(text)], {})
    store.put(message(store, "m1", chat=text, body={"text": text}))
    store.receive(Incoming("web", "1", AT, {"text": text}))
    assert store.events("T1")[1:] == [noted(text)]
    assert store.cards(["T1"]) == {"T1": TicketCard(problem=text)}
    assert store.find("order", text) == ["T1"]
    (found,) = store.outgoing("T1")
    assert (found.chat, found.body) == (text, {"text": text})
    assert store.unhandled()[0].body == {"text": text}
    party = Party("web", "", text)
    assert store.party_of(store.customer_of(party, AT)) == party
