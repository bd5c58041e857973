"""The vocabulary of the phrase library: kinds of line, tones and variables.

Plain data without behaviour, so that every room above (and the pure domain) may import it.
Source: the customer's service manuals, "what may be said".
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What a line does in the conversation. A line belongs to exactly one kind."""

    OPENING = "opening"
    REASSURANCE = "reassurance"
    WAITING = "waiting"
    CLOSING = "closing"
    ASK_INFO = "ask_info"
    ANSWER = "answer"
    PROMISE = "promise"
    CONFIRM = "confirm"
    ESCALATION = "escalation"
    THANKS_REPLY = "thanks_reply"
    URGE = "urge"
    ACK = "ack"
    CORRECTION = "correction"
    FOLLOWUP = "followup"
    SURVEY = "survey"


class Tone(StrEnum):
    """How a line sounds; one tone is kept through a conversation."""

    FORMAL = "formal"
    WARM = "warm"
    PLAIN = "plain"


#: The name people at the desk read (first) and the names accepted in files (all).
KIND_NAMES: Final = MappingProxyType(
    {
        Kind.OPENING: ("首问语", "开场白", "问候"),
        Kind.REASSURANCE: ("安抚", "同理心", "致歉"),
        Kind.WAITING: ("等待", "等待前", "等待后", "请稍等"),
        Kind.CLOSING: ("结束语", "结束承接"),
        Kind.ASK_INFO: ("主动提问", "索要信息", "索要订单", "索要截图", "身份核实", "需求确认"),
        Kind.ANSWER: ("业务解答", "解答"),
        Kind.PROMISE: ("承诺", "承诺时间", "后续跟进"),
        Kind.CONFIRM: ("方案确认", "复述确认", "确认"),
        Kind.ESCALATION: ("升级转接", "升级", "转接"),
        Kind.THANKS_REPLY: ("致谢回应",),
        Kind.URGE: ("催促", "催促类", "催办"),
        Kind.ACK: ("及时回应", "应答"),
        Kind.CORRECTION: ("纠错致歉", "纠错"),
        Kind.FOLLOWUP: ("回访", "主动关怀"),
        Kind.SURVEY: ("评价邀请",),
    }
)

TONE_NAMES: Final = MappingProxyType(
    {
        Tone.FORMAL: ("正式", "标准"),
        Tone.WARM: ("亲切", "热情"),
        Tone.PLAIN: ("简明", "通俗"),
    }
)

#: Variables a line may use, with the name shown in an unfilled hole (【订单号】).
VARIABLES: Final = MappingProxyType(
    {
        "company": "公司名称",
        "desk": "服务台名称",
        "contact": "联系方式",
        "agent_no": "工号",
        "agent_name": "客服姓名",
        "wait_time": "等待时长",
        "day_part": "时段问候",
        "customer": "客户称呼",
        "order_no": "订单号",
        "account": "账号",
        "phone_tail": "手机尾号",
        "product": "产品",
        "fault_code": "故障代码",
        "amount": "金额",
        "department": "协同部门",
        "time_limit": "时限",
        "deadline": "答复时间",
    }
)

#: Variables the settings and the clock always fill; the others come from the ticket.
ALWAYS_FILLED: Final = frozenset(
    {"company", "desk", "contact", "agent_no", "agent_name", "wait_time", "day_part"}
)
