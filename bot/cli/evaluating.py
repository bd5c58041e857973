"""``huashu eval``: quality on the user's own data, with the very objects that serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.cli.common import Chosen, emit, place_options

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.group("eval")
def evaluate() -> None:
    """用自己的数据衡量检索与建议的质量。"""


@evaluate.command(epilog="例：  huashu eval faq --docs docs.jsonl --queries queries.jsonl --json")
@click.option("--docs", type=_IN, required=True, help="条目：id、title")
@click.option("--queries", type=_IN, required=True, help="问句：query、positives")
@click.option("--wordings", type=_IN, help="已知问法：id、text")
@_JSON
@place_options
def faq(chosen: Chosen, docs: Path, queries: Path, wordings: Path | None, *, as_json: bool) -> None:
    """检索质量：R@1、R@3、R@10、MRR@10，以及每次查询的毫秒数。"""
    from embeddings.evaluate import faq as measure

    program = chosen.program()
    splitter = program.snapshot(of_data=chosen.data is not None).splitter
    _show(measure(docs, queries, wordings, program.encoder, splitter, program.progress), as_json)


@evaluate.command(epilog="例：  huashu eval pairs pairs.jsonl --json")
@click.argument("file", type=_IN)
@_JSON
@place_options
def pairs(chosen: Chosen, file: Path, *, as_json: bool) -> None:
    """语义模型的余弦与标注的 Spearman 相关（×100）。"""
    from embeddings.evaluate import pairs as measure

    _show(measure(file, chosen.program().encoder), as_json)


@evaluate.command(epilog="例：  huashu eval lines lines.jsonl --json")
@click.argument("file", type=_IN)
@_JSON
@place_options
def lines(chosen: Chosen, file: Path, *, as_json: bool) -> None:
    """建议话术的种类与人工实际做法的符合程度。"""
    from bot.desk.line_quality import evaluate_lines

    chat = chosen.program().chat(of_data=chosen.data is not None)
    _show(evaluate_lines(file, chat), as_json)


def _show(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit(result)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False)
    for name, value in result.items():
        table.add_row(name, str(value))
    Console().print(table)
