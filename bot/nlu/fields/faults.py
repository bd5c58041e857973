"""Fault codes a device or a page shows: E4, F02, 错误码0x610000f6."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.value import FieldValue, Message

#: After words that name a code, anything short with a digit in it is one.
_NAMED: Final = re.compile(
    r"(?:故障代?码|错误代?码|报错代?码|报警代?码|异常代?码|错误|代码|报错|error|err|code|故障)"
    r"(?:一直|显示|提示|的?是|为|了|说|:|\s|\"|\(|码|号){0,4}(0x[0-9a-f]{2,10}|[a-z]{0,4}-?\d{1,7}[0-9a-z-]{0,8})"
    r"(?![0-9a-z]|[天次个元块年月号分点小])"
)
#: Elsewhere only a letter and one to three signs, the shape of a display code.
_SHOWN: Final = re.compile(
    r"(?:报警?|显示|出现|提示|跳|闪|亮|弹出?)(?:一个|了|着|出|的|是|一直|\"|:|\s){0,3}"
    r"([a-z]{1,3}-?\d[0-9a-z]{0,4})(?![0-9a-z])"
)
_BARE: Final = re.compile(
    r"(?<![0-9a-z-])([ef]-?\d[0-9a-z]?\d?)(?![0-9a-z-])(?!座|栋|楼|单元|室|区|口|出口)"
)


def fault_code(message: Message) -> FieldValue | None:
    """The code as written, or None."""
    if not message.has_digit:
        return None
    for pattern in (_NAMED, _SHOWN, _BARE):
        match = pattern.search(message.folded)
        if match is not None:
            return message.value(*match.span(1))
    return None
