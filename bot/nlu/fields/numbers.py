"""Numbers people give to be found by: telephones, orders, accounts, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.nlu.fields.third import of_another
from bot.nlu.fields.value import FieldValue, Message

_MOBILE: Final = re.compile(
    r"(?<![\da-z])(?<!\d[ -])(?:(?:\+|00)?86[- ]?)?(1[3-9]\d(?:[ ,-]?\d){8})(?![\d])(?![ -]\d{4})"
)
_LANDLINE: Final = re.compile(
    r"(?<![\da-z])(?<!\d[ -])(?:\((0\d{2,3})\) ?|(0\d{2,3})([- ]))(\d{7,8}|\d{4} \d{4})(?!\d)"
    r"|(?<![\da-z])(0(?:10|2\d)\d{8}|0[3-9]\d{2}\d{7,8})(?!\d)"
)
_LOCAL: Final = re.compile(r"(?:座机|固话|家里电话|固定电话)(?:号码)?[是为: ]{0,3}(\d{7,8})(?!\d)")
_EMAIL: Final = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,3}")
_ORDER: Final = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{1,6}[- ]?)?\d(?:[ -]?\d){4,26}[a-z]{0,2}(?![a-z0-9])"
)
_LED_ORDER: Final = re.compile(
    r"(?:订单|单号|运单|快递单|物流单|工单|订单编号|流水号|交易号|受理号|报修单|order)"
    r"(?:号码|编号|号|id)?[^a-z0-9\n.!?;]{0,6}?([a-z0-9][a-z0-9-]{4,30})(?![a-z0-9])"
)
_ORDER_LEAD: Final = re.compile(
    r"(?:订单|单号|运单|快递(?!员|小哥)|物流|工单|编号|流水号|交易号|受理号|报修单|order|单子)"
    r"(?:(?!电话|手机|联系)[^a-z0-9]){0,9}$"
)
_OTHER_LEAD: Final = re.compile(
    r"(?:尾号|后四位|验证码|取件码|提货码|卡号|银行卡|身份证|身份证号|税号|密码|型号|序列号|sn|qq|微信|工号"
    r"|邮编|户号|账号|帐号|会员号|客户号|用户号|客户编号|用户编号|表号|缴费号|错误码|代码|信用代码|纳税人识别号)"
    r"(?:号码|号)?[是为:应该就的\s]{0,5}$"
)
_ACCOUNT: Final = re.compile(
    r"(?:户号|账号名?|帐号|用户名|用户编号|客户编号|客户号|会员编号|会员卡号|会员号|用户号|缴费编号|缴费号|缴费户号"
    r"|宽带号|电表号|水表号|气表号|表号|燃气卡号|登录名|用户id|uid|id)"
    r"[^a-z0-9\n.!?;,]{0,5}?[: ]?([a-z0-9][a-z0-9_.-]{3,31})(?![a-z0-9@])"
)
_BANK: Final = re.compile(r"银行|对公|收款|开户行|支付宝转")
_DATE: Final = re.compile(r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}(?: \d{1,2})?")
_ID_CARD: Final = re.compile(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx]")
_NOT: Final = re.compile(r"不是[^,.]{0,4}$")
_SEPARATORS: Final = re.compile(r"[ ,()-]")


def numbers(message: Message) -> Iterator[tuple[str, FieldValue]]:
    """Yield (field code, value) for phone, account, order_no and email."""
    folded = message.folded
    if "@" in folded:
        for match in _EMAIL.finditer(folded):
            yield "email", message.value(*match.span())
            folded = _blank(folded, *match.span())
            break
    phone, folded = _phone(message, folded)
    if phone is not None:
        yield "phone", phone
    for match in _ACCOUNT.finditer(folded):
        if (
            any(c.isalnum() for c in match[1])
            and not _BANK.search(message.before(match.start(), 5))
            and not of_another(message.before(match.start(), 4))
        ):
            yield "account", message.value(*match.span(1))
            folded = _blank(folded, *match.span(1))
            break
    if message.has_digit:
        order = _order(message, folded)
        if order is not None:
            yield "order_no", order


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\0" * (end - start) + text[end:]


def _phone(message: Message, folded: str) -> tuple[FieldValue | None, str]:
    """The customer's number, the last one where it is a correction; and the text without any."""
    if not message.has_digit:
        return None, folded
    chosen: FieldValue | None = None
    rest = folded
    for match in _MOBILE.finditer(folded):
        start, end = match.span(1)
        before = message.before(match.start(), 14)
        if _ORDER_LEAD.search(before) or _OTHER_LEAD.search(before):
            continue
        rest = _blank(rest, start, end)
        if of_another(before) or _NOT.search(before):
            continue
        correction = message.corrects(start)
        if chosen is None or (correction and not chosen.correction):
            chosen = FieldValue(_SEPARATORS.sub("", match[1]), start, end, correction)
    for match in _LANDLINE.finditer(rest):
        before = message.before(match.start(), 14)
        if _ORDER_LEAD.search(before) or _OTHER_LEAD.search(before):
            continue
        rest = _blank(rest, *match.span())
        if chosen is None and not of_another(before) and not _NOT.search(before):
            area = match[1] or match[2]
            digits = f"{area}-{match[4].replace(' ', '')}" if area else match[5]
            start, end = match.span()
            chosen = FieldValue(digits, start, end, message.corrects(start))
    local = _LOCAL.search(rest) if chosen is None else None
    if local is not None:
        start, end = local.span(1)
        chosen = FieldValue(local[1], start, end, message.corrects(start))
        rest = _blank(rest, start, end)
    return chosen, rest


def _order(message: Message, folded: str) -> FieldValue | None:
    chosen: FieldValue | None = None
    for start, end in _orders(message, folded):
        if _NOT.search(message.before(start, 10)):
            continue
        correction = message.corrects(start)
        if chosen is None or (correction and not chosen.correction):
            plain = message.text[start:end].replace(" ", "")
            chosen = FieldValue(_half_width(plain), start, end, correction)
    return chosen


def _orders(message: Message, folded: str) -> Iterator[tuple[int, int]]:
    for match in _ORDER.finditer(folded):
        start, end = match.span()
        raw = match[0]
        digits = sum(c.isdigit() for c in raw)
        before = message.before(start, 16)
        if _DATE.fullmatch(raw) or _OTHER_LEAD.search(before):
            continue
        led = _ORDER_LEAD.search(before) is not None
        if led or (raw[0].isalpha() and digits >= 8) or _looks_like_order(raw, digits, folded):
            yield start, end
    for match in _LED_ORDER.finditer(folded):
        start, end = match.span(1)
        if sum(c.isdigit() for c in match[1]) >= 4 and _ORDER.fullmatch(match[1]) is None:
            yield start, end


def _looks_like_order(raw: str, digits: int, folded: str) -> bool:
    """Whether a bare number can only be an order: long, and neither identity nor bank card."""
    plain = _SEPARATORS.sub("", raw)
    if _ID_CARD.fullmatch(plain) or (16 <= digits <= 19 and plain.isdigit() and _luhn(plain)):
        return False
    if digits >= 12:
        return True
    return digits >= 9 and raw.isdigit() and any(w in folded for w in ("单", "快递", "物流", "件"))


def _luhn(digits: str) -> bool:
    """Check digit of bank cards (ISO/IEC 7812); only numbers with an issuer of 62, 4 or 5."""
    if not digits.startswith(("62", "4", "5")):
        return False
    total = 0
    for place, character in enumerate(reversed(digits)):
        digit = int(character) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _half_width(text: str) -> str:
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
