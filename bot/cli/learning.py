"""``huashu learn``: fit the encoder to the library's wordings and the order to agents' choices."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import Chosen, emit, place_options, who

if TYPE_CHECKING:
    from bot.bootstrap import Program
    from embeddings.rows import Progress
    from kb.learned import Entry, LearnedStore

_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.command(epilog="例：  huashu learn    撤销：  huashu learn --undo")
@click.option("--undo", is_flag=True, help="撤销最近一次学习，回到之前的语义模型")
@click.option("--history", is_flag=True, help="列出历次学习")
@_JSON
@place_options
def learn(chosen: Chosen, *, undo: bool, history: bool, as_json: bool) -> None:
    """用知识库的客户问法调整语义模型，用客服的选择记录调整话术排序；变好才采用。"""
    if chosen.library is not None:
        raise click.UsageError(
            "学习的是数据文件夹里的知识；请先用 huashu kb load 载入，再执行 learn。"
        )
    program = chosen.program()
    if undo or history:
        store = _store(program)
        entries = [store.undo(at=program.now(), who=who())] if undo else store.history()
        for entry in entries:
            if as_json:
                emit(asdict(entry))
            else:
                click.echo(_told(entry))
        if not entries and not as_json:
            click.echo("还没有学习过。执行 huashu learn 开始。")
        return
    order = learn_order(program)
    entry, seconds = learn_encoder(program)
    if as_json:
        emit({**asdict(entry), "seconds": seconds, **order})
        return
    click.echo(f"{_told(entry)}，用时 {seconds:.1f} 秒")
    click.echo(f"选择记录 {order['choices']} 条，{order['lines']} 条话术的排序有了偏好")


def learn_encoder(program: Program) -> tuple[Entry, float]:
    """Fit the encoder to the data folder's library and serve it where it is better.

    Returns:
        the entry of the history and the seconds it took.

    Raises:
        LearningImpossible: another encoder is set, or there are too few wordings.

    """
    from embeddings.learn import learn as fit
    from embeddings.static import StaticEncoder
    from kb.snapshot import solution_documents

    store = _store(program)
    encoder = program.encoder
    assert isinstance(encoder, StaticEncoder)  # noqa: S101 - else there is no store
    served = program.knowledge.served
    with _bar() as progress:
        documents = solution_documents(served.library)
        learned = fit(documents, encoder, served.splitter, progress)
    entry = store.keep(learned, served.library, at=program.now(), who=who())
    program.knowledge.use(program.desk_encoder(), program.progress)
    return entry, learned.seconds


def learn_order(program: Program) -> dict[str, int]:
    """Learn from the log of choices which lines agents prefer."""
    from bot.desk.choices import read_choices
    from bot.desk.preferences import preferences, save

    choices = read_choices(program.choices_file)
    if choices.told:
        click.echo(choices.told, err=True)
    found = preferences(choices)
    if choices:
        save(program.preferences_file, found)
    return {"choices": len(choices), "lines": sum(bool(v) for v in found.values())}


def learn_if_due(program: Program) -> None:
    """After a load: learn without being asked where enough wordings have changed."""
    from embeddings.errors import LearningImpossible
    from kb.library import shipped

    store = program.learned
    if store is None or not store.due(program.knowledge.served.library, shipped()):
        return
    click.echo("问法变化较多，正在学习……（加 --no-learn 可跳过）", err=True)
    try:
        entry, seconds = learn_encoder(program)
    except LearningImpossible as error:
        click.echo(f"未学习：{error.reason}", err=True)
        return
    click.echo(f"{_told(entry)}，用时 {seconds:.1f} 秒", err=True)


def _store(program: Program) -> LearnedStore:
    from embeddings.errors import LearningImpossible

    if program.learned is None:
        raise LearningImpossible(
            f"当前的语义模型是“{program.encoder.name}”，只有自带模型可以学习",
            "请去掉 encoder 设置后再试",
        )
    return program.learned


def _told(entry: Entry) -> str:
    if entry.action == "undo":
        model = f"第 {entry.number} 次学习的模型" if entry.number else "自带模型"
        return f"{entry.at} 已撤销，现在使用{model}"
    before, after = (_percent(q) for q in (entry.before, entry.after))
    outcome = f"已采用（第 {entry.number} 号模型）" if entry.kept else "没有变好，未采用"
    return f"{entry.at} 学习了 {entry.wordings} 种问法：首条命中/前三命中 {before} → {after}，{outcome}"


def _percent(quality: tuple[float, float, float]) -> str:
    return f"{quality[0]:.1%}/{quality[1]:.1%}"


@contextlib.contextmanager
def _bar() -> Iterator[Progress | None]:
    """A progress bar on stderr where somebody is looking."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("学习中", total=1000)

        def show(done: int, total: int) -> Any:
            bar.update(task, completed=done, total=total)

        yield show
