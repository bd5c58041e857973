"""The same text with personal data masked, each sort in the form people expect to see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.privacy.finding import find
from bot.privacy.fold import fold
from bot.privacy.place_names import readable_end
from bot.privacy.rows import spelled
from bot.privacy.spans import Sort, Span

_AT: Final = re.compile(r" ?(?:@|#|[(\[][aA][tT][)\]]) ?")
#: What masking leaves beside other text may look like something new: 027-****1208村3组.
_PASSES: Final = 4
#: Area codes of three digits; all others have four.
_BIG_AREA: Final = re.compile(r"010|02")


def mask(text: str) -> str:
    """The text with every piece of personal data masked (138****5678, ************1234).

    Masked text holds no personal data, so masking again changes nothing.
    """
    for _ in range(_PASSES):
        spans = find(text)
        if not spans:
            break
        text = mask_spans(text, spans)
    return text


def mask_spans(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans masked; they must be disjoint and in order."""
    out: list[str] = []
    done = 0
    for span in spans:
        out.append(text[done : span.start])
        out.append(masked_form(span.type, text[span.start : span.end]))
        done = span.end
    out.append(text[done:])
    return "".join(out)


def masked_form(sort: Sort, value: str) -> str:
    """How one value is shown to those who may not see it; the value may be spaced out."""
    plain = fold(value).text
    match sort:
        case Sort.MOBILE:
            digits = _digits(plain)
            return f"{digits[:3]}****{digits[-4:]}"
        case Sort.LANDLINE:
            return _landline(_digits(plain))
        case Sort.BANK_CARD:
            digits = _digits(plain)
            return "*" * (len(digits) - 4) + digits[-4:]
        case Sort.ID_CARD:
            digits = _digits(plain)
            return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]
        case Sort.EMAIL:
            name, host = (*_AT.split(plain, maxsplit=1), "")[:2]
            return f"{name[0]}***@{host}"
        case Sort.PLATE:
            bare = plain.replace(" ", "")
            return f"{bare[:2]}****{bare[-1]}"
        case Sort.ADDRESS:
            return plain[: readable_end(plain)] + "****"
        case Sort.WECHAT:
            return f"{plain[0]}****"


def _digits(plain: str) -> str:
    return "".join([one for one in spelled(plain) if one.isdecimal() or one in "xX"])


def _landline(digits: str) -> str:
    if not digits.startswith("0"):
        return f"****{digits[-4:]}"
    area = 3 if _BIG_AREA.match(digits) else 4
    return f"{digits[:area]}-****{digits[-4:]}"
