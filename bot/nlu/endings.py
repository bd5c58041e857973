"""Whether a message says that there is nothing else."""

from __future__ import annotations

import re
from typing import Final

#: A whole message that says there is nothing (else): 没有了, 暂时没了, 明白了，没别的了.
_NOTHING_MORE: Final = re.compile(
    r"(?:好的?|行|嗯+|哦|明白了?|知道了|暂时|目前|那|就|[，,。.!！~～\s])*"
    r"没有?(?P<else>别的|其他的?|其它的?|什么)?(?:问题|事儿?)?了[，,。.!！~～\s]*(?:谢谢|辛苦)?[。.!！~～\s]*"
)


def says_no(text: str) -> bool:
    """A bare no: to "anything else?" it means nothing more, to other questions only no."""
    return _NOTHING_MORE.fullmatch(text) is not None


def nothing_more(text: str) -> bool:
    """Whether a message says in so many words that there is nothing else."""
    found = _NOTHING_MORE.fullmatch(text)
    return found is not None and found["else"] is not None
