"""Changes to dicts that can be taken back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class UndoLog:
    """Makes changes and remembers how to take them back, while a transaction runs."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], Any]] = []
        self._depth = 0

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        """All changes made inside stand, or none; a nested one that fails undoes only its own."""
        mark = len(self._steps)
        self._depth += 1
        try:
            yield
        except BaseException:
            while len(self._steps) > mark:
                self._steps.pop()()
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._steps.clear()

    def put(self, where: MutableMapping[K, V], key: K, value: V) -> None:
        """Set a key."""
        if key in where:
            old = where[key]
            self._remember(lambda: where.__setitem__(key, old))
        else:
            self._remember(lambda: where.__delitem__(key))
        where[key] = value

    def drop(self, where: MutableMapping[K, V], key: K) -> None:
        """Remove a key that is there."""
        old = where.pop(key)
        self._remember(lambda: where.__setitem__(key, old))

    def _remember(self, step: Callable[[], Any]) -> None:
        if self._depth:
            self._steps.append(step)
