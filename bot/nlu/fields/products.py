"""Products named in a message: the longest name of the knowledge base's lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.nlu.fields.value import FieldValue, Message
from bot.nlu.fold import fold
from bot.nlu.trie import Trie

#: 手机号, 手机是139…: a telephone number, not a product.
_NUMBER_FOLLOWS: Final = re.compile(r"号|尾号|卡号|验证码|[是为: ]{0,2}(?:\+?86)?1[3-9]\d")


class Products:
    """Product names, folded once."""

    def __init__(self, names: Iterable[str]) -> None:
        folded = sorted({fold(name.strip()) for name in names} - {""})
        self._trie = Trie((name, (0,)) for name in folded)

    def find(self, message: Message) -> FieldValue | None:
        """The longest name as it stands in the text; the first of equally long ones."""
        spans = [
            (start, end)
            for start, end in self._trie.longest(message.folded)
            if _whole(message.folded, start, end)
            and _NUMBER_FOLLOWS.match(message.folded, end) is None
        ]
        if not spans:
            return None
        return message.value(*max(spans, key=lambda span: (span[1] - span[0], -span[0])))


def _whole(text: str, start: int, end: int) -> bool:
    """A name in Latin letters must not be part of a longer word: tv is not in dtv."""

    def latin(place: int) -> bool:
        return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()

    return not (latin(start) and latin(start - 1)) and not (latin(end - 1) and latin(end))
