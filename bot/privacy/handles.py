"""E-mail addresses, number plates and WeChat names: marks with letters in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import re2

from bot.privacy.spans import Sort, Span

_LABEL: Final = "[0-9A-Za-z-]{1,63}"
_PROVIDER: Final = "(?i:163|126|139|189|qq|vip|foxmail|sina|sohu|yeah|gmail|outlook|hotmail|icloud|aliyun|live|msn)"
#: The strict spelling; a host broken by blanks or a full stop; and one of a known provider after #.
_EMAIL: Final = re2.compile(
    rf"[0-9A-Za-z][0-9A-Za-z._%+-]{{0,63}}(?:"
    rf" ?(?:@|[(\[](?i:at)[)\]]) ?(?:(?:{_LABEL}\.){{1,4}}[A-Za-z]{{2,12}}"
    rf"|{_LABEL} ?[.。] ?(?i:com|cn|net|org)(?: ?[.。] ?(?i:cn|hk))?\b)"
    rf"|#{_PROVIDER}\.(?i:com|cn|net)\b)"
)
_EMAIL_HINT: Final = re.compile(r"[@#]|[(\[][aA][tT][)\]]")
_FILE: Final = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|css|js|html?)\Z", re.IGNORECASE)
#: GA 36-2018 without I and O: at most two letters among five characters; new energy has six, with
#: a letter in front or at the end.
_ON_PLATE: Final = "[0-9A-HJ-NP-Za-hj-np-z]"
_PLATE: Final = re2.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][ ]?[A-HJ-NP-Za-hj-np-z][ ·•.-]{0,2}"
    rf"(?:[A-HJKa-hjk] ?{_ON_PLATE}(?: ?[0-9]){{4}}|[0-9](?: ?[0-9]){{4}} ?[A-HJKa-hjk]"
    rf"|{_ON_PLATE}(?: ?{_ON_PLATE}){{4}}|{_ON_PLATE}(?: ?{_ON_PLATE}){{3}} ?[挂学警港澳领试超])"
)
_MOST_LETTERS: Final = 2
#: Characters before which 新, 云 or 青 is the end of another word.
_NO_PLATE_AFTER: Final = frozenset("更最全崭刷重翻焕乌漆阿里讯为度上腾百华年宝珍昂收河")
#: Words that lead a WeChat name in, then what may stand between.
_WECHAT: Final = re2.compile(
    r"(?i)([微薇威徽崴] ?[信❤♥心]|\bv ?信|\bwe ?chat|\bweixin|绿泡泡|\bvx|\bwx"
    r"|[加+➕] ?(?:我|个|一下)?的?(?:微|薇|威|v) ?信?|我 ?[微薇]|\bv我|\bv[:=])"
    r"((?:[ :=,，\"“(（❤♥心号码是为就我的加请您你吧哦哈呢填写]|id|账号|名字?|添加|一下|搜索?){0,8})"
    r"([a-z][0-9a-z_-]{5,19})"
)
_NAME_GOES_ON: Final = re.compile(r"[0-9A-Za-z_@-]")
_WECHAT_HINT: Final = re.compile(r"[微薇威徽崴]|[vV]|[wW](?:[xX]|[eE])|绿泡泡")
#: The name WeChat itself gives, plain to see without a word before it.
_GIVEN: Final = re2.compile(r"\bwxid_[0-9a-z]{6,22}\b")
#: The lead and the filler together say plainly that a name follows.
_PLAIN: Final = re.compile(r"[号:=加+➕是为❤♥心]|id", re.IGNORECASE)
_NO_NAME: Final = re.compile(
    r"(?:weixin|wechat|alipay|iphone|android|huawei|xiaomi|honor|version|windows|harmony|error|system"
    r"|failed|client|server|openid|unionid|appid|miniprogram|desktop|macbook|update|login|https?|null)(?![a-z])",
    re.IGNORECASE,
)


def find_handles(text: str) -> Iterator[Span]:
    """E-mail addresses, plates and WeChat names of a folded text; they may overlap one another."""
    if _EMAIL_HINT.search(text):
        for found in _EMAIL.finditer(text):
            if not _FILE.search(found.group()):
                yield Span(Sort.EMAIL, found.start(), found.end())
    yield from _plates(text)
    if _WECHAT_HINT.search(text):
        yield from _wechat_names(text)


def _plates(text: str) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        start, end = found.span()
        after = text[end : end + 1]
        if after.isascii() and after.isalnum():
            continue
        serial = found.group().replace(" ", "")[2:]
        if sum(one.isascii() and one.isalpha() for one in serial) > _MOST_LETTERS:
            continue
        if not any(one.isdigit() for one in serial):
            continue
        if start and text[start - 1] in _NO_PLATE_AFTER:
            continue
        yield Span(Sort.PLATE, start, end)


def _wechat_names(text: str) -> Iterator[Span]:
    for found in _WECHAT.finditer(text):
        name = found.group(3)
        if _NAME_GOES_ON.match(text, found.end()):
            continue
        telling = not name.isalpha() or _PLAIN.search(found.group(1) + found.group(2))
        if telling and not _NO_NAME.match(name):
            yield Span(Sort.WECHAT, *found.span(3))
    for found in _GIVEN.finditer(text):
        yield Span(Sort.WECHAT, found.start(), found.end())
