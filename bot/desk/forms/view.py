"""What every form looks through: the ticket, the desk's zone and names, and who may see what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypedDict

from bot.desk.forms.form import MISSING, Form, Row, Section, Table
from bot.desk.forms.names import CHANNEL_NAMES, FORM_NAMES
from bot.desk.forms.veil import PERSONAL, Veil, hidden
from bot.desk.house import House
from bot.domain.clocks import Clock, clocks
from bot.domain.events import Event
from bot.domain.policy import STANDARD, Policy
from bot.domain.terms import ClockName
from bot.domain.ticket import Ticket
from kb.terms import CATEGORY_NAMES, PRIORITY_NAMES

#: What neither a terminal nor a sheet should be given: control characters (an escape sequence in a
#: customer's message would be obeyed by the terminal), direction marks, halves of a character.
_UNFIT: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_CODED: Final = frozenset({"order_no", "happened_on", "handled_at", "agent_no"})
_SECOND: Final = "%Y-%m-%d %H:%M:%S"
_MINUTE: Final = "%Y-%m-%d %H:%M"
_NO_TITLES: Final[Mapping[str, str]] = MappingProxyType({})


class Options(TypedDict, total=False):
    """What may be said beside ticket, events and house.

    Keys:
        masked: hide personal data (the default); False for those who handle the ticket.
        titles: id of a solution -> its title; one without is shown by its id.
        policy: the limits of the clocks.
    """

    masked: bool
    titles: Mapping[str, str]
    policy: Policy


@dataclass(frozen=True, slots=True)
class View:
    """One ticket as a form shows it. Whatever goes into a form comes out of here."""

    ticket: Ticket
    events: Sequence[Event]
    house: House
    veil: Veil
    masked: bool
    titles: Mapping[str, str]
    policy: Policy

    @classmethod
    def of(
        cls,
        ticket: Ticket,
        events: Sequence[Event],
        house: House,
        *,
        masked: bool = True,
        titles: Mapping[str, str] = _NO_TITLES,
        policy: Policy = STANDARD,
    ) -> View:
        """The view with these :class:`Options`; ``events`` are those ``ticket`` was folded from."""
        return cls(ticket, events, house, Veil.of(events), masked, titles, policy)

    def at(self, moment: dt.datetime | None) -> str:
        """A moment to the second in the desk's zone; "" for none."""
        return f"{self.house.local(moment):{_SECOND}}" if moment else ""

    def minute(self, moment: dt.datetime | None) -> str:
        """The same to the minute."""
        return f"{self.house.local(moment):{_MINUTE}}" if moment else ""

    def words(self, text: str) -> str:
        """What people wrote, fit to be shown."""
        text = fit(text)
        return self.veil.text(text) if self.masked else text

    def row(self, label: str, words: str, source: str = "") -> Row:
        """A row of what people wrote."""
        return Row(label, self.words(words), source)

    def plain(self, label: str, value: str, *, required: bool = False) -> Row:
        """A row of codes, numbers of things or times, in which nothing is personal."""
        value = fit(value)
        return Row(label, MISSING if required and not value else value)

    def value(self, code: str, *, masked: bool | None = None) -> str:
        """A field of the ticket as text; "" where it is empty."""
        value = self.ticket.talk.fields.get(code, "")
        if isinstance(value, float | int):
            return money(value)
        text = fit(value)
        if code in _CODED or not (self.masked if masked is None else masked):
            return text
        return hidden(code, text) if code in PERSONAL and text else self.words(text)

    def field(self, label: str, *codes: str, required: bool = False) -> Row:
        """A row of one field, or of several that stand for one another, and where they come from."""
        found = [code for code in codes if self.value(code)]
        text = "；".join(self.value(code) for code in found)
        source = self.source(found[0]) if found else ""
        return Row(label, MISSING if required and not text else text, source)

    def source(self, code: str) -> str:
        """Where a field's value comes from: the customer, the records, or a person's hand."""
        source = self.ticket.talk.sources.get(code)
        if source is None:
            return ""
        if source.by == "customer":
            who = "客户更正" if source.corrected else "客户自述"
        else:
            who = "已有资料" if source.by == "record" else f"{person(source.by)}填写"
        return f"{who} {self.at(source.at)}"

    def solution(self) -> str:
        """Title of the matched solution, its id where the title is not known."""
        found = self.ticket.talk.solution or ""
        return fit(self.titles.get(found, found))

    def classed(self) -> str:
        """Class and contact type."""
        major, minor = CATEGORY_NAMES[self.ticket.talk.category]
        shown = minor if minor == major else f"{major} / {minor}"
        return f"{shown}（{self.ticket.talk.contact_type.value}）"

    def priority(self) -> str:
        """Priority with its reason."""
        talk = self.ticket.talk
        reason = f"（{self.words(talk.priority_reason)}）" if talk.priority_reason else ""
        return f"{talk.priority.value} {PRIORITY_NAMES[talk.priority]}{reason}"

    def problem(self) -> str:
        """The problem in the customer's words: the field, else the first thing he said."""
        said = self.ticket.talk.said
        return self.value("problem") or (self.words(said[0]) if said else "")

    def channel(self) -> str:
        """The channel's name."""
        return CHANNEL_NAMES.get(self.ticket.channel, fit(self.ticket.channel))

    def number(self) -> Row:
        """The row that every form begins with."""
        return self.plain("工单号", self.ticket.id)

    def clock(self, name: ClockName) -> Clock | None:
        """The newest clock of a name that has started."""
        found = [clock for clock in clocks(self.ticket, self.policy) if clock.name is name]
        return found[-1] if found else None

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> tuple[Table, ...]:
        """A table of cells that are fit to be shown, none where it would have no row."""
        filled = tuple(tuple(row) for row in rows)
        return (Table(title, tuple(columns), filled),) if filled else ()

    def form(self, code: str, *sections: Section, tables: Iterable[Table] = ()) -> Form:
        """The form of a code."""
        return Form(code, FORM_NAMES[code], self.ticket.id, sections, tuple(tables))


def fit(text: str) -> str:
    """The text without what terminals and sheets cannot take or would obey."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def money(amount: float) -> str:
    """1280.0 is 1280元, 99.5 is 99.5元."""
    return f"{amount:.2f}".rstrip("0").rstrip(".") + "元"


def person(by: str) -> str:
    """Who did something; the machine where nobody is named."""
    return f"工号{fit(by)}" if by else "系统"
