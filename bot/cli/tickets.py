"""``huashu ticket``: a ticket's forms, lists of tickets, and their export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import click

from bot.cli.common import Chosen, console, emit, fail, place_options
from bot.desk.forms.names import FORM_NAMES
from bot.domain.terms import Stage
from kb.terms import Priority

if TYPE_CHECKING:
    from bot.desk.account_ports import OfficeStore
    from bot.desk.forms import Form
    from bot.desk.house import House
    from bot.desk.ports import RowFilter, Store, TicketRow

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一个对象")
_PAGE: Final = 500


class _Program(Protocol):
    """What these commands need of the program."""

    @property
    def house(self) -> House: ...

    @property
    def knowledge_folder(self) -> Path: ...

    def store(self) -> AbstractContextManager[OfficeStore]: ...


@click.group()
def ticket() -> None:
    """查看、列出、导出工单的各种表单。"""


@ticket.command(epilog="例：  huashu ticket show 01JNYX7E80QW3M5T9V2K6R4HBC --form communication")
@click.argument("number", metavar="ID")
@click.option(
    "--form",
    "code",
    type=click.Choice([*FORM_NAMES, "all"]),
    default="all",
    show_default=True,
    help="哪一种表单：" + "、".join(f"{code} {name}" for code, name in FORM_NAMES.items()),
)
@click.option("--full", is_flag=True, help="显示完整的个人信息（默认遮盖）")
@_JSON
@place_options
def show(chosen: Chosen, number: str, code: str, *, full: bool, as_json: bool) -> None:
    """显示一张工单的表单：登记、处理、沟通、小结、投诉、回访、升级、满意度。"""
    from bot.cli.acting import actor
    from bot.desk import audit
    from bot.desk import forms as desk_forms
    from bot.domain.people import Operation

    program = _program(chosen)
    with program.store() as store:
        codes = list(FORM_NAMES) if code == "all" else [code]
        if full:
            at = dt.datetime.now(dt.UTC)
            audit.record(store, actor(), Operation.READ_FULL, at, ticket=number)
        made = _forms(program, store, number, codes, _titles(program), masked=not full)
    if made is None:
        fail(f"没有编号为 {number} 的工单，请用 huashu ticket list 查看已有工单")
        return
    if not made:
        fail(f"工单 {number} 没有{FORM_NAMES[code]}；去掉 --form 可查看已有的全部表单")
    for form in made:
        if as_json:
            emit(desk_forms.as_json(form))
        else:
            click.echo(desk_forms.as_text(form))


@ticket.command("list", epilog="例：  huashu ticket list --open --priority P1 --priority P2")
@click.option("--agent", help="只看这个工号的工单")
@click.option("--open/--closed", "is_open", default=None, help="只看未结束 / 已结束的（默认全部）")
@click.option("--stage", multiple=True, type=click.Choice([s.value for s in Stage]), help="阶段")
@click.option(
    "--priority", multiple=True, type=click.Choice([p.value for p in Priority]), help="优先级"
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@_JSON
@place_options
def list_(
    chosen: Chosen,
    agent: str | None,
    is_open: bool | None,
    stage: Sequence[str],
    priority: Sequence[str],
    limit: int,
    *,
    as_json: bool,
) -> None:
    """列出工单，时限最近的在前；客户姓名和问题中的个人信息已遮盖。"""
    from bot.desk.forms.listing import listed
    from bot.desk.ports import RowFilter, TicketCard

    wanted = RowFilter(agent=agent, open=is_open, stage=tuple(stage), priority=tuple(priority))
    program = _program(chosen)
    with program.store() as store:
        rows = store.rows(wanted, limit)
        cards = store.cards([row.id for row in rows])
        total = store.count(wanted)
    shapes = [listed(row, cards.get(row.id, TicketCard()), program.house) for row in rows]
    if as_json:
        for shape in shapes:
            emit(shape)
        return
    if not shapes:
        click.echo("没有符合条件的工单。")
        return
    _show_list(shapes)
    if total > len(rows):
        click.echo(f"共 {total} 张，只列出前 {len(rows)} 张；用 --limit 列出更多。")


@ticket.command(
    epilog="例：  huashu ticket export --since 2026-03-01 --until 2026-03-31 --out 三月.xlsx"
)
@click.option("--since", metavar="日期", help="从这一天起登记的，例如 2026-03-01")
@click.option("--until", metavar="日期", help="到这一天为止登记的（含当天）")
@click.option(
    "--format",
    "ending",
    type=click.Choice(["xlsx", "csv", "json"]),
    help="xlsx 每种表单一个工作表；csv 每张工单一行；json 每行一张工单（默认看文件名，否则 xlsx）",
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件"
)
@place_options
def export(
    chosen: Chosen, since: str | None, until: str | None, ending: str | None, out: Path
) -> None:
    """导出工单的全部表单，个人信息一律遮盖。"""
    from bot.desk.forms.export import write
    from bot.desk.ports import RowFilter

    program = _program(chosen)
    first = _day("--since", since, program.house)
    last = _day("--until", until, program.house)
    if first and last and first > last:
        raise click.UsageError("--since 晚于 --until，请对调两个日期。")
    wanted = RowFilter(since=first, until=last + dt.timedelta(days=1) if last else None)
    titles = _titles(program)
    with program.store() as store:
        rows = sorted(_all_rows(store, wanted), key=lambda row: (row.opened_at, row.id))
        filled = [
            _forms(program, store, row.id, list(FORM_NAMES), titles, masked=True) for row in rows
        ]
    tickets = [forms for forms in filled if forms]
    if not tickets:
        fail("这段时间没有工单，没有写文件；请检查 --since 和 --until")
    write(out, ending or _ending(out), tickets)
    click.echo(f"已导出 {len(tickets)} 张工单到 {out}")


def _program(chosen: Chosen) -> _Program:
    return cast("_Program", chosen.program())


def _forms(
    program: _Program,
    store: Store,
    number: str,
    codes: Sequence[str],
    titles: Mapping[str, str],
    *,
    masked: bool,
) -> list[Form] | None:
    """A ticket's forms; None where there is no such ticket."""
    from bot.desk.forms import forms
    from bot.domain.ticket import fold

    events = store.events(number)
    if not events:
        return None
    return forms(fold(events), events, program.house, codes, masked=masked, titles=titles)


