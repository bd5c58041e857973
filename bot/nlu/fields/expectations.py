"""What the customer expects, as one of the codes of the contract (cues ``expect.*``)."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.implied import IMPLIED
from bot.nlu.fields.value import FieldValue, Message
from bot.nlu.lexicon import Span

#: In the order that breaks ties between equally weighty wishes in one message: the remedy that
#: costs most first, pressing last.
CODES: Final = (
    "退款", "换货", "补发", "赔偿", "维修", "取消",
    "修改", "发票", "恢复服务", "道歉", "解释", "催促",
)  # fmt: skip
_STATED: Final = 2.0
#: A wish stated early is the main one; a remedy always beats mere pressing.
_LAST: Final = "催促"
#: 别给我换货, 为什么要退货: named, not wished.
_NOT_WISHED: Final = re.compile(
    r"(?:别|不要|不想|不用|不需要|不打算|拒绝|为什么|为啥|凭什么|干嘛|怎么又|没|别光|光)(?:再|又|给我|让我|跟我)?$"
)
#: 万一尺寸做错了能退吗: a case that has not come about.
_SUPPOSED: Final = re.compile(
    r"(?:要是|万一|如果|假如)[^.!;\n]{1,24}?(?:吗|呢|么(?!多)|怎么赔|[?])"
)
#: 重新发一遍订单号: sending words again, not goods.
_WORDS_AGAIN: Final = re.compile(
    r"(?:一遍|一下|一次|下)?(?:订单|单号|号码|手机号|链接|消息|图|照片|地址|账号)"
)
#: 道歉有什么用: offered, and not enough.
_SCORNED: Final = re.compile(r"(?:当饭吃|有什么用|有啥用|没用|有用吗)")
#: 要等几天才退钱, 怎么才能恢复: a question about the time or the way it takes.
_HOW_LONG: Final = re.compile(r"多久|几天才|要几天|多长时间|(?:怎么|怎样|如何)才能")
_AGAIN: Final = "补发"
#: Wordings of wishes that need more than words side by side; tried where no cue speaks.
_WISHES: Final = (
    (
        "退款",
        r"把?(?:我的?)?钱(?:都|全)?(?:还|退)(?:给?我|回)|(?:还|退)我的?(?:钱|押金|差价)"
        r"|不(?:给)?退(?:钱|款|货)?(?:我)?(?:我?就|的话)"
        r"|(?:限|要求|必须|立即)[^,.!?]{0,10}退(?:款|钱|货|费)(?!吗|流程|规则|到)",
    ),
    (
        "维修",
        r"(?:前|内|赶紧|马上|给我|帮我|帮忙|尽快|能不能)(?:给我|帮我)?修好|(?:给我|帮我"
        r"|尽快)修(?!改)|修好(?:就|即可|了?就?行)",
    ),
    (
        "补发",
        r"(?:重新|再|补)寄|重新(?:给我)?发(?:一个|一份|一件|货)"
        r"|(?:少|漏|缺)[^!?]{0,14}(?:给我|再)(?:寄|发|送)(?:一?[个件份套包]|过来)",
    ),
    ("赔偿", r"(?:得|要|必须|应该)(?:给我)?赔(?!偿标准)|双倍|退一赔"),
    ("道歉", r"认(?:个|了|下)?错(?!账|人)"),
    (
        "发票",
        r"(?:给我|帮我|麻烦|我要|需要|我想)[^,.!?]{0,4}开[^,.!?]{0,16}(?:发票|专票|普票)(?!吗|怎"
        r"|多久)|开(?:一?张|个)?(?:电子|增值税)?(?:专用|普通)?(?:发票|专票|普票)[^?!]{0,12}(?:抬头"
        r"|税号|发到|发我|邮箱)|(?:发票|抬头|税号)[^!?]{0,40}(?:重开|重新开|换开|补开)",
    ),
    (
        "修改",
        r"(?:能不能|可不可以|想|能|可以|帮我|麻烦)(?:把.{1,8})?改(?:到|成|为|送)|(?:改|换)(?:个"
        r"|一下|下)(?:收货|收件|送货|配送|预约)?(?:地址|电话|收件人|收货人|时间"
        r"|名字|姓名|手机号)(?!怎|吗)",
    ),
    (
        "催促",
        r"(?:尽快|赶紧|赶快|马上|快点?儿?|立刻|立马|抓紧|抓紧时间|及时)(?:的|地)?(?:给我|帮我|给|帮忙|去|安排)?"
        r"(?:处理|解决|发货|安排|送|回复|答复|办|弄好|联系|派)",
    ),
    (
        "其他",
        r"(?:我的?(?:诉求|要求|期望|目的)(?:就|只)?是|我要求|我们要求|要求你们|强烈要求)(?!退"
        r"|换|赔|修|取消|解释|道歉|恢复|开)[^,.!?]{4,}",
    ),
)
#: 怎么退, 几天能到: how a thing is done in general.
_PROCEDURE: Final = re.compile(
    r"请问|(?:怎么|如何|怎样|哪里|在哪|去哪)(?!还|又|还没|收|扣|多|会|赔|算|个)|流程|规则|政策"
    r"|条件|一般|多少天|几天|支持"
)
_COMPILED: Final = tuple((code, re.compile(pattern)) for code, pattern in _WISHES)
_ASKS: Final = re.compile(r"怎么|如何|流程|规则|多久|几天|可以吗|行吗|能吗|吗[?]?$|会不会")


def expectation(message: Message) -> FieldValue | None:
    """The main wish, or None: a question about a procedure states no wish."""
    found = message.found
    first: dict[str, Span] = {}
    for code in CODES:
        if found.score(f"expect.{code}") >= _STATED:
            spans = [span for span in found.spans[f"expect.{code}"] if _wished(message, code, span)]
            if spans:
                first[code] = min(spans)
    if len(first) > 1:
        first.pop(_LAST, None)
    if not first:
        return _in_other_words(message)
    code = min(
        first,
        key=lambda one: (
            -message.corrects(first[one][0]),
            -found.score(f"expect.{one}"),
            first[one],
        ),
    )
    start, end = first[code]
    return FieldValue(code, start, end, message.corrects(start))


def _wished(message: Message, code: str, span: Span) -> bool:
    if _NOT_WISHED.search(message.before(span[0], 8)):
        return False
    if _SCORNED.match(message.folded, span[1]):
        return False
    low, high = message.clause(span[0])
    if _HOW_LONG.search(message.folded[low:high]):
        return False
    if any(one.start() <= span[0] < one.end() for one in _SUPPOSED.finditer(message.folded)):
        return False
    # 催一下退款进度: the refund is known, the news of it is wanted.
    if message.folded.startswith(("进度", "的进度"), span[1]):
        return False
    return code != _AGAIN or _WORDS_AGAIN.match(message.folded, span[1]) is None


def _in_other_words(message: Message) -> FieldValue | None:
    for code, pattern in _COMPILED:
        match = pattern.search(message.folded)
        if match is None:
            continue
        start, end = match.span()
        low, high = message.clause(start)
        asked = code != _LAST and _ASKS.search(message.folded[low:high])
        if not asked and _wished(message, code, (start, end)):
            return FieldValue(code, start, end, message.corrects(start))
    return _implied(message)


def _implied(message: Message) -> FieldValue | None:
    for code, pattern in IMPLIED:
        for match in pattern.finditer(message.folded):
            start, end = match.span()
            low, high = message.clause(start)
            if _PROCEDURE.search(message.folded[low:high]) is None and _wished(
                message, code, (start, end)
            ):
                return FieldValue(code, start, end, message.corrects(start))
    return None
