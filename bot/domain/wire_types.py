"""How values are written as plain JSON values, worked out from type hints.

A dataclass becomes a public and a personal body (see :mod:`bot.domain.wire`); every other type is
written whole. What JSON cannot hold exactly (a time without zone, a number that is not finite) is
refused when it is written, not when somebody wants to read it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

Body: TypeAlias = dict[str, Any]

#: What a value of the wrong type or shape raises while it is written or read.
FAULTS: Final = (AttributeError, KeyError, TypeError, ValueError)


class _Type(NamedTuple):
    """How values of one type are written whole, read, and split into public and personal."""

    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]
    empty: Callable[[], Any] | None = None
    split: Callable[[Any], tuple[Any, Any]] | None = None
    join: Callable[[Any, Any], Any] | None = None


class Record:
    """A dataclass, compiled.

    Raises:
        TypeError: an attribute has a type that is not supported, or a personal one cannot be empty
            or has another default than empty.

    """

    def __init__(self, cls: type) -> None:
        hints = typing.get_type_hints(cls)
        self.cls = cls
        names: frozenset[str] = getattr(cls, "PERSONAL", frozenset())
        fields = [(f, _type_of(hints[f.name])) for f in dataclasses.fields(cls)]
        self.public = [(f.name, t) for f, t in fields if f.name not in names and not t.split]
        self.mixed = [(f.name, t) for f, t in fields if f.name not in names and t.split]
        self.personal = [(f.name, t) for f, t in fields if f.name in names]
        self.required = {
            f.name
            for f, _ in fields
            if f.default is f.default_factory is dataclasses.MISSING and f.name not in names
        }
        for f, t in fields:
            if f.name in names and (t.empty is None or _default(f, t.empty) != t.empty()):
                raise TypeError(f"{cls.__name__}.{f.name} cannot be empty after an erasure")

    def split(self, item: Any) -> tuple[Body, Body | None]:
        """Public and personal body; the latter without what is empty, None if all of it is."""
        public, personal = {}, {}
        name = ""
        try:
            for name, kind in self.public:
                public[name] = kind.dump(getattr(item, name))
            for name, kind in self.mixed:
                public[name], part = kind.split(getattr(item, name))  # type: ignore[misc]
                if part:
                    personal[name] = part
            for name, kind in self.personal:
                value = getattr(item, name)
                written = kind.dump(value)
                if value != kind.empty():  # type: ignore[misc]
                    personal[name] = written
        except FAULTS as error:
            raise ValueError(f"{name} 的值不对（{error}）") from error
        return public, personal or None

    def join(self, public: Body, personal: Body | None) -> Any:
        """The item; its personal side is empty where ``personal`` is None."""
        values, name = {}, ""
        own = personal or {}
        try:
            for name, kind in self.public:
                if name in public:
                    values[name] = kind.load(public[name])
            for name, kind in self.mixed:
                if name in public:
                    values[name] = kind.join(public[name], own.get(name))  # type: ignore[misc]
            for name, kind in self.personal:
                values[name] = kind.load(own[name]) if name in own else kind.empty()  # type: ignore[misc]
        except FAULTS as error:
            raise ValueError(f"{name} 的值不对（{error}）") from error
        if missing := self.required - values.keys():
            raise ValueError(f"缺少 {min(missing)}")
        return self.cls(**values)

    def dump(self, item: Any) -> Body:
        """One body for both sides, where all of it is personal."""
        public, personal = self.split(item)
        return public | personal if personal else public

    def load(self, body: Body) -> Any:
        """Read what :meth:`dump` wrote."""
        return self.join(body, body)


def _default(field: dataclasses.Field[Any], otherwise: Callable[[], Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    make = field.default_factory
    return otherwise() if make is dataclasses.MISSING else make()


def _same(*allowed: type) -> Callable[[Any], Any]:
    """Takes values of these types as they are; True and False are no numbers."""
    wants_bool = bool in allowed
    surely = frozenset(allowed) - {float}

    def same(value: Any) -> Any:
        if type(value) in surely:
            return value
        if not isinstance(value, allowed) or (isinstance(value, bool) and not wants_bool):
            raise TypeError(f"{type(value).__name__}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("not a finite number")
        return value

    return same


def _dump_time(value: dt.datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError("a time without zone")
    return value.isoformat()


def _load_time(value: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a time without zone")
    return found


_PLAIN: Final[Mapping[Any, _Type]] = types.MappingProxyType(
    {
        str: _Type(_same(str), _same(str), str),
        bool: _Type(_same(bool), _same(bool)),
        int: _Type(_same(int), _same(int)),
        float: _Type(_same(int, float), _same(int, float)),
        dt.datetime: _Type(_dump_time, _load_time),
    }
)


def _type_of(hint: Any) -> _Type:
    """How a type hint is written."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        return _Type({m: m.value for m in hint}.__getitem__, members.__getitem__)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        record = Record(hint)
        parted = record.personal or record.mixed
        return _Type(
            record.dump,
            record.load,
            None,
            record.split if parted else None,
            record.join if parted else None,
        )
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return _union(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return _many(_type_of(arguments[0]))
    if origin is tuple:
        return _fixed([_whole(a) for a in arguments])
    if origin is frozenset:
        item = _whole(arguments[0])
        return _Type(
            lambda v: sorted(map(item.dump, v)),
            lambda v: frozenset(map(item.load, _list(v))),
            frozenset,
        )
    if origin is Mapping and arguments[0] is str:
        item = _whole(arguments[1])
        return _Type(
            lambda v: {_PLAIN[str].dump(k): item.dump(x) for k, x in v.items()},
            lambda v: {k: item.load(x) for k, x in v.items()},
            dict,
        )
    raise TypeError(f"{hint} cannot be stored")


def _whole(hint: Any) -> _Type:
    """A type inside one that is always written whole, so that nothing personal slips in."""
    found = _type_of(hint)
    if found.split:
        raise TypeError(f"{hint} has a personal side; put it into a tuple[…, ...]")
    return found


def _list(value: Any) -> list[Any]:
    """A JSON list; a text would pass for one of characters."""
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__}")
    return value