def _titles(program: _Program) -> dict[str, str]:
    """Titles of the solutions now served; forms show ids where they cannot be read."""
    from kb.errors import KnowledgeError
    from kb.versions import VersionStore

    versions = VersionStore(program.knowledge_folder / "versions")
    try:
        newest = versions.latest()
        return {s.id: s.title for s in versions.read(newest).solutions} if newest else {}
    except KnowledgeError:
        return {}


def _show_list(shapes: Sequence[Mapping[str, Any]]) -> None:
    """Two lines a ticket: its number alone takes a third of a terminal's width."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from bot.desk.forms.names import HOLDER_NAMES, STAGE_NAMES
    from bot.domain.terms import ClockName, Holder
    from bot.domain.timers import CLOCK_NAMES
    from kb.terms import CATEGORY_NAMES, Category

    table = Table(box=box.SIMPLE_HEAD, leading=1)
    table.add_column("工单号\n问题", overflow="fold", min_width=26)
    for name in ("客户", "类别\n优先级", "阶段\n持有", "最近时限"):
        table.add_column(name, overflow="fold")
    for s in shapes:
        holder = f"{HOLDER_NAMES[Holder(s['holder'])]} {s['agent']}".strip()
        due = ""
        if s["due"]:
            moment = dt.datetime.fromisoformat(s["due"])
            due = f"{moment:%m-%d %H:%M}\n{CLOCK_NAMES[ClockName(s['due_name'])]}"
        cells = (
            f"{s['ticket_id']}\n{s['problem']}",
            s["customer_name"],
            f"{CATEGORY_NAMES[Category(s['category'])][1]}\n{s['priority']}",
            f"{STAGE_NAMES[Stage(s['stage'])]}\n{holder}",
            due,
        )
        table.add_row(*(Text(cell) for cell in cells))
    console().print(table)


def _day(option: str, text: str | None, house: House) -> dt.datetime | None:
    """Midnight at which a day begins in the desk's zone."""
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{option} 的“{text}”不是日期，请写成 2026-03-01。") from error
    return dt.datetime.combine(day, dt.time(), house.zone)


def _all_rows(store: Store, wanted: RowFilter) -> Iterator[TicketRow]:
    offset = 0
    while page := store.rows(wanted, _PAGE, offset):
        yield from page
        offset += len(page)


def _ending(out: Path) -> str:
    found = out.suffix.lower().removeprefix(".")
    return found if found in {"csv", "json"} else "xlsx"
