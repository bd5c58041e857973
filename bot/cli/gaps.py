"""``huashu kb gaps``: what customers asked in vain, for the knowledge owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import Chosen, console, emit, fail, place_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.desk.gaps import GapGroup


@click.command(epilog="例：  huashu kb gaps --draft 1 > 新方案.yaml")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，每行一组")
@click.option(
    "--draft", type=click.IntRange(min=1), metavar="N", help="把第 N 组写成可加载的方案草稿（YAML）"
)
@place_options
def gaps(chosen: Chosen, draft: int | None, *, as_json: bool) -> None:
    """列出知识缺口：没有方案的问题、坐席没有采用建议或自行答复的问题，相似的归为一组。

    个人信息已遮盖。有升级申请的排在最前，其余按次数从多到少。
    """
    from bot.desk.gaps import as_solution_draft, list_gaps

    program = chosen.program()
    encoder = program.snapshot(of_data=True).encoder
    with program.store() as store:
        groups = list_gaps(store, encoder, program.policy)
    if draft is not None:
        if draft > len(groups):
            fail(f"没有第 {draft} 组，现在共有 {len(groups)} 组知识缺口；不带 --draft 可查看列表")
        group = groups[draft - 1]
        if not group.answer:
            click.echo("提示：这组问题还没有坐席答复，请填写 script 里的 text 后再加载。", err=True)
        click.echo(as_solution_draft(group), nl=False)
    elif as_json:
        for number, group in enumerate(groups, 1):
            emit(_shape(number, group))
    elif groups:
        _show(groups)
    else:
        click.echo("没有待处理的知识缺口。")


def _shape(number: int, group: GapGroup) -> dict[str, Any]:
    return {
        "number": number,
        "title": group.title,
        "count": len(group.gaps),
        "category": group.category.value,
        "causes": sorted({gap.cause for gap in group.gaps}),
        "newest": group.newest.isoformat(),
        "due": group.due.isoformat() if group.due else None,
        "questions": list(group.questions),
        "answer": group.answer,
        "gaps": [{"ticket_id": ticket, "event": seq} for ticket, seq in group.keys],
    }


def _show(groups: Sequence[GapGroup]) -> None:
    from rich.table import Table
    from rich.text import Text

    from bot.desk.gaps import CAUSE_NAMES, Cause
    from kb.terms import CATEGORY_NAMES

    table = Table()
    for name in ("序号", "问题", "次数", "类别", "原因", "最近一次", "答复时限", "坐席答复"):
        table.add_column(name, no_wrap=name in {"序号", "次数"}, overflow="fold")
    for number, group in enumerate(groups, 1):
        causes = dict.fromkeys(CAUSE_NAMES[Cause(gap.cause)] for gap in group.gaps)
        cells = (
            str(number),
            group.title,
            str(len(group.gaps)),
            CATEGORY_NAMES[group.category][1],
            "、".join(causes),
            f"{group.newest:%Y-%m-%d %H:%M}",
            f"{group.due:%Y-%m-%d %H:%M}" if group.due else "",
            group.answer,
        )
        table.add_row(*(Text(cell) for cell in cells))
    console().print(table)
