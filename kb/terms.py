"""The vocabulary of the knowledge base: classes, contact types, priorities, roles, field codes.

Plain data without behaviour, so that every room above (and the pure domain) may import it.
Source: the customer's service manuals, "what is true" and "what happened".
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Category(StrEnum):
    """The eight minor classes of the manuals, or ``unknown`` while no need is stated."""

    PRODUCT_FUNCTION = "product_function"
    PRICE_POLICY = "price_policy"
    ORDER_LOGISTICS = "order_logistics"
    PAYMENT_AFTERSALE_PROCESS = "payment_aftersale_process"
    PRODUCT_QUALITY = "product_quality"
    SERVICE_EXPERIENCE = "service_experience"
    SATISFACTION_FOLLOWUP = "satisfaction_followup"
    CARE_REMINDER = "care_reminder"
    UNKNOWN = "unknown"


#: Minor class -> (大类, 小类).
CATEGORY_NAMES: Final = MappingProxyType(
    {
        Category.PRODUCT_FUNCTION: ("售前咨询", "产品功能咨询"),
        Category.PRICE_POLICY: ("售前咨询", "价格政策咨询"),
        Category.ORDER_LOGISTICS: ("售中支持", "订单物流咨询"),
        Category.PAYMENT_AFTERSALE_PROCESS: ("售中支持", "支付/售后流程咨询"),
        Category.PRODUCT_QUALITY: ("售后投诉", "产品质量问题"),
        Category.SERVICE_EXPERIENCE: ("售后投诉", "服务体验问题"),
        Category.SATISFACTION_FOLLOWUP: ("主动服务", "满意度回访"),
        Category.CARE_REMINDER: ("主动服务", "主动关怀提醒"),
        Category.UNKNOWN: ("未分类", "未分类"),
    }
)


class ContactType(StrEnum):
    """The coarser type used by the register forms."""

    CONSULT = "咨询"
    COMPLAINT = "投诉"
    FAULT = "故障"
    TRANSACTION = "业务办理"
    AFTERSALE = "售后"
    SUGGESTION = "建议"


class Priority(StrEnum):
    """P1 urgent, P2 important, P3 ordinary, P4 low."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


PRIORITY_NAMES: Final = MappingProxyType(
    {Priority.P1: "紧急", Priority.P2: "重要", Priority.P3: "一般", Priority.P4: "低频"}
)


class Role(StrEnum):
    """Who may approve a remedy."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    DEPARTMENT = "department"


ROLE_NAMES: Final = MappingProxyType(
    {
        Role.AGENT: ("坐席", "客服"),
        Role.SUPERVISOR: ("主管", "班组长"),
        Role.MANAGER: ("经理",),
        Role.DEPARTMENT: ("部门", "专员"),
    }
)

#: Field codes of the ticket and the names people use for them (the first is the one shown).
FIELD_NAMES: Final = MappingProxyType(
    {
        "customer_name": ("客户姓名", "姓名", "称呼"),
        "phone": ("联系电话", "手机号", "电话"),
        "email": ("电子邮箱", "邮箱"),
        "account": ("账号", "户号", "会员号"),
        "order_no": ("订单号", "订单编号", "单号"),
        "product": ("产品", "商品", "产品型号"),
        "fault_code": ("故障代码", "故障码"),
        "happened_at": ("发生时间",),
        "expectation": ("客户诉求", "诉求"),
        "deadline": ("期望时限",),
        "amount": ("金额",),
        "address": ("地址", "收货地址"),
        "tried": ("已尝试操作",),
        "contact_time": ("方便联系时间",),
        "problem": ("问题描述",),
        "cause": ("原因",),
    }
)

#: Names of the time limits a solution may set: response, check, execution.
LIMIT_NAMES: Final = MappingProxyType(
    {
        "response": ("响应",),
        "check": ("核实", "审核", "检测"),
        "execution": ("执行", "办结", "完成"),
    }
)
