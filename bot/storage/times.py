"""Times as the database holds them: whole microseconds since 1970 UTC, which sort as numbers."""

from __future__ import annotations

import datetime as dt
from typing import Final

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
#: Stands where there is no time, so that it sorts last.
NEVER: Final = 2**62


def micros(at: dt.datetime) -> int:
    """A time with zone as a number.

    Raises:
        TypeError: it has no zone.

    """
    return (at - _EPOCH) // _MICROSECOND


def from_micros(number: int, zone: dt.tzinfo) -> dt.datetime:
    """The time as the clocks of a zone show it."""
    return (_EPOCH + dt.timedelta(microseconds=number)).astimezone(zone)
