"""One moment for all of these tests, and moments after it."""

from __future__ import annotations

import datetime as dt

AT = dt.datetime(2026, 3, 10, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)
