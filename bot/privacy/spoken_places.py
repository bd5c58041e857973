"""Streets and estates without a house number, where the text says that somebody lives there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.privacy.place_names import NAME
from bot.privacy.spans import Sort, Span

_END: Final = (
    r"(?:路|大街|街|大道|巷|胡同|弄|村|屯|小区|社区|花园城?|家园|苑|公寓|大厦|新村|新城|世纪城|花城|名城|院|府|湾|庭|里弄)"
)
#: A street or an estate without a number counts where the text says that somebody lives there.
_SPOKEN: Final = re.compile(
    rf"(?:(?:地址|住址)(?:就?[是在为:]|改[成为到]|换[成到]|写的?是|[ ,])*+|(?:住在|住|家在|家就在)[ :]?)"
    rf"(?P<place>(?:{NAME}|[0-9A-Z]){{1,28}}{_END})"
)
_NO_PLACE: Final = re.compile(
    r"(?:[老新旧一某高普通同大小别个条多有的某]|附近|对面|医院|学校|公司|旁边)*(?:小区|公寓|社区|马路|公路|路|街|农村|山村|乡村|城中村"
    r"|村|医院|学院|法院|院|电影院|新城|老城|大街|家庭|政府|府|别墅|大厦|花园|家园|海湾|.?楼里|单身公寓|大院|寺院|养老院|敬老院|福利院)"
)
_LEAST: Final = 3
_HINT: Final = re.compile(r"[地住]址|住|家就?在")


def find_spoken_places(text: str) -> Iterator[Span]:
    """Streets and estates without a number, after words that say somebody lives there."""
    if not _HINT.search(text):
        return
    for found in _SPOKEN.finditer(text):
        place = found.group("place")
        if len(place) >= _LEAST and not _NO_PLACE.fullmatch(place):
            yield Span(Sort.ADDRESS, *found.span("place"))
