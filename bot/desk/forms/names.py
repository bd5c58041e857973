"""What people at the desk call the things that have a code."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bot.domain.terms import Holder, Level, Stage

#: The forms, in the order in which they are shown.
FORM_NAMES: Final = MappingProxyType(
    {
        "register": "登记表",
        "process": "处理表",
        "communication": "沟通记录",
        "note": "服务小结",
        "complaint": "投诉处理记录",
        "callback": "回访记录",
        "upgrade": "问题升级申请",
        "survey": "满意度调查",
    }
)
STAGE_NAMES: Final = MappingProxyType(
    {
        Stage.GREETING: "问候",
        Stage.UNDERSTANDING: "了解需求",
        Stage.HANDLING: "处理中",
        Stage.FOLLOWING_UP: "跟进中",
        Stage.WRAPPING_UP: "收尾",
        Stage.CLOSED: "已结束",
    }
)
LEVEL_NAMES: Final = MappingProxyType(
    {
        Level.AGENT: "坐席",
        Level.SUPERVISOR: "主管",
        Level.MANAGER: "经理",
        Level.DEPARTMENT: "协同部门",
    }
)
HOLDER_NAMES: Final = MappingProxyType(
    {Holder.BOT: "机器人", Holder.QUEUE: "排队中", Holder.PERSON: "坐席"}
)
#: Channels that are known by name; another one is shown as it is.
CHANNEL_NAMES: Final = MappingProxyType(
    {
        "web": "网页",
        "telegram": "Telegram",
        "phone": "电话",
        "email": "电子邮件",
        "wechat": "公众号",
        "app": "App",
    }
)
FOLLOW_UP_NAMES: Final = MappingProxyType(
    {"callback": "服务回访", "progress": "进度通报", "call": "约定回电", "care": "主动关怀"}
)
