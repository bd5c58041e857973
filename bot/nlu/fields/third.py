"""Whose value is it? Names and numbers of third persons are not the customer's."""

from __future__ import annotations

import re
from typing import Final

#: People other than the customer, when they own the name or number that follows.
_OTHERS: Final = re.compile(
    r"快递员|快递小哥|送货员|配送员|骑手|师傅|司机|客服|你们|贵公司|商家|卖家|店家|老板|经理|主管|专员"
    r"|业务员|营业员|工作人员|物业|老公|老婆|爱人|媳妇|丈夫|妻子|妈妈|我妈|我爸|爸爸|父亲|母亲|爷爷|奶奶"
    r"|儿子|女儿|孩子|哥哥|弟弟|姐姐|妹妹|我哥|我姐|我弟|我妹|朋友|同事|同学|邻居|室友|房东|租客|亲戚"
    r"|他|她|对方|骗子|别人|陌生|领导|中介"
)
_CLAUSE: Final = re.compile(r"[,.!?;\n]")


def of_another(before: str) -> bool:
    """Whether the words right before a value (its clause, folded) give it to somebody else."""
    clause = _CLAUSE.split(before)[-1]
    return _OTHERS.search(clause) is not None
