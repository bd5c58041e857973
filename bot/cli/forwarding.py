"""Has a command run by the server that has the store open (see :mod:`bot.cli.control`)."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from bot.storage.errors import StoreBusy
from bot.storage.lock import SOCKET_FILE

#: Seconds of silence after which a server counts as gone; one that works gives a sign more often.
SILENCE: Final = 10.0
#: Bytes a socket's address may have everywhere (104 with the final zero on macOS, 108 on Linux).
_ADDRESS: Final = 100
#: Options that say which data; the server has its own, and it is the same.
_PLACE: Final = frozenset({"data", "library", "encoder"})
_DEFAULT: Final = click.core.ParameterSource.DEFAULT


def forwarded(context: click.Context, error: Exception) -> int | None:
    """Ask the server to run the command that found the store in use, and write what it answers.

    Args:
        context: of the command.
        error: why it ended.

    Returns:
        its exit status; None where the error is another one or no server answers.

    """
    if not isinstance(error, StoreBusy):
        return None
    request = {"args": arguments(context), "columns": shutil.get_terminal_size().columns}
    try:
        answer = _asked(error.folder, json.dumps(request).encode() + b"\n")
        status, out, err = int(answer["status"]), str(answer["stdout"]), str(answer["stderr"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    click.echo(out, nl=False)
    click.echo(err, nl=False, err=True)
    return status


def arguments(context: click.Context) -> list[str]:
    """A command and what was given to it, as words; paths absolute, since the server runs elsewhere.

    Options before the command and those that say which data are left out.
    """
    options: list[str] = []
    others: list[str] = []
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in _PLACE or context.get_parameter_source(name) in {None, _DEFAULT}:
            continue
        value = context.params[name]
        values = value if isinstance(value, (tuple, list)) else [value]
        if not isinstance(parameter, click.Option):
            others += map(_word, values)
        elif parameter.is_flag:
            options.append((parameter.opts if value else parameter.secondary_opts)[-1])
        else:
            options += [f"{parameter.opts[-1]}={_word(v)}" for v in values]
    return [*context.command_path.split()[1:], *options, *(["--", *others] if others else [])]


def _word(value: Any) -> str:
    return str(value.absolute() if isinstance(value, Path) else value)


@contextlib.contextmanager
def address(folder: Path) -> Iterator[str]:
    """A name of the store folder's socket that is short enough, however deep the folder lies."""
    name = str(folder / SOCKET_FILE)
    if len(os.fsencode(name)) <= _ADDRESS:
        yield name
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{number}/{SOCKET_FILE}"  # Linux only; elsewhere there is no such file
    finally:
        os.close(number)


def _asked(folder: Path, request: bytes) -> Any:
    """The server's answer to a request.

    Raises:
        OSError: there is no server, or it is silent for too long.
        ValueError: it ends without an answer.

    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SILENCE)
        with address(folder) as name:
            connection.connect(name)
        with contextlib.suppress(BrokenPipeError):  # refused unread; the answer says why
            connection.sendall(request)
        with connection.makefile("rb") as lines:
            for line in lines:
                if line.strip():  # an empty line is a sign of life
                    return json.loads(line)
    raise ValueError("no answer")
