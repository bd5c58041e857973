"""``huashu kb gaps`` over a store in memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.cli.common import Chosen
from bot.cli.gaps import gaps
from bot.desk.ports import Gap, GapState, Party
from bot.domain.policy import STANDARD
from bot.storage.memory import MemoryStore
from tests.fakes.encoder import NgramEncoder

AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    made = MemoryStore()

    @contextlib.contextmanager
    def opened() -> Iterator[MemoryStore]:
        yield made

    program = SimpleNamespace(
        snapshot=lambda of_data: SimpleNamespace(encoder=NgramEncoder(dim=256)),
        store=opened,
        policy=STANDARD,
    )
    monkeypatch.setattr(Chosen, "program", lambda self: program)
    return made


def put(store: MemoryStore, number: int, question: str, answer: str = "", **more: object) -> None:
    customer = store.customer_of(Party("web", "", "v1"), AT)
    at = AT + dt.timedelta(minutes=number)
    store.put_gap(
        Gap(f"T{number}", 2, customer, at, "unmatched", "price_policy", question, answer, **more)  # type: ignore[arg-type]
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(gaps, arguments, obj=Chosen(), env={"COLUMNS": "200"})


def test_an_empty_list_says_so(store: MemoryStore) -> None:
    result = run()
    assert (result.exit_code, result.output) == (0, "没有待处理的知识缺口。\n")


def test_the_list_shows_what_how_often_and_the_answer(store: MemoryStore) -> None:
    put(store, 1, "发票抬头怎么改", "在订单页申请[bold]换开")
    put(store, 2, "发票抬头怎么改呢", state=GapState.REQUESTED, requested_at=AT)
    shown = run().output
    for part in ("发票抬头怎么改", "2", "价格政策咨询", "没有匹配的方案", "03-11 10:00", "[bold]"):
        assert part in shown


def test_json_lines_name_the_gaps(store: MemoryStore) -> None:
    put(store, 1, "发票抬头怎么改", "在订单页申请换开")
    put(store, 2, "滤芯多久换一次")
    put(store, 3, "发票抬头怎么改呢")
    first, second = map(json.loads, run("--json").output.splitlines())
    assert (first["number"], first["count"], first["answer"]) == (1, 2, "在订单页申请换开")
    assert first["gaps"] == [{"ticket_id": "T3", "event": 2}, {"ticket_id": "T1", "event": 2}]
    assert first["newest"] == "2026-03-10T10:03:00+08:00"
    assert (second["number"], second["questions"], second["due"]) == (2, ["滤芯多久换一次"], None)


def test_a_group_is_written_as_a_draft(store: MemoryStore) -> None:
    put(store, 1, "发票抬头怎么改", "在订单页申请换开")
    (solution,) = yaml.safe_load(run("--draft", "1").output)["solutions"]
    assert solution["title"] == "发票抬头怎么改"
    assert solution["script"] == [{"kind": "answer", "text": "在订单页申请换开"}]


def test_a_draft_without_an_answer_says_what_is_missing_beside_it(store: MemoryStore) -> None:
    put(store, 1, "发票抬头怎么改")
    result = run("--draft", "1")
    assert result.exit_code == 0
    assert "请填写 script 里的 text" in result.stderr
    assert yaml.safe_load(result.stdout)["solutions"]


def test_a_number_beyond_the_list_is_one_sentence(store: MemoryStore) -> None:
    put(store, 1, "发票抬头怎么改")
    result = run("--draft", "2")
    assert result.exit_code == 1
    assert result.stderr == ("错误：没有第 2 组，现在共有 1 组知识缺口；不带 --draft 可查看列表\n")
