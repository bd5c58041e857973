"""``huashu user sessions``, ``revoke`` and ``token``: what a user is signed in with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.acting import actor, moment, table
from bot.cli.common import Chosen, emit, place_options
from bot.domain.people import Operation

if TYPE_CHECKING:
    from bot.desk.account_ports import Credential

_KINDS: Final = {"session": "登录", "token": "令牌", "code": "绑定码", "link": "绑定"}
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一个对象")


@click.command(epilog="例：  huashu user sessions zhang")
@click.argument("name", metavar="用户名")
@_JSON
@place_options
def sessions(chosen: Chosen, name: str, *, as_json: bool) -> None:
    """列出一个用户的登录、令牌和绑定。"""
    from bot.desk import accounts

    with chosen.program().store() as store:
        found = store.credentials(accounts.named(store, name).id)
    if as_json:
        for credential in found:
            emit(_credential(credential))
    elif found:
        columns = ("编号", "种类", "说明", "来源", "建立", "最近使用", "到期")
        table(columns, [_cells(c) for c in found])
    else:
        click.echo(f"用户 {name} 没有登录、令牌或绑定。")


@click.command(epilog="例：  huashu user revoke zhang 01JNYX7E80QW3M5T9V2K6R4HBC")
@click.argument("name", metavar="用户名")
@click.argument("credential", metavar="编号")
@place_options
def revoke(chosen: Chosen, name: str, credential: str) -> None:
    """撤销一个登录、令牌或绑定（编号见 huashu user sessions）。"""
    from bot.desk.credentials import revoke as run

    program = chosen.program()
    with program.store() as store:
        run(store, name, credential, actor(), moment(program))
    click.echo("已撤销。")


@click.command(epilog="例：  huashu user token report-bot --scope report_all --days 90")
@click.argument("name", metavar="用户名")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([o.value for o in Operation]),
    help="令牌可以做什么（可多次），不能超出该用户的角色",
    metavar="权限",
)
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="有效天数")
@click.option("--label", default="", help="用途说明")
@_JSON
@place_options
def token(
    chosen: Chosen, name: str, scopes: Sequence[str], days: int, label: str, *, as_json: bool
) -> None:
    """为程序建立访问令牌；令牌只显示这一次。"""
    from bot.desk.credentials import make_token

    program = chosen.program()
    with program.store() as store:
        made, secret = make_token(
            store,
            name,
            label,
            {Operation(s) for s in scopes},
            dt.timedelta(days=days),
            actor(),
            moment(program),
        )
    if as_json:
        emit({**_credential(made), "token": secret})
        return
    click.echo(f"令牌（只显示这一次）：{secret}")
    click.echo(f"编号 {made.id}，{made.until:%Y-%m-%d} 到期；用 huashu user revoke 撤销。")


def _cells(c: Credential) -> tuple[str, ...]:
    until = f"{c.until:%Y-%m-%d %H:%M}" if c.until else "解除前有效"
    used = (f"{c.at:%m-%d %H:%M}", f"{c.seen_at:%m-%d %H:%M}", until)
    return (c.id, _KINDS[c.kind], c.label, c.origin, *used)


def _credential(c: Credential) -> dict[str, Any]:
    return {
        "id": c.id,
        "kind": c.kind.value,
        "label": c.label,
        "origin": c.origin,
        "at": c.at.isoformat(timespec="seconds"),
        "seen_at": c.seen_at.isoformat(timespec="seconds"),
        "until": c.until.isoformat(timespec="seconds") if c.until else "",
        "scopes": sorted(s.value for s in c.scopes),
    }
