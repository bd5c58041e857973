"""Sums of money: 四十八块六, 1.2万, 两百多, ¥299.9. The value is yuan."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.numerals import DIGITS, NUMERAL, numeral
from bot.nlu.fields.value import FieldValue, Message

_NUMBER: Final = rf"\d{{1,9}}(?:,\d{{3}})*(?:\.\d{{1,4}})?[百千万w]?|[{NUMERAL}]{{1,12}}"
_SUM: Final = re.compile(
    rf"(?P<sign>[¥$]\s?|rmb\s?|人民币)?(?P<number>{_NUMBER})(?P<more>多|来|余|几)?(?P<wan>万)?"
    rf"(?P<unit>块钱|块|元钱|元|圆|人民币|rmb|毛钱|毛|角)?(?:(?P<cents>[\d{NUMERAL}])(?:毛|角)?)?"
)
_MARKS: Final = re.compile(r"[块元圆毛角¥百千万花扣充交付收退赔]|rmb|实付|人民币|押金|价")
#: Verbs after which a number without a unit is a sum.
_SPENT: Final = re.compile(
    r"(?:花|扣|充值|充|交|付|收|退|赔|补|转|刷|卖|实付|原价|现价|押金|差价|金额|损失|欠费|欠|借|骗|盗|一台|一件|一个|一双|一套|少)"
    r"(?:了|走|掉|去|我|的|是|款|给我|:|\s){0,3}$"
)
_PROMO: Final = re.compile(r"满|立减|减$|优惠|券|折|返$")
_STAKE: Final = re.compile(r"扣|退|赔|损失|盗刷|刷走|差价|多收|被收|实付|被骗|转错|少")
#: What cannot follow a sum: counters and things of which 块 is the counter.
_COUNTED: Final = re.compile(
    r"[次天个件台条号时分月年日遍回人位兆mg%折度吨升斤寸层楼栋幢岁米套双张份点单期包瓶盒周星条部支片集页种只小]"
    r"|屏|电池|电|玻璃|手表|表|板|砖|布|肉|地板|地毯|蛋糕|面包|硬盘|内存|香皂|木|石|儿|去|起|钟"
)
_AFTER_PROMO: Final = re.compile(r"的?(?:优惠|券|代金|红包|抵|满减|减|话费券)")


def amount(message: Message) -> FieldValue | None:
    """The sum at stake in the message, in yuan; the contested one where several are named."""
    if _MARKS.search(message.folded) is None:
        return None
    best: tuple[float, FieldValue] | None = None
    for match in _SUM.finditer(message.folded):
        value = _yuan(match, message)
        if value is None:
            continue
        start, end = match.start(), match.end()
        before, after = message.before(start, 8), message.folded[end : end + 5]
        if _PROMO.search(before[-3:]) or _AFTER_PROMO.match(after):
            continue
        weight = 2.0 if _STAKE.search(before) else 0.0
        weight -= 1.0 if after.startswith(("的套餐", "套餐", "一个月", "每月", "/")) else 0.0
        corrected = message.corrects(start)
        weight += 3.0 if corrected else 0.0
        if best is None or weight > best[0]:
            best = (weight, FieldValue(value, start, end, corrected))
    return None if best is None else best[1]


def _yuan(match: re.Match[str], message: Message) -> float | None:
    folded, number = message.folded, match["number"]
    end, unit = match.end(), match["unit"]
    previous = message.before(match.start(), 1)
    if previous and (
        (previous.isascii() and (previous.isalnum() or previous in "-.*_x")) or previous == "第"
    ):
        return None
    value = _number(number)
    if value is None:
        return None
    if match["wan"]:
        value *= 10000
    if unit is None and match["sign"] is None:
        # Without a unit a number is a sum only after a verb of paying, or as 两百多 with 贵/钱.
        spent = _SPENT.search(message.before(match.start(), 8)) is not None
        if match["cents"] or value < 10 or not (spent or _vague(match, folded)):
            return None
        return None if _COUNTED.match(folded[end : end + 2]) else value
    if unit in ("毛", "毛钱", "角"):
        return round(value / 10, 2)
    if unit == "块":
        if _COUNTED.match(folded[end : end + 2]) and not match["cents"]:
            return None
        if number == "一" and not match["cents"] and folded[end : end + 1] != "多":
            return None
    if match["cents"]:
        cents = match["cents"]
        digit = int(cents) if cents.isdigit() and cents.isascii() else DIGITS.get(cents)
        if digit is None or (unit is not None and unit not in ("块", "元", "圆")):
            return None
        value += digit / 10
    return round(value, 2)


def _vague(match: re.Match[str], folded: str) -> bool:
    size = len(match["number"])
    return (
        bool(match["more"])
        and match["number"][-1] in "百千万"
        and size > 1
        and ("贵" in folded or "钱" in folded or "费" in folded or "价" in folded)
    )


def _number(text: str) -> float | None:
    scale = {"百": 100, "千": 1000, "万": 10000, "w": 10000}.get(text[-1], 1)
    if text[0].isascii() and text[0].isdigit():
        digits = text[:-1] if scale > 1 else text
        return float(digits.replace(",", "")) * scale
    whole = numeral(text)
    return None if whole is None else float(whole)
