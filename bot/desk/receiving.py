"""The use case *receive*: a channel's raw message is kept before it is acknowledged, handled once.

Two ways: :func:`receive` keeps it, the channel is told so, and :func:`handle_pending` handles it later;
or :func:`take` does both in one transaction where the answer is wanted at once. Whatever a message leads
to is written in one transaction with the note that it was handled, so a crash at any moment leaves it
either untouched or done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from bot.desk.desk import Desk
from bot.desk.errors import DeskError
from bot.desk.ports import Conflict, Incoming

T = TypeVar("T")
#: What a channel makes of its own raw message.
Handler = Callable[[Desk, Incoming], T]

_LOG: Final = logging.getLogger(__name__)


def receive(desk: Desk, incoming: Incoming) -> bool:
    """Keep a raw message; False for one that was kept before (a channel may deliver twice)."""
    with desk.atomic():
        return desk.store.receive(incoming)


def handle_pending(desk: Desk, handler: Handler[object], limit: int = 500) -> int:
    """Handle what was received and not yet handled; call it when something came, and at the start.

    Messages of one source are handled in the order they came. One whose handler raises a refusal
    (a :class:`~bot.desk.errors.DeskError`) counts as handled, without effects. One that fails in any
    other way stays, and those of its source behind it wait with it for the next call; both are logged.

    Args:
        desk: the desk.
        handler: runs the use case that a message means.
        limit: messages looked at.

    Returns:
        How many are done.

    """
    done, held = 0, set[str]()
    for incoming in desk.store.unhandled(limit):
        if incoming.source in held:
            continue
        try:
            _handle(desk, incoming, handler)
        except Exception:
            _LOG.exception(
                "消息 %s %s 处理失败，已保留，稍后重试；该来源之后的消息一并等待",
                incoming.source,
                incoming.update,
            )
            held.add(incoming.source)
        else:
            done += 1
    return done


def take(desk: Desk, incoming: Incoming, handler: Handler[T]) -> T | None:
    """Keep a message and handle it in one transaction; None for a repeat.

    A channel that uses :func:`receive`, too, lets :func:`handle_pending` finish first, so that nothing
    is overtaken.

    Raises:
        Exception: whatever the handler raises; the message then counts as never received.

    """
    with desk.atomic():
        if not desk.store.receive(incoming):
            return None
        result = handler(desk, incoming)
        desk.store.handled(incoming.source, incoming.update)
        return result


def _handle(desk: Desk, incoming: Incoming, handler: Handler[object]) -> None:
    with desk.atomic():
        try:
            with desk.atomic():
                handler(desk, incoming)
        except Conflict:
            raise  # no answer to the message: the next try sees what the other wrote
        except DeskError as refusal:
            _LOG.warning("消息 %s %s 未被接受：%s", incoming.source, incoming.update, refusal)
        desk.store.handled(incoming.source, incoming.update)
