"""What every store promises of knowledge gaps, on each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.ports import Gap, GapState, NoSuchCustomer, Party, Store
from bot.storage.connection import STORE_FILE
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
QUESTION, ANSWER = "可以寄到国外吗", "目前只支持国内配送"


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def customer(store: Store, name: str = "v1") -> str:
    return store.customer_of(Party("web", "", name), AT)


def put(store: Store, ticket: str, seq: int = 2, **change: object) -> Gap:
    gap = Gap(
        ticket,
        seq,
        customer(store),
        AT,
        "unmatched",
        "order_logistics",
        QUESTION,
        ANSWER,
    )
    gap = replace(gap, **change)  # type: ignore[arg-type]
    store.put_gap(gap)
    return gap


def fails(store: Store, *steps: Callable[[], object]) -> None:
    """A transaction that fails after some steps."""
    with store.atomic():
        for step in steps:
            step()
        raise RuntimeError


def keys(gaps: list[Gap]) -> list[tuple[str, int]]:
    return [(gap.ticket, gap.seq) for gap in gaps]


def test_a_gap_reads_back_as_it_was_put(store: Store) -> None:
    gap = put(
        store,
        "T1",
        state=GapState.ADDED,
        requested_at=later(1),
        settled_at=later(90),
        solution="s-1",
    )
    assert store.gaps() == [gap]


def test_the_newest_come_first(store: Store) -> None:
    put(store, "T1", at=later(1))
    put(store, "T3", 2)
    put(store, "T2", 9)
    put(store, "T2", 10, at=later(5))
    assert keys(store.gaps()) == [("T2", 10), ("T1", 2), ("T3", 2), ("T2", 9)]
    assert keys(store.gaps(limit=2)) == [("T2", 10), ("T1", 2)]


def test_states_and_ticket_restrict(store: Store) -> None:
    put(store, "T1", 2)
    put(store, "T1", 5, state=GapState.REQUESTED, at=later(1))
    put(store, "T2", 2, state=GapState.DISMISSED, at=later(2))
    assert keys(store.gaps({GapState.OPEN, GapState.DISMISSED})) == [("T2", 2), ("T1", 2)]
    assert keys(store.gaps(ticket="T1")) == [("T1", 5), ("T1", 2)]
    assert keys(store.gaps({GapState.REQUESTED}, ticket="T2")) == []


def test_putting_again_replaces(store: Store) -> None:
    gap = put(store, "T1")
    changed = replace(gap, answer="改过", state=GapState.REQUESTED, requested_at=later(3))
    store.put_gap(changed)
    assert store.gaps() == [changed]


def test_a_failed_transaction_leaves_no_gap(store: Store) -> None:
    gap = put(store, "T1")
    dismissed = replace(gap, state=GapState.DISMISSED)
    with pytest.raises(RuntimeError):
        fails(store, lambda: put(store, "T2"), lambda: store.put_gap(dismissed))
    assert store.gaps() == [gap]


def test_erasure_takes_a_customers_gaps_and_keeps_those_of_others(store: Store) -> None:
    put(store, "T1")
    other = put(store, "T2", customer=customer(store, "v2"))
    store.erase(customer(store), later(5))
    assert store.gaps() == [other]


def test_nothing_is_kept_for_an_erased_customer(store: Store) -> None:
    gap = put(store, "T1")
    store.erase(gap.customer, later(5))
    store.put_gap(gap)
    assert store.gaps() == []


def test_a_failed_erasure_keeps_the_gaps(store: Store) -> None:
    gap = put(store, "T1")
    with pytest.raises(RuntimeError):
        fails(store, lambda: store.erase(gap.customer, later(5)))
    assert store.gaps() == [gap]


def test_an_unknown_customer_is_refused(store: Store) -> None:
    with pytest.raises(NoSuchCustomer, match="请检查客户编号"):
        put(store, "T1", customer="nobody")


def test_the_words_lie_sealed_in_the_file(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, MasterKey(b"k" * 32)) as opened:
        put(opened, "T1")
    written = b"".join(file.read_bytes() for file in tmp_path.glob(f"{STORE_FILE}*"))
    assert b"order_logistics" in written
    assert QUESTION.encode() not in written
    assert ANSWER.encode() not in written


def test_gaps_survive_closing(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, MasterKey(b"k" * 32)) as opened:
        gap = put(opened, "T1", requested_at=later(1))
    with SqliteStore(tmp_path, MasterKey(b"k" * 32), AT.tzinfo or dt.UTC) as again:
        assert again.gaps() == [gap]
