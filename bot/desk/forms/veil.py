"""Personal data hidden in whatever a form shows: by field, by what is known, and by its looks.

The privacy room finds what looks like personal data. A name, an account number or a street without a
house number looks like nothing in particular, so that every value ever read into a personal field of
the ticket is hidden wherever it turns up again, in another spelling too (138 0000 1111, 一三八…).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.events import CustomerSaid, Event, FieldCorrected, Opened
from bot.domain.numerals import spelled
from bot.privacy import Sort, mask
from bot.privacy.fold import fold
from bot.privacy.masking import masked_form

#: Fields that tell who the customer is or where he is to be found.
PERSONAL: Final = frozenset({"customer_name", "phone", "email", "account", "address"})
_TITLE: Final = re.compile(r"(?:先生|女士|小姐|太太|老师)$")
#: Shorter ones would be found in words and figures that have nothing to do with them.
_SHORTEST_NAME: Final = 2
_SHORTEST_VALUE: Final = 5
_BETWEEN_DIGITS: Final = "[ ._-]{0,3}"


class Veil:
    """Hides what is personal in fields and texts.

    Args:
        known: (field code, value) of everything known of the customer.

    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        shown: dict[str, str] = {}
        for code, value in known:
            plain = fold(value).text.strip()
            least = _SHORTEST_NAME if code == "customer_name" else _SHORTEST_VALUE
            if code in PERSONAL and len(plain) >= least and hidden(code, plain) != plain:
                shown[plain] = hidden(code, plain)
        longest_first = sorted(shown, key=lambda value: (-len(value), value))
        self._shown = [shown[value] for value in longest_first]
        self._known = re.compile(
            "|".join(f"({_loosely(value)})" for value in longest_first), re.IGNORECASE
        )

    @classmethod
    def of(cls, events: Iterable[Event]) -> Veil:
        """A veil that knows all personal values a ticket ever held, corrected ones too."""
        return cls((code, value) for code, value in _told(events) if isinstance(value, str))

    def text(self, text: str) -> str:
        """The text with all personal data hidden; doing it again changes nothing."""
        if self._shown:
            text = self._without_known(text)
        return mask(text)

    def _without_known(self, text: str) -> str:
        folded = fold(text)
        found = {
            (match.start(), -match.end()): self._shown[(match.lastindex or 1) - 1]
            for inside in (folded.text, spelled(folded.text))
            for match in self._known.finditer(inside)
        }
        out: list[str] = []
        done = 0
        for (first, last), shown in sorted(found.items()):
            start, end = folded.origin(first, -last)
            if start >= done:
                out += [text[done:start], shown]
                done = end
        return "".join((*out, text[done:]))


def hidden(code: str, value: str) -> str:
    """A personal field's value as others may see it; any other field's with what looks personal."""
    if code == "customer_name":
        return _name(value)
    if code == "address":
        return masked_form(Sort.ADDRESS, value)
    shown = mask(value)
    if code not in PERSONAL or shown != value:
        return shown
    stays = min(4, len(value) // 2)
    return "*" * (len(value) - stays) + value[len(value) - stays :]


def _name(value: str) -> str:
    """李小明 is 李**, 李小明先生 is 李**先生; a surname with a title tells no more than it should."""
    title = _TITLE.search(value)
    name = value[: title.start()] if title else value
    return name[:1] + "*" * (len(name) - 1) + (title.group() if title else "")


def _loosely(value: str) -> str:
    """A pattern for a value however it is spaced out, never inside a longer word or number."""
    body = _BETWEEN_DIGITS.join(value) if value.isdecimal() else re.escape(value)
    before = "(?<![0-9A-Za-z])" if value[0].isascii() and value[0].isalnum() else ""
    after = "(?![0-9A-Za-z])" if value[-1].isascii() and value[-1].isalnum() else ""
    return before + body + after


def _told(events: Iterable[Event]) -> Iterator[tuple[str, object]]:
    for event in events:
        if isinstance(event, Opened):
            yield from event.known
        elif isinstance(event, CustomerSaid):
            yield from event.fields.items()
        elif isinstance(event, FieldCorrected):
            yield event.code, event.value
