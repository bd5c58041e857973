"""Errors of the domain.

DomainError
├── BadHours      hours of work or rest that contradict themselves (also a ValueError)
└── NoOpenTime    a working calendar that does not open again
"""

from __future__ import annotations

import datetime as dt


class DomainError(Exception):
    """Root of this room's errors."""


class BadHours(DomainError, ValueError):  # noqa: N818 - named for what it is
    """Hours of work or rest cannot be used; the message, for people, says which and why."""


class NoOpenTime(DomainError):  # noqa: N818
    """A calendar has no open time for ``days`` days from ``since``."""

    def __init__(self, since: dt.date, days: int) -> None:
        super().__init__(f"{since} 起 {days} 天内没有营业时间。请检查营业时间设置和节假日文件")
        self.since = since
        self.days = days
