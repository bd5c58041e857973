"""What stands around a number and says what it is, or that it is nobody's."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z一-龥¥￥$€£]")
#: How far back a word may stand that speaks of a number, in characters.
_LEAD: Final = 24
_FILLER: Final = r"[号码]{0,2}(?:[ 是为:=#]|叫|填的|写的){0,3}\Z"
#: Words that say the digits after them are a business number: tracking, order, invoice, account.
_BUSINESS: Final = re.compile(
    r"(?:订单|运单|快递单|物流单|流水|交易号|凭证|发票|代码|货单|设备号|型号|版本v?|固件v?|价格?|金额|余额|面值|案件|"
    r"工单|保单|合同|考证|商户|退款单|账单|兑换券|群|[^号扫]码|[单编列料型批货户表案学税行工串房件图款版期箱桩站票气]号|"
    r"imei|iccid|isbn|sku|mac|sn|no\.|id)" + _FILLER,
    re.IGNORECASE,
)
#: Cards that are no bank's.
_OTHER_CARD: Final = re.compile(
    r"(?:会员|购物|礼品|储值|充值|门禁|加油|油|公交|校园|提货|体验|电话|sim|流量|医保|社保|就诊)卡"
    + _FILLER,
    re.IGNORECASE,
)
_CARD: Final = re.compile(
    r"卡|账[号户]|帐[号户]|银行|[工农中建交招]行|邮储|信用社|visa|master|jcb|amex|运通",
    re.IGNORECASE,
)
_MONEY_BEFORE: Final = re.compile(r"[¥￥$€£][ ]?\Z")
_COUNTED: Final = re.compile(
    r" ?(?:元|块|人民币|件|个(?!人)|米|克|万|亿|gb|mb|kb|kg|mm|次|%|℃|积分|分钱)", re.IGNORECASE
)
#: Letters that may stand right before a number and still make it a telephone.
_PHONE_LETTERS: Final = re.compile(
    r"(?:tel|phone|mobile|mob|call|dh|sj|wx|vx|v|weixin|wechat|qq|t|m)\Z", re.IGNORECASE
)
_CARD_LETTERS: Final = re.compile(
    r"(?:card|visa|master|mastercard|jcb|amex|unionpay|kh|yhk|icbc|abc|boc|ccb|cmb|bocom|no)\Z",
    re.IGNORECASE,
)
#: Letters that may follow a number directly; any others make it a part of a code.
_WORD_AFTER: Final = re.compile(r"(?:wx|vx|v(?![0-9a-z])|qq|tel|call|ok|we|pls|thx)", re.IGNORECASE)
_CODE_AFTER: Final = re.compile(r"[A-Za-z]")
#: A path or a parameter of a web address.
_WEB: Final = re.compile(r"[A-Za-z][/=]\Z")
_PHONE_PARAMETER: Final = re.compile(r"(?:tel|phone|mobile|mob|sj|dh)[/=]\Z", re.IGNORECASE)
#: Words before a number of seven or eight digits that make it a telephone without an area code.
_LOCAL: Final = re.compile(
    r"(?:座机|固话|宅电|(?<!客服|服务|售后|投诉|咨询|官方|热线|总部|前台|你们|店里|门店)的?电话)"
    r"(?:号码?)?(?:[ :]|是|为|打){0,3}\Z"
)
_DAYS_AFTER: Final = re.compile(r"[天个次遍]|小时|分钟")


def lead_of(text: str, start: int) -> str:
    """What stands before, empty when there is no word in it."""
    lead = text[max(0, start - _LEAD) : start]
    return lead if _WORD.search(lead) else ""


def is_business(lead: str, text: str, end: int) -> bool:
    """Whether an order, an amount or a web address is written here, for numbers without a sum."""
    if _BUSINESS.search(lead) or _MONEY_BEFORE.search(lead) or _COUNTED.match(text, end):
        return True
    return bool(_WEB.search(lead)) and not _PHONE_PARAMETER.search(lead)


def is_other_card(lead: str) -> bool:
    """Whether a card of a shop, a fuel company and the like is named right before."""
    return bool(_OTHER_CARD.search(lead))


def speaks_of_card(lead: str) -> bool:
    """Whether a bank or a card is named not far before."""
    return bool(_CARD.search(lead))


def wants_local(lead: str) -> bool:
    """Whether a landline is announced right before, so that it may lack its area code."""
    return bool(_LOCAL.search(lead))


def counts_after(text: str, end: int) -> bool:
    """Whether a counter stands here, whose number may be stuck to a telephone: 13800138000 3天."""
    return bool(_DAYS_AFTER.match(text, end))


def letters_allow(text: str, start: int, end: int, *, card: bool) -> bool:
    """Whether the letters that touch a number leave it a telephone (or a card)."""
    if _CODE_AFTER.match(text, end) and not _WORD_AFTER.match(text, end):
        return False
    before = text[max(0, start - 10) : start]
    if not before or not before[-1].isascii() or not before[-1].isalpha():
        return True
    return bool((_CARD_LETTERS if card else _PHONE_LETTERS).search(before))
