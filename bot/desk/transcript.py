"""Conversation files: JSON Lines of who said what, when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.desk.errors import BadConversation
from bot.domain.terms import Speaker

_HINT: Final = '每行写成 {"role": "customer", "text": "…", "at": "2026-03-10T09:30:00+08:00"}'


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation.

    ``at`` has a zone; ``agent`` is the agent's number or ""; ``channel`` and ``customer`` say where it
    was written and who the customer is, "" where the file does not.
    """

    speaker: Speaker
    text: str
    at: dt.datetime
    agent: str = ""
    channel: str = ""
    customer: str = ""


def read_transcript(
    name: str, lines: Iterable[str], default_at: dt.datetime | None = None
) -> Iterator[Said]:
    """Read a conversation; empty lines are passed over.

    Args:
        name: the file's name, for messages.
        lines: its lines.
        default_at: the time of lines without ``at``; None makes ``at`` required.

    Raises:
        BadConversation: a line cannot be used.

    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _said(f"{name}:{number}", line, default_at)


def _said(where: str, line: str, default_at: dt.datetime | None) -> Said:
    try:
        item: Any = json.loads(line)
    except ValueError as error:
        raise BadConversation(where, "不是有效的 JSON", _HINT) from error
    if not isinstance(item, dict):
        raise BadConversation(where, "不是 JSON 对象", _HINT)
    role, text = item.get("role"), item.get("text")
    if role not in set(Speaker):
        raise BadConversation(where, f"role 是 {role!r}", "role 只能是 customer 或 agent")
    if not isinstance(text, str):
        raise BadConversation(where, "缺少 text", _HINT)
    agent, channel, customer = (str(item.get(k) or "") for k in ("agent", "channel", "customer"))
    at = read_time(where, item.get("at"), default_at)
    return Said(Speaker(role), text, at, agent, channel, customer)


def read_time(where: str, value: object, default: dt.datetime | None = None) -> dt.datetime:
    """An ISO 8601 time with zone.

    Raises:
        BadConversation: it is missing (and there is no default), malformed, or has no zone.

    """
    if value is None and default is not None:
        return default
    hint = "时间写成 2026-03-10T09:30:00+08:00"
    if not isinstance(value, str):
        raise BadConversation(where, "缺少 at", hint)
    try:
        at = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise BadConversation(where, f"时间 {value!r} 无法理解", hint) from error
    if at.tzinfo is None:
        raise BadConversation(where, f"时间 {value!r} 没有时区", hint)
    return at
