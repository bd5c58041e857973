"""What further entries are made of: the shipped library's own words, sorted by trade.

A topic pairs a product with a word of the same trade (``洗衣机`` and ``上门检测费``), now and then
with a place or a property, so that further entries are about what desks are asked, share words with
the shipped entries and are copies of none of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kb import lexicon
from kb.library import Library
from kb.solutions import Solution
from prompts.lines import Line

#: The part of the lexicon and of the lines that every trade shares.
COMMON: Final = "common"
PLACES: Final = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "老家", "乡下",
    "郊区", "开发区", "大学城",
)  # fmt: skip
PROPERTIES: Final = (
    "大号的", "小号的", "白色的", "灰色的", "蓝色的", "新款", "老款", "二手的", "公司买的",
    "送人的", "定制的", "打折的", "家用的", "商用的", "刚换的", "备用的", "按年的", "按月的",
    "单位用的", "老人用的", "学生的", "租房的",
)  # fmt: skip
#: Ways of asking about a topic; ``p`` is the product (with its property), ``w`` the word.
FRAMES: Final = (
    "{p}{w}怎么回事", "{p}的{w}咋办", "想问下{p}{w}的事", "我家{p}{w}是怎么算的",
    "{w}了，{p}还能用吗", "{p}{w}要等几天", "关于{p}，{w}找哪个部门", "{p}能不能{w}啊",
    "为啥我的{p}要{w}", "{w}和{p}有关系吗", "帮我看下{p}的{w}", "{p}{w}要不要另外付钱",
    "你们{p}{w}的规定在哪看", "{p}办{w}需要带啥材料", "{w}弄不明白，是{p}上的",
    "上次{p}{w}就没弄好", "{p}这边显示{w}", "我不想{w}，{p}留着行不行", "{p}出了点状况，说是{w}",
    "{w}在{p}哪一栏里找", "刚收到{p}的{w}提醒", "{p}{w}办完多久见效", "麻烦教我弄{p}的{w}",
    "{w}是不是只有{p}才有", "{p}{w}失败，试了{n}回", "{n}号我办了{p}{w}，没动静",
    "{p}{w}扣了我{n}块", "第{n}次问了，{p}{w}到底怎样", "听说{p}可以{w}，真的假的",
    "取消{p}的{w}来得及吗",
)  # fmt: skip
TITLES: Final = (
    "{p}{w}如何处理", "{p}{w}的办理方法", "{p}{w}常见问题", "{p}遇到{w}", "{p}{w}规则说明",
)  # fmt: skip
_PAUSE: Final = re.compile(r"[，。！？、；\s,.!?;…]+")
#: Clauses of this many characters are borrowed as side remarks; longer ones carry a topic.
_REMARK: Final = range(3, 10)
#: How often a topic names a place or a property, and a wording a side remark.
_NAMED: Final = 0.35
_REMARKED: Final = 0.4
_MOST_NUMBER: Final = 60


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade's words and the shipped entries that further ones are modelled on."""

    name: str
    products: tuple[str, ...]
    words: tuple[str, ...]
    solutions: tuple[Solution, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a further entry is about."""

    trade: Trade
    product: str
    word: str


@dataclass(frozen=True, slots=True)
class Material:
    """All trades, and side remarks taken from the lines' example messages."""

    trades: tuple[Trade, ...]
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, library: Library) -> Material:
        """Sort a library's words by trade; trades and remarks stand in the library's order."""
        words = _words(library.lexicon.files)
        common = words.pop(COMMON, ((), ()))
        trades = tuple(
            Trade(
                name,
                products,
                (*own, *common[1]),
                tuple(s for s in library.solutions if s.id.startswith(name)),
                tuple(n for n in library.lines if n.id.startswith((name, COMMON))),
            )
            for name, (products, own) in words.items()
            if products and own  # a file of synonyms names no trade's goods
        )
        clauses = (c for n in library.lines for e in n.examples for c in _PAUSE.split(e))
        return cls(trades, tuple(dict.fromkeys(c for c in clauses if len(c) in _REMARK)))

    def topic(self, chance: random.Random) -> Topic:
        """A topic by chance; the same state of ``chance`` gives the same one."""
        trade = chance.choice(self.trades)
        product = chance.choice(trade.products)
        if chance.random() < _NAMED:
            product = chance.choice(chance.choice((PLACES, PROPERTIES))) + product
        return Topic(trade, product, chance.choice(trade.words))

    def wordings(self, topic: Topic, count: int, chance: random.Random) -> list[str]:
        """Ways of asking about a topic, each built differently, some with a side remark."""
        return [self._worded(topic, f, chance) for f in chance.sample(FRAMES, count)]

    def _worded(self, topic: Topic, frame: str, chance: random.Random) -> str:
        number = chance.randint(2, _MOST_NUMBER)
        text = frame.format(p=topic.product, w=topic.word, n=number)
        if chance.random() >= _REMARKED:
            return text
        remark = chance.choice(self.remarks)
        return f"{remark}，{text}" if chance.random() < 1 / 2 else f"{text}，{remark}"


def _words(files: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Trade -> (products, words), from lexicon files named ``words/retail.txt``."""
    names = sorted({n.partition("/")[2].removesuffix(".txt") for n in files if "/" in n})
    found = {}
    for name in names:
        own = {n: t for n, t in files.items() if n.partition("/")[2] == f"{name}.txt"}
        parsed = lexicon.parse(MappingProxyType(own))
        found[name] = (parsed.products, parsed.words)
    return found
