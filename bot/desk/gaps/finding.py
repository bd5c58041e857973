"""The gaps of a ticket, worked out from its events alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

from bot.desk.forms.veil import Veil
from bot.desk.ports import Gap
from bot.domain.escalation import CLEAR_NEED
from bot.domain.events import AgentSaid, Chose, CustomerSaid, Event, FieldCorrected, Opened
from kb.terms import Category
from prompts.lines import MAX_TEXT
from prompts.terms import Kind

#: Fields whose values are left out of a question, and the variable that stands for them in an answer.
_KNOWN: Final = {"customer_name": "customer", "order_no": "order_no", "account": "account"}


class Cause(StrEnum):
    """Why a question counts as a gap."""

    UNMATCHED = "unmatched"
    PASSED = "passed"
    BY_HAND = "by_hand"
    REQUESTED = "requested"


CAUSE_NAMES: Final = {
    Cause.UNMATCHED: "没有匹配的方案",
    Cause.PASSED: "坐席没有采用建议",
    Cause.BY_HAND: "坐席自行答复",
    Cause.REQUESTED: "坐席申请",
}


def bears_on_gaps(event: Event) -> bool:
    """Whether an event may open a gap or answer one."""
    if isinstance(event, CustomerSaid):
        return event.has_need and not event.answerable
    return isinstance(event, AgentSaid) and Kind.ANSWER in event.kinds


def gaps_in(events: Sequence[Event]) -> list[Gap]:
    """The gaps of a ticket, in the order they were asked."""
    opened = events[0] if events else None
    if not isinstance(opened, Opened):
        return []
    veil = Plain(events)
    asked: Gap | None = None
    found: dict[int, Gap] = {}
    for seq, event in enumerate(events, 1):
        if isinstance(event, CustomerSaid) and event.has_need:
            asked = None
            question = veil.question(event.text)
            if event.category is not Category.UNKNOWN and question:
                asked = _asked(opened, seq, event, question)
                if not event.answerable and len(event.text) >= CLEAR_NEED:
                    found[seq] = asked
        elif isinstance(event, AgentSaid) and asked and Kind.ANSWER in event.kinds:
            after = events[seq] if seq < len(events) else None
            how = after.how if isinstance(after, Chose) else ""
            if how in {"sent", "edited"}:
                asked = None  # a suggestion did it
                continue
            cause = Cause.PASSED if how == "passed" else Cause.BY_HAND
            old = found.get(asked.seq, replace(asked, cause=cause.value))
            answer = "\n".join(filter(None, (old.answer, veil.answer(event.text))))
            found[asked.seq] = replace(old, answer=answer[:MAX_TEXT])
    return list(found.values())


class Plain:
    """Takes what the ticket knows of its customer out of texts."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._veil = Veil.of(events)
        values = {value: code for code, value in _known(events) if len(value) > 1}
        self._values = sorted(values.items(), key=lambda known: -len(known[0]))

    def question(self, text: str) -> str:
        """A question as anyone may ask it."""
        for value, _ in self._values:
            text = text.replace(value, "")
        return self._veil.text(text).strip(" ，,、：:；;\n")

    def answer(self, text: str) -> str:
        """An answer as it could be given to anyone."""
        for value, code in self._values:
            text = text.replace(value, f"{{{{{_KNOWN[code]}}}}}")
        return self._veil.text(text).strip()


def _known(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    for event in events:
        if isinstance(event, Opened | CustomerSaid):
            found = event.known if isinstance(event, Opened) else event.fields.items()
            yield from ((code, str(value)) for code, value in found if code in _KNOWN)
        elif isinstance(event, FieldCorrected) and event.code in _KNOWN and event.value:
            yield event.code, str(event.value)


def _asked(opened: Opened, seq: int, event: CustomerSaid, question: str) -> Gap:
    return Gap(
        opened.ticket,
        seq,
        opened.customer,
        event.at,
        Cause.UNMATCHED.value,
        event.category.value,
        question,
    )
