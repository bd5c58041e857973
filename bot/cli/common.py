"""What all commands share: settings from options, errors as one sentence, progress, JSON output."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from bot.bootstrap import Program

F = TypeVar("F", bound=Callable[..., Any])

#: Columns of the terminal of whoever asked, where a server runs the command; None: of our own.
WIDTH: Final[ContextVar[int | None]] = ContextVar("width", default=None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Options given before the command; ``live`` is a server's program, which they do not change."""

    data: Path | None = None
    library: Path | None = None
    encoder: str | None = None
    config: Path | None = None
    telegram_api: str | None = None
    live: Program | None = None

    def with_(self, **later: Any) -> Chosen:
        """These options, with those given after the command in their place."""
        given = {k: v for k, v in later.items() if v is not None}
        known = {k: getattr(self, k) for k in self.__slots__}
        return Chosen(**{**known, **given})

    def program(self) -> Program:
        """The program these options describe, or the live one."""
        if self.live is not None:
            return self.live
        from bot.bootstrap import Program
        from bot.settings import load_settings

        settings = load_settings(
            self.config,
            data=self.data,
            library=self.library,
            encoder=self.encoder,
            telegram_api=self.telegram_api,
        )
        return Program(settings, progress_bar())


def place_options(command: F) -> F:
    """Let ``--data``, ``--library`` and ``--encoder`` stand after the command, too.

    The command gets the merged choice as its first argument ``chosen``. Where it finds that a server has
    the store, the server runs it.
    """

    @click.option("--data", type=click.Path(path_type=Path), help="数据文件夹")
    @click.option(
        "--library", type=click.Path(exists=True, path_type=Path), help="另一个话术/知识库"
    )
    @click.option("--encoder", help="语义模型")
    @click.pass_obj
    @functools.wraps(command)
    def wrapped(
        obj: Chosen,
        /,
        *args: Any,
        data: Path | None,
        library: Path | None,
        encoder: str | None,
        **kwargs: Any,
    ) -> Any:
        chosen = obj.with_(data=data, library=library, encoder=encoder)
        try:
            return command(chosen, *args, **kwargs)
        except Exception as error:
            from bot.cli.forwarding import forwarded

            status = forwarded(click.get_current_context(), error)
            if status is None:
                raise
            sys.exit(status)

    return wrapped  # type: ignore[return-value]


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn expected failures into one sentence on stderr and exit status 1."""
    try:
        yield
    except (click.exceptions.Exit, click.ClickException, click.Abort, SystemExit):
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("已中断。", err=True)
        sys.exit(130)
    except UnicodeDecodeError:
        click.echo("错误：文件不是 UTF-8 编码的文本。请另存为 UTF-8 后重试。", err=True)
        sys.exit(1)
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        click.echo(
            f"错误：无法读写{place}（{error.strerror or error}）。请检查路径和权限。", err=True
        )
        sys.exit(1)
    except Exception as error:
        if not _expected(error):
            raise
        click.echo(f"错误：{error}", err=True)
        sys.exit(1)


def _expected(error: Exception) -> bool:
    """Whether an error is one of our own, whose text is written for people."""
    from bot.desk.errors import DeskError
    from bot.domain.errors import DomainError
    from bot.quality.errors import QualityError
    from bot.settings import SettingsError
    from bot.storage.errors import StorageError
    from embeddings.errors import EmbeddingsError
    from kb.errors import KnowledgeError
    from prompts.errors import PromptsError

    return isinstance(
        error,
        (
            DeskError,
            DomainError,
            QualityError,
            SettingsError,
            StorageError,
            EmbeddingsError,
            KnowledgeError,
            PromptsError,
        ),
    )


def fail(message: str) -> None:
    """End with exit status 1 and one sentence."""
    click.echo(f"错误：{message}", err=True)
    sys.exit(1)


def progress_bar() -> Callable[[int, int], None] | None:
    """A callback that draws a progress bar on stderr, or None where nobody is looking."""
    if not sys.stderr.isatty():
        return None
    state: dict[str, Any] = {}

    def show(done: int, total: int) -> None:
        if total < 2_000 and not state:
            return
        from rich.console import Console
        from rich.progress import Progress

        if "bar" not in state:
            state["bar"] = Progress(console=Console(stderr=True), transient=True)
            state["bar"].start()
            state["task"] = state["bar"].add_task("建立索引", total=total)
        state["bar"].update(state["task"], completed=done, total=total)
        if done >= total:
            state["bar"].stop()
            state.clear()

    return show


def console() -> Console:
    """A console on stdout, as wide as the terminal of whoever asked."""
    from rich.console import Console

    return Console(width=WIDTH.get())


def emit(item: Mapping[str, Any]) -> None:
    """Write one JSON object as a line."""
    sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")


def read_items(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """``(file:line, object)`` of a JSON Lines file with ``text``; ``-`` is standard input.

    Raises:
        BadConversation: a line is no JSON object with a text.
        OSError: the file cannot be read.

    """
    from bot.desk.errors import BadConversation

    with click.open_file(str(path), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                item = json.loads(line.lstrip("\ufeff"))
            except ValueError as error:
                raise BadConversation(where, "不是有效的 JSON", "每行写一个 JSON 对象") from error
            if not isinstance(item, dict) or not isinstance(item.get("text"), str):
                raise BadConversation(where, "缺少 text", '每行写成 {"text": "…"}')
            yield where, item


def one_or_many(text: str | None, file: Path | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items of ``--file``, or the one text given.

    Raises:
        click.UsageError: both or neither were given.

    """
    if (text is None) == (file is None):
        raise click.UsageError("请给出一段文字，或用 --file 指定 JSON Lines 文件（二选一）。")
    if file is not None:
        yield from read_items(file)
    elif not (text or "").strip():
        raise click.UsageError("文字是空的，请写出要处理的内容。")
    else:
        yield "TEXT", {"text": text}


def now() -> dt.datetime:
    """Now, with the machine's zone."""
    return dt.datetime.now().astimezone()


def who() -> str:
    """The account that runs the command, for histories."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user in a bare container
        return "cli"
