"""How a cue of an act is built: a wording, and what it needs around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.terms import Act


@dataclass(frozen=True, slots=True)
class Cue:
    """One wording.

    Attributes:
        acts: what it tells.
        words: a text without any of these cannot hold it; they spare the search.
        pattern: the wording, within one sentence of folded text.
        done: what must show, close by or in it, that it was done, unless 已 or 刚 does.
        does: it tells a doing, which after 收到后 or 通过后 is yet to come.
        agrees: it tells an agreement, which may be about the future.
        asks: a question is its very form.
        plain: nothing before or behind it takes it back.

    """

    acts: frozenset[Act]
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    done: re.Pattern[str] | None = None
    does: bool = False
    agrees: bool = False
    asks: bool = False
    plain: bool = False


#: Whom one asks, beside the agent.
WHO: Final = (
    r"(?:部门|售后|技术|财务|仓库|仓储|物流|快递|承运|网点|站点|站长|工程|专员|专家|专人|主管|经理|领导|上级|组长|值班"
    r"|店长|店铺|商家|卖家|厂家|厂商|品牌|供应商|服务商|维修|安装|质检|品控|品质|法务|运营|产品|研发|采购|理赔|开票|后台|二线|同事|团队"
    r"|总部|公司|平台|监管|监察|督导|客服部|关系部|会员部|安全组|[一-龥]{1,4}部(?!分)|[一-龥]{1,3}组|负责人|总监|专线|科室|仓|师傅|中心|银行|海关|那边|他们|医生|门店|柜台|机房|抢修|调度|中转)"
)
#: A gap that holds nothing which would change the meaning.
GAP: Final = r"[^没未不会将等待若后需请要,.!?:;]"
FOR: Final = r"(?:为|帮|给|替)(?:您|你|亲|咱)"
#: Words by which a transfer is done in the saying: 我把…转给, 帮您反馈给.
DOING: Final = re.compile(
    r"了|好|完|现在|正在|这边|我先|我(?=转|交|提交|递|升级|反馈|上报)|我[把按]"
    r"|(?:为|帮|给|替)(?:您|你|亲)|上去|过去|过$|在此"
)
DONE: Final = re.compile(r"了|好(?!的)|完|过(?!来|期)|啦|喽|咯|成功|完成|完毕|妥")


def cue(
    acts: str,
    words: str,
    *wordings: str,
    done: re.Pattern[str] | None = None,
    does: bool = False,
    agrees: bool = False,
    asks: bool = False,
    plain: bool = False,
) -> Cue:
    """A cue of ``acts`` (codes) and ``words``, each parted by spaces."""
    return Cue(
        frozenset(Act(act) for act in acts.split()),
        tuple(words.split()),
        re.compile("|".join(wordings)),
        done,
        does,
        agrees,
        asks,
        plain,
    )
