"""Single values: numerals, sums, dates, telephones, names."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numerals import number, spelled, whole
from bot.nlu.reader import Reader

AT = datetime.fromisoformat("2026-03-18T10:00:00+08:00")  # a Wednesday
READER = Reader(["空调", "小米手环", "小米手环8"])


def value(text: str, code: str) -> str | float | None:
    field = READER.read(text, AT).fields.get(code)
    return None if field is None else field.value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("十五", 15),
        ("一百二", 120),
        ("一百零二", 102),
        ("三千五", 3500),
        ("一万二千", 12000),
        ("一万零五十", 10050),
        ("两", 2),
        ("俩", 2),
        ("廿五", 25),
        ("半", 0.5),
        ("三点五", 3.5),
        ("三点五万", 35000),
        ("3千5", 3500),
        ("1.5万", 15000),
        ("1,299.5", 1299.5),
        ("一亿三千万", 130_000_000),
        ("两万亿", 2_000_000_000_000),
    ],
)
def test_numerals_are_read_as_spoken(text: str, wanted: float) -> None:
    assert number(text) == wanted


@pytest.mark.parametrize("text", ["", "一二三", "块", "千万", "百", "点五", "三点", "十百", "七上"])
def test_what_is_no_numeral_is_none(text: str) -> None:
    assert number(text) is None


def test_only_whole_numbers_are_whole() -> None:
    assert whole("四十八") == 48
    assert whole("三点五") is None
    assert spelled("幺三八零") == "1380"


@given(st.integers(0, 99_999_999))
def test_a_number_written_out_is_read_back(value: int) -> None:
    assert number(written(value)) == value


def written(value: int) -> str:
    """An independent spelling of whole numbers below 10⁸ in Chinese, with every unit said."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        zero = "零" if 0 < low < 1000 else ""
        return written(high) + "万" + zero + (written(low) if low else "")
    digits = "零一二三四五六七八九"
    said = "".join(
        digits[digit] + unit if digit else "零"
        for digit, unit in zip(map(int, f"{value:04}"), ("千", "百", "十", ""), strict=True)
    )
    return re.sub("零+", "零", said).strip("零") or "零"


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
        ("买了3千5的手机", 3500),
        ("扣的不是50是80块", 80),
        ("俩小时扣了我仨块钱", 3),
        ("开到50度", None),
        ("千万别扣我钱", None),
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
        ("不是昨天是前天坏的", "2026-03-16"),
        ("两小时前断的网", "2026-03-18"),
        ("大年初三坏的", "2026-02-19"),
        ("春节后第一天坏的", "2026-02-24"),
        ("去年五一最后一天坏的", "2025-05-05"),
        ("周末买的", "2026-03-14"),
        ("周末有空吗", None),
        ("20260310买的", "2026-03-10"),
        ("今晚八点后给我回电", None),
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
        ("打幺三九,零零一一,二二三三", "13900112233"),
        ("别打13900003333,打13600004444", "13600004444"),
        ("原来的13500001111,现在用13600002222", "13600002222"),
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
        ("我姓王,王先生", "王先生"),
        ("我是李女士的老公", None),
        ("我是业主马先生", "马先生"),
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


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("快递单号YT8899001122334,订单号dd202603010077", "DD202603010077"),
        ("快递单号YT8899001122334", "YT8899001122334"),
        ("订单号ＤＤ２０２６０３０１ ００７７", "DD202603010077"),
        ("IMEI 861234567890123", None),
        ("客服编号 60112", None),
    ],
)
def test_a_parcels_number_only_stands_in_for_the_orders(text: str, order: str | None) -> None:
    assert value(text, "order_no") == order


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("订单号刚才打错了,应该是DD202603110010", "order_no", True),
        ("你们发错了,我订的是DD202603110010", "order_no", False),
        ("电话换一个,13900005555", "phone", True),
        ("我没有写错,电话就是13900005555", "phone", False),
        ("不是昨天是前天坏的", "happened_at", True),
        ("应该是昨天送到的,没收到", "happened_at", False),
        ("E4不是E1", "fault_code", True),
    ],
)
def test_only_the_customers_own_slip_is_a_correction(text: str, code: str, said: bool) -> None:
    assert READER.read(text, AT).fields[code].correction is said


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("应该是主板坏了,开不了机", "cause", "主板坏了"),
        ("应该是明天到吧", "cause", None),
        ("工号3021的客服挂我电话", "agent_no", "3021"),
        ("你工号多少", "agent_no", None),
        ("师傅说两小时内到,结果没来", "deadline", None),
        ("给你们两天时间处理", "deadline", "两天"),
        ("每天中午12:30到13:30之间联系我", "contact_time", "每天中午12:30到13:30之间"),
        ("我买的沙滩椅断了", "product", "沙滩椅"),
        ("打我手机吧", "product", None),
    ],
)
def test_guesses_terms_and_staff_are_told_apart(text: str, code: str, wanted: str | None) -> None:
    assert value(text, code) == wanted


@pytest.mark.parametrize(
    ("text", "code", "wanted"),
    [
        ("空调不制冷 滤网洗了，遥控器电池也换了", "tried", "滤网洗了、遥控器电池也换了"),
        ("连不上 换了HDMI线也不行", "tried", "换了HDMI线"),
        ("连不上 你们师傅换了主板也不行", "tried", None),
        ("我换了手机号", "tried", None),
        ("燃气违约金是怎么算的", "expectation", None),
        ("钱什么时候回来啊", "expectation", "退款"),
        ("派个人来修", "expectation", "维修"),
        ("别续费了", "expectation", "取消"),
        ("请问怎么换货", "expectation", None),
        ("跑步机E02 皮带紧过", "fault_code", "E02"),
        ("密盒锁打不开", "product", "密盒锁"),
        ("司机没来", "product", None),
        ("加速器提示10061", "fault_code", "10061"),
        ("12栋2303室没水", "address", "12栋2303室"),
        ("坐36路被扣了两次", "address", None),
    ],
)
def test_short_lines_in_a_customers_own_voice(text: str, code: str, wanted: str | None) -> None:
    assert value(text, code) == wanted


@pytest.mark.parametrize("piece", ["1", "(", "一", "1 ", "路8号", "1:", "昨天", "不是", "@a.b"])
def test_only_the_beginning_of_an_endless_message_is_looked_at(piece: str) -> None:
    text = "电话13812345678。" + piece * (100_000 // len(piece))
    fields = READER.read(text, AT).fields
    assert fields["phone"].value == "13812345678"
    assert all(field.end <= 2000 for code, field in fields.items() if code != "problem")
