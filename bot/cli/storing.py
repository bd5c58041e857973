"""``huashu store``: rebuild, check, back up, restore, change the master key."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from bot.cli.common import Chosen, emit, fail, place_options

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_FOLDER = click.Path(file_okay=False, path_type=Path)
_THERE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def store() -> None:
    """检查、重建、备份和恢复工单数据，更换主密钥。恢复和更换主密钥之前请先停止服务。"""


@store.command(epilog="例：  huashu store rebuild")
@_JSON
@place_options
def rebuild(chosen: Chosen, *, as_json: bool) -> None:
    """由事件重新推出工单列表、计时和查找索引（事件本身不变）。"""
    from bot.storage.rebuild import rebuild as run

    program = chosen.program()
    with program.store() as opened:
        tickets = run(opened, program.project, program.progress)
    if as_json:
        emit({"tickets": tickets})
    else:
        click.echo(f"已由事件重建 {tickets} 个工单的列表记录。")


@store.command(epilog="例：  huashu store check")
@_JSON
@place_options
def check(chosen: Chosen, *, as_json: bool) -> None:
    """完整检查数据：文件、事件编号、列表记录、每条密文能否打开。有问题时退出状态为 1。"""
    from bot.storage.check import faults

    with chosen.program().store() as opened:
        found = list(faults(opened))
        events = opened.db.one("SELECT COUNT(*) FROM events")[0]
    if as_json:
        emit({"events": events, "faults": found})
        if found:
            raise SystemExit(1)
        return
    for fault in found[:20]:
        click.echo(fault)
    if found:
        fail(
            f"共发现 {len(found)} 处问题。列表记录的问题可用 huashu store rebuild 修复，其余请从备份恢复。"
        )
    click.echo(f"数据完好，共 {events} 个事件。")


@store.command(epilog="例：  huashu store backup /backup/huashu")
@click.argument("folder", type=_FOLDER)
@_JSON
@place_options
def backup(chosen: Chosen, folder: Path, *, as_json: bool) -> None:
    """备份到 FOLDER 下以时间命名的新文件夹。主密钥不在备份中，请另行妥善保存。"""
    from bot.storage.backup import back_up

    program = chosen.program()
    with program.store() as opened:
        made = back_up(opened, folder, dt.datetime.fromisoformat(program.now()))
    if as_json:
        emit({"backup": str(made)})
    else:
        click.echo(f"已备份到 {made}。主密钥不在其中，没有它备份无法恢复，请另行保存。")


@store.command(
    epilog="例：  huashu store restore /backup/huashu/huashu-20260310-093000 --data 新文件夹"
)
@click.argument("folder", type=_THERE)
@click.option(
    "--also",
    "others",
    type=_THERE,
    multiple=True,
    help="另一个数据文件夹或备份，其中的删除记录同样生效（可多次）",
)
@_JSON
@place_options
def restore(chosen: Chosen, folder: Path, others: tuple[Path, ...], *, as_json: bool) -> None:
    """把备份 FOLDER 恢复到没有数据的数据文件夹；备份之后删除过的客户会再次删除。"""
    from bot.storage.backup import restore_into

    opened = chosen.program().store()
    restored = restore_into(opened, folder, others)
    if as_json:
        emit(asdict(restored))
        return
    click.echo(
        f"已恢复 {restored.events} 个事件到 {opened.folder}，再次删除 {restored.erased} 位客户的数据。"
    )
    if restored.uncertain:
        click.echo(
            f"有 {restored.uncertain} 条消息备份时尚未发出，已标为“不确定”，请人工确认是否补发。"
        )


@store.command("rotate-key", epilog="例：  huashu store rotate-key")
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="新的密钥文件，不存在时新建；默认就地更换原来的密钥文件",
)
@_JSON
@place_options
def rotate_key(chosen: Chosen, path: Path | None, *, as_json: bool) -> None:
    """更换主密钥：所有客户密钥改由新密钥保护，已存的密文不变。"""
    from bot.storage.master import make_key_file, read_key_file

    with chosen.program().store() as opened:
        if path is None:
            count, place = opened.rotate_key_file(), opened.keys.master.place
        else:
            new = read_key_file(path) if path.exists() else make_key_file(path)
            count, place = opened.rotate_key(new), path
    if as_json:
        emit({"keys": count, "file": str(place)})
        return
    click.echo(f"已更换主密钥，{count} 把客户密钥改由 {place} 中的新密钥保护。")
    if path is not None:
        click.echo("请让设置或环境变量指向新密钥后再启动服务，并安全地销毁旧密钥。")
    click.echo("更换之前的备份仍需旧密钥才能恢复。")
