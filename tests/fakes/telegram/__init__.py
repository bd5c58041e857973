"""A Telegram Bot API server for tests: what bots see of Telegram, with people who play along.

``FakeTelegram`` serves any Bot API client at ``base_url``. ``Person`` and ``Group`` act; ``sent``,
``calls``, ``until`` look; ``faults``, ``limits`` and the clocks make it hard. It refuses parameters
that the API does not know, and answers in the API's own words (Bot API 10.3), but where a module
says otherwise.
"""

from tests.fakes.telegram.clock import START, Clock, FastClock, HandClock
from tests.fakes.telegram.errors import ApiError
from tests.fakes.telegram.faults import (
    RESET,
    RESET_AFTER,
    TIMEOUT,
    TIMEOUT_AFTER,
    Fault,
    Faults,
    flood,
    slow,
    status,
)
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.limits import SENDING, UNLIMITED, Limits
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.records import Account, Chat, Message, Press, Topic
from tests.fakes.telegram.screen import screen
from tests.fakes.telegram.server import TOKEN, FakeTelegram
from tests.fakes.telegram.updates import Update, UpdateQueue
from tests.fakes.telegram.webhook import SECRET_HEADER
from tests.fakes.telegram.world import Bot, Call, World

__all__ = [
    "RESET",
    "RESET_AFTER",
    "SECRET_HEADER",
    "SENDING",
    "START",
    "TIMEOUT",
    "TIMEOUT_AFTER",
    "TOKEN",
    "UNLIMITED",
    "Account",
    "ApiError",
    "Bot",
    "Call",
    "Chat",
    "Clock",
    "FakeTelegram",
    "FastClock",
    "Fault",
    "Faults",
    "Group",
    "HandClock",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Topic",
    "Update",
    "UpdateQueue",
    "World",
    "flood",
    "screen",
    "slow",
    "status",
]
