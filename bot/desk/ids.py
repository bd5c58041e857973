"""Ids of tickets: 48 bits of time and 80 random ones in Crockford's base 32, so they sort by time."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 26


def new_id(at: dt.datetime) -> str:
    """A new id (ULID) for something that begins at ``at``."""
    number = int(at.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> 5 * i & 31] for i in reversed(range(_LENGTH)))
