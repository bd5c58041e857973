"""Events on their way into the store and back: nothing lost, nothing personal in the open."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import WIRE_NAMES, AgentSaid, CustomerSaid, Event, Noted, Promise, Rated
from bot.domain.terms import Emotion
from bot.domain.wire import UPCASTERS, BadEvent, Wire, decode, encode, erased

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
NOTED = Noted(AT, "客户电话13800001111", "1001")

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    bool: st.booleans(),
    int: st.integers(-(2**60), 2**60),
    float: st.floats(allow_nan=False, allow_infinity=False),
    dt.datetime: st.datetimes(
        min_value=dt.datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.integers(-720, 840).map(lambda m: dt.timezone(dt.timedelta(minutes=m))),
    ),
    types.NoneType: st.none(),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value a type hint allows."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return instances_of(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, arguments))
    if origin is frozenset:
        return st.frozensets(values_of(arguments[0]), max_size=2)
    if origin is Mapping:
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=2)
    return st.one_of(*map(values_of, arguments))


def instances_of(cls: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{f.name: values_of(hints[f.name]) for f in dataclasses.fields(cls)})


def said(text: str = "我叫李小明") -> CustomerSaid:
    """A message in which every attribute differs from its default, but for those it must have."""
    drawn: CustomerSaid = _example(CustomerSaid)
    return replace(drawn, text=text, fields={"name": "李小明", "amount": 30.5})


def _example(cls: type) -> Any:
    """One value made without chance: the first of each type."""
    hints = typing.get_type_hints(cls)
    made = {}
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            made[field.name] = _first(hint)
    return cls(**made)


def _first(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    firsts: dict[Any, Any] = {str: "x", bool: True, int: 1, float: 1.5, dt.datetime: AT}
    if hint in firsts:
        return firsts[hint]
    origin = typing.get_origin(hint)
    return origin() if origin in {tuple, frozenset} else None


@pytest.mark.parametrize("cls", WIRE_NAMES, ids=WIRE_NAMES.get)
def test_every_event_reads_back_through_json(cls: type) -> None:
    @settings(max_examples=12, deadline=None)
    @given(instances_of(cls))
    def check(event: Any) -> None:
        name, version, public, personal = encode(event)
        through = json.loads(json.dumps([public, personal]))
        assert decode(name, version, *through) == event
        assert type(event) is cls
        assert name == WIRE_NAMES[cls]

    check()


@pytest.mark.parametrize("cls", WIRE_NAMES, ids=WIRE_NAMES.get)
def test_nothing_personal_is_in_the_public_body_and_without_the_other_it_is_empty(
    cls: type,
) -> None:
    names = getattr(cls, "PERSONAL", frozenset())
    event = _example(cls)
    secret = {n: _secret(typing.get_type_hints(cls)[n]) for n in names}
    event = replace(event, **secret)
    name, version, public, personal = encode(event)
    assert not names & public.keys()
    assert "秘密" not in json.dumps(public, ensure_ascii=False)
    assert (personal or {}).keys() == names
    left = decode(name, version, public, None)
    assert left == erased(event)
    for attribute in names:
        assert not getattr(left, attribute)
    assert replace(left, **secret) == event


def _secret(hint: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return (_secret(arguments[0]),)
    if origin is tuple:
        return tuple(map(_secret, arguments))
    return {"秘密": "秘密"} if origin is Mapping else "秘密"


def test_the_words_of_a_promise_are_personal_and_its_time_is_not() -> None:
    promises = (Promise("明天给李小明回电", AT), Promise("", None), Promise("尽快", None))
    event = AgentSaid(AT, "好的", frozenset(), promises=promises)
    name, version, public, personal = encode(event)
    assert [p["due"] for p in public["promises"]] == [AT.isoformat(), None, None]
    assert "李小明" not in json.dumps(public, ensure_ascii=False)
    assert decode(name, version, public, personal) == event
    left = decode(name, version, public, None)
    assert left == replace(event, text="", promises=tuple(replace(p, text="") for p in promises))


def test_an_event_with_nothing_personal_in_it_has_no_personal_body() -> None:
    assert encode(Noted(AT, "", "1001")).personal is None
    assert encode(Rated(AT, 5)).personal is None
    assert encode(NOTED).personal == {"text": NOTED.text}


def test_public_attributes_are_written_even_where_they_equal_their_default() -> None:
    assert encode(Rated(AT, 5)).public.keys() == {
        f.name for f in dataclasses.fields(Rated) if f.name != "text"
    }


def test_a_set_is_written_in_order_whatever_order_it_has() -> None:
    codes = frozenset(f"code-{n}" for n in range(20))
    assert encode(replace(said(), corrections=codes)).public["corrections"] == sorted(codes)


def test_missing_keys_take_the_default_and_unknown_ones_are_ignored() -> None:
    name, version, public, _ = encode(Rated(AT, 5, tags=("a",)))
    del public["tags"]
    assert decode(name, version, public | {"later": 1}, {"more": 2}) == Rated(AT, 5)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"emotion": "furious"}, "emotion"),
        ({"emotion": ...}, "缺少 emotion"),
        ({"at": "2026-03-10T09:30:00"}, "at"),
        ({"at": "gestern"}, "at"),
        ({"at": 7}, "at"),
        ({"has_need": 1}, "has_need"),
        ({"intents": "thanks"}, "intents"),
        ({"priority_reason": None}, "priority_reason"),
        ({"solution": 5}, "solution"),
    ],
)
def test_a_malformed_body_is_refused_by_name(change: dict[str, Any], told: str) -> None:
    name, version, public, personal = encode(said())
    body = {k: v for k, v in (public | change).items() if v is not ...}
    with pytest.raises(BadEvent, match=told) as caught:
        decode(name, version, body, personal)
    assert caught.value.name == "customer_said"
    assert "customer_said" in str(caught.value)


@pytest.mark.parametrize(
    "personal", [{"text": 5}, {"fields": []}, {"fields": {"a": True}}, {"text": None}]
)
def test_a_malformed_personal_body_is_refused(personal: dict[str, Any]) -> None:
    name, version, public, _ = encode(said())
    with pytest.raises(BadEvent):
        decode(name, version, public, personal)


@pytest.mark.parametrize(("name", "version"), [("unheard_of", 1), ("noted", 2), ("noted", 0)])
def test_an_unknown_name_or_version_is_refused(name: str, version: int) -> None:
    with pytest.raises(BadEvent, match=name) as caught:
        decode(name, version, encode(NOTED).public, None)
    assert (caught.value.name, caught.value.version) == (name, version)


@pytest.mark.parametrize(
    "event",
    [
        replace(NOTED, at=AT.replace(tzinfo=None)),
        replace(NOTED, text=5),  # type: ignore[arg-type]
        replace(said(), fields={"amount": float("nan")}),
        replace(said(), emotion="furious"),  # type: ignore[arg-type]
        Promise("no event", None),
    ],
    ids=["no zone", "no text", "no number", "no mood", "no event"],
)
def test_what_could_not_be_read_back_is_not_written(event: Any) -> None:
    with pytest.raises(BadEvent):
        encode(event)


def test_the_shipped_names_are_one_to_one() -> None:
    assert len(set(WIRE_NAMES.values())) == len(WIRE_NAMES)
    assert all(WIRE_NAMES.get(cls) for cls in typing.get_args(Event))


@dataclass(frozen=True, slots=True)
class Greeted:
    """As it is now; version 1 had ``who`` and version 2 ``name``, both in the open."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name"})

    at: dt.datetime
    mood: Emotion
    name: str = ""


