"""What the customer takes for the cause: 应该是主板坏了, 怀疑是漏氟, 师傅说是压缩机的问题."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.value import FieldValue, Message

_GUESS: Final = re.compile(
    r"(?:可能|应该|估计|大概|好像|似乎|多半|八成|肯定|感觉|觉得|怀疑|猜测?|看样子|怕|十有八九)(?:就|又|都|也)?是(?:因为|由于)?"
    r"|(?:师傅|维修员|客服|工程师|人家|你们的?人|检测)(?:看了)?(?:说|讲|判断|检测|告诉我)(?:可能|应该)?是(?:因为)?"
    r"|(?:原因|毛病|问题)(?:就|可能|应该|大概)?(?:是|出在)|怀疑|(?:是|都是|就是)?(?:因为|由于)"
    # 可能主板烧了: without 是 only where something is broken.
    r"|(?:可能|估计|应该|八成|多半)(?!是|要|会|得|能|没|不|在|还|到|有|就|怎|坏)(?=[^,.!?;\n]{2,8}(?:坏|烧|漏|堵|断|短路|进水|故障|松|老化|摔|碎))"
)
_MARKS: Final = re.compile(r"是|因为|由于|怀疑|出在|可能|估计|应该|八成|多半")
_END: Final = re.compile(r"[,.!?;\n]")
#: A cause tells of something broken, done or missing; a day, a number or a wish does not.
_TELLS: Final = re.compile(
    r"坏|问题|故障|毛病|错|漏|进水|受潮|短路|老化|松|断|堵|摔|碰|压|磕|撞|卡|烧|系统|网络|信号|线路|质量|没[电水气网装接开充]|掉|脏|太[旧久]"
    r"|停电|打雷|下雨|雷|误|延迟|拥堵|爆仓|丢|被|不足|超|升级|维护|版本|欠费|冻|弄|设置|接触不良|兼容|假|过期|变质|虫|没[盖拧关]|反了"
)
_NO: Final = re.compile(
    r"^(?:今天到|明|后天|下周|你们?的?$|我|\d|[a-z]{1,4}\d|什么|怎么|多|谁|哪|不是|吗)|退款|退货|吗$|呢$|多久|几天"
)
_PARTICLE: Final = re.compile(r"(?:吧|呢|啊|呀|哦|嘛|的吧|了吧)$")
_LONGEST: Final = 24


def cause(message: Message) -> FieldValue | None:
    """The guess in the customer's words, without the word of guessing; None for a question."""
    folded = message.folded
    if _MARKS.search(folded) is None:
        return None
    for match in _GUESS.finditer(folded):
        start = match.end()
        stop = _END.search(folded, start)
        end = min(stop.start() if stop else len(folded), start + _LONGEST)
        said = folded[start:end]
        asks = stop is not None and stop[0] == "?"
        if asks or len(said) < 2 or _NO.search(said) or _TELLS.search(said) is None:
            continue
        if message.before(match.start(), 2).endswith(("是不", "会不", "不", "没")):
            continue
        particle = _PARTICLE.search(said)
        if particle is not None:
            end = start + particle.start() + (1 if said.endswith(("的吧", "了吧")) else 0)
        return message.value(start, end)
    return None
