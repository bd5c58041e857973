"""Templates: text with ``{{variables}}``, filled from plain values and nothing else.

There is no expression language to escape from: a template can only name a variable. A value is
put in as it is and never read as a template again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from prompts.errors import RenderError
from prompts.terms import VARIABLES

_VARIABLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MARKUP: Final = re.compile(r"\{+\w*\}*|\}+|X{2,}|x{3,}|X月|X日|某某")
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069{}]")
_MAX_VALUE: Final = 120


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled line. ``holes`` are the variables without a value, shown as 【订单号】 in ``text``."""

    text: str
    holes: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it may be sent as it stands."""
        return not self.holes


@functools.lru_cache(maxsize=65_536)
def _parts(template: str) -> tuple[str, ...]:
    """Texts at even, variable names at odd places."""
    return tuple(_VARIABLE.split(template))


def variables_of(template: str) -> tuple[str, ...]:
    """The variables a template names, in order, each once."""
    return tuple(dict.fromkeys(_parts(template)[1::2]))


def faulty_markup(template: str) -> str:
    """The first piece of markup that no variable explains ("" if there is none)."""
    found = _MARKUP.search(_VARIABLE.sub("", template))
    return found.group() if found else ""


def render(template: str, values: Mapping[str, str], fallback: str = "") -> Rendered:
    """Fill a template; the fallback is used instead when a variable has no value.

    Args:
        template: the line's text.
        values: variable -> text; a value with markup or control characters counts as missing.
        fallback: the same line worded without the ticket's variables, or "".

    Raises:
        RenderError: a variable is not one of :data:`prompts.terms.VARIABLES`.
    """
    rendered = _fill(template, values)
    if rendered.holes and fallback:
        other = _fill(fallback, values)
        if other.ready:
            return other
    return rendered


def _fill(template: str, values: Mapping[str, str]) -> Rendered:
    parts = _parts(template)
    if len(parts) == 1:
        return Rendered(template, ())
    out: list[str] = []
    holes: list[str] = []
    for i, part in enumerate(parts):
        if i % 2 == 0:
            out.append(part)
            continue
        if part not in VARIABLES:
            raise RenderError(part)
        value = values.get(part, "").strip()
        if value and len(value) <= _MAX_VALUE and not _UNSAFE.search(value):
            out.append(value)
        else:
            out.append(f"【{VARIABLES[part]}】")
            holes.append(part)
    return Rendered("".join(out), tuple(dict.fromkeys(holes)))
