"""Standard output and error that go where the context they are written in says.

A server runs commands for others in its worker thread while its own thread goes on telling people
things. Both write to ``sys.stdout`` and ``sys.stderr``; replacing these for the time of a command would
mix the two. So they are replaced once, by streams that look up the context at every write.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar, copy_context
from types import MappingProxyType
from typing import Any, Final, TextIO, TypeVar, cast

T = TypeVar("T")

_TAKEN: Final[ContextVar[Mapping[str, TextIO]]] = ContextVar("taken", default=MappingProxyType({}))


class _Routed:
    """Stands in the place of a stream of ``sys``."""

    def __init__(self, name: str, usual: TextIO) -> None:
        self._name = name
        self._usual = usual

    def __getattr__(self, attribute: str) -> Any:
        return getattr(_TAKEN.get().get(self._name, self._usual), attribute)


@contextlib.contextmanager
def routed() -> Iterator[None]:
    """Let :func:`taken` work in this process."""
    usual = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", _Routed("stdout", usual[0]))
    sys.stderr = cast("TextIO", _Routed("stderr", usual[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = usual


def taken(work: Callable[[], T]) -> tuple[T, str, str]:
    """Run work in a context of its own; gives its result, its output and its errors as text."""
    files = {name: io.BytesIO() for name in ("stdout", "stderr")}
    streams = {
        name: io.TextIOWrapper(file, encoding="utf-8", errors="replace", write_through=True)
        for name, file in files.items()
    }

    def inside() -> T:
        _TAKEN.set(streams)
        return work()

    result = copy_context().run(inside)
    out, err = (file.getvalue().decode() for file in files.values())
    return result, out, err
