"""Sums of money: 四十八块六, 1.2万, 3千5, 两百多, ¥299.9. The value is yuan."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.numerals import DIGITS, NUMERAL, number
from bot.nlu.fields.value import FieldValue, Message

#: 3千5 and 1万2千: the tail belongs to the number, a digit that counts something else does not.
_NUMBER: Final = (
    rf"\d{{1,9}}(?:,\d{{3}})*(?:\.\d{{1,4}})?"
    rf"(?:[百千万亿w](?:\d{{1,3}}[百千]?(?!\d|[天个件次台年月日号小分%]))?)?"
    rf"|[{NUMERAL}]{{1,12}}(?:点[{NUMERAL}]{{1,4}})?"
)
_SUM: Final = re.compile(
    rf"(?P<sign>[¥￥$]\s?|rmb\s?|人民币)?(?P<number>{_NUMBER})(?P<more>多|来|余|几)?(?P<wan>万)?"
    rf"(?P<unit>块钱|块|元钱|元|圆|人民币|rmb|毛钱|毛|角)?(?:(?P<cents>[\d{NUMERAL}])(?:毛|角)?(?![\d{NUMERAL}]))?"
)
_MARKS: Final = re.compile(
    r"[刷掉块元圆毛角¥￥百千万亿花扣充交付收退赔费租宜贵涨降失套]|rmb|实付|人民币|押金|价|金额"
)
#: Verbs after which a number without a unit is a sum.
_SPENT: Final = re.compile(
    r"(?:花|扣|充值|出了|每遍|每回|充|交|付|收|退|赔|补|转|刷|卖|实付|原价|现价|价格|押金|定金|差价|金额|余额|损失|欠费|欠|借|骗|盗"
    r"|赎回|存|取|汇|提现|尾款|首付|房租|租金|定价|费用?(?:一年|一个?月|每年|每月)?|月租|违约金|一台|一件|一个|一双|一套|一张|少|差|每次|一次|一笔|每笔|每月|每个月|单价|掉|便宜|贵|涨|降|共|总共|一共|合计|共计|多)"
    r"(?:了|走|掉|去|我|的|是|款|给我|应该|就|要|才|到|:|\s){0,3}$"
)
_PROMO: Final = re.compile(r"满|立减|减$|优惠|券|折|返$")
_STAKE: Final = re.compile(r"扣|退|赔|损失|盗刷|刷走|差价|多收|被收|实付|被骗|转错|少|差")
#: What cannot follow a sum: counters and things of which 块 is the counter.
_COUNTED: Final = re.compile(
    r"\s?[次天个件台条号时分月年日遍回人位兆mg%折度吨升斤寸层楼栋幢岁米套双张份点单期包瓶盒周星条部支片集页种只小笔袋桶罐杯本家名卷根颗粒克码号]|kg|ml|cm|mm|mb|gb|g\b|w\b"
    r"|屏|电池|电|玻璃|手表|表|板|砖|布|肉|地板|地毯|蛋糕|面包|硬盘|内存|香皂|木|石|儿|去|起|钟|工作日|积分|流量|用户"
)
#: 一万二的手表: a round number with 的 is a price, unless of people and the like.
_PRICED: Final = re.compile(
    r"的(?!人|用户|流量|积分|宽带|粉丝|里程|订单|量|概率|像素|电压|速度|版本|系统|屏|寸)"
)
#: 199的套餐: what is sold by its price.
#: 碎了一角 is a corner.
_CORNER: Final = re.compile(r"[碎缺掉破磕裂坏少]了?$")
_PLAN: Final = re.compile(r"的(?:套餐|会员|月租|资费|年卡|月卡|季卡|话费卡|礼包|保险)")
_PAID_FOR: Final = re.compile(r"订|买|退|扣|会员|套餐|价")
#: 积分少了两千 is no money.
_POINTS: Final = re.compile(r"压力|温度|电压|转速|积分|流量|经验值|金币|粉丝|步数|里程")
_AFTER_PROMO: Final = re.compile(r"的?(?:优惠|券|代金|红包|抵|满减|减|话费券)")


def amount(message: Message) -> FieldValue | None:
    """The sum at stake in the message, in yuan; the contested one where several are named."""
    if _MARKS.search(message.folded) is None:
        return None
    best: tuple[float, FieldValue] | None = None
    for match in _SUM.finditer(message.folded):
        value = _yuan(match, message)
        if value is None:
            continue
        start, end = match.start(), match.end()
        before, after = message.before(start, 8), message.folded[end : end + 5]
        if _PROMO.search(before[-3:]) or _AFTER_PROMO.match(after) or message.rules_out(start):
            continue
        weight = 2.0 if _STAKE.search(before) else 0.0
        weight -= 1.0 if after.startswith(("的套餐", "套餐", "一个月", "每月", "/")) else 0.0
        corrected = message.corrects(start)
        weight += 3.0 if corrected else 0.0
        if best is None or weight > best[0]:
            best = (weight, FieldValue(value, start, end, corrected))
    return None if best is None else best[1]


def _yuan(match: re.Match[str], message: Message) -> float | None:
    folded, said = message.folded, match["number"]
    end, unit = match.end(), match["unit"]
    previous = message.before(match.start(), 1)
    if previous and (
        (previous.isascii() and (previous.isalnum() or previous in "-.*_x")) or previous == "第"
    ):
        return None
    value = number(said)
    if value is None:
        return None
    if match["wan"]:
        value *= 10000
    counted = _COUNTED.match(folded[end : end + 3]) is not None
    if unit is None and match["sign"] is None:
        # Without a unit a number is a sum only after a verb of paying, as 两百多 with 贵 or 钱,
        # or as the price of a thing.
        spent = _SPENT.search(message.before(match.start(), 8)) is not None
        if _POINTS.search(message.before(match.start(), 10)):
            return None
        if not (spent or _vague(match, folded) or _priced(match, folded, value)) or counted:
            return None
        return None if match["cents"] or (value < 10 and value.is_integer()) else value
    if unit in ("毛", "毛钱", "角"):
        if folded.startswith("不拔", end) or _CORNER.search(message.before(match.start(), 3)):
            return None
        return round(value / 10, 2)
    if unit == "块" and not match["cents"] and (counted or _one_piece(match, folded)):
        return None
    if match["cents"]:
        if unit is not None and unit not in ("块", "元", "圆"):
            return None
        cents = match["cents"]
        digit = int(cents) if cents.isascii() and cents.isdigit() else DIGITS.get(cents)
        if digit is None:
            return None
        value += digit / 10
    return round(value, 2)


def _one_piece(match: re.Match[str], folded: str) -> bool:
    """一块 alone is as often a piece of something as one yuan."""
    return match["number"] == "一" and folded[match.end() : match.end() + 1] != "多"


def _vague(match: re.Match[str], folded: str) -> bool:
    said = match["number"]
    return (
        bool(match["more"] or match["wan"])
        and (said[-1] in "百千万" or bool(match["wan"]))
        and (len(said) > 1 or bool(match["wan"]))
        and any(word in folded for word in ("贵", "钱", "费", "价", "损失"))
    )


def _priced(match: re.Match[str], folded: str, value: float) -> bool:
    said = match["number"]
    round_sum = value >= 100 and any(unit in said for unit in "百千万")
    # 退订那个9.9的彩铃; a version of a system is written alike.
    to_the_fen = "." in said and _PAID_FOR.search(folded) is not None
    if value >= 10 and _PLAN.match(folded, match.end()):
        return True
    return (round_sum or to_the_fen) and _PRICED.match(folded, match.end()) is not None
