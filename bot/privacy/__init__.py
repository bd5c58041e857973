"""Personal data in what people write: where it stands, and the same text with it masked.

Entry points: :func:`find` and :func:`mask`. Nothing here keeps state or looks anything up.
"""

from __future__ import annotations

from bot.privacy.finding import find
from bot.privacy.masking import mask, mask_spans
from bot.privacy.spans import Sort, Span

__all__ = ["Sort", "Span", "find", "mask", "mask_spans"]
