"""The customer's name as given: 免贵姓王, 我叫李小明, 我是王先生, 姓名:陈建国.

The value is the surname with 先生/女士 only when the customer said so, else what was given.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from bot.nlu.fields.third import of_another
from bot.nlu.fields.value import FieldValue, Message

_DATA: Final = Path(__file__).parent / "data" / "surnames.yaml"
_MARKS: Final = re.compile(
    r"姓|我叫|叫我|喊我|我是|本人|这里是|名字|名叫|户名|收件人|收货人|联系人|机主|户主|称呼|先生|女士|小姐|太太"
)
_TITLE: Final = r"(?:先生|女士|小姐|太太|老师)"
_END: Final = r"(?=$|[^\u4e00-\u9fff])"
#: 我是李女士的老公: the name is somebody else's. 我是李女士的订单 still tells it.
_OWN: Final = r"(?!的(?!订单|快递|包裹|单|号|件))"
#: What customers call themselves before the name: 我是业主马先生.
_ROLE: Final = r"(?:你们的?)?(?:业主|房主|屋主|租客|租户|机主|户主|用户|客户|会员|车主|收件人|收货人|买家|住户)"
_FORM: Final = r"(?:姓名|名字|户名|收件人|收货人|联系人|机主|户主)(?:名字|姓名|名)?"
_NOT_OWN: Final = re.compile(r"(?:不|是不是|你|您|找|之前|刚才|接待)$")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    data: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    double = "|".join(data["double"].split())
    common = "".join(data["common"].split())
    other = "".join(data["other"].split())
    never, words = data["never"], "|".join(data["words"].split())
    given = rf"[^\W\d_a-z{never}]"
    any_surname, safe = rf"(?:{double}|[{common}{other}])", rf"(?:{double}|[{common}])"
    full = rf"(?!{words}){any_surname}{given}{{1,2}}"
    return tuple(
        re.compile(pattern)
        for pattern in (
            # 姓名:陈建国, 收件人周敏: a form; the name ends where the characters end.
            rf"{_FORM}(?:改成|改为|换成|写的?是|是|为|叫|:|\s){{0,4}}({any_surname}{_TITLE}|{full}){_END}",
            rf"(?:我是|我们是|我叫|叫我|喊我|我姓|免贵姓|敝姓|本人姓|称呼我|本人是|本人系|这里是|本人)(?:{_ROLE}|那个)?"
            rf"({any_surname}{_TITLE}){_OWN}",
            rf"(?:我叫|我的名字叫|我的名字是|本人叫|我名叫|名叫)({full}){_END}",
            rf"(?:我叫|我的名字叫|我的名字是|本人叫)({any_surname}{given}{{1,2}}?)(?=的|在|是|想|要|电话|手机|住|家)",
            rf"(?:我姓|免贵姓|本人姓|敝姓|[在鄙][下人]姓|(?:^|[,.!? ])(?:免贵)?姓)({any_surname})(?!名)"
            rf"(?:[, ]?(?:是个?|一位)?(?:\1)?({_TITLE}))?",
            rf"(?:叫我|称呼我|喊我)(?:为|作)?((?:小|老|阿)?{any_surname}(?:{_TITLE}|哥|姐|总|工)?)"
            r"(?=$|吧|就|即可|[^\u4e00-\u9fff])",
            rf"(?:我是|本人系?)(?!{words})({safe}{given}{{1,2}}){_END}",
            rf"我是[^,.!?]{{0,8}}?{_ROLE},?({full}){_END}",
            rf"(?:^|[,.!?:; ])({any_surname}{_TITLE})(?=$|[,.!;: \d(])",
        )
    )


def customer_name(message: Message) -> FieldValue | None:
    """The customer's own name, or None; a third person's name is not taken."""
    folded = message.folded
    if _MARKS.search(folded) is None:
        return None
    for pattern in _patterns():
        for match in pattern.finditer(folded):
            before = message.before(match.start(), 8) + match[0][: match.start(1) - match.start()]
            if of_another(before) or _NOT_OWN.search(message.before(match.start(), 4)):
                continue
            start, end = match.span(1)
            if match.re.groups > 1 and match[2]:
                start_title, end_title = match.span(2)
                value = message.text[start:end] + message.text[start_title:end_title]
                return FieldValue(value, start, end_title, message.corrects(start))
            return message.value(start, end)
    return None
