"""Which fields a line of ours asks the customer for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

#: Field code -> how a line names it. Only what has one exact value, so that asking twice is a fault.
_NAMES: Final = MappingProxyType(
    {
        "order_no": r"订单(?:编)?号码?|订单编码",
        "phone": r"(?:手机|电话|联系)号码?|联系(?:电话|方式)|手机号",
        "account": r"账号|户号|会员号|缴费号",
        "email": r"邮箱(?:地址)?",
        "fault_code": r"(?:故障|错误|报错)(?:代)?码",
        "customer_name": r"贵姓|怎么称呼|如何称呼",
    }
)
_GIVE: Final = r"(?:提供|发|告诉|告知|说|报|给|留|输入|填)"
_ASKED: Final = MappingProxyType(
    {
        code: re.compile(
            rf"{_GIVE}(?:我|一下|下|给我|我一下|我下|您的|您|的|下单|购买|下您的|、|和|及|姓名){{0,4}}?(?:{name})"
            rf"|{_GIVE}[^，,]{{0,12}}(?:、|和|及|跟|还有)(?:您的)?(?:{name})"
            rf"|(?:{name})(?:是多少|是什么|多少|是[?？]|发我|发一下|发下|发给我|提供一?下|报一?下|告诉我|给我|说一?下|呢[?？]?|[?？]|有吗)"
            if code != "customer_name"
            else name
        )
        for code, name in _NAMES.items()
    }
)
#: What checks, corrects or speaks of another one asks for nothing known.
_NOT_AGAIN: Final = re.compile(
    r"核对|核实|确认|对吗|对吧|是否|是不是|没错|尾号|后[四4]位|另|其他|其它|别的|哪个|哪一|新的?|备用|更换|改|"
    r"收件|收货人|快递|物流|运单|退货|退回|寄|银行|重新|再次|有误|不对|查不到|没查到|查询不到|不存在|收到|看到|查到|"
    r"如果|若|如有|之后|以后|不要|请勿|切勿|会(?:给|有)|对方|家人|朋友|本人|实名|预留"
)
_SENTENCE: Final = re.compile(r"[^。！!？?；;\n]+[？?]?")


def asked_for(text: str) -> Iterator[str]:
    """Codes of the fields that a line asks for as if nobody had given them."""
    for sentence in _SENTENCE.findall(text):
        if not _NOT_AGAIN.search(sentence):
            yield from (code for code, pattern in _ASKED.items() if pattern.search(sentence))


def speaks_of(text: str, code: str) -> bool:
    """Whether a line names a field at all."""
    return re.search(_NAMES[code], text) is not None if code in _NAMES else False
