"""Streets and estates without a house number, where the text says that somebody lives there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.place_names import NAME
from bot.privacy.spans import Sort, Span

_HINT: Final = re.compile(r"[地住]址|住|家就?在")
_LEAD: Final = (
    r"(?:(?:地址|住址)(?:就?[是在为:]|改[成为到]|换[成到]|写的?是|[ ,])*+"
    r"|(?:住在|家就?在|(?:[我家人们现就都直前]|(?<![一-龥]))住(?![院进出过]))[ :]?)"
)
_END: Final = (
    r"(?:路|大街|街|大道|巷|胡同|弄|村|屯|小区|社区|花园城?|家园|苑|公寓|大厦|新村|新城|世纪城|花城|名城|"
    r"院|府|湾|庭|里弄)"
)
#: A street or an estate without a part of a house counts after a lead-in word; a bare number goes
#: with it, as in 文一西路969号仓库.
_SPOKEN: Final = re.compile(
    rf"{_LEAD}(?P<place>(?P<name>(?:{NAME}|[0-9A-Z]){{1,28}}{_END})(?:[0-9]{{1,5}}(?:-[0-9]{{1,4}})?号?)?)"
)
#: Words for any such place, which name none.
_NO_PLACE: Final = re.compile(
    r"(?:[老新旧一某高普通同大小别个条多有单身家人]|附近|对面|学校|公司|旁边)*"
    r"(?:小区|公寓|社区|马路|公路|路|街|农村|山村|乡村|城中村|村|院|新城|老城|大街|府|大厦|花园|家园|苑|庭|湾)"
    r"|.*(?:次|医|法|学|养老|敬老|福利|电影|寺)院|.*政府|.*[那这]里弄|.*家庭"
)
_LEAST: Final = 3


def find_spoken_places(text: str) -> Iterator[Span]:
    """Streets and estates of a folded text after words that say somebody lives there."""
    if not _HINT.search(text):
        return
    for found in _SPOKEN.finditer(text):
        name = found.group("name")
        if len(name) >= _LEAST and not _NO_PLACE.fullmatch(name):
            yield Span(Sort.ADDRESS, *found.span("place"))
