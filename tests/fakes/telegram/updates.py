"""A bot's updates: kept until acknowledged or a day old, and handed out in their order."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.fakes.telegram.clock import Clock, Pulse, first_of
from tests.fakes.telegram.errors import conflict
from tests.fakes.telegram.records import Json

#: Seconds for which an update is kept.
KEPT: Final = 24 * 3600
#: Longest wait of a poll, in seconds; the API shortens a longer wish.
LONGEST_POLL: Final = 50
#: Kinds that come only when asked for.
ON_WISH: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
#: Acknowledged updates remembered, so that they can be sent again.
_REMEMBERED: Final = 1000


@dataclass(frozen=True, slots=True)
class Update:
    """One update; those of one ``line`` go to a webhook one after the other."""

    id: int
    kind: str
    body: Json
    at: float
    line: Hashable

    def json(self) -> Json:
        """As it is sent."""
        return {"update_id": self.id, self.kind: self.body}


class UpdateQueue:
    """The updates of one bot.

    Args:
        clock: the server's.
        first: id of the first update.

    """

    def __init__(self, clock: Clock, first: int) -> None:
        self.pending: dict[int, Update] = {}
        self.done: deque[Update] = deque(maxlen=_REMEMBERED)
        self.added = Pulse()
        self.polled = Pulse()
        self.on_change: Callable[[], None] = lambda: None
        self._clock = clock
        self._next = first
        self._allowed: frozenset[str] | None = None
        self._again: list[Update] = []
        self._share = 0.0
        self._random = random.Random(0)  # noqa: S311 - chooses, keeps no secret
        self._polling: asyncio.Future[None] | None = None

    @property
    def is_polled(self) -> bool:
        """Whether a long poll waits now."""
        return self._polling is not None

    @property
    def allowed(self) -> list[str] | None:
        """The kinds asked for, or None for the usual ones."""
        return sorted(self._allowed) if self._allowed else None

    def allow(self, kinds: Sequence[str] | None) -> None:
        """From now on add these kinds only; none named means the usual ones, None no change."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def add(self, kind: str, body: Json, line: Hashable) -> int | None:
        """Add an update; its id, or None when the bot does not ask for its kind."""
        wanted = kind in self._allowed if self._allowed else kind not in ON_WISH
        if not wanted:
            return None
        update = Update(self._next, kind, body, self._clock.now(), line)
        self._next += 1
        self.pending[update.id] = update
        self._changed()
        return update.id

    def clear(self) -> None:
        """Forget all that wait."""
        self.pending.clear()
        self._again.clear()

    def drop_old(self) -> None:
        """Forget what is older than a day."""
        oldest = self._clock.now() - KEPT
        for update in [u for u in self.pending.values() if u.at < oldest]:
            del self.pending[update.id]

    def acknowledge(self, offset: int) -> None:
        """Forget the updates before an id; a negative one keeps that many of the newest."""
        if offset < 0:
            gone = list(self.pending.values())[:offset]
        else:
            gone = [u for u in self.pending.values() if u.id < offset]
        for update in gone:
            self.finish(update)

    def finish(self, update: Update) -> None:
        """An update was received."""
        if self.pending.pop(update.id, None) is None:
            return
        self.done.append(update)
        if self._random.random() < self._share:
            self._again.append(update)

    def repeat(self, update_id: int) -> None:
        """Send an acknowledged update once more.

        Raises:
            LookupError: none with that id was acknowledged lately.

        """
        found = next((update for update in self.done if update.id == update_id), None)
        if found is None:
            raise LookupError(f"update {update_id} was not acknowledged")
        self._again.append(found)
        self._changed()

    def repeat_share(self, share: float, seed: int = 0) -> None:
        """From now on send that share of the acknowledged updates once more, chosen by ``seed``."""
        self._share = share
        self._random = random.Random(seed)  # noqa: S311 - as above

    def take_repeated(self) -> list[Update]:
        """The updates to be sent again, which is then done."""
        again, self._again = self._again, []
        return again

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """See getUpdates: acknowledge, then wait up to ``timeout_s`` of the clock for some.

        Raises:
            ApiError: 409, another poll came meanwhile.

        """
        self.interrupt(
            "terminated by other getUpdates request; make sure that only one bot "
            "instance is running"
        )
        if offset:
            self.acknowledge(offset)
        if not (found := self._take(limit)) and timeout_s > 0:
            await self._wait(min(timeout_s, LONGEST_POLL))
            found = self._take(limit)
        return [update.json() for update in found]

    def interrupt(self, why: str) -> None:
        """End a poll that waits with 409."""
        if self._polling is not None and not self._polling.done():
            self._polling.set_exception(conflict(why))

    def _take(self, limit: int) -> list[Update]:
        self.drop_old()
        again = sorted(self.take_repeated(), key=lambda update: update.id)
        return [*again, *self.pending.values()][:limit]

    async def _wait(self, seconds: float) -> None:
        mine = self._polling = asyncio.get_running_loop().create_future()
        self.polled.fire()
        try:
            await first_of(self.added.wait(), self._clock.sleep(seconds), _until(mine))
            if mine.done():
                mine.result()
        finally:
            mine.cancel()
            if self._polling is mine:
                self._polling = None

    def _changed(self) -> None:
        self.added.fire()
        self.on_change()


async def _until(done: asyncio.Future[None]) -> None:
    # Not awaited itself: giving this wait up must not cancel it.
    await asyncio.wait([done])
