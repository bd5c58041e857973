"""The same text with personal data masked, each sort in the form people expect to see."""

from __future__ import annotations

from collections.abc import Iterable

from bot.privacy.finding import find
from bot.privacy.fold import fold
from bot.privacy.places import district_end
from bot.privacy.spans import Sort, Span


def mask(text: str) -> str:
    """The text with every piece of personal data masked (138****5678, ************1234).

    Masked text holds no personal data, so masking again changes nothing.
    """
    return mask_spans(text, find(text))


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
    bare = "".join(one for one in plain if one.isalnum())
    match sort:
        case Sort.MOBILE:
            return f"{bare[:3]}****{bare[-4:]}"
        case Sort.LANDLINE:
            area = bare[:3] if bare[:3] in {"010"} or bare[1] == "2" else bare[:4]
            return f"{area}-****{bare[-4:]}"
        case Sort.BANK_CARD:
            return "*" * (len(bare) - 4) + bare[-4:]
        case Sort.ID_CARD:
            return f"{bare[:3]}***********{bare[-4:]}"
        case Sort.EMAIL:
            name, _, host = plain.partition("@")
            return f"{name[0]}***@{host}"
        case Sort.PLATE:
            return f"{bare[:2]}***{bare[-2:]}"
        case Sort.ADDRESS:
            return plain[: district_end(plain)] + "****"
        case Sort.WECHAT:
            return f"{plain[0]}****"
