"""Events as they are stored: name, version, a public body and a personal one, both plain JSON values.

How a class is written follows from its type hints and is worked out once per class. Attributes named
in ``PERSONAL`` go into the personal body, those of nested dataclasses too, so that the store can
seal it and an erasure can lose it: without it they read as empty ("", (), {} or None). Public
attributes are always written, also where they equal their default, so that a later change of a
default does not change what happened; a key that an old record lacks takes the default.

When the meaning of a stored body changes, a function in :data:`UPCASTERS` turns version *n* of a
name into version *n + 1*; the current version of a name is one more than its highest upcaster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from bot.domain.errors import DomainError
from bot.domain.events import WIRE_NAMES, Event
from bot.domain.wire_types import FAULTS, Body, Record

#: (public body, personal body or None where it was erased) of one version -> those of the next.
Upcaster: TypeAlias = Callable[[Body, Body | None], tuple[Body, Body | None]]

#: (name, version) -> how to make the next version of it.
UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}


class BadEvent(DomainError):  # noqa: N818 - named for what it is
    """An event cannot be written or read; ``name`` is its name in the store."""

    def __init__(self, name: str, version: int, reason: str) -> None:
        super().__init__(
            f"事件“{name}”（版本 {version}）无法读写：{reason}。"
            "请确认程序不旧于写入数据的版本，再运行 huashu store check 检查数据"
        )
        self.name = name
        self.version = version
        self.reason = reason


class Written(NamedTuple):
    """An event ready to be stored; ``personal`` is None where it has nothing personal."""

    name: str
    version: int
    public: Body
    personal: Body | None


class Wire:
    """Writes and reads events.

    Args:
        names: event class -> its name.
        upcasters: see :data:`UPCASTERS`.

    """

    def __init__(
        self, names: Mapping[Any, str], upcasters: Mapping[tuple[str, int], Upcaster]
    ) -> None:
        self._upcasters = upcasters
        self._records = {name: Record(cls) for cls, name in names.items()}
        self._of = {
            cls: (name, self._version(name), self._records[name]) for cls, name in names.items()
        }

    def _version(self, name: str) -> int:
        return 1 + max((v for n, v in self._upcasters if n == name), default=0)

    def encode(self, event: Any) -> Written:
        """What is stored of an event.

        Raises:
            BadEvent: it has no name, or an attribute a value of the wrong type.

        """
        found = self._of.get(type(event))
        if found is None:
            raise BadEvent(type(event).__name__, 0, "没有这种事件")
        name, version, record = found
        try:
            return Written(name, version, *record.split(event))
        except ValueError as error:
            raise BadEvent(name, version, str(error)) from error

    def decode(self, name: str, version: int, public: Body, personal: Body | None) -> Any:
        """The event; its personal attributes are empty where ``personal`` is None.

        Raises:
            BadEvent: the name or version is unknown, or a body is not what it should be.

        """
        record = self._records.get(name)
        if record is None:
            raise BadEvent(name, version, "没有这种事件")
        current = self._version(name) if version != 1 or self._upcasters else 1
        if not 1 <= version <= current:
            raise BadEvent(name, version, f"本程序只认识到版本 {current}")
        try:
            for old in range(version, current):
                public, personal = self._upcasters[name, old](public, personal)
            return record.join(public, personal)
        except FAULTS as error:
            raise BadEvent(name, version, str(error)) from error


_WIRE: Final = Wire(WIRE_NAMES, UPCASTERS)


def encode(event: Event) -> Written:
    """See :meth:`Wire.encode`."""
    return _WIRE.encode(event)


def decode(name: str, version: int, public: Body, personal: Body | None) -> Event:
    """See :meth:`Wire.decode`."""
    found: Event = _WIRE.decode(name, version, public, personal)
    return found


def erased(event: Event) -> Event:
    """The event as it reads after its customer's erasure."""
    name, version, public, _ = encode(event)
    return decode(name, version, public, None)
