"""The use cases of the outbox: what goes out, when, and what became of it, whatever the channel.

A sender takes :func:`next_batch`, hands each message to its channel and reports :func:`delivered`,
:func:`failed` or, where nobody can tell, :func:`uncertain`. A message is marked as being sent before the
channel sees it, so none goes out twice unnoticed: whatever a crash cut short is uncertain, and a person
decides. One that is uncertain or waits for another try holds up those behind it in its chat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bot.desk.bot import may_still_send
from bot.desk.desk import Desk
from bot.desk.errors import NotNow
from bot.desk.notices import Notice
from bot.desk.ports import Outgoing, OutState
from bot.domain.events import Noted

#: Pause before the second try; it doubles with each further one up to the longest (house default).
_FIRST_PAUSE: Final = dt.timedelta(seconds=1)
_LONGEST_PAUSE: Final = dt.timedelta(minutes=5)
#: Doublings after which the longest pause is surely reached.
_DOUBLINGS: Final = 10
#: A message that could not be sent for so long is given up (house default).
_GIVE_UP: Final = dt.timedelta(days=1)
#: Messages of one state looked at in one go.
_MANY: Final = 10_000


def next_batch(desk: Desk, now: dt.datetime, limit: int = 100, channel: str = "") -> list[Outgoing]:
    """The messages to send now, marked as being sent; at most one of each chat.

    A sender of one channel names it, so that it takes none of the others'.
    A line of the bot is dropped where a person has taken over since it was written.
    """
    batch: list[Outgoing] = []
    with desk.atomic():
        while len(batch) < limit:
            found = desk.store.sendable(now, limit - len(batch), channel)
            kept = [o for o in found if _may_go(desk, o)]
            for outgoing in kept:
                desk.store.mark(outgoing.key, OutState.SENDING)
            batch += kept
            if len(kept) == len(found):  # else the chats of dropped ones have others behind
                break
    return [replace(o, state=OutState.SENDING, attempts=o.attempts + 1, error="") for o in batch]


def delivered(desk: Desk, key: str) -> None:
    """The channel took it, or a person found that it has arrived.

    Raises:
        NoSuchMessage: the key is unknown.

    """
    with desk.atomic():
        desk.store.mark(key, OutState.SENT)


def uncertain(desk: Desk, key: str, error: str) -> None:
    """Nobody knows whether the channel took it (a broken connection, no answer in time).

    Raises:
        NoSuchMessage: the key is unknown.

    """
    with desk.atomic():
        desk.store.mark(key, OutState.UNCERTAIN, error=error)


def failed(
    desk: Desk,
    outgoing: Outgoing,
    now: dt.datetime,
    error: str,
    retry_after: dt.timedelta | None = None,
    *,
    for_good: bool = False,
) -> dt.datetime | None:
    """The channel surely did not take it: another try later, or none.

    Args:
        desk: the desk.
        outgoing: the message as :func:`next_batch` gave it.
        now: the time, with zone.
        error: why, for people.
        retry_after: the pause the channel asked for; a longer one of ours counts instead.
        for_good: whether trying again is of no use (the customer blocked the bot).

    Returns:
        When it is tried again; None where it was given up.

    Raises:
        NoSuchMessage: the key is unknown.

    """
    again = None
    if not for_good and now - outgoing.at < _GIVE_UP:
        again = now + max(_pause(outgoing.attempts), retry_after or dt.timedelta())
    state = OutState.READY if again else OutState.FAILED
    with desk.atomic():
        desk.store.mark(outgoing.key, state, error=error, not_before=again)
    return again


def after_restart(desk: Desk, idempotent: Collection[str] = ()) -> list[Outgoing]:
    """What was being sent when the process ended becomes uncertain; call it before the first batch.

    Args:
        desk: the desk.
        idempotent: channels that take one key only once; theirs is simply sent again.

    Returns:
        The messages that are now uncertain.

    """
    doubtful: list[Outgoing] = []
    with desk.atomic():
        while left := desk.store.standing(OutState.SENDING):
            for outgoing in left:
                if outgoing.channel in idempotent:
                    desk.store.mark(outgoing.key, OutState.READY)
                    continue
                error = "发送途中程序中断，不确定是否送达"
                desk.store.mark(outgoing.key, OutState.UNCERTAIN, error=error)
                doubtful.append(replace(outgoing, state=OutState.UNCERTAIN, error=error))
    return doubtful


def send_again(desk: Desk, key: str, by: str, at: dt.datetime) -> None:
    """A person decides that an uncertain message is sent once more; the ticket keeps who did.

    Raises:
        NotNow: it is not uncertain.

    """
    uncertain_ones = desk.store.standing(OutState.UNCERTAIN, _MANY)
    found = next((o for o in uncertain_ones if o.key == key), None)
    if found is None:
        raise NotNow("这条消息不在“不确定是否送达”的状态，无需重发")
    with desk.atomic():
        desk.store.mark(key, OutState.READY)
        if found.ticket:
            desk.change(found.ticket, Noted(at, f"{by} 决定重发不确定是否送达的消息", by))


def _may_go(desk: Desk, outgoing: Outgoing) -> bool:
    """Whether it may still be sent; where it may not, it is marked so."""
    if not outgoing.body:  # its customer was erased while it was being sent
        error = "erased"
    elif outgoing.ticket and not may_still_send(desk.ticket(outgoing.ticket), outgoing.body):
        error = Notice.NOT_SENT.value
    else:
        return True
    desk.store.mark(outgoing.key, OutState.FAILED, error=error)
    return False


def _pause(attempts: int) -> dt.timedelta:
    """After the first try 1 s, then 2 s, 4 s …, at most 5 min."""
    doublings = min(max(attempts, 1) - 1, _DOUBLINGS)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
