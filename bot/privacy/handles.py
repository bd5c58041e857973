"""E-mail addresses, number plates and WeChat names: marks with letters in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import re2

from bot.privacy.spans import Sort, Span

_EMAIL: Final = re2.compile(
    r"[0-9A-Za-z][0-9A-Za-z._%+-]{0,63}@(?:[0-9A-Za-z-]{1,63}\.){1,4}[A-Za-z]{2,12}"
)
#: GA 36-2018: province, office letter, five characters (six for new energy), never I or O.
_PLATE: Final = re2.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][ ·•.-]?"
    r"(?:[0-9A-HJ-NP-Za-hj-np-z]{5,6}|[0-9A-HJ-NP-Za-hj-np-z]{4}[挂学警港澳])"
)
#: Characters before which 新, 云 or 青 is the end of another word.
_NO_PLATE_AFTER: Final = frozenset("更最全崭刷重乌阿上腾百华")
#: A name only counts after a word that leads it in.
_WECHAT: Final = re2.compile(
    r"(?i)(?:微信|薇信|威信|v信|wechat|weixin|加v|加微|\bvx|\bwx)"
    r"[号id是为就我的:： =加请您你,，]{0,8}"
    r"([a-z][0-9a-z_-]{5,19})"
)
_FIXED: Final = frozenset(
    ("weixin", "wechat", "alipay", "iphone", "android", "wechatpay", "huawei", "xiaomi", "honor")
)


def find_handles(text: str) -> Iterator[Span]:
    """E-mail addresses, plates and WeChat names of a folded text; they may overlap one another."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Span(Sort.EMAIL, found.start(), found.end())
    for found in _PLATE.finditer(text):
        start, end = found.span()
        letters = text[start + 1 : end]
        after = text[end : end + 1]
        if (
            (after.isascii() and after.isalnum())
            or not any(one.isdigit() for one in letters)
            or (start and text[start - 1] in _NO_PLATE_AFTER)
        ):
            continue
        yield Span(Sort.PLATE, start, end)
    for found in _WECHAT.finditer(text):
        start, end = found.span(1)
        if found.group(1).lower() not in _FIXED:
            yield Span(Sort.WECHAT, start, end)
