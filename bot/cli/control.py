"""A server's control socket: store commands of the command line, run where the store is open.

Only one process may open a store. While a server has it, a command finds it in use and asks the server
to run it instead (:mod:`bot.cli.forwarding`). One connection is one request, a line of JSON
``{"args": ["ticket", "list"], "columns": 80}``, answered by a line ``{"status", "stdout", "stderr"}``;
empty lines before it say that the server is still at work.

The command is the very same one, run by the desk's worker thread with the store that is open. It waits
for what the desk is doing, and the desk waits for it. Only the server's own user (and root) may ask:
the folder is closed to others, and so is the socket, and the kernel is asked who is at the other end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.cli.common import WIDTH, Chosen, told
from bot.cli.forwarding import address
from bot.cli.routing import routed, taken
from bot.storage.lock import SOCKET_FILE

if TYPE_CHECKING:
    from bot.bootstrap import Program
    from bot.desk.desk import Desk
    from bot.desk.ports import Store
    from bot.desk.service import DeskService

#: Commands that may be run beside the desk. None of them may read standard input, which is the
#: server's; ones that change tickets must do so through ``program.desk(store)``, which is the live one.
ALLOWED: Final[tuple[tuple[str, ...], ...]] = (
    ("ticket", "show"),
    ("ticket", "list"),
    ("ticket", "export"),
    ("store", "check"),
    ("store", "backup"),
    ("store", "rebuild"),
    ("kb", "gaps"),
    ("user",),
    ("audit",),
    ("customer",),
    ("quality",),
)

#: Longest request in bytes.
LIMIT: Final = 64 * 1024
#: Seconds in which a request must have come.
_PATIENCE: Final = 5.0
#: Seconds between two signs of life; well below the silence that the other side bears.
_SIGN: Final = 2.0

_LOG: Final = logging.getLogger(__name__)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    args: Annotated[list[str], Field(min_length=1)]
    columns: Annotated[int, Field(ge=1, le=10_000)] = 80


class _Answer(BaseModel):
    status: int
    stdout: str = ""
    stderr: str = ""


class LiveProgram:
    """A server's program with the store and the desk that are open; leaving the store keeps it so."""

    progress = None

    def __init__(self, program: Program, desk: Desk) -> None:
        self._program = program
        self._desk = desk

    def store(self) -> AbstractContextManager[Store]:
        """The open store."""
        return contextlib.nullcontext(self._desk.store)

    def desk(self, _: Store) -> Desk:
        """The live desk."""
        return self._desk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._program, name)


@contextlib.asynccontextmanager
async def control(folder: Path, service: DeskService, program: Program) -> AsyncIterator[None]:
    """Answer commands as long as this is open; where that is impossible, say so and go on without.

    Args:
        folder: of the store, whose lock this process holds.
        service: the live desk, which must stay open longer.
        program: the server's program.

    """
    try:
        listening = _listening(folder)
    except OSError as error:
        click.echo(
            f"无法建立控制通道 {folder / SOCKET_FILE}（{error.strerror or error}）。"
            "网页服务不受影响，但服务运行时不能在命令行查看工单和备份。",
            err=True,
        )
        yield
        return
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        running.add(task)
        try:
            await _serve(reader, writer, service, program)
        finally:
            running.discard(task)

    with routed():
        server = await asyncio.start_unix_server(serve, sock=listening, limit=LIMIT)
        try:
            yield
        finally:
            server.close()
            (folder / SOCKET_FILE).unlink(missing_ok=True)
            await asyncio.gather(*running, return_exceptions=True)


def _listening(folder: Path) -> socket.socket:
    """A socket for this user alone, in the place of one that a killed server may have left."""
    folder.chmod(0o700)
    (folder / SOCKET_FILE).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(folder) as name:
            made.bind(name)
        (folder / SOCKET_FILE).chmod(0o600)
    except OSError:
        made.close()
        raise
    return made


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    service: DeskService,
    program: Program,
) -> None:
    """One connection, from its request to its end."""
    answering = asyncio.ensure_future(_answer(reader, writer, service, program))
    with contextlib.suppress(
        ConnectionError
    ):  # whoever asked has gone; the work is done all the same
        while not (await asyncio.wait({answering}, timeout=_SIGN))[0]:
            writer.write(b"\n")
            await writer.drain()
        writer.write(json.dumps(answering.result().model_dump()).encode() + b"\n")
        await writer.drain()
    writer.close()


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    service: DeskService,
    program: Program,
) -> _Answer:
    if peer_uid(writer.get_extra_info("socket")) not in {None, os.geteuid(), 0}:
        return _refused("只有运行服务的用户可以这样执行命令；请换用该用户")
    try:
        request = _Request.model_validate_json(
            await asyncio.wait_for(reader.readuntil(b"\n"), _PATIENCE)
        )
    except asyncio.LimitOverrunError:
        return _refused(f"请求过长，最多 {LIMIT} 字节；请缩短参数")
    except (asyncio.IncompleteReadError, TimeoutError, ValidationError):
        return _refused("请求不完整或格式不对；请使用与服务相同版本的 huashu 命令")
    if not any(tuple(request.args[: len(words)]) == words for words in ALLOWED):
        words = takewhile(lambda word: not word.startswith("-"), request.args[:2])
        named = " ".join(["huashu", *words])
        allowed = "、".join(" ".join(words) for words in ALLOWED)
        return _refused(
            f"服务（进程 {os.getpid()}）运行时不能执行 {named}；请先停止服务再执行。"
            f"不用停止服务的命令：{allowed}"
        )
    try:
        return await service.run(lambda desk: _executed(request, program, desk), apart=True)
    except Exception:
        _LOG.exception("huashu %s", " ".join(request.args[:2]))
        return _refused("服务执行命令时出错，详情见服务的输出；请停止服务后再试")


def _refused(sentence: str) -> _Answer:
    return _Answer(status=1, stderr=f"错误：{sentence}\n")


def peer_uid(connection: Any) -> int | None:
    """The user at the other end; None on systems that do not tell it this way.

    ``SO_PEERCRED`` gives ``struct ucred``: pid, uid, gid (unix(7)).
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    size = struct.calcsize("3i")
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return int(struct.unpack("3i", credentials)[1])


def _executed(request: _Request, program: Program, desk: Desk) -> _Answer:
    """Run a command in this thread as the command line does; what it writes is the answer."""
    live = Chosen(live=cast("Program", LiveProgram(program, desk)))

    def work() -> int:
        WIDTH.set(request.columns)
        return _run(request.args, live)

    status, out, err = taken(work)
    return _Answer(status=status, stdout=out, stderr=err)


def _run(args: Sequence[str], chosen: Chosen) -> int:
    from bot.cli import cli

    try:
        with told():
            cli.main([*args], prog_name="huashu", obj=chosen)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
