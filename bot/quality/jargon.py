"""Words of the trade that a customer need not know (jargon.txt)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import re2


@cache
def _terms() -> Any:
    text = (Path(__file__).parent / "jargon.txt").read_text("utf-8")
    words = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    plain = [re2.escape(one) for one in words if not one.isascii()]
    latin = [re2.escape(one) for one in words if one.isascii()]
    return re2.compile(rf"{'|'.join(plain)}|\b(?:{'|'.join(latin)})\b")


@cache
def _explained() -> Any:
    return re2.compile(
        r"^\s?(?:\(|[\"”」』]?\s?(?:,|——|-)?(?:也)?(?:就是|即|是指|指的是|的意思|意思是|也叫))"
    )


def find_jargon(text: str) -> Iterator[tuple[int, int]]:
    """Terms of a folded text that the line does not explain right after (brackets, 就是 …)."""
    for found in _terms().finditer(text):
        start, end = found.span()
        explained = _explained().search(text[end : end + 12])
        bracketed = text[max(0, start - 1) : start] == "(" and text[end : end + 1] == ")"
        if not explained and not bracketed:
            yield start, end
