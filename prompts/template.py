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
#: Braces that name no variable, and placeholders; a clothing size (XXL) is none.
_MARKUP: Final = re.compile(
    r"\{+\w*\}*|\}+|(?<![A-Za-z])(?:[XＸ]{2,}|x{3,})(?![A-Za-z])|[XxＸ][月日]|某某"
)
#: Braces, controls, line and paragraph ends, invisible and direction-changing characters.
_UNSAFE: Final = re.compile(
    r"[{}\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BRACES: Final = re.compile(r"\{\{.{0,20}|.{0,20}\}\}", re.DOTALL)
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


@functools.lru_cache(maxsize=65_536)
def _stray(template: str) -> str:
    """Doubled braces that name no variable ("" if there are none): no text with them is sent."""
    found = next((m for m in map(_BRACES.search, _parts(template)[::2]) if m), None)
    return found.group() if found else ""


def variables_of(template: str) -> tuple[str, ...]:
    """The variables a template names, in order, each once."""
    return tuple(dict.fromkeys(_parts(template)[1::2]))


def faulty_markup(template: str) -> str:
    """The first piece of markup that no variable explains ("" if there is none)."""
    found = _MARKUP.search(_VARIABLE.sub("\n", template))
    return found.group() if found else ""


def render(template: str, values: Mapping[str, str], fallback: str = "") -> Rendered:
    """Fill a template; the fallback is used instead when a variable has no value.

    Args:
        template: the line's text.
        values: variable -> text; a value with markup or control characters counts as missing.
        fallback: the same line worded without the ticket's variables, or "".

    Raises:
        RenderError: a variable is not one of :data:`prompts.terms.VARIABLES`, or doubled braces
            name none at all.

    """
    rendered = _fill(template, values)
    if rendered.holes and fallback:
        other = _fill(fallback, values)
        if other.ready:
            return other
    return rendered


def _fill(template: str, values: Mapping[str, str]) -> Rendered:
    if stray := _stray(template):
        raise RenderError(stray)
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
