"""``huashu quality``: a conversation's score sheet, summaries, and what other rules would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bot.cli.common import Chosen, console, emit, fail, place_options

if TYPE_CHECKING:
    from bot.bootstrap import Program
    from bot.desk.ports import Store
    from bot.desk.scoring import Case, ScoreSheet, Simulation, StandardOf, Summary

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_SINCE = click.option("--since", metavar="日期", help="从这一天起结束的会话（默认 30 天前）")
_UNTIL = click.option("--until", metavar="日期", help="到这一天为止结束的会话（含当天，默认今天）")
_PAGE: Final = 500
_DAYS: Final = 30


@click.group()
def quality() -> None:
    """查看会话的质检评分表和汇总，试算另一套质检规则。"""


@quality.command(epilog="例：  huashu quality sheet 01JNYX7E80QW3M5T9V2K6R4HBC")
@click.argument("number", metavar="ID")
@_JSON
@place_options
def sheet(chosen: Chosen, number: str, *, as_json: bool) -> None:
    """显示一张工单的评分表：各部分得分，每项扣分的依据、理由和申诉情况。"""
    from bot.desk.scoring import case_of, score, score_shape

    program = chosen.program()
    with program.store() as store:
        events = store.events(number)
    if not events:
        fail(f"没有编号为 {number} 的工单，请用 huashu ticket list 查看已有工单")
    case = case_of(events, _now(program), policy=program.policy, standard_of=_standards(program))
    made = score(case, program.checker)
    if as_json:
        emit({"ticket_id": number, "scored": made.scored, **score_shape(made)})
    elif made.scored:
        _show_sheet(made)
    else:
        click.echo(f"工单 {number} 没有可评分的内容：没有坐席发言，或客户资料已删除。")


@quality.command(epilog="例：  huashu quality summary --agent 1001 --since 2026-03-01")
@click.option("--agent", help="只看这个工号（只计他自己的扣分）")
@_SINCE
@_UNTIL
@_JSON
@place_options
def summary(
    chosen: Chosen, agent: str | None, since: str | None, until: str | None, *, as_json: bool
) -> None:
    """汇总一段时间内结束的会话：平均分、最低分、各部分、最常见的扣分，全体和每位坐席。"""
    from bot.desk.scoring import by_agent, score, summarise, summary_shape

    program = chosen.program()
    sheets = [score(case, program.checker) for case in _cases(program, since, until)]
    each = by_agent(sheets)
    shown = {"": summarise(sheets), **each} if agent is None else _only(each, agent)
    for number, one in shown.items():
        if as_json:
            emit({"agent": number, **summary_shape(one)})
        else:
            _show_summary(f"坐席 {number}" if number else "全体", one)


@quality.command(epilog="例：  huashu quality simulate --rules 新规则.yaml --since 2026-03-01")
@click.option(
    "--rules",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="要试算的规则文件，格式同自带的 rules.yaml（默认就用现行规则，只看各规则触发多少次）",
)
@_SINCE
@_UNTIL
@_JSON
@place_options
def simulate(
    chosen: Chosen, file: Path | None, since: str | None, until: str | None, *, as_json: bool
) -> None:
    """用另一套规则重新检查已结束的会话：每条规则触发多少次、分数怎样变化、例句（个人信息已遮盖）。"""
    from bot.desk.scoring import simulate as run
    from bot.desk.scoring import simulation_shape
    from bot.quality import Checker, QualityError, load_rules

    program = chosen.program()
    try:
        other = Checker(load_rules(file)) if file else program.checker
    except QualityError as error:
        fail(f"规则文件有误，没有试算，请修改后重试：\n{error}")
        return
    made = run(_cases(program, since, until), program.checker, other)
    if as_json:
        emit(simulation_shape(made))
    else:
        _show_simulation(made)


def _cases(program: Program, since: str | None, until: str | None) -> Iterator[Case]:
    """The conversations that ended in a period, by when they ended."""
    from bot.desk.ports import RowFilter
    from bot.desk.scoring import case_of

    now = _now(program)
    first = _midnight("--since", since, program) or now - dt.timedelta(days=_DAYS)
    last = _midnight("--until", until, program)
    end = last + dt.timedelta(days=1) if last else now
    if first >= end:
        raise click.UsageError("--since 晚于 --until，请对调两个日期。")
    standards = _standards(program)
    with program.store() as store:
        ended = [
            (row.closed_at, row.id)
            for row in _rows(store, RowFilter(open=False))
            if row.closed_at and first <= row.closed_at < end
        ]
        for _, ticket in sorted(ended):
            events = store.events(ticket)
            yield case_of(events, now, policy=program.policy, standard_of=standards)


def _rows(store: Store, wanted: Any) -> Iterator[Any]:
    offset = 0
    while page := store.rows(wanted, _PAGE, offset):
        yield from page
        offset += len(page)


def _standards(program: Program) -> StandardOf:
    """What the solutions now served ask; nothing is asked where they cannot be read."""
    from bot.desk.scoring import Standard
    from kb.errors import KnowledgeError
    from kb.versions import VersionStore

    versions = VersionStore(program.knowledge_folder / "versions")
    try:
        newest = versions.latest()
        known = {s.id: Standard.of(s) for s in versions.read(newest).solutions} if newest else {}
    except KnowledgeError:
        known = {}
    return known.get


def _now(program: Program) -> dt.datetime:
    return dt.datetime.fromisoformat(program.now())


def _midnight(option: str, text: str | None, program: Program) -> dt.datetime | None:
    """Midnight at which a day begins in the desk's zone."""
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{option} 的“{text}”不是日期，请写成 2026-03-01。") from error
    return dt.datetime.combine(day, dt.time(), program.house.zone)


