"""``huashu kb``: check, load, reload, versions, roll back, export."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.common import Chosen, emit, place_options, who
from bot.cli.gaps import gaps
from bot.cli.learning import learn_if_due
from bot.desk.vetting import vetting
from kb.versions import VersionStore

if TYPE_CHECKING:
    from kb.knowledge import LoadReport

_PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_REPLACE = click.option("--replace", is_flag=True, help="整类替换，而不是按编号新增和更新")
_NO_LEARN = click.option("--no-learn", is_flag=True, help="问法变化较多时也不自动学习")
_FORCE = click.option("--force", is_flag=True, help="回归检查变差或含有违规话术时仍然加载")


@click.group()
def kb() -> None:
    """检查、加载、回滚话术与知识。加载前先全部校验，有一处错误就什么都不改。"""


kb.add_command(gaps)


@kb.command(epilog="例：  huashu kb check 我的话术.xlsx 知识/")
@_PATHS
@_REPLACE
@_JSON
@place_options
def check(chosen: Chosen, paths: Sequence[Path], *, replace: bool, as_json: bool) -> None:
    """校验文件并预演加载，不做任何改动。"""
    program = chosen.program()
    with contextlib.ExitStack() as stack:
        if not VersionStore(program.knowledge_folder / "versions").latest():
            # nothing is kept of a check, not even the first version of a new folder
            aside = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            program = chosen.with_(data=aside).program()
        vet = vetting(program.checker)
        report = program.knowledge.check(paths, replace=replace, vet=vet)
    _report(report, "校验通过（未加载）", as_json=as_json)
    if report.regression_after < report.regression_before and not as_json:
        click.echo("注意：回归检查变差，直接加载会被拒绝；请修改内容，或加载时加 --force。")


@kb.command(epilog="例：  huashu kb load 我的话术.csv --note 双十一话术")
@_PATHS
@_REPLACE
@_FORCE
@_NO_LEARN
@click.option("--note", default="", help="备注，记入版本历史")
@_JSON
@place_options
def load(
    chosen: Chosen,
    paths: Sequence[Path],
    note: str,
    *,
    replace: bool,
    force: bool,
    no_learn: bool,
    as_json: bool,
) -> None:
    """加载 YAML、CSV、XLSX、Markdown 文件或文件夹，成为新版本。"""
    program = chosen.program()
    report = program.knowledge.load(
        paths,
        at=program.now(),
        who=who(),
        note=note,
        replace=replace,
        force=force,
        vet=None if force else vetting(program.checker),
        progress=program.progress,
    )
    _report(report, f"已加载，当前版本 {report.version}", as_json=as_json)
    if not no_learn:
        learn_if_due(program)


@kb.command(epilog="例：  huashu kb reload")
@_FORCE
@_NO_LEARN
@_JSON
@place_options
def reload(chosen: Chosen, *, force: bool, no_learn: bool, as_json: bool) -> None:
    """重新读取内容来源：设置中的 library，或数据文件夹下的 library/，或自带内容。"""
    program = chosen.program()
    folder = program.settings.library or program.settings.data / "library"
    knowledge = program.knowledge
    if folder.exists():
        report = knowledge.load(
            [folder],
            at=program.now(),
            who=who(),
            note=f"重新读取 {folder.name}",
            replace=True,
            force=force,
            action="reload",
            vet=None if force else vetting(program.checker),
            progress=program.progress,
        )
    else:
        report = knowledge.reset(at=program.now(), who=who())
    _report(report, f"已重新加载，当前版本 {report.version}", as_json=as_json)
    if not no_learn:
        learn_if_due(program)


@kb.command(epilog="例：  huashu kb versions")
@_JSON
@place_options
def versions(chosen: Chosen, *, as_json: bool) -> None:
    """列出所有版本：谁、何时、改了什么。"""
    history = VersionStore(chosen.program().knowledge_folder / "versions").history()
    if as_json:
        for version in history:
            emit(asdict(version))
        return
    if not history:
        click.echo("还没有任何版本；首次启动服务或加载内容时会建立版本 1。")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("版本", "时间", "操作人", "动作", "话术", "方案", "变化", "备注")
    for v in history:
        cells = (v.number, v.at, v.who, v.action, v.lines, v.solutions, v.changes.summary, v.note)
        table.add_row(*map(str, cells))
    Console().print(table)


@kb.command(epilog="例：  huashu kb rollback 3")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--note", default="", help="备注，记入版本历史")
@_JSON
@place_options
def rollback(chosen: Chosen, number: int, note: str, *, as_json: bool) -> None:
    """回到某个版本的内容（作为新版本）。"""
    program = chosen.program()
    report = program.knowledge.rollback(number, at=program.now(), who=who(), note=note)
    _report(report, f"已回到版本 {number} 的内容，当前版本 {report.version}", as_json=as_json)


@kb.command(epilog="例：  huashu kb export 导出/ --format xlsx")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "ending", type=click.Choice(["csv", "xlsx"]), default="csv")
@place_options
def export(chosen: Chosen, folder: Path, ending: str) -> None:
    """把当前的话术和知识导出为 CSV 或 XLSX（列与导入相同，可改后再加载）。"""
    from kb.solutions import COLUMNS
    from prompts.lines import COLUMNS as LINE_COLUMNS
    from prompts.read_table import write_csv, write_xlsx

    library = chosen.program().snapshot(of_data=True).library
    folder.mkdir(parents=True, exist_ok=True)
    write = write_csv if ending == "csv" else write_xlsx
    write(folder / f"话术.{ending}", LINE_COLUMNS, (line.to_row() for line in library.lines))
    write(folder / f"知识.{ending}", COLUMNS, (s.to_row() for s in library.solutions))
    click.echo(f"已导出 {len(library.lines)} 条话术、{len(library.solutions)} 条方案到 {folder}")


def _report(report: LoadReport, headline: str, *, as_json: bool) -> None:
    if as_json:
        emit(asdict(report))
        return
    click.echo(f"{headline}。{report.changes.summary}；重新编码 {report.encoded} 条问法。")
    for mark, keys in (
        ("+", report.changes.added),
        ("~", report.changes.updated),
        ("-", report.changes.removed),
    ):
        for key in keys[:10]:
            click.echo(f"  {mark} {key}")
        if len(keys) > 10:
            click.echo(f"  {mark} …… 另有 {len(keys) - 10} 条")
    if report.regression_total:
        click.echo(
            f"回归检查：{report.regression_total} 条中命中 {report.regression_after} 条"
            f"（之前 {report.regression_before} 条）。"
        )
    for doubt in report.doubts[:10]:
        word = "可能矛盾" if doubt.finding == "contradiction" else "可能重复"
        click.echo(
            f"{word}：{doubt.first}“{doubt.wording}”与 {doubt.second}“{doubt.other_wording}”，{doubt.detail}"
        )
