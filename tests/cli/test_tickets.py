"""``huashu ticket``: forms of a ticket, lists and exports, over a store in memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from bot.cli.common import Chosen
from bot.cli.tickets import ticket
from bot.desk.audit import records
from bot.desk.house import House
from bot.desk.ports import Party
from bot.desk.projecting import project_events
from bot.domain.events import Closed, CustomerSaid, Event, Opened, Rated
from bot.domain.terms import Emotion
from bot.storage.memory import MemoryStore
from kb.library import shipped
from kb.terms import Category, ContactType, Priority
from kb.versions import VersionStore

AT = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)
PHONE, NAME = "13800001111", "李小明"
DAY = dt.timedelta(days=1)


def log(number: str, at: dt.datetime, solution: str | None = None) -> list[Event]:
    text = f"我叫{NAME}，电话{PHONE}，洗衣机坏了"
    return [
        Opened(at, number, "C1", "web"),
        CustomerSaid(
            at=at + dt.timedelta(minutes=1),
            text=text,
            emotion=Emotion.CALM,
            intents=frozenset(),
            category=Category.PRODUCT_QUALITY,
            contact_type=ContactType.FAULT,
            priority=Priority.P2,
            priority_reason="",
            has_need=True,
            fields={"customer_name": NAME, "phone": PHONE, "problem": text},
            solution=solution,
        ),
    ]


def shelf(logs: Sequence[list[Event]]) -> MemoryStore:
    """A store with these tickets."""
    store = MemoryStore()
    for events in logs:
        first = events[0]
        assert isinstance(first, Opened)
        customer = store.customer_of(Party("web", "", first.ticket), first.at)
        kept = [replace(first, customer=customer), *events[1:]]
        row, card, timers, lookups = project_events(kept)
        store.append(row, card, kept, timers, lookups)
    return store


class FakeProgram:
    house = House()

    def __init__(self, folder: Path, kept: MemoryStore) -> None:
        self.knowledge_folder = folder
        self.kept = kept
        self.open = 0

    @contextlib.contextmanager
    def store(self) -> Iterator[MemoryStore]:
        self.open += 1
        try:
            yield self.kept
        finally:
            self.open -= 1


SOLUTION = "S1"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    done: list[Event] = [
        *log("T2", AT + DAY),
        Closed(AT + DAY * 2, "客户确认"),
        Rated(AT + DAY * 2, 5),
    ]
    made = FakeProgram(tmp_path / "knowledge", shelf([log("T1", AT, SOLUTION), done]))
    monkeypatch.setattr(Chosen, "program", lambda self: made)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ticket, arguments, obj=Chosen(), env={"COLUMNS": "160"})


def test_every_command_has_help_with_an_example() -> None:
    for name in ("show", "list", "export"):
        result = run(name, "--help")
        assert result.exit_code == 0
        assert "例：" in result.output


def test_show_prints_all_forms_masked(program: FakeProgram) -> None:
    result = run("show", "T1")
    assert result.exit_code == 0
    assert "【登记表】T1" in result.output
    assert "【服务小结】T1" in result.output
    assert "138****1111" in result.output
    assert PHONE not in result.output
    assert program.open == 0


def test_show_full_prints_the_whole_value_and_json_one_form_a_line(program: FakeProgram) -> None:
    result = run("show", "T2", "--full", "--json")
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [s["form"] for s in shapes] == ["register", "process", "communication", "note", "survey"]
    assert PHONE in result.stdout
    (looked,) = records(program.kept)
    assert (looked.what, looked.ticket) == ("read_full", "T2")


def test_an_unknown_ticket_and_a_form_without_matter_are_one_sentence(program: FakeProgram) -> None:
    result = run("show", "T9")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "错误：没有编号为 T9 的工单，请用 huashu ticket list 查看已有工单\n"
    result = run("show", "T1", "--form", "complaint")
    assert result.exit_code == 1
    assert result.stderr == "错误：工单 T1 没有投诉处理记录；去掉 --form 可查看已有的全部表单\n"


def test_show_names_a_solution_by_its_title_where_knowledge_is_kept(
    program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SOLUTION in run("show", "T1", "--form", "process").output
    library = shipped()
    first = library.solutions[0]
    versions = VersionStore(program.knowledge_folder / "versions")
    versions.append(library, at="2026-03-10", who="t", action="load")
    monkeypatch.setattr(program, "kept", shelf([log("T1", AT, first.id)]))
    assert first.title in run("show", "T1", "--form", "process").output


def test_list_shows_masked_names_and_filters(program: FakeProgram) -> None:
    result = run("list")
    assert result.exit_code == 0
    for shown in ("T1", "T2", "李**", "产品质量问题", "了解需求", "已结束", "质量问题审核"):
        assert shown in result.output
    assert NAME not in result.output
    assert PHONE not in result.output
    only = [
        json.loads(line)["ticket_id"]
        for line in run("list", "--json", "--open").stdout.splitlines()
    ]
    assert only == ["T1"]
    assert run("list", "--priority", "P1").stdout == "没有符合条件的工单。\n"
    assert run("list", "--agent", "0007").stdout == "没有符合条件的工单。\n"
    assert "共 2 张，只列出前 1 张" in run("list", "--limit", "1").stdout


def test_export_writes_each_format_by_the_file_s_name(program: FakeProgram, tmp_path: Path) -> None:
    for ending in ("xlsx", "csv", "json"):
        out = tmp_path / f"a.{ending}"
        result = run("export", "--out", str(out))
        assert result.exit_code == 0, result.output
        assert result.output == f"已导出 2 张工单到 {out}\n"
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["登记表"]
    assert [row[0].value for row in sheet.iter_rows()] == ["工单号", "T1", "T2"]
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("工单号,")
    first = json.loads((tmp_path / "a.json").read_text(encoding="utf-8").splitlines()[0])
    assert first["ticket_id"] == "T1"
    assert PHONE not in json.dumps(first)


def test_export_takes_whole_days_of_the_desk_s_zone(program: FakeProgram, tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    run("export", "--since", "2026-03-11", "--until", "2026-03-11", "--out", str(out))
    assert [json.loads(line)["ticket_id"] for line in out.read_text().splitlines()] == ["T2"]
    run("export", "--until", "2026-03-10", "--out", str(out))
    assert [json.loads(line)["ticket_id"] for line in out.read_text().splitlines()] == ["T1"]


def test_export_of_nothing_writes_no_file_and_bad_dates_are_told(
    program: FakeProgram, tmp_path: Path
) -> None:
    out = tmp_path / "a.xlsx"
    result = run("export", "--since", "2027-01-01", "--out", str(out))
    assert result.exit_code == 1
    assert result.stderr == "错误：这段时间没有工单，没有写文件；请检查 --since 和 --until\n"
    assert not out.exists()
    result = run("export", "--since", "3月1日", "--out", str(out))
    assert result.exit_code == 2
    assert "--since 的“3月1日”不是日期" in result.stderr
    result = run("export", "--since", "2026-03-02", "--until", "2026-03-01", "--out", str(out))
    assert result.exit_code == 2