def _only(each: Mapping[str, Summary], agent: str) -> dict[str, Summary]:
    if agent not in each:
        fail(f"这段时间没有工号 {agent} 的已结束会话，请检查工号和日期")
    return {agent: each[agent]}


def _show_sheet(made: ScoreSheet) -> None:
    changed = f"（原 {made.original}）" if made.original != made.total else ""
    running = "" if made.ended else "（会话还没有结束，仍会变化）"
    click.echo(f"工单 {made.ticket}　得分 {made.total}{changed}{running}")
    click.echo("　".join(_part(name, left) for name, left in made.parts.items()))
    for d in made.deductions:
        points = f"扣 {d.counts}" + (f"（原 {d.points}）" if d.counts != d.points else "")
        click.echo(f"- {d.key}　{points}　{d.why}")
        if d.quote:
            click.echo(f"    原话：{d.quote}")
        if d.appealed:
            click.echo(f"    申诉（{d.appealed.by}）：{d.appealed.reason}")
        if d.overruled:
            click.echo(f"    裁定（{d.overruled.by}）：{d.overruled.reason}")


def _part(name: str, left: float) -> str:
    from bot.desk.scoring import PARTS
    from bot.quality.terms import PART_NAMES, Part

    return f"{PART_NAMES[Part(name)][0]} {left:g}/{PARTS[Part(name)]}"


def _show_summary(title: str, made: Summary) -> None:
    if made.mean is None:
        click.echo(f"{title}：这段时间没有可评分的会话。")
        return
    click.echo(f"{title}：{made.count} 个会话，平均 {made.mean:g} 分")
    click.echo("  " + "　".join(_part(name, left) for name, left in made.parts.items()))
    lowest = "、".join(f"{ticket}（{total} 分）" for ticket, total in made.lowest)
    click.echo(f"  最低：{lowest}")
    names = _names()
    told = (f"{names.get(c.check, c.check)} {c.times} 次共 {c.points} 分" for c in made.frequent)
    click.echo(f"  常见扣分：{'、'.join(told) or '无'}")
    if made.appealed or made.overruled:
        click.echo(f"  申诉 {made.appealed} 项，改判 {made.overruled} 项")


def _names() -> dict[str, str]:
    from bot.desk.scoring import CHECKS
    from bot.quality import shipped_rules

    rules = {rule.id: rule.name for rule in shipped_rules()}
    return rules | {check.id: check.name for check in CHECKS}


def _show_simulation(made: Simulation) -> None:
    from rich.table import Table
    from rich.text import Text

    if made.mean_now is None or made.mean_then is None:
        click.echo("这段时间没有可评分的会话，请用 --since 和 --until 换一段时间。")
        return
    click.echo(
        f"{made.chats} 个会话、{made.lines} 句坐席发言：平均分 {made.mean_now:g} → {made.mean_then:g}，"
        f"{len(made.scores)} 个会话分数有变化。"
    )
    table = Table()
    for name in ("规则", "现在", "试算", "例句"):
        table.add_column(name, no_wrap=name in {"现在", "试算"}, overflow="fold")
    for one in made.rules:
        if one.now or one.then:
            lines = [*(f"新增：{x}" for x in one.examples), *(f"不再：{x}" for x in one.spared)]
            cells = (one.name, str(one.now), str(one.then), "\n".join(lines))
            table.add_row(*(Text(cell) for cell in cells))
    console().print(table)
    for change in made.scores[:10]:
        click.echo(f"工单 {change.ticket}：{change.now} → {change.then}")
