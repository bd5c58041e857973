"""``huashu quality`` over a store on the disk."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from bot.cli import common
from bot.cli.common import Chosen
from bot.cli.quality import quality
from bot.desk.house import House
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Party
from bot.desk.replying import Reply, agent_said
from bot.desk.scoring.on_demand import appeal_score, overrule_score, sheet_of
from bot.domain.events import Closed
from bot.domain.policy import Policy
from bot.quality import Checker
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk

AT = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RULES = """rules:
- id: shouting
  name: 喊话
  part: courtesy
  severity: warn
  points: 5
  message: 语气太重
  advice: 请平和
  patterns: [订单号发我]
  fires: [订单号发我]
  passes: [好]
"""


class FakeProgram:
    house = House()
    policy = Policy()
    checker = Checker(())

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.knowledge_folder = folder / "knowledge"

    def store(self) -> SqliteStore:
        return SqliteStore(self.folder / "store", MasterKey(b"k" * 32))

    def now(self) -> str:
        return (AT + dt.timedelta(days=2)).isoformat()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    made = FakeProgram(tmp_path)
    monkeypatch.setattr(Chosen, "program", lambda self: made)
    return made


@pytest.fixture
def ticket(program: FakeProgram) -> str:
    """A chat that ended: cold to an angry customer; the agent's number stands in it."""
    with program.store() as store:
        desk = fake_desk(store, speaks=False)
        heard = customer_said(desk, Message(Party("web", "", "v1"), "洗衣机坏了，我很生气", AT))
        number = heard.ticket.id
        text = "您好，订单号发我，回电13800001111"
        agent_said(desk, Reply(number, text, "1001", AT), enforce=False)
        desk.change(number, Closed(AT + dt.timedelta(hours=1), "已解决", "1001"))
    return number


def run(*arguments: str) -> Result:
    def told_as_a_user_sees_it() -> None:
        with common.told():
            quality.main([*arguments], obj=Chosen(), prog_name="huashu", standalone_mode=True)

    command = click.Command("huashu", callback=told_as_a_user_sees_it)
    return CliRunner().invoke(command, [], catch_exceptions=False)


def objects(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_sheet_shows_each_deduction_with_its_line_masked(
    program: FakeProgram, ticket: str
) -> None:
    [shape] = objects(run("sheet", ticket, "--json"))
    found = {d["check"]: d for d in shape["deductions"]}
    assert found["no_empathy"]["points"] == 10
    assert "138****1111" in found["no_empathy"]["quote"]
    assert shape["scored"]
    assert shape["total"] == sum(shape["parts"].values())
    shown = run("sheet", ticket)
    assert "客户正生气，回复里没有安抚就谈业务" in shown.stdout
    assert "服务态度 10/20" in shown.stdout
    assert "13800001111" not in shown.stdout


def test_a_sheet_shows_appeals_and_what_they_changed(program: FakeProgram, ticket: str) -> None:
    with program.store() as store:
        desk = fake_desk(store, speaks=False)
        desk.checker = program.checker
        sheet = sheet_of(desk, ticket, AT)
        key = next(d.key for d in sheet.deductions if d.check == "no_empathy")
        appeal_score(desk, ticket, key, "1001", "前一天已致歉", AT)
        overrule_score(desk, ticket, key, "2001", "情况属实", 0, AT)
    shown = run("sheet", ticket).stdout
    assert f"得分 {sheet.total + 10}（原 {sheet.total}）" in shown
    assert "申诉（1001）：前一天已致歉" in shown
    assert "扣 0（原 10）" in shown


def test_a_ticket_that_is_not_there_is_told_in_one_sentence(program: FakeProgram) -> None:
    result = run("sheet", "T404")
    assert result.exit_code == 1
    assert "没有编号为 T404 的工单" in result.stderr


def test_a_summary_tells_of_all_and_of_each_agent(program: FakeProgram, ticket: str) -> None:
    everyone, own = objects(run("summary", "--json"))
    assert (everyone["agent"], own["agent"]) == ("", "1001")
    assert everyone["count"] == own["count"] == 1
    assert everyone["lowest"][0]["ticket_id"] == ticket
    assert [s["agent"] for s in objects(run("summary", "--agent", "1001", "--json"))] == ["1001"]
    shown = run("summary").stdout
    assert "坐席 1001：1 个会话" in shown
    assert "没有安抚情绪 1 次共 10 分" in shown


def test_a_summary_is_of_the_period_in_which_the_chats_ended(
    program: FakeProgram, ticket: str
) -> None:
    [before] = objects(run("summary", "--until", "2026-03-09", "--json"))
    assert (before["count"], before["mean"]) == (0, None)
    assert objects(run("summary", "--since", "2026-03-10", "--json"))[0]["count"] == 1
    assert "没有可评分的会话" in run("summary", "--since", "2026-03-11").stdout
    assert run("summary", "--agent", "1009").exit_code == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "三月"), "不是日期"),
        (("--since", "2026-03-11", "--until", "2026-03-09"), "请对调"),
    ],
)
def test_dates_that_cannot_be_are_wrong_use(
    program: FakeProgram, options: tuple[str, ...], said: str
) -> None:
    result = run("summary", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_other_rules_are_tried_on_what_was_said(
    program: FakeProgram, ticket: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, encoding="utf-8")
    [shape] = objects(run("simulate", "--rules", str(file), "--json"))
    [rule] = shape["rules"]
    assert (rule["rule"], rule["now"], rule["then"]) == ("shouting", 0, 1)
    assert rule["examples"] == ["您好，订单号发我，回电138****1111"]
    [score] = shape["scores"]
    assert (score["ticket_id"], score["now"] - score["then"]) == (ticket, 5)
    shown = run("simulate", "--rules", str(file)).stdout
    assert "喊话" in shown
    assert "1 个会话分数有变化" in shown
    [same] = objects(run("simulate", "--json"))
    assert same["scores"] == []


def test_rules_with_a_fault_are_refused_with_the_place(
    program: FakeProgram, ticket: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES.replace("points: 5", "points: 很多"), encoding="utf-8")
    result = run("simulate", "--rules", str(file))
    assert result.exit_code == 1
    assert "规则文件有误" in result.stderr
    assert "rules.yaml" in result.stderr
