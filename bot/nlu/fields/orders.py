"""The number of the order: DD202310260001, 2024031000123, TB-2026-77, the parcel's at need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.domain.numerals import spelled
from bot.nlu.fields import leads
from bot.nlu.fields.value import FieldValue, Message

_SHAPE: Final = re.compile(
    r"(?<![a-z0-9_.-])(?:[a-z]{1,6}[- ]?)?\d(?:[ -]?\d){4,29}[a-z]{0,2}(?![a-z0-9_]|\.\d)"
)
#: Right after a word for an order anything with four digits is one.
_LED: Final = re.compile(
    r"(?:订单|单号|单子|运单|快递单|物流单|工单|订单编号|流水号|交易号|受理号|报修单|order)"
    r"(?:号码|编号|号|id|no)?(?:(?!尾号|后四)[^a-z0-9\n.!?;]){0,6}?([a-z0-9][a-z0-9-]{3,30})"
    r"(?![a-z0-9]|[元块年月日天个件多])"
)
_DATE: Final = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}(?: \d{1,2})?")
_ID_CARD: Final = re.compile(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx]")
_SEPARATORS: Final = re.compile(r"[ ,()-]")
_ABOUT_ORDERS: Final = ("单", "快递", "物流", "件")
#: Prefixes of the large carriers.
_CARRIER: Final = re.compile(r"(?:sf|yt|zto|sto|jt|yd|ems|dpk|jdv|jdx)\d")
_CODE: Final = re.compile(r"[a-z]{1,6}[- ]?[\d -]+", re.IGNORECASE)
_WIDE: Final = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
#: Numbers of devices and of other services.
_DEVICE: Final = re.compile(r"(?:imei|sn|qq|tel)[- ]?\d")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")


def order(message: Message, folded: str) -> tuple[FieldValue | None, list[tuple[int, int]]]:
    """The order a message names; a corrected one first, a parcel's number last."""
    if not any(character.isdigit() for character in folded):
        return None, []
    best: tuple[int, FieldValue] | None = None
    for start, end in _candidates(message, folded):
        if message.rules_out(start):
            continue
        correction = message.corrects(start)
        parcel = (
            leads.TRACKING.search(message.before(start, 14)) is not None
            or _CARRIER.match(folded, start) is not None
        )
        weight = 2 * correction - parcel
        if best is None or weight > best[0]:
            best = weight, FieldValue(_written(message.text[start:end]), start, end, correction)
    return (None if best is None else best[1]), []


def _candidates(message: Message, folded: str) -> Iterator[tuple[int, int]]:
    for match in _SHAPE.finditer(folded):
        raw, start = match[0], match.start()
        before = message.before(start, 16)
        if _DATE.fullmatch(raw) or _DEVICE.match(raw) or leads.ANOTHER_KIND.search(before):
            continue
        digits = sum(character.isdigit() for character in raw)
        led = leads.ORDER.search(before) is not None
        if _MOBILE.fullmatch(raw) and not leads.ORDER_NO.search(before):
            continue
        if led or (raw[0].isalpha() and digits >= 8) or _looks_like_order(raw, digits, folded):
            yield match.span()
    for match in _LED.finditer(folded):
        if sum(c.isdigit() for c in match[1]) >= 4 and _SHAPE.fullmatch(match[1]) is None:
            yield match.span(1)


def _looks_like_order(raw: str, digits: int, folded: str) -> bool:
    """Whether a bare number can only be an order: long, and neither identity nor bank card."""
    plain = _SEPARATORS.sub("", raw)
    if _ID_CARD.fullmatch(plain) or (16 <= digits <= 19 and plain.isdigit() and _luhn(plain)):
        return False
    if digits >= 12:
        return True
    return digits >= 9 and raw.isdigit() and any(word in folded for word in _ABOUT_ORDERS)


def _luhn(digits: str) -> bool:
    """Check digit of bank cards (ISO/IEC 7812); only numbers with an issuer of 62, 4 or 5."""
    if not digits.startswith(("62", "4", "5")):
        return False
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _written(text: str) -> str:
    """In half width without blanks; a prefix of letters in capitals, as order systems write it."""
    plain = spelled(text.translate(_WIDE)).replace(" ", "").replace("\u3000", "")
    return plain.upper() if _CODE.fullmatch(plain) else plain
