"""What commands about people share: who acts, when, how a password comes in, a table."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import click

from bot.cli.common import Chosen, console, fail, who

if TYPE_CHECKING:
    from bot.bootstrap import Program
    from bot.desk.account_ports import OfficeStore
    from bot.desk.audit import Actor

_VARIABLE: Final = "HUASHU_PASSWORD"


def actor() -> Actor:
    """The account of the machine that runs the command; whoever can do so holds the master key."""
    from bot.desk.audit import Actor

    return Actor(who().encode("ascii", "replace").decode()[:60].strip() or "cli", "cli")


def moment(program: Program) -> dt.datetime:
    """Now, in the desk's zone."""
    return dt.datetime.fromisoformat(program.now())


def forgetter(chosen: Chosen, store: OfficeStore) -> Callable[[Iterable[str]], None]:
    """Has a live desk forget tickets; beside none, there is nothing to forget."""
    return chosen.live.desk(store).forget if chosen.live is not None else lambda _: None


def new_password(chosen: Chosen, *, generate: bool) -> tuple[str, bool]:
    """A password, and whether it was made here and has to be told.

    It comes from the variable, from standard input where that is no terminal, or from a prompt; never
    from an argument, which other users of the machine could see.
    """
    if generate:
        return secrets.token_urlsafe(12), True
    if chosen.live is not None:  # a server's standard input is not ours
        fail("服务运行时不能在此输入密码；请加 --generate 生成密码，或在网页上修改")
    if given := os.environ.get(_VARIABLE):
        return given, False
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n"), False
    typed: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输入一次")
    return typed, False


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table as wide as the terminal of whoever asked."""
    from rich.table import Table
    from rich.text import Text

    grid = Table()
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    console().print(grid)
