"""What the check may know besides the line itself, as plain strings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation around a line. Every part may be left out; an empty one is never looked at.

    Attributes:
        sent: lines of ours already sent in this conversation, oldest first.
        authority: remedies (退款, 补偿>200, 换货 …) that the matched solution reserves for someone
            above the agent and that nobody has approved yet.
        locked: whether consent to a remedy was asked for and not given, so that none may be
            promised.
        reminders: what the matched solution says the customer is to be told.
        customer: the customer's last words; an agent may repeat them.

    """

    sent: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    locked: bool = False
    reminders: tuple[str, ...] = ()
    customer: str = ""


#: Nothing is known but the line.
NOTHING: Final = Context()
