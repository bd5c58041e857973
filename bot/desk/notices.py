"""What the system itself says to customers (not suggestions): one wording for each occasion."""

from __future__ import annotations

import datetime as dt
from enum import Enum


class Notice(Enum):
    """An occasion and its wording; ``{…}`` are filled by :func:`notice`."""

    WELCOME = "您好，我是智能助手，可以先帮您解答常见问题；需要人工服务时，直接说“转人工”就可以。"
    ASSISTANT = "您好，我是{desk}的智能助手。"
    CHOICES = (
        "您想问的可能是下面的问题，回复序号即可；都不是的话，请换个说法告诉我，或回复“转人工”。"
    )
    CLARIFY = "抱歉，我还没完全明白您的意思，请您再具体说说遇到的情况，比如涉及的商品、订单或页面上的提示。"
    HANDING_OVER = "这个问题我请人工客服来为您处理，前面的对话会一并转交，您不用重复说明，请稍等。"
    CLOSED_NOW = "现在是非工作时间，您的问题已经登记，人工客服将在{opens}上班后联系您，您也可以继续留言补充。"
    WAITING = "让您久等了，人工客服正在忙碌中，您的会话已优先排队，接入后会马上回复您。"
    TAKEN_OVER = "人工客服{agent}已为您接入，接下来由我为您服务。"
    BYE = "好的，感谢您的咨询，之后有需要随时找我，祝您生活愉快。"
    RESOLVED = "请问您反映的问题是否已经解决？如有其他需要，可以继续告诉我们。"
    SURVEY = "请您为本次服务评个分：5 非常满意，4 满意，3 基本满意，2 不满意，1 非常不满意；不方便可以忽略。"
    NOT_SENT = "机器人的这句话没有发出：人工已接管"


def notice(which: Notice, **values: str | dt.datetime) -> str:
    """The wording of an occasion with its values; times as people say them."""
    said = {
        name: value if isinstance(value, str) else f"{value.month}月{value.day}日{value:%H:%M}"
        for name, value in values.items()
    }
    return which.value.format(**said)
