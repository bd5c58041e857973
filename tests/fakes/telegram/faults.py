"""What goes wrong on purpose: the next call, the next few, or a share of all."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum


class Trouble(Enum):
    """How a call ends."""

    STATUS = "an answer with an HTTP status"
    SILENCE = "no answer until the caller gives up"
    RESET = "the connection breaks"
    DELAY = "a late answer"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call.

    Attributes:
        code: HTTP status, with STATUS.
        seconds: ``retry_after`` with a status 429, the wait with DELAY.
        after: whether the call has taken effect all the same.

    """

    trouble: Trouble
    code: int = 0
    seconds: float = 0
    after: bool = False


#: The caller waits in vain; nothing was done.
TIMEOUT = Fault(Trouble.SILENCE)
#: The caller waits in vain, but it was done.
TIMEOUT_AFTER = Fault(Trouble.SILENCE, after=True)
#: The connection breaks before anything was done.
RESET = Fault(Trouble.RESET)
#: It was done, then the connection breaks.
RESET_AFTER = Fault(Trouble.RESET, after=True)


def status(code: int) -> Fault:
    """An answer with that HTTP status; nothing was done."""
    return Fault(Trouble.STATUS, code)


def flood(seconds: int) -> Fault:
    """An answer 429 that asks to wait."""
    return Fault(Trouble.STATUS, 429, seconds)


def slow(seconds: float) -> Fault:
    """Done at once, answered that many of the clock's seconds later."""
    return Fault(Trouble.DELAY, seconds=seconds, after=True)


@dataclass(slots=True)
class _Plan:
    fault: Fault
    methods: Collection[str] | None
    chat_id: int | None
    left: int | None
    share: float
    random: random.Random

    def fits(self, method: str, chat_id: object) -> bool:
        if self.methods is not None and method not in self.methods:
            return False
        return self.chat_id in {None, chat_id}


class Faults:
    """The faults to come."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []

    def fail_next(
        self,
        method: str | None,
        fault: Fault | int,
        *,
        times: int | None = 1,
        chat_id: int | None = None,
    ) -> None:
        """Let the next calls fail, in the order in which this was said.

        Args:
            method: which; None for any.
            fault: how; a number is an HTTP status.
            times: how many; None for all from now on.
            chat_id: only calls to that chat.

        """
        methods = None if method is None else {method}
        self._add(fault, methods, chat_id, times, 1.0, 0)

    def fail_share(
        self,
        share: float,
        fault: Fault | int,
        methods: Collection[str] | None = None,
        seed: int = 0,
    ) -> None:
        """Let a share of the calls fail from now on, chosen by ``seed``."""
        self._add(fault, methods, None, None, share, seed)

    def clear(self) -> None:
        """Nothing fails any more."""
        self._plans.clear()

    def take(self, method: str, chat_id: object) -> Fault | None:
        """The fault of a call that comes now."""
        for plan in self._plans:
            if plan.fits(method, chat_id) and plan.random.random() < plan.share:
                if plan.left is not None:
                    plan.left -= 1
                    self._plans = [p for p in self._plans if p.left != 0]
                return plan.fault
        return None

    def _add(
        self,
        fault: Fault | int,
        methods: Collection[str] | None,
        chat_id: int | None,
        left: int | None,
        share: float,
        seed: int,
    ) -> None:
        kind = status(fault) if isinstance(fault, int) else fault
        choice = random.Random(seed)  # noqa: S311 - chooses, keeps no secret
        self._plans.append(_Plan(kind, methods, chat_id, left, share, choice))
