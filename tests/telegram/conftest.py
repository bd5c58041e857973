"""A desk, its channel and Telegram's server, all in this process; the clock is turned by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.on_telegram import Stage
from tests.fakes.telegram import FakeTelegram, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stage(clock: HandClock) -> AsyncIterator[Stage]:
    async with FakeTelegram(clock) as server:
        stage = Stage(server, clock)
        yield stage
        await stage.stop()