def _moved(public: dict[str, Any], personal: Any) -> tuple[dict[str, Any], Any]:
    return {k: v for k, v in public.items() if k != "name"}, {"name": public["name"]}


OLD = Wire(
    {Greeted: "greeted"},
    {
        ("greeted", 1): lambda p, own: ({**p, "name": p["who"]}, own),
        ("greeted", 2): _moved,
    },
)


def test_old_versions_are_brought_up_step_by_step_and_new_ones_are_written() -> None:
    body = {"at": AT.isoformat(), "mood": "calm"}
    expected = Greeted(AT, Emotion.CALM, "李小明")
    assert OLD.decode("greeted", 1, body | {"who": "李小明"}, None) == expected
    assert OLD.decode("greeted", 2, body | {"name": "李小明"}, None) == expected
    assert OLD.encode(expected) == ("greeted", 3, body, {"name": "李小明"})
    with pytest.raises(BadEvent, match="who"):
        OLD.decode("greeted", 1, body, None)


def test_every_upcaster_is_for_a_known_event_and_none_is_missing_between() -> None:
    for name, version in UPCASTERS:
        assert name in WIRE_NAMES.values()
        assert version == 1 or (name, version - 1) in UPCASTERS


@dataclass(frozen=True)
class Unset:
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"age"})
    at: dt.datetime
    age: int


@dataclass(frozen=True)
class Filled:
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name"})
    at: dt.datetime
    name: str = "somebody"


@dataclass(frozen=True)
class Hidden:
    at: dt.datetime
    said: frozenset[Promise]


@dataclass(frozen=True)
class Anything:
    at: dt.datetime
    what: Any


@pytest.mark.parametrize("cls", [Unset, Filled, Hidden, Anything])
def test_a_class_that_could_not_be_erased_or_read_is_refused_at_once(cls: type) -> None:
    with pytest.raises(TypeError):
        Wire({cls: "x"}, {})


@dataclass(frozen=True)
class Held:
    at: dt.datetime
    one: Promise | None
    sure: Promise


def test_a_nested_personal_side_may_be_missing_altogether() -> None:
    wire = Wire({Held: "held"}, {})
    for one in (None, Promise("a", AT), Promise("", None)):
        event = Held(AT, one, Promise("b", None))
        name, version, public, personal = wire.encode(event)
        assert wire.decode(name, version, public, personal) == event
        left = wire.decode(name, version, public, None)
        assert left.sure == Promise("", None)
        assert left.one == (one and replace(one, text=""))
