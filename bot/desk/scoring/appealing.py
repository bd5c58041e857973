"""The use cases *appeal* and *overrule*: a deduction contested by the agent, decided by a supervisor.

Both are events of the ticket. Who may do either is asked of the permission table before
(:mod:`bot.desk.access`, ``score_appeal`` and ``score_overrule``).
"""

from __future__ import annotations

import datetime as dt

from bot.desk.errors import NotNow, TextRefused
from bot.desk.scoring.sheet import Deduction, ScoreSheet
from bot.domain.events import ScoreAppealed, ScoreOverruled


def appeal(sheet: ScoreSheet, key: str, by: str, reason: str, at: dt.datetime) -> ScoreAppealed:
    """The agent whom a deduction is about contests it.

    Args:
        sheet: the sheet of the conversation.
        key: the deduction's key.
        by: the agent's number.
        reason: why it is not right.
        at: when.

    Raises:
        NotNow: the conversation is not over, there is no such deduction, it is about somebody else,
            or it was contested or decided before.
        TextRefused: the reason is missing.

    """
    found = _found(sheet, key)
    if found.agent != by:
        raise NotNow("这项扣分不是针对您的，只能申诉自己的扣分")
    if found.overruled:
        raise NotNow("这项扣分主管已有裁定，不能再申诉")
    if found.appealed:
        raise NotNow("这项扣分已经申诉过，请等待主管裁定")
    return ScoreAppealed(at, key, by, _sound(reason, "请写明申诉理由"))


def overrule(
    sheet: ScoreSheet, key: str, by: str, reason: str, points: int, at: dt.datetime
) -> ScoreOverruled:
    """A supervisor says how many points a deduction counts, contested or not; all of them upholds it.

    Raises:
        NotNow: the conversation is not over, there is no such deduction, or it is about whoever
            decides.
        TextRefused: the reason is missing, or the points are not between 0 and the deduction's own.

    """
    found = _found(sheet, key)
    if found.agent and found.agent == by:
        raise NotNow("这项扣分是针对您自己的，请由其他主管裁定")
    if not 0 <= points <= found.points:
        raise TextRefused(f"裁定后的扣分请填写 0 到 {found.points} 的整数（0 为撤销）")
    return ScoreOverruled(at, key, points, by, _sound(reason, "请写明裁定理由"))


def _found(sheet: ScoreSheet, key: str) -> Deduction:
    if not sheet.ended:
        raise NotNow("会话还没有结束，评分仍会变化，请结束后再处理")
    found = sheet.deduction(key)
    if found is None:
        raise NotNow(f"评分表里没有编号为 {key[:40]} 的扣分，请刷新页面后重试")
    return found


def _sound(reason: str, ask: str) -> str:
    if not reason.strip():
        raise TextRefused(ask)
    return reason.strip()
