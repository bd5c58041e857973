"""One way of normalising text before it is compared, shared by encoder and lexical index."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import opencc

#: Invisible characters, and halves of surrogate pairs, which no encoder takes.
_DROPPED: Final = dict.fromkeys(
    [*map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), *range(0xD800, 0xE000)]
)
_LONG_NUMBER: Final = re.compile(r"[a-z]{0,6}\d{6,}")
_REPEAT: Final = re.compile(r"(.)\1{2,}")
_SPLIT: Final = re.compile(r"[^\w]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")

#: Longer texts are cut: a customer's message beyond this says the same thing again.
MAX_CHARS: Final = 2_000


@functools.cache
def _converter() -> opencc.OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Turn Traditional characters into Simplified ones; a text without any is returned as it is."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError as error:
        if _HAN.search(text, error.start):
            return str(_converter().convert(text))
    return text


def normalise(text: str) -> str:
    """Return ``text`` as it is compared: NFKC, Simplified, lower case, no zero-width characters.

    Runs of six or more digits (order numbers, phones) become ``#``: they tell which customer it
    is, not which question. A character repeated three times or more stands twice (哈哈哈哈 -> 哈哈).
    At most :data:`MAX_CHARS` characters are looked at.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS].translate(_DROPPED)).lower()
    text = _LONG_NUMBER.sub("#", simplify(text))
    return _REPEAT.sub(r"\1\1", text)


def chunks(text: str) -> list[str]:
    """Split normalised text at spaces and punctuation; ``"你好,在吗"`` -> ``["你好", "在吗"]``."""
    return [part for part in _SPLIT.split(text) if part]
