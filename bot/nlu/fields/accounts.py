"""Accounts, e-mail addresses, and the staff number of a colleague the customer speaks of."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.phones import Taken
from bot.nlu.fields.third import of_another
from bot.nlu.fields.value import FieldValue, Message

_EMAIL: Final = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,3}"
)
_ACCOUNT: Final = re.compile(
    r"(?:户号|账号名?|帐号|账户名?|用户名|用户编号|客户编号|客户号|会员编号|会员卡号|会员号|会员id"
    r"|用户号|缴费编号|缴费号|缴费户号"
    r"|宽带号|宽带编码|电表号|水表号|气表号|燃气表号|表号|燃气卡号|登录名|用户id|uid"
    r"|(?<!order )(?<!order)(?<!订单)id|昵称)"
    r"(?:[^a-z0-9\n.!?;,]{0,4}错[了啦]?,?(?:应该|正确的)?)?"
    r"(?:是|为|叫|就|的|我|应该|好像|改成|换成|:|\"|\(|\s){0,5}"
    r"([a-z0-9][a-z0-9._%+-]{0,40}@[a-z0-9-]{1,40}\.[a-z0-9.]{2,20}|\d{2,}(?: \d{2,}){1,5}|[a-z0-9][a-z0-9_.-]{3,31})"
    r"(?![a-z0-9@])"
)
_BANK: Final = re.compile(r"银行|对公|收款|开户行|支付宝转|对方")
_AGENT: Final = re.compile(
    r"(?:工号|客服编号|客服号|员工编?号|坐席号)(?:是|为|叫|好像|应该|:|\s){0,4}([a-z]{0,3}\d{2,8})(?![a-z0-9])"
    r"|客服(\d{4,6})(?![\d元块天次])|(?<![\da-z-])([a-z]?\d{3,6})号?的?(?:客服|坐席|话务员|接线员|客服专员|员工)"
)
_BLANKS: Final = re.compile(r"[ \u3000\u00a0]+")


def email(message: Message, folded: str) -> tuple[FieldValue | None, Taken]:
    """The first address, or the one given as a correction."""
    best: FieldValue | None = None
    taken: Taken = []
    for match in _EMAIL.finditer(folded) if "@" in folded else ():
        taken.append(match.span())
        value = message.value(*match.span())
        if not message.rules_out(match.start()) and (
            best is None or (value.correction and not best.correction)
        ):
            best = value
    return best, taken


def account(message: Message, folded: str) -> tuple[FieldValue | None, Taken]:
    """What stands after a word for an account; a bank's or another person's is left alone."""
    for match in _ACCOUNT.finditer(folded):
        before = message.before(match.start(), 5)
        if _BANK.search(before) or of_another(before[-4:]) or message.rules_out(match.start(1)):
            continue
        start, end = match.span(1)
        plain = _BLANKS.sub("", message.text[start:end])
        value = FieldValue(plain, start, end, message.corrects(start))
        # A mail address as account is also the customer's mail.
        return value, [] if "@" in match[1] else [(start, end)]
    return None, []


def agent_no(message: Message, folded: str) -> tuple[FieldValue | None, Taken]:
    """The number of the agent a customer complains about or was promised something by."""
    match = _AGENT.search(folded)
    if match is None:
        return None, []
    span = match.span(match.lastindex or 0)
    return message.value(*span), [span]
