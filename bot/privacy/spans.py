"""What was found and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """The sorts of personal data that are recognised; the values are the wire names."""

    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    PLATE = "plate"
    ADDRESS = "address"
    WECHAT = "wechat"


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of personal data: ``start`` and ``end`` (exclusive) are code points of the text."""

    type: Sort
    start: int
    end: int
