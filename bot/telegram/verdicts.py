"""What an error says about the message that was being sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Final

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

#: The request had not left when these came up.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

#: A gateway that gave up waiting says nothing of the message, unlike the other statuses from 500 on.
_GATEWAY_TIMEOUT: Final = "(504)"
_UNSURE: Final = "没有等到 Telegram 的答复，不确定是否送达"


class Fate(Enum):
    """What became of a message."""

    LATER = "surely not taken; to be tried again"
    UNSURE = "nobody knows"
    NEVER = "surely not taken, and trying again is of no use"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate, why (for people), and the pause that was asked for."""

    fate: Fate
    why: str
    pause: dt.timedelta | None = None


def verdict(error: TelegramError) -> Verdict:
    """Read an error of sendMessage.

    A message has no key by which Telegram would take it only once, so where the answer was lost
    (a time-out, a broken connection, an answer that cannot be read) it may have arrived.
    """
    match error:
        case RetryAfter():
            asked = error.retry_after
            pause = asked if isinstance(asked, dt.timedelta) else dt.timedelta(seconds=asked)
            return Verdict(Fate.LATER, "Telegram 要求放慢发送", pause)
        case Forbidden():
            return Verdict(Fate.NEVER, "客户已屏蔽机器人或停用了账号")
        case BadRequest() | ChatMigrated():
            return Verdict(Fate.NEVER, f"Telegram 不接受这条消息（{error.message}）")
        case InvalidToken() | Conflict():
            return Verdict(Fate.LATER, "Telegram 拒绝了机器人的令牌")
        case NetworkError() if _GATEWAY_TIMEOUT in error.message:
            return Verdict(Fate.UNSURE, _UNSURE)
        case NetworkError() if error.__cause__ is None or _is_page(error.__cause__):
            return Verdict(Fate.LATER, "Telegram 服务暂时出错")
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Verdict(Fate.LATER, "连不上 Telegram")
        case _:
            return Verdict(Fate.UNSURE, _UNSURE)


def _is_page(cause: BaseException) -> bool:
    """Whether a refusal came as a page of a gateway, which is no JSON."""
    return isinstance(cause, TelegramError)
