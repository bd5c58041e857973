"""``huashu customer``: everything about a customer as files, and his erasure."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.acting import actor, forgetter, moment
from bot.cli.common import Chosen, emit, fail, place_options

if TYPE_CHECKING:
    from bot.desk.ports import Store

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.group()
def customer() -> None:
    """导出或删除一位客户的全部资料；都会记入审计日志。"""


@customer.command(epilog="例：  huashu customer export 01JNYX7E80QW3M5T9V2K6R4HBC --out 客户资料")
@click.argument("number", metavar="客户或工单编号")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="写到哪个文件夹（新建，只有当前用户可读）",
)
@_JSON
@place_options
def export(chosen: Chosen, number: str, out: Path, *, as_json: bool) -> None:
    """导出一位客户的全部资料（未遮盖）：customer.json 和各种表单 forms.xlsx。"""
    from bot.desk import customers
    from bot.desk.forms.export import write

    if out.exists():
        fail(f"{out} 已经存在。请用 --out 指定一个新的文件夹")
    program = chosen.program()
    with program.store() as store:
        number = _customer(store, number)
        found = customers.export(store, program.house, number, actor(), moment(program))
    out.mkdir(mode=0o700)
    text = json.dumps(found.data, ensure_ascii=False, indent=1) + "\n"
    files = [out / "customer.json"]
    with os.fdopen(os.open(files[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(text.encode("utf-8", "backslashreplace"))  # half a character is no UTF-8
    if found.forms:
        files.append(out / "forms.xlsx")
        files[1].touch(mode=0o600)
        write(files[1], "xlsx", found.forms)
    tickets = len(found.data["tickets"])
    if as_json:
        emit({"customer": number, "tickets": tickets, "files": [str(f) for f in files]})
    else:
        click.echo(
            f"已导出客户 {number} 的 {tickets} 张工单到 {out}。其中个人信息未遮盖，请妥善保管。"
        )


@customer.command(epilog="例：  huashu customer erase 01JNYX7E80QW3M5T9V2K6R4HBC --yes")
@click.argument("number", metavar="客户或工单编号")
@click.option("--yes", is_flag=True, help="确认删除，无法恢复")
@_JSON
@place_options
def erase(chosen: Chosen, number: str, *, yes: bool, as_json: bool) -> None:
    """删除一位客户：销毁其密钥，原话、联系方式和字段不再可读；统计用的数字和代码保留。"""
    from bot.desk import customers

    if not yes:
        raise click.UsageError("删除后无法恢复；确认请加 --yes。")
    program = chosen.program()
    with program.store() as store:
        number = _customer(store, number)
        rows = customers.erase(store, number, actor(), moment(program), forgetter(chosen, store))
    if as_json:
        emit({"customer": number, "tickets": [row.id for row in rows]})
    else:
        click.echo(
            f"已删除客户 {number}，涉及 {len(rows)} 张工单；旧备份恢复时会再次删除。"
            "已导出的文件和更早的日志请自行清理。"
        )


def _customer(store: Store, number: str) -> str:
    """The customer of a ticket, where the number is a ticket's."""
    row = store.row(number)
    return row.customer if row else number
