"""``huashu audit``: who did what, and whether the log of it is whole."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import click

from bot.cli.acting import actor, moment
from bot.cli.common import Chosen, emit, fail, place_options

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.group()
def audit() -> None:
    """查看审计日志，检查它是否被改动。"""


@audit.command(epilog="例：  huashu audit verify --heads /backup/audit-heads.jsonl")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用另存的日志结尾记录核对，可发现整个数据文件夹被换回旧的",
)
@click.option(
    "--note",
    type=click.Path(dir_okay=False, path_type=Path),
    help="日志完好时，把现在的日志结尾追加到这个文件（请放在另一台机器或只增的存储上）",
)
@_JSON
@place_options
def verify(chosen: Chosen, heads: Path | None, note: Path | None, *, as_json: bool) -> None:
    """检查审计日志：有没有被改动、删除、插入、调换或截断的记录，是哪几条。有问题时退出状态为 1。"""
    from bot.desk import audit as log

    program = chosen.program()
    with program.store() as store:
        found = [*log.faults(store), *(log.missing_heads(store, heads) if heads else ())]
        head = store.audit_last()
        if note and not found:
            log.note_head(store, note, moment(program))
    if as_json:
        emit({"position": head.position, "hash": head.hash.hex(), "faults": found})
        if found:
            raise SystemExit(1)
        return
    for fault in found[:50]:
        click.echo(fault)
    if found:
        fail(f"审计日志有 {len(found)} 处问题，请保留现场并查明原因")
    click.echo(f"审计日志完好，到第 {head.position} 条为止。")
    click.echo(f"结尾：{head.hash.hex()}")


@audit.command(epilog="例：  huashu audit show --what read_full --last 20")
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, help="条数")
@click.option("--who", "by", help="只看这个人")
@click.option("--what", help="只看这种操作，例如 read_full、export_customer")
@click.option("--ticket", help="只看这张工单")
@click.option("--customer", help="只看这位客户")
@_JSON
@place_options
def show(chosen: Chosen, last: int, *, as_json: bool, **wanted: str | None) -> None:
    """显示最近的审计记录，最新的在最后。查看本身也会记入日志。"""
    from bot.desk import audit as log

    wanted["who"] = wanted.pop("by")
    program = chosen.program()
    with program.store() as store:
        base, _ = store.audit_noted()
        matching = (
            r
            for r in log.records(store, base.position if base else 0)
            if all(value is None or getattr(r, name) == value for name, value in wanted.items())
        )
        found = deque(matching, maxlen=last)
        log.record(store, actor(), "audit_read", moment(program))
    for r in found:
        shape: dict[str, Any] = {
            "position": r.position,
            "at": r.at.isoformat(timespec="seconds"),
            "who": r.who,
            "what": r.what,
            "ticket_id": r.ticket,
            "customer": r.customer,
            "origin": r.origin,
            "detail": r.detail,
        }
        if as_json:
            emit(shape)
        else:
            rest = " ".join(
                f"{name}={value}"
                for name, value in (("ticket", r.ticket), ("customer", r.customer))
                if value
            )
            parts = (f"{r.position:>6}", f"{r.at:%Y-%m-%d %H:%M:%S}", r.who, r.origin, r.what)
            click.echo("  ".join((*parts, rest, r.detail)).rstrip())
    if not found and not as_json:
        click.echo("没有符合条件的记录。")