def _many(item: _Type) -> _Type:
    def split(values: Iterable[Any]) -> tuple[list[Any], list[Any] | None]:
        parts = [item.split(v) for v in values]  # type: ignore[misc]
        own = [p[1] for p in parts]
        return [p[0] for p in parts], own if any(own) else None

    def join(public: Any, personal: list[Any] | None) -> tuple[Any, ...]:
        own = personal or [None] * len(public)
        return tuple(item.join(a, b) for a, b in zip(_list(public), own, strict=True))  # type: ignore[misc]

    return _Type(
        lambda v: [item.dump(x) for x in v],
        lambda v: tuple(map(item.load, _list(v))),
        tuple,
        split if item.split else None,
        join if item.split else None,
    )


def _fixed(items: list[_Type]) -> _Type:
    return _Type(
        lambda v: [t.dump(x) for t, x in zip(items, v, strict=True)],
        lambda v: tuple(t.load(x) for t, x in zip(items, _list(v), strict=True)),
    )


def _union(options: tuple[Any, ...]) -> _Type:
    """A type or None, or several plain types, of which any may be None."""
    some = [o for o in options if o is not types.NoneType]
    if len(some) == 1:
        inner = _type_of(some[0])
    elif set(some) <= {str, int, float, bool}:
        widened = (*some, int) if float in some else tuple(some)
        inner = _Type(_same(*widened), _same(*widened), str if str in some else None)
    else:
        raise TypeError(f"{options} cannot be told apart in the store")
    if len(some) == len(options):
        return inner
    split, join = inner.split, inner.join
    return _Type(
        lambda v: None if v is None else inner.dump(v),
        lambda v: None if v is None else inner.load(v),
        lambda: None,
        (lambda v: (None, None) if v is None else split(v)) if split else None,
        (lambda a, b: None if a is None else join(a, b)) if join else None,
    )
