"""Personal data: what is found where, what is left alone, and what the masked text looks like."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy import Sort, find, mask
from bot.privacy.checksums import is_bank_card, is_id_card, passes_luhn

#: Messages with what must be found written as ⟦sort|value⟧; everything else must be left alone.
LABELLED = [
    # mobiles
    "我手机⟦mobile|13800138000⟧",
    "电话是⟦mobile|139 1234 5678⟧，谢谢",
    "打⟦mobile|138-0013-8000⟧找我",
    "⟦mobile|１３８００１３８０００⟧全角的",
    "⟦mobile|138\u200b0013\u200b8000⟧中间有看不见的字符",
    "⟦mobile|138\n0013\n8000⟧",
    "⟦mobile|1 3 8 0 0 1 3 8 0 0 0⟧一个一个写",
    "+86 ⟦mobile|138 0013 8000⟧",
    "86⟦mobile|13800138000⟧",
    "0086-⟦mobile|13800138000⟧",
    "⟦mobile|138、1234、0000⟧",
    "⟦mobile|1380013 8000⟧少打一个空格",
    "tel⟦mobile|17012345678⟧",
    "⟦mobile|19912345678⟧或⟦mobile|16612345678⟧都行",
    "⟦mobile|13800138000⟧\n⟦mobile|13900139000⟧",
    "号码⟦mobile|①③⑧00138000⟧",
    "手机：⟦mobile|138 00 138 000⟧",
    # identity cards
    "身份证⟦id_card|11010519491231002X⟧",
    "⟦id_card|11010519491231002x⟧小写",
    "⟦id_card|110105 19491231 002X⟧",
    "⟦id_card|440524188001010014⟧",
    "证件号：⟦id_card|１１０１０５１９４９１２３１００２Ｘ⟧",
    "⟦id_card|110105-19491231-002X⟧核对一下",
    # bank cards
    "卡号⟦bank_card|4111111111111111⟧",
    "⟦bank_card|4111 1111 1111 1111⟧招行",
    "⟦bank_card|6222 0212 3456 7890 128⟧",
    "退到⟦bank_card|6222021234567890128⟧",
    "⟦bank_card|5500-0000-0000-0004⟧",
    "运通⟦bank_card|378282246310005⟧",
    "⟦bank_card|3530111333300000⟧",
    "卡⟦bank_card|4111 1111 1111 1111⟧，手机⟦mobile|13800138000⟧",
    # landlines
    "⟦landline|010-62345678⟧",
    "座机⟦landline|(021)62345678⟧",
    "⟦landline|0571-8765 4321⟧",
    "⟦landline|057187654321⟧白天打",
    "家里⟦landline|0755 26001234⟧",
    "公司⟦landline|029-8765432⟧转8001",
    # e-mail
    "发到⟦email|zhang.san@example.com⟧",
    "邮箱⟦email|13800138000@163.com⟧",
    "⟦email|a_b+c@mail.example.com.cn⟧谢谢",
    "⟦email|user＠qq.com⟧",
    # plates
    "车牌⟦plate|浙A12345⟧",
    "⟦plate|粤B·D12345⟧是新能源",
    "⟦plate|京A·12345⟧",
    "⟦plate|沪A1234学⟧",
    "停的是⟦plate|苏E8K8K8⟧",
    # addresses
    "我住在⟦address|浙江省杭州市西湖区文三路188号3单元502室⟧",
    "地址：⟦address|广东省深圳市南山区科技园南区8栋1203⟧",
    "⟦address|上海市浦东新区世纪大道100号⟧",
    "⟦address|北京市海淀区中关村大街27号1101室⟧",
    "送到⟦address|阳光花园3栋2单元501⟧",
    "寄到⟦address|成都市武侯区人民南路四段27号⟧，谢谢",
    "收货地址改成⟦address|江苏省 苏州市 姑苏区 平江路 12号⟧",
    "⟦address|张家村3组12号⟧",
    "⟦address|杭州市西湖区文三路138号5栋2单元301室⟧",
    # WeChat
    "微信号⟦wechat|abc_12345⟧",
    "加微信 ⟦wechat|wxid_a1b2c3⟧",
    "vx:⟦wechat|hello123456⟧",
    "加我微信⟦wechat|xiaoming-88⟧",
    "微信同号⟦mobile|13800138000⟧",
    # numbers said in words, in circles, with strokes through them
    "号码是⟦mobile|幺三八，零零一三，八零零零⟧",
    "⟦mobile|138零零13八零零零⟧一直没人接",
    "⟦mobile|❶❸❽00138000⟧",
    "⟦mobile|1\u03363\u03368\u03360\u03360\u03361\u03363\u03368\u03360\u03360\u03360⟧",
    "⟦mobile|1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣⟧",
    "固话⟦landline|零二一 六二三四五六七八⟧",
    "①⟦bank_card|4111111111111111⟧",
    # numbers that touch something else
    "⟦mobile|13800138000⟧3天没人回",
    "⟦landline|0571-86620917⟧-803",
    "+86-⟦landline|10-82203917⟧",
    "我座机⟦landline|8662-0917⟧",
    "phone=⟦mobile|13800138000⟧",
    "VISA⟦bank_card|4111111111111111⟧",
    "身份证⟦id_card|110105 19491231 0003⟧⟦email|zhang@b.cn⟧",
    # older and rarer forms
    "⟦id_card|110105491231002⟧十五位",
    "卡号⟦bank_card|9400112233445566719⟧",
    "运通卡⟦bank_card|376822001122335⟧",
    "邮箱⟦email|a(at)b.com⟧",
    "⟦email|zhang @ qq . com⟧",
    "⟦email|zhang#163.com⟧",
    "⟦plate|渝 A 20X76⟧",
    "⟦plate|沪B20176D⟧",
    "➕V：⟦wechat|hello_66⟧",
    "⟦wechat|wxid_8f3k29dj20⟧",
    # places without a number only where somebody is said to live there
    "我住在⟦address|海淀区学院路⟧附近",
    "收货地址⟦address|广州市番禺区大石街道礼村⟧",
    "把⟦address|滨江路8号⟧改成⟦address|滨江路18号⟧",
    "⟦address|宁波市鄞州区\n首南街道\n天童南路999号⟧",
    "⟦address|金色家园二期十二栋三单元五零二⟧",
    "⟦address|香港中路76号⟧",
    "发到广东吗",
    "北京仓有货吗",
    "学院路店几点关门",
    "住在农村能送吗",
    "老人住进医院了",
    # left alone: looks like a number of somebody
    "IP是192.168.10.101",
    "价格1599 1899 199选哪个",
    "19900101 001",
    "核销码 1397 1208 845",
    "item.htm?id=13800138000",
    "SKU13800138000",
    "会员卡号6222021234567890128",
    "订单3812345678901234568",
    "logo@2x.png",
    "刚买的新Mate60",
    "一二三四五六七八九十",
    "二零二四年七月十五日",
    # left alone: public numbers
    "请拨打95588",
    "客服热线400-800-8888",
    "4008008888",
    "800-810-1234",
    "投诉打12315，急救打120，报警110",
    "10086和12345都可以",
    # left alone: order and tracking numbers, dates, amounts
    "订单号ORD20231028001",
    "DD202310260001",
    "单号2024031000123",
    "运单SF1380013800012",
    "快递单号：13800138000123",
    "订单号4111111111111111",
    "2024-01-01 12:00:00",
    "2023年10月26日下单",
    "一共13800138000元",
    "金额1999.00，数量3件",
    "价格从199涨到299",
    "取件码8-2-1234",
    "验证码138001",
    "型号KFR-35GW/12345678901",
    "110105194912310021",
    "4111111111111112",
    "128001380001",
    "23800138000",
    # left alone: already masked
    "138****5678",
    "尾号5678",
    "************1111",
    "浙江省杭州市西湖区****",
    # left alone: looks like a place, a plate or a handle
    "地铁2号线",
    "人民路5号店",
    "知道1号发货",
    "3号楼在哪",
    "11月2号到",
    "您的市区包裹2号送到",
    "微信支付可以吗",
    "微信小程序里有",
    "我在村里",
    "@所有人",
    "新A款有货",
    "",
]

_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


def _read(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, spans, done = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[done : found.start()]
        spans.append((found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        done = found.end()
    return text + marked[done:], spans


@pytest.mark.parametrize("marked", LABELLED)
def test_finds_exactly_what_is_personal_and_where(marked: str) -> None:
    text, expected = _read(marked)
    assert [(s.type.value, s.start, s.end) for s in find(text)] == expected


@pytest.mark.parametrize("marked", LABELLED)
def test_masked_text_holds_no_personal_data(marked: str) -> None:
    text, expected = _read(marked)
    masked = mask(text)
    assert find(masked) == ()
    for _, start, end in expected:
        assert text[start:end] not in masked
    if not expected:
        assert masked == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机13812345678", "手机138****5678"),
        ("手机１３８ 1234 5678", "手机138****5678"),
        ("卡4111 1111 1111 1111", "卡************1111"),
        ("身份证11010519491231002X", "身份证110***********002X"),
        ("电话010-62345678", "电话010-****5678"),
        ("邮箱zhang@example.com", "邮箱z***@example.com"),
        ("车牌浙A12345", "车牌浙A****5"),
        ("浙江省杭州市西湖区文三路188号", "浙江省杭州市西湖区****"),
        ("阳光花园3栋2单元501", "****"),
        ("微信号abc_12345", "微信号a****"),
    ],
)
def test_masks_in_the_form_people_expect(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_an_identity_number_needs_check_digit_date_and_region() -> None:
    assert is_id_card("11010519491231002X")
    assert not is_id_card("110105194912310021"), "wrong check digit"
    assert not is_id_card("110105194913310029"), "no such month"
    assert not is_id_card("990105194912310023"), "no such province"


def test_a_bank_card_needs_luhn_and_an_issuer() -> None:
    assert passes_luhn("79927398713")
    assert is_bank_card("4111111111111111")
    assert not is_bank_card("79927398713"), "no issuer, too short"
    assert not is_bank_card("1111111111111117"), "no issuer begins with 1"


def test_a_card_is_found_before_the_phone_inside_it() -> None:
    assert [s.type for s in find("6222 0212 3456 7890 128")] == [Sort.BANK_CARD]


_MESSY = st.text(
    st.sampled_from("0123456789138Xx -*.()@\n\u200b１２３号路市区室微信京A浙a.com（😀\ud800中"),
    max_size=60,
)
_PIECES = st.lists(
    st.one_of(
        _MESSY,
        st.sampled_from([_read(one)[0] for one in LABELLED]),
        st.text(max_size=12),
    ),
    max_size=6,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(_PIECES)
def test_any_text_gives_disjoint_spans_in_range_that_masking_removes(text: str) -> None:
    spans = find(text)
    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    assert find(mask(text)) == ()


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("我要退货的请问好吗谢谢了。，！ "), max_size=80))
def test_plain_words_are_left_as_they_are(text: str) -> None:
    assert mask(text) == text
