"""``huashu user``, ``huashu audit`` and ``huashu customer`` over a store on the disk."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from bot.cli import common
from bot.cli.auditing import audit
from bot.cli.common import Chosen
from bot.cli.customers import customer
from bot.cli.people import user
from bot.desk.house import House
from bot.desk.intake import Message, customer_said
from bot.desk.ports import Party
from bot.desk.signing_in import sign_in
from bot.storage.master import MasterKey
from bot.storage.sqlite_store import SqliteStore
from tests.fakes.desk import fake_desk
from tests.security.when import AT

PASSWORD = "青山绿水-2026-x"  # noqa: S105
PHONE = "13800001111"


class FakeProgram:
    house = House()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def store(self) -> SqliteStore:
        return SqliteStore(self.folder, MasterKey(b"k" * 32))

    def now(self) -> str:
        return AT.isoformat()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProgram:
    made = FakeProgram(tmp_path / "store")
    monkeypatch.setattr(Chosen, "program", lambda self: made)
    monkeypatch.delenv("HUASHU_PASSWORD", raising=False)
    return made


def run(
    group: click.Group, *arguments: str, given: str = "", chosen: Chosen | None = None
) -> Result:
    def told_as_a_user_sees_it() -> None:
        with common.told():
            group.main([*arguments], obj=chosen or Chosen(), prog_name="huashu")

    command = click.Command("x", callback=told_as_a_user_sees_it)
    return CliRunner().invoke(command, [], input=given, env={"COLUMNS": "160"})


def add(name: str, *options: str) -> Result:
    return run(user, "add", name, *options, given=f"{PASSWORD}\n")


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("group", [user, audit, customer])
def test_every_command_has_help_with_an_example(group: click.Group) -> None:
    for name in group.commands:
        result = run(group, name, "--help")
        assert result.exit_code == 0
        assert "例：" in result.output


def test_no_command_takes_a_password_as_an_argument() -> None:
    names = {p.name for command in user.commands.values() for p in command.params}
    assert not {n for n in names if n and ("pass" in n or "secret" in n)}


def test_a_user_is_added_with_a_password_from_standard_input(program: FakeProgram) -> None:
    result = add("zhang", "--number", "1001", "--team", "一组", "--skill", "product_quality")
    assert (result.exit_code, result.stdout) == (0, "已添加坐席 zhang。\n")
    (found,) = objects(run(user, "list", "--json"))
    assert (found["name"], found["role"], found["team"], found["skills"]) == (
        "zhang",
        "agent",
        "一组",
        ["product_quality"],
    )
    assert "zhang" in run(user, "list").stdout
    with program.store() as store:
        assert sign_in(store, "zhang", PASSWORD, "web", AT)


def test_a_password_may_come_from_the_environment_or_be_made(
    program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUASHU_PASSWORD", PASSWORD)
    assert run(user, "add", "root", "--role", "admin").exit_code == 0
    monkeypatch.delenv("HUASHU_PASSWORD")
    result = run(user, "passwd", "root", "--generate")
    made = result.stdout.splitlines()[-1].removeprefix("密码（只显示这一次）：")
    with program.store() as store:
        assert sign_in(store, "root", made, "web", AT)


def test_a_bad_password_and_an_unknown_user_are_one_sentence(program: FakeProgram) -> None:
    result = run(user, "add", "zhang", "--number", "1", given="short\n")
    assert (result.exit_code, result.stderr) == (1, "错误：密码至少 10 个字符，请换一个更长的\n")
    result = run(user, "disable", "wang")
    assert result.exit_code == 1
    assert result.stderr == "错误：没有用户 wang，请用 huashu user list 查看已有用户\n"
    assert run(user, "list").stdout.startswith("还没有用户")


def test_a_user_is_changed_disabled_and_enabled(program: FakeProgram) -> None:
    add("zhang", "--number", "1001")
    assert run(user, "set", "zhang", "--team", "二组", "--capacity", "8").exit_code == 0
    assert run(user, "set", "zhang").exit_code == 2
    assert run(user, "role", "zhang", "supervisor").exit_code == 0
    assert run(user, "disable", "zhang").exit_code == 0
    (found,) = objects(run(user, "list", "--json"))
    assert (found["team"], found["capacity"], found["role"], found["disabled"]) == (
        "二组",
        8,
        "supervisor",
        True,
    )
    assert run(user, "enable", "zhang").exit_code == 0
    told = [r["what"] for r in objects(run(audit, "show", "--json"))]
    assert told == ["user_create", "user_change", "user_change", "user_disable", "user_enable"]


def test_sessions_and_tokens_are_listed_and_revoked(program: FakeProgram) -> None:
    add("zhang", "--number", "1001")
    with program.store() as store:
        token = sign_in(store, "zhang", PASSWORD, "web:10.0.0.7", AT).token
    (made,) = objects(run(user, "token", "zhang", "--scope", "report_own", "--json"))
    assert made["token"].startswith("huashu_")
    listed = run(user, "sessions", "zhang", "--json")
    assert {c["kind"] for c in objects(listed)} == {"session", "token"}
    for secret in (token, made["token"]):
        assert secret not in listed.stdout + run(user, "sessions", "zhang").stdout
    assert run(user, "revoke", "zhang", made["id"]).exit_code == 0
    assert [c["kind"] for c in objects(run(user, "sessions", "zhang", "--json"))] == ["session"]
    result = run(user, "token", "zhang", "--scope", "users_manage")
    assert result.stderr == "错误：不能建立令牌：该用户的角色没有 users_manage 权限\n"


def test_beside_a_server_passwords_are_made_and_never_asked_for(program: FakeProgram) -> None:
    live = Chosen(live=cast("Any", SimpleNamespace(store=program.store, now=program.now)))
    result = run(user, "add", "zhang", "--number", "1", given=PASSWORD, chosen=live)
    assert result.exit_code == 1
    assert "--generate" in result.stderr
    with program.store() as store:
        assert store.accounts() == []
    assert run(user, "add", "zhang", "--number", "1", "--generate", chosen=live).exit_code == 0


# audit -------------------------------------------------------------------------------------------


def test_a_whole_log_is_verified_and_a_changed_one_names_the_record(
    program: FakeProgram, tmp_path: Path
) -> None:
    add("zhang", "--number", "1001")
    heads = tmp_path / "heads.jsonl"
    result = run(audit, "verify", "--note", str(heads))
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "审计日志完好，到第 1 条为止。")
    assert run(audit, "verify", "--heads", str(heads)).exit_code == 0
    with program.store() as store:
        store.db.run("DROP TRIGGER audit_stays")
        store.db.run("UPDATE audit SET who = 'li'")
    result = run(audit, "verify")
    assert result.exit_code == 1
    assert "第 1 条（2026-03-10 01:30:00）的内容被改动过" in result.stdout
    assert "1 处问题" in result.stderr
    (told,) = objects(result := run(audit, "verify", "--json"))
    assert (result.exit_code, len(told["faults"])) == (1, 1)


def test_looking_at_the_log_is_written_down_and_filters_hold(program: FakeProgram) -> None:
    for number, name in enumerate(("zhang", "li")):
        add(name, "--number", str(number))
    assert len(objects(run(audit, "show", "--json", "--what", "user_create"))) == 2
    assert [r["what"] for r in objects(run(audit, "show", "--json", "--last", "1"))] == [
        "audit_read"
    ]
    assert run(audit, "show", "--customer", "C9").stdout == "没有符合条件的记录。\n"
    assert "user_create" in run(audit, "show").stdout


# customers ---------------------------------------------------------------------------------------


def fill(program: FakeProgram) -> tuple[str, str]:
    """A customer and his ticket."""
    with program.store() as store:
        said = Message(Party("web", "", "v1"), f"电话{PHONE}，洗衣机坏了", AT)
        ticket = customer_said(fake_desk(store), said).ticket
        return ticket.customer, ticket.id


def test_a_customer_is_exported_for_his_eyes_only(program: FakeProgram, tmp_path: Path) -> None:
    number, ticket = fill(program)
    out = tmp_path / "out"
    result = run(customer, "export", ticket, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    assert objects(result)[0]["customer"] == number
    assert PHONE in (out / "customer.json").read_text(encoding="utf-8")
    assert "登记表" in openpyxl.load_workbook(out / "forms.xlsx").sheetnames
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (out, *out.iterdir())}
    assert modes == {0o700, 0o600}
    result = run(customer, "export", number, "--out", str(out))
    assert result.stderr == f"错误：{out} 已经存在。请用 --out 指定一个新的文件夹\n"


def test_a_customer_is_erased_only_when_it_is_meant(program: FakeProgram, tmp_path: Path) -> None:
    number, ticket = fill(program)
    assert run(customer, "erase", number).exit_code == 2
    result = run(customer, "erase", number, "--yes")
    assert result.exit_code == 0
    assert f"已删除客户 {number}" in result.stdout
    result = run(customer, "export", ticket, "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert not (tmp_path / "out").exists()
    assert run(customer, "erase", "nobody", "--yes").exit_code == 1
    told = [(r["what"], r["customer"]) for r in objects(run(audit, "show", "--json"))]
    assert told == [("erase_customer", number)]
