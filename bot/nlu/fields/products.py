"""Products named in a message: the longest name of the knowledge base's lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from bot.nlu.fields.goods import named, opening
from bot.nlu.fields.value import FieldValue, Message
from bot.nlu.fold import fold
from bot.nlu.trie import Trie

#: 手机号, 手机是139…: a telephone number, not a product.
_NUMBER_FOLLOWS: Final = re.compile(
    r"号|尾号|卡号|验证码|[是为: ]{0,2}(?:\+?86)?1[3-9]\d|[是为: ]{0,2}0\d\d|上|里|银行|短信|app|一[一三五八]"
)
#: 打我手机: a way to be reached, not a thing with a fault.
_REACHED: Final = re.compile(r"(?:打|拨|联系|发到?|用|换个|通过)(?:我的?|一下)?$")
#: Parts speak of the thing they belong to, where that is named too.
_PARTS: Final = frozenset(
    {
        *("压缩机", "主板", "滤芯", "滤网", "过滤网", "排水泵", "门封条", "外机支架"),
        *(
            "镁棒",
            "边刷",
            "尘袋",
            "充电器",
            "数据线",
            "网线",
            "水管",
            "电瓶",
            "镜头",
            "内存条",
            "灯泡",
        ),
        *("插座", "充电枪", "内存卡", "显卡", "分水器", "水泵", "排插", "蓄电池", "轮胎"),
    }
)
#: Places of buying and rights: the thing named beside them is what the message is about.
_WEAK: Final = frozenset(
    {
        "app",
        "软件",
        "游戏",
        "小程序",
        "手机应用",
        "网页版",
        "会员",
        "套餐",
        "自动续费",
        "钱包",
        "运费险",
    }
)
#: 换了手机也不行, 用电脑登: the thing is a means.
_MEANS: Final = re.compile(r"(?:换(?:了|过|个|台|一个|一台|两根|根)?|用|拿|接|对着|通过)$")
#: 眼镜也摘了, 光猫重插了: what was done about it is no news of the thing.
_DONE_TO: Final = re.compile(r"(?:也|都|自己)(?:[^,.!?; 不没]{0,4})了")
#: 换到别的手机: another one, no correction.
_SWAPPED: Final = re.compile(r"换[成到]")
#: Part of the name before it: 笔记本风扇 is the notebook's.
_INNER: Final = frozenset(
    {
        "风扇",
        "电池",
        "屏幕",
        "开关",
        "手柄",
        "拖把",
        "水箱",
        "激活码",
        "光猫",
        "取景器",
        "灯",
        "玻璃",
        "门",
    }
)
_TELEPHONES: Final = frozenset({"手机", "座机", "固话"})
#: 我买的沙滩椅断了: a plain noun the lexicon lacks, up to the word that begins what happened.
_BOUGHT: Final = re.compile(
    r"(?:买|购买|拍|收到|入手)的(?:那|这|一)?(?:个|台|件|双|条|款|只|张|把|套|瓶|盒|箱|辆|部|本)?"
    r"([^\W\d_a-z的了是我你他它就说没不还都又时候东西那这话几号少上一今昨明为什]{2,8}?)"
    r"(?=轮子|螺丝|盖子|屏幕|按键|按钮|电池|包装|外壳|开关|灯|把手|链子|拉链|鞋底|表带|里面|声音"
    r"|颜色|尺码|坏|断|碎|裂|破|没|不|少|漏|还|一直|到现在|有|怎么|是|太|质量|刚|才|用|,|\.|!|\?"
    r"|$)"
)
#: 电视台 and 水管工 are other words.
_OTHER_WORD: Final = re.compile(r"台(?!式)|工(?![作具])")
_DIGITS: Final = re.compile(r"[: ]{0,2}[a-z]{0,6}\d{4}")
_NO_THING: Final = re.compile(
    r"时候|东西|商品|产品|宝贝|货|衣服$|订单|人家|以后|之后|价格|今天|昨天|现在"
)


class Products:
    """Product names, folded once."""

    def __init__(self, names: Iterable[str]) -> None:
        folded = sorted({fold(name.strip()) for name in names} - {""})
        self._trie = Trie((name, (0,)) for name in folded)

    def find(self, message: Message) -> FieldValue | None:
        """The name as it stands in the text; the first one, before parts, means and places.

        Where the customer takes one back (是洗碗机不是洗衣机) the other counts. Without any name
        the noun after 我买的 does.
        """
        folded = message.folded
        spans = [
            (start, end)
            for start, end in _joined(folded, self._trie.longest(folded))
            if _whole(folded, start, end)
            and not _reached_by(message, start, end)
            and not (
                folded[start - 1 : end] == "上电视"
                or _OTHER_WORD.match(folded, end)
                or _number_of(folded, start, end)
            )
            and not message.rules_out(start)
        ]
        if not spans:
            return opening(message) or _bought(message)
        best = max(
            spans,
            key=lambda span: (
                message.corrects(span[0]) and _SWAPPED.search(message.before(span[0], 10)) is None,
                folded[slice(*span)] not in _PARTS,
                _MEANS.search(message.before(span[0], 3)) is None,
                _DONE_TO.match(folded, span[1]) is None,
                folded[slice(*span)] not in _WEAK,
                -span[0],
            ),
        )
        if folded[slice(*best)] in _PARTS:
            return opening(message) or named(message, *best)
        return named(message, *best)


def _joined(folded: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names that touch are one: 电视遥控器, 空调挂机."""
    last: tuple[int, int] | None = None
    for start, end in spans:
        if last is not None and last[1] == start:
            if folded[start:end] not in _PARTS | _INNER:
                last = (last[0], end)
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _reached_by(message: Message, start: int, end: int) -> bool:
    if message.folded[start:end] not in _TELEPHONES:
        return False
    return bool(
        _NUMBER_FOLLOWS.match(message.folded, end) or _REACHED.search(message.before(start, 5))
    )


def _number_of(folded: str, start: int, end: int) -> bool:
    """运单号 and 会员卡号 are numbers; a meter's number still speaks of the meter."""
    if folded[end - 1] == "单" and _DIGITS.match(folded, end):
        return True
    return folded.startswith("号", end) and folded[end - 1] != "表"


def _bought(message: Message) -> FieldValue | None:
    match = _BOUGHT.search(message.folded)
    if match is None or _NO_THING.search(match[1]):
        return None
    return message.value(*match.span(1))


def _whole(text: str, start: int, end: int) -> bool:
    """A name in Latin letters must not be part of a longer word: tv is not in dtv."""

    def latin(place: int) -> bool:
        return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()

    return not (latin(start) and latin(start - 1)) and not (latin(end - 1) and latin(end))
