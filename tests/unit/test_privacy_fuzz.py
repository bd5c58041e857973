"""Personal data in any text at all: what holds whatever the input is."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy import Sort, find, mask
from bot.privacy.checksums import is_bank_card, passes_luhn

_OWN = Path(__file__).parents[1] / "quality" / "privacy_own.jsonl"
MESSAGES = [json.loads(line)["text"] for line in _OWN.read_text("utf-8").splitlines()]
_MESSY = st.text(
    st.sampled_from(
        "0123456789138Xx -*.()@\n\u200b\u0301１２号路市区室微信京A浙a.com（😀\ud800"
        "一三八幺①栋单元村组地址是住在座机加V,/、"
    ),
    max_size=30,
)
_PIECES = st.lists(st.one_of(st.sampled_from(MESSAGES), _MESSY, st.text(max_size=12)), max_size=5)
_TEXTS = st.tuples(st.sampled_from(["", " ", "，", "\n"]), _PIECES).map(
    lambda pair: pair[0].join(pair[1])
)


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_spans_are_sorted_disjoint_and_gone_once_masked(text: str) -> None:
    spans = find(text)
    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    masked = mask(text)
    assert find(masked) == ()
    assert mask(masked) == masked
    for span in spans:
        value = text[span.start : span.end]
        assert value not in masked or text.count(value) > 1


@settings(max_examples=200, deadline=None)
@given(st.integers(6_200_000_000_000_000, 6_299_999_999_999_999_999), st.randoms())
def test_a_full_card_never_survives_in_part(number: int, dice: random.Random) -> None:
    body = str(number)[: dice.randint(15, 18)]
    card = next(f"{body}{last}" for last in range(10) if passes_luhn(f"{body}{last}"))
    if not is_bank_card(card):
        return
    cuts = sorted(dice.sample(range(2, len(card) - 1), dice.randint(0, 4)))
    pieces = [card[a:b] for a, b in zip([0, *cuts], [*cuts, len(card)], strict=True)]
    written = dice.choice([" ", "-", ".", "\n", "\u200b", "  "]).join(pieces)
    text = f"退到这张卡{written}，谢谢"
    assert [(one.type, text[one.start : one.end]) for one in find(text)] == [
        (Sort.BANK_CARD, written)
    ]
    assert mask(text) == f"退到这张卡{'*' * (len(card) - 4)}{card[-4:]}，谢谢"


@settings(max_examples=200, deadline=None)
@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "\u200b", "\u0336", "\ufe0f\u20e3", "\u2060"]),
    st.booleans(),
)
def test_offsets_are_those_of_the_original(number: str, unseen: str, wide: bool) -> None:
    digits = [chr(ord(one) + 0xFEE0) if wide else one for one in number]
    text = f"e\u0301手机\u200b{unseen.join(digits)}😀"
    (span,) = find(text)
    assert text[span.start : span.end] == unseen.join(digits)


def _steps(text: str) -> int:
    """How many functions are called to read a text, in Python and in C."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        find(text)
    finally:
        sys.setprofile(before)
    return count


_HEAVY = [
    *(
        "7",
        "(",
        "（）",
        "😀",
        "\u200b",
        "1\u200b",
        " ",
        "一",
        "一三八零",
        "1 ",
        "62 ",
        "6222 ",
        "1380 ",
    ),
    *(
        "0571-",
        "13800138000\n",
        "3栋",
        "路1号",
        "文三路1号",
        "村3组",
        "住在建设路",
        "地址是",
        "京A1",
        "a@a.",
    ),
    *(
        "微信a",
        "加v",
        "4111 1111 1111 1111 ",
        "11010519491231002X ",
        "1-1-1 ",
        "省市区",
        "1一",
        "1\u0301",
    ),
]


@pytest.mark.parametrize("piece", _HEAVY)
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    size = 2_000
    short, long = (piece * (n // len(piece)) for n in (size, 4 * size))
    assert _steps(long) <= 4 * _steps(short) + 200
    assert _steps(long) <= 60 * len(long)
