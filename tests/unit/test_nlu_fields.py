"""Single values: numerals, sums, dates, telephones, names."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.nlu.fields.numerals import numeral
from bot.nlu.reader import Reader

AT = datetime.fromisoformat("2026-03-18T10:00:00+08:00")  # a Wednesday
READER = Reader(["空调", "小米手环", "小米手环8"])


def value(text: str, code: str) -> str | float | None:
    field = READER.read(text, AT).fields.get(code)
    return None if field is None else field.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十五", 15),
        ("一百二", 120),
        ("一百零二", 102),
        ("三千五", 3500),
        ("一万二千", 12000),
        ("两", 2),
    ],
)
def test_numerals_are_read_as_spoken(text: str, number: int) -> None:
    assert numeral(text) == number


def test_what_is_no_numeral_is_none() -> None:
    assert numeral("一二三") is None
    assert numeral("块") is None


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("多扣了四十八块六", 48.6),
        ("被刷走1.2万", 12000),
        ("修一次两百多,太贵", 200),
        ("赔我1,299元", 1299),
        ("只退了五毛", 0.5),
        ("我买了三块电池", None),
        ("满300减50的券", None),
        ("过了两天", None),
    ],
)
def test_sums_are_yuan(text: str, yuan: float | None) -> None:
    assert value(text, "amount") == yuan


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天坏的", "2026-03-17"),
        ("上周五坏的", "2026-03-13"),
        ("周一坏的", "2026-03-16"),
        ("10号坏的", "2026-03-10"),
        ("25号坏的", "2026-02-25"),
        ("12月3号坏的", "2025-12-03"),
        ("三天前坏的", "2026-03-15"),
        ("元宵节那天坏的", "2026-03-03"),
        ("去年国庆节后第一天坏的", "2025-10-09"),
        ("2月30号坏的", None),
        ("明天能修吗", None),
        ("10号楼的空调坏了", None),
    ],
)
def test_dates_are_the_most_recent_past_seen_from_the_message(text: str, day: str | None) -> None:
    assert value(text, "happened_on") == day


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("电话+86 138-1234-5678", "13812345678"),
        ("电话13812345678", "13812345678"),
        ("座机010-62345678", "010-62345678"),
        ("快递员电话13812345678打不通", None),
        ("订单号138123456789", None),
        ("卡号6222 0213 8123 4567 890", None),
    ],
)
def test_only_the_customers_own_telephone_is_taken(text: str, phone: str | None) -> None:
    assert value(text, "phone") == phone


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("免贵姓王", "王"),
        ("我姓王,女士", "王女士"),
        ("我叫李小明", "李小明"),
        ("我是高级会员", None),
        ("师傅姓刘", None),
        ("客服叫我王先生", None),
    ],
)
def test_names_are_the_customers_own(text: str, name: str | None) -> None:
    assert value(text, "customer_name") == name


def test_the_longest_product_wins() -> None:
    assert value("我的小米手环8坏了", "product") == "小米手环8"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("给我退款", "退款"),
        ("怎么申请退款", None),
        ("不要换货,我要退款", "退款"),
        ("帮我催一下", "催促"),
    ],
)
def test_a_question_about_a_procedure_states_no_wish(text: str, wish: str | None) -> None:
    assert value(text, "expectation") == wish


def test_a_correction_is_marked_and_a_first_statement_is_not() -> None:
    assert READER.read("不对,订单号应该是DD202603110009", AT).fields["order_no"].correction
    assert not READER.read("订单号是DD202603110009", AT).fields["order_no"].correction
