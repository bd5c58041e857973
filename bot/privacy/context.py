"""What stands around a number and says what it is, or that it is nobody's."""

from __future__ import annotations

import re
from typing import Final

#: How far back a word may stand that speaks of a number, in characters.
_LEAD: Final = 24
_FILLER: Final = r"[号码]{0,2}(?:[ 是为:=#]|叫|填的|写的){0,3}\Z"
#: Words that say the digits after them are a business number: tracking, order, invoice, account.
_BUSINESS: Final = re.compile(
    r"(?:订单|单号|运单|快递单|物流单|编号|流水|交易号|凭证|发票|代码|货号|货单|条码|条形码|批次|批号|工号|户号|"
    r"表号|燃气号|设备号|机身码|序列号|串号|串码|型号|版本|案件|案号|工单|保单|合同|学号|考证|税号|信用代码|行号|"
    r"商户|退款单|账单|优惠券?码|券码?|兑换码|激活码|卡密|取件码|提货码|验证码|校验码|编码|房号|群|"
    r"订单尾|imei|iccid|isbn|sku|mac|sn|no\.|id)" + _FILLER,
    re.IGNORECASE,
)
#: Cards that are no bank's.
_OTHER_CARD: Final = re.compile(
    r"(?:会员|购物|礼品|储值|充值|门禁|加油|油|公交|校园|提货|体验|电话|sim|流量|医保|社保|就诊)卡" + _FILLER,
    re.IGNORECASE,
)
_CARD: Final = re.compile(
    r"卡|账[号户]|帐[号户]|银行|[工农中建交招]行|邮储|信用社|visa|master|jcb|amex|运通", re.IGNORECASE
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
    r"(?:座机|固话|固定电话|宅电|(?:家里?|家庭|住宅|单位|公司|办公室?|办公|联系|我)的?电话)"
    r"(?:号码?)?(?:[ :]|是|为|打){0,3}\Z"
)
_DAYS_AFTER: Final = re.compile(r"[天个次遍]|小时|分钟")


def _lead(text: str, start: int) -> str:
    return text[max(0, start - _LEAD) : start]


def is_business(text: str, start: int, end: int) -> bool:
    """Whether an order, an amount or a web address is written here, for numbers without a sum."""
    lead = _lead(text, start)
    if _BUSINESS.search(lead) or _MONEY_BEFORE.search(lead) or _COUNTED.match(text, end):
        return True
    return bool(_WEB.search(lead)) and not _PHONE_PARAMETER.search(lead)


def is_other_card(text: str, start: int) -> bool:
    """Whether a card of a shop, a fuel company and the like is named right before."""
    return bool(_OTHER_CARD.search(_lead(text, start)))


def speaks_of_card(text: str, start: int) -> bool:
    """Whether a bank or a card is named not far before."""
    return bool(_CARD.search(_lead(text, start)))


def wants_local(text: str, start: int) -> bool:
    """Whether a landline is announced right before, so that it may lack its area code."""
    return bool(_LOCAL.search(_lead(text, start)))


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
