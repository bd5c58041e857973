"""``huashu user``: accounts, their roles, passwords, sessions and tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.acting import actor, moment, new_password, table
from bot.cli.common import Chosen, emit, place_options
from bot.cli.sign_ins import revoke, sessions, token
from bot.domain.people import ROLE_NAMES, Role
from kb.terms import Category

if TYPE_CHECKING:
    from bot.desk.account_ports import Account

F = TypeVar("F", bound=Callable[..., Any])
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一个对象")
_GENERATE = click.option("--generate", is_flag=True, help="生成一个随机密码并显示一次")
_ROLES = "、".join(f"{role.value} {name}" for role, name in ROLE_NAMES.items())


def _details(command: F) -> F:
    """Options for what may be said of an account."""
    for option in reversed(
        (
            click.option("--number", help="工号"),
            click.option("--shown", help="客户看到的称呼"),
            click.option("--team", help="团队"),
            click.option("--department", help="所属部门（部门专员只看到该部门的工作单）"),
            click.option(
                "--skill",
                "skills",
                multiple=True,
                type=click.Choice([c.value for c in Category if c is not Category.UNKNOWN]),
                help="只接这些类别（可多次；不指定则全部）",
            ),
            click.option("--capacity", type=int, help="同时接待数，默认 5"),
        )
    ):
        command = option(command)
    return command


@click.group()
def user() -> None:
    """添加、停用用户，设置角色和密码，查看和撤销登录与令牌。"""


for _command in (sessions, revoke, token):
    user.add_command(_command)


@user.command(epilog="例：  huashu user add zhang --role agent --number 1001 --team 一组")
@click.argument("name", metavar="用户名")
@click.option(
    "--role",
    type=click.Choice([r.value for r in Role]),
    default=Role.AGENT.value,
    show_default=True,
    help=f"角色：{_ROLES}",
)
@_details
@_GENERATE
@place_options
def add(chosen: Chosen, name: str, role: str, *, generate: bool, **given: Any) -> None:
    """添加用户。密码从提示、标准输入或环境变量 HUASHU_PASSWORD 读取，不写在命令行中。"""
    from bot.desk import accounts

    password, tell = new_password(chosen, generate=generate)
    program = chosen.program()
    with program.store() as store:
        account = accounts.create(
            store, name, password, actor(), moment(program), role=Role(role), **_said(given)
        )
    click.echo(f"已添加{ROLE_NAMES[account.role]} {account.name}。")
    if tell:
        click.echo(f"密码（只显示这一次）：{password}")


@user.command(
    "set", epilog="例：  huashu user set zhang --team 二组 --skill product_quality --capacity 8"
)
@click.argument("name", metavar="用户名")
@_details
@place_options
def set_(chosen: Chosen, name: str, **given: Any) -> None:
    """修改工号、称呼、团队、部门、技能或接待数；没有写的不变。"""
    from bot.desk import accounts

    said = _said(given)
    if not said:
        raise click.UsageError("请至少指定一项要修改的内容。")
    program = chosen.program()
    with program.store() as store:
        accounts.change(store, name, actor(), moment(program), **said)
    click.echo(f"已修改用户 {name}。")


@user.command("list", epilog="例：  huashu user list")
@_JSON
@place_options
def list_(chosen: Chosen, *, as_json: bool) -> None:
    """列出所有用户。"""
    with chosen.program().store() as store:
        found = store.accounts()
    if as_json:
        for account in found:
            emit(_shape(account))
    elif found:
        table(
            ("用户名", "角色", "工号", "称呼", "团队", "部门", "接待数", "状态"),
            [
                (
                    a.name,
                    ROLE_NAMES[a.role],
                    a.number,
                    a.shown,
                    a.team,
                    a.department,
                    str(a.capacity),
                    "已停用" if a.disabled else "启用",
                )
                for a in found
            ],
        )
    else:
        click.echo("还没有用户；用 huashu user add 用户名 --role admin 添加第一个系统管理员。")


@user.command(epilog="例：  huashu user disable zhang")
@click.argument("name", metavar="用户名")
@place_options
def disable(chosen: Chosen, name: str) -> None:
    """停用用户，并立即结束其全部登录、令牌和绑定。"""
    _set_disabled(chosen, name, disabled=True)
    click.echo(f"已停用用户 {name}，其登录、令牌和绑定已全部失效。")


@user.command(epilog="例：  huashu user enable zhang")
@click.argument("name", metavar="用户名")
@place_options
def enable(chosen: Chosen, name: str) -> None:
    """重新启用用户。"""
    _set_disabled(chosen, name, disabled=False)
    click.echo(f"已启用用户 {name}。")


@user.command(epilog="例：  huashu user passwd zhang")
@click.argument("name", metavar="用户名")
@_GENERATE
@place_options
def passwd(chosen: Chosen, name: str, *, generate: bool) -> None:
    """重设密码，结束该用户的全部登录和令牌，并解除登录失败的限制。"""
    from bot.desk import accounts

    password, tell = new_password(chosen, generate=generate)
    program = chosen.program()
    with program.store() as store:
        accounts.set_password(store, name, password, actor(), moment(program))
    click.echo(f"已重设用户 {name} 的密码，其登录和令牌已失效。")
    if tell:
        click.echo(f"密码（只显示这一次）：{password}")


@user.command(epilog="例：  huashu user role zhang supervisor")
@click.argument("name", metavar="用户名")
@click.argument("role", type=click.Choice([r.value for r in Role]))
@place_options
def role(chosen: Chosen, name: str, role: str) -> None:
    """改变角色；该用户须重新登录，令牌失效。"""
    from bot.desk import accounts

    program = chosen.program()
    with program.store() as store:
        accounts.change(store, name, actor(), moment(program), role=Role(role))
    click.echo(f"用户 {name} 现在是{ROLE_NAMES[Role(role)]}，须重新登录。")


def _said(given: dict[str, Any]) -> Any:
    """What was given of an account's details; ``accounts.Details``."""
    said = {key: value for key, value in given.items() if value not in (None, ())}
    if "skills" in said:
        said["skills"] = frozenset(map(Category, said["skills"]))
    return said


def _set_disabled(chosen: Chosen, name: str, *, disabled: bool) -> None:
    from bot.desk import accounts

    program = chosen.program()
    with program.store() as store:
        accounts.set_disabled(store, name, actor(), moment(program), disabled=disabled)


def _shape(a: Account) -> dict[str, Any]:
    return {
        "name": a.name,
        "role": a.role.value,
        "number": a.number,
        "shown": a.shown,
        "team": a.team,
        "department": a.department,
        "skills": sorted(s.value for s in a.skills),
        "capacity": a.capacity,
        "disabled": a.disabled,
        "at": a.at.isoformat(),
    }
