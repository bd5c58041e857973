"""What this channel says to customers by itself, and to the operator about itself."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from bot.desk.notices import Notice, notice
from bot.domain.terms import Holder
from bot.domain.ticket import Ticket

#: Commands of a customer and what the menu says of them.
COMMANDS: dict[str, str] = {
    "start": "开始咨询",
    "human": "转人工客服",
    "status": "查看处理进度",
    "privacy": "个人信息与删除",
}


class Say(Enum):
    """Texts for customers."""

    HELP = "可用的命令：\n{commands}\n也可以直接用文字说明您的问题。"
    TOO_BIG = "这个文件超过 {limit} MB，我们收不到，请压缩或截取后再发。"
    UNSUPPORTED = "目前可以接收文字、图片、文件、语音和视频，其他内容请用文字说明。"
    TOO_FAST = "您发送得太快了，刚才的部分消息没有收下，请一分钟后再发。"
    NO_TICKET = "您目前没有登记的问题，直接发送文字就可以咨询。"
    PRIVACY = (
        "为处理您的问题，我们保存您的消息、附件编号和您提供的订单号、电话等信息，"
        "加密存放，只有负责处理的客服可以查看。您可以随时要求删除。"
    )
    ERASE_SURE = "确认删除吗？删除后无法恢复，正在处理的问题也无法继续跟进。"
    ERASED = "您的资料已删除。之后再发消息，会按新客户重新登记。"
    KEPT = "没有删除，您的资料保持不变。"
    RATED = "感谢您的评价：{score} 分。"
    RATED_LOW = "感谢您的评价：{score} 分。很抱歉没有让您满意，主管会尽快与您联系。"
    SKIPPED = "好的，已跳过评价，感谢您的咨询。"
    STALE = "这个按钮已经失效，请直接输入您的问题"
    BUSY = "系统忙，正在处理，请稍候"

    def of(self, **values: object) -> str:
        """The text with its values."""
        return self.value.format(**values)


class Told(Enum):
    """Sentences for whoever runs the server."""

    CONNECTED = "Telegram 机器人 @{name} 已连接。"
    REFUSED = (
        "Telegram 拒绝了令牌：请向 @BotFather 核对或重新生成，更新令牌后重启；网页服务不受影响。"
    )
    TAKEN = "另一个程序正在用同一个 Telegram 令牌收消息：请停止它，或为本服务另建一个机器人。"
    UNREACHABLE = "连不上 Telegram（{api}），会自动重试：请检查网络或 --telegram-api 的地址。"
    BROKEN = "Telegram 通道出错，会自动重试；详情见日志。"


BUTTON_ASK = "删除我的资料"
BUTTON_ERASE = "确认删除"
BUTTON_KEEP = "取消"
BUTTON_SKIP = "跳过"
#: Labels of the ratings 5 to 1.
SCORES = {5: "5 非常满意", 4: "4 满意", 3: "3 基本满意", 2: "2 不满意", 1: "1 非常不满意"}
#: What an attachment without words reads as.
BARE = {"photo": "[图片]", "video": "[视频]", "voice": "[语音]", "document": "[文件]"}
#: /human as words.
WANTS_HUMAN = "转人工"


def greeting(desk: str) -> str:
    """The answer to /start: who speaks, that it is a machine, and what it can do."""
    return f"{notice(Notice.WELCOME)}\n这里是{desk}，请直接输入您的问题。"


def commands() -> str:
    """The list of commands."""
    return Say.HELP.of(commands="\n".join(f"/{name} {what}" for name, what in COMMANDS.items()))


def status(ticket: Ticket, opened: dt.datetime) -> str:
    """How a customer's ticket stands.

    Args:
        ticket: the newest ticket.
        opened: when it was opened, in the desk's zone.

    """
    if ticket.is_closed:
        state = "已关闭，需要继续处理请直接回复"
    elif ticket.marks.resolved_at is not None:
        state = "已处理完，等您确认"
    else:
        state = {
            Holder.BOT: "智能助手正在为您解答，需要人工请发送 /human",
            Holder.QUEUE: "正在排队等待人工客服",
            Holder.PERSON: "人工客服正在处理",
        }[ticket.holder]
    when = f"{opened.month}月{opened.day}日{opened:%H:%M}"
    return f"工单 {ticket.id}，{when}登记。\n当前状态：{state}。"
