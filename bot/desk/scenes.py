"""Which scenes of general lines suit a situation, best first, for each kind.

Lines carry scene tags; a desk's own library may use the same tags, and where it does not, its lines
are still found by their example messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.desk.situation import Situation
from bot.domain.terms import Intent, Stage
from kb.terms import FIELD_NAMES, Category
from prompts.terms import Kind

#: Field that is missing -> scenes of lines that ask for it.
ASK_SCENES: Final = MappingProxyType(
    {
        "order_no": ("索要订单",),
        "phone": ("联系方式",),
        "account": ("索要订单", "身份核实"),
        "customer_name": ("联系方式",),
        "fault_code": ("故障描述",),
        "tried": ("已试操作",),
        "product": ("需求确认", "故障描述"),
        "happened_at": ("故障描述",),
        "expectation": ("需求确认",),
        "address": ("需求确认",),
        "amount": ("需求确认",),
        "contact_time": ("联系方式",),
    }
)
_CLEAR: Final = ("需求确认",)


def scenes_for(kind: Kind, s: Situation) -> tuple[str, ...]:
    """Scene tags that suit this kind of line now, best first; () where only examples decide."""
    return _CHOICES[kind](s) if kind in _CHOICES else ()


def asked_fields(text: str) -> frozenset[str]:
    """The fields that a line of kind ``ask_info`` asks for, by the names it uses."""
    return frozenset(code for code, names in FIELD_NAMES.items() if any(n in text for n in names))


_ANSWER_SCENES: Final = MappingProxyType(
    {
        Category.PRODUCT_FUNCTION: ("产品咨询",),
        Category.PRICE_POLICY: ("价格咨询",),
        Category.ORDER_LOGISTICS: ("订单查询",),
        Category.PAYMENT_AFTERSALE_PROCESS: ("售后咨询",),
        Category.PRODUCT_QUALITY: ("售后咨询",),
        Category.SERVICE_EXPERIENCE: ("投诉安抚",),
        Category.SATISFACTION_FOLLOWUP: ("建议收集",),
    }
)


def _answer(s: Situation) -> tuple[str, ...]:
    """General answers of the class at hand, where no entry answers the very question."""
    return _ANSWER_SCENES.get(s.now.category, ())


def _opening(s: Situation) -> tuple[str, ...]:
    if s.has(Intent.GREETING) and not s.reading.has_need:
        return ("主动询问", "首次来访")
    return ("首次来访", "主动询问")


def _reassurance(s: Situation) -> tuple[str, ...]:
    if s.has(Intent.THREAT):
        return ("威胁曝光", "投诉安抚", "情绪激动")
    if s.angry:
        return ("情绪激动", "投诉安抚")
    if s.now.category is Category.PRODUCT_QUALITY:
        return ("故障描述",)
    if s.has(Intent.URGE):
        return ("着急催促", "久等致歉")
    if s.reading.category is Category.SERVICE_EXPERIENCE:
        return ("投诉安抚",)
    return ("着急催促",)


def _waiting(s: Situation) -> tuple[str, ...]:
    if Kind.WAITING in s.before.last_done:
        return ("等待后", "耐心等待")
    if s.has(Intent.URGE):
        return ("耐心等待", "等待前")
    return ("等待前",)


def _closing(s: Situation) -> tuple[str, ...]:
    if s.has(Intent.GOODBYE) or s.before.stage is Stage.WRAPPING_UP:
        return ("告别", "结束致谢")
    return ("结束询问", "结束致谢")


def _ask(s: Situation) -> tuple[str, ...]:
    if s.verify_first:
        return ("身份核实",)
    for code in s.missing:
        if code in ASK_SCENES:
            return ASK_SCENES[code]
    return _CLEAR


def _promise(s: Situation) -> tuple[str, ...]:
    return ("后续跟进", "承诺时间") if s.gave_information else ("承诺时间", "后续跟进")


def _escalation(s: Situation) -> tuple[str, ...]:
    if any(word in s.reading.text for word in ("主管", "领导", "经理", "负责人")):
        return ("升级主管", "转人工")
    if s.has(Intent.WANTS_HUMAN):
        return ("转人工", "升级主管")
    return ("升级主管", "转接部门")


_CHOICES: Final[Mapping[Kind, Callable[[Situation], tuple[str, ...]]]] = MappingProxyType(
    {
        Kind.OPENING: _opening,
        Kind.ANSWER: _answer,
        Kind.REASSURANCE: _reassurance,
        Kind.WAITING: _waiting,
        Kind.CLOSING: _closing,
        Kind.ASK_INFO: _ask,
        Kind.PROMISE: _promise,
        Kind.ESCALATION: _escalation,
        Kind.CONFIRM: lambda _: ("方案确认", "复述确认"),
        Kind.THANKS_REPLY: lambda s: (
            ("表扬回应", "感谢回应")
            if "好评" in s.reading.text or "表扬" in s.reading.text
            else ("感谢回应",)
        ),
        Kind.URGE: lambda _: ("催促进度",),
        Kind.ACK: lambda _: ("及时回应",),
        Kind.CORRECTION: lambda _: ("打错字", "说错信息"),
        Kind.FOLLOWUP: lambda _: ("一般回访",),
        Kind.SURVEY: lambda _: ("评价邀请",),
    }
)
