"""What a played conversation must show: the checks of ``scenarios/*.expect.json``.

A check is a JSON object. One key names its kind, the others say where and how much; turns are
counted from 0. ``KINDS`` holds every kind with its judge and the keys that may stand beside it.
``"soft": true`` marks what is wished for and not demanded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

Shape = Mapping[str, Any]
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_TOP: Final = 3
_CENT: Final = 0.005
#: What a line that is ready must not hold: template brackets and made-up blanks.
_PLACEHOLDER: Final = re.compile(r"[{}]|_{2,}|[xX×]{2,}|[xX×]+\s*(?:月|日|号|元|先生|女士)")
_PHONE_PADDING: Final = re.compile(r"^\+86|[\s-]")
_DIGITS: Final = re.compile(r"\+?[\d\s-]+")


class UnknownCheckError(ValueError):
    """A check of no known kind, of several, or with keys that do not belong to it."""


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation's turn objects in order, and the object after them (ticket and score)."""

    turns: Sequence[Shape]
    end: Shape

    @property
    def ticket(self) -> Shape:
        """The newest ticket as of the last line."""
        found: Shape = self.end["ticket"]
        return found

    def fired(self, check: Shape) -> list[Shape]:
        """The escalations of the check's turn; of all turns up to it with ``by_turn``."""
        last = check.get("turn", check.get("by_turn"))
        first = last if "turn" in check else 0
        return [e for turn in self.turns[first : last + 1] for e in turn["escalations"]]

    def all_fired(self) -> list[str]:
        """The rules of all escalations, oldest first."""
        return [e["rule"] for turn in self.turns for e in turn["escalations"]]

    def offered(self, check: Shape) -> list[Shape]:
        """The first suggestions of the check's turn."""
        offered: list[Shape] = self.turns[check["turn"]]["suggestions"]
        return offered[: check.get("top", _TOP)]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of check: what judges it, the keys it needs (sets: one of them), those it may have."""

    judge: Callable[[Shape, Played], bool]
    needs: tuple[frozenset[str], ...] = ()
    may: frozenset[str] = frozenset()


def kind_of(check: Shape) -> str:
    """The name of the check's kind.

    Raises:
        UnknownCheckError: it has none or several, lacks a key, or has one that does not belong.

    """
    named = [key for key in check if key in KINDS]
    if len(named) != 1:
        raise UnknownCheckError(f"{len(named)} kinds in {check}")
    kind = KINDS[named[0]]
    beside = set(check) - {named[0], "soft"}
    if any(len(beside & one_of) != 1 for one_of in kind.needs):
        raise UnknownCheckError(f"a key is missing, or there is one too many, in {check}")
    if foreign := beside.difference(kind.may, *kind.needs):
        raise UnknownCheckError(f"{sorted(foreign)} do not belong in {check}")
    return named[0]


def holds(check: Shape, played: Played) -> bool:
    """Whether the conversation shows what the check asks.

    Raises:
        UnknownCheckError: the check cannot be understood.

    """
    return KINDS[kind_of(check)].judge(check, played)


def same(wanted: str | float, got: object) -> bool:
    """Whether two values mean the same: sums by value, phones by digits, other texts folded."""
    if isinstance(wanted, str):
        return got is not None and _plain(wanted) == _plain(got)
    try:
        return abs(wanted - float(str(got))) < _CENT
    except ValueError:
        return False


def _plain(value: object) -> str:
    text = str(value).strip().casefold()
    return _PHONE_PADDING.sub("", text) if _DIGITS.fullmatch(text) else text


def _contains(wanted: str | Sequence[str], got: object) -> bool:
    pieces = [wanted] if isinstance(wanted, str) else wanted
    return got is not None and any(_plain(piece) in _plain(got) for piece in pieces)


def _value(check: Shape, fields: Shape, code: str) -> bool:
    got = fields.get(code)
    if "absent" in check:
        return (got in (None, "")) is check["absent"]
    return same(check["equals"], got) if "equals" in check else _contains(check["contains"], got)


def _state(key: str) -> Kind:
    def judge(check: Shape, played: Played) -> bool:
        return played.turns[check["turn"]][key] in check[f"{key}_in"]

    return Kind(judge, (frozenset({"turn"}),))


def _escalation(check: Shape, played: Played) -> bool:
    levels = check.get("level_in")
    return any(
        e["rule"] in check["escalation"] and (levels is None or e["level"] in levels)
        for e in played.fired(check)
    )


def _no_escalation(check: Shape, played: Played) -> bool:
    unwanted, fired = check["no_escalation"], played.fired(check)
    return not fired if unwanted is True else not any(e["rule"] in unwanted for e in fired)


def _first_kind(check: Shape, played: Played) -> bool:
    return any(s["kind"] in check["suggest_first"] for s in played.offered({**check, "top": 1}))


def _asks_nothing_known(check: Shape, played: Played) -> bool:
    """A line that repeats a value in order to confirm it does not ask for it again."""
    asking = [s["text"] for s in played.offered(check) if s["kind"] == "ask_info"]
    open_ = [t for t in asking if not _any_in(check.get("unless", ()), t)]
    return not any(_any_in(check["ask_not_about"], text) for text in open_)


def _clean(check: Shape, played: Played) -> bool:
    ready = [s for s in played.turns[check["turn"]]["suggestions"] if s["ready"]]
    return not any(s["holes"] or _PLACEHOLDER.search(s["text"]) for s in ready)


def _finding(check: Shape, played: Played) -> bool:
    enough = {"block"} if check["finding"] == "block" else {"block", "warn"}
    return any(f["severity"] in enough for f in played.turns[check["turn"]]["findings"])


def _unblocked(check: Shape, played: Played) -> bool:
    return all(f["severity"] != "block" for f in played.turns[check["turn"]]["findings"])


def _due(check: Shape, played: Played) -> bool:
    dues = [p["due"] for p in played.ticket["promises"] if p["due"]]
    local = (dt.datetime.fromisoformat(due).astimezone(_ZONE).isoformat() for due in dues)
    return any(due.startswith(check["promise_due"]) for due in local)


def _clock(check: Shape, played: Played) -> bool:
    return any(
        c["name"] == check["clock"] and c["state"] in check["state_in"]
        for c in played.ticket["clocks"]
    )


def _any_in(pieces: Iterable[str], text: str) -> bool:
    return any(piece in text for piece in pieces)


def _offered(key: str, attribute: str, *, wanted: bool) -> Kind:
    """One of the kinds, or of the pieces of text, stands among the first suggestions, or none."""

    def judge(check: Shape, played: Played) -> bool:
        shown = [s[attribute] for s in played.offered(check)]
        if attribute == "kind":
            return any(kind in check[key] for kind in shown) is wanted
        return any(_any_in(check[key], text) for text in shown) is wanted

    return Kind(judge, _TURN, frozenset({"top"}))


_TURN: Final = (frozenset({"turn"}),)
_WHEN: Final = (frozenset({"turn", "by_turn"}),)
_GIVEN: Final = frozenset({"equals", "contains", "absent"})

#: The key that names a kind of check -> how it is judged.
KINDS: Final[Mapping[str, Kind]] = {
    "field": Kind(
        lambda c, p: _value(c, p.turns[c["turn"]]["fields"], c["field"]), (*_TURN, _GIVEN)
    ),
    "priority_in": _state("priority"),
    "emotion_in": _state("emotion"),
    "category_in": _state("category"),
    "stage_in": _state("stage"),
    "contact_type_in": _state("contact_type"),
    "escalation": Kind(_escalation, _WHEN, frozenset({"level_in"})),
    "no_escalation": Kind(_no_escalation, _TURN),
    "suggest_any": _offered("suggest_any", "kind", wanted=True),
    "suggest_first": Kind(_first_kind, _TURN),
    "suggest_none_of": _offered("suggest_none_of", "kind", wanted=False),
    "suggest_text_contains_any": _offered("suggest_text_contains_any", "text", wanted=True),
    "suggest_text_none_of": _offered("suggest_text_none_of", "text", wanted=False),
    "ask_not_about": Kind(_asks_nothing_known, _TURN, frozenset({"unless", "top"})),
    "suggest_clean": Kind(_clean, _TURN),
    "finding": Kind(_finding, _TURN),
    "no_block": Kind(_unblocked, _TURN),
    "ticket": Kind(lambda c, p: p.ticket.get(c["ticket"]) in c["in"], (frozenset({"in"}),)),
    "ticket_field": Kind(lambda c, p: _value(c, p.ticket["fields"], c["ticket_field"]), (_GIVEN,)),
    "promises_min": Kind(lambda c, p: len(p.ticket["promises"]) >= c["promises_min"]),
    "promise_due": Kind(_due),
    "clock": Kind(_clock, (frozenset({"state_in"}),)),
    "escalations_total_max": Kind(lambda c, p: len(p.all_fired()) <= c["escalations_total_max"]),
    "rule_max": Kind(
        lambda c, p: p.all_fired().count(c["rule_max"]) <= c["max"], (frozenset({"max"}),)
    ),
}
