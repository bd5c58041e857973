"""What a line of ours did (its kinds), read from its words.

Suggested lines know their kind; a line typed by hand is read here, so that the stage follows and
nothing is offered twice. Order matters nowhere: a line may do several things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from prompts.terms import Kind

#: Kind -> wordings (regular expressions) that show it, any one of which is enough.
_CUES: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.OPENING: (
            "(?:为|很高兴为|竭诚为)您服务",
            "欢迎(?:光临|咨询|来到|致电)",
            r"工号\w+",
            "有什么(?:问题|需要)?(?:可以|能)?(?:帮|为)(?:到)?您?",
        ),
        Kind.REASSURANCE: (
            "抱歉|对不起|不好意思|体谅|换作是我|消消气|着急",
            "(?:能|很|非常)?理解您|能理解",
            "您别(?:着)?急|请您?放心",
            "(?:给您(?:添|带来).{0,4}(?:麻烦|不便)|让您(?:久等|担心|费心|失望))",
        ),
        Kind.WAITING: (
            "稍等|稍候|等一下|等我一下|久等|耐心等待",
            "(?:正在|马上)(?:为您|帮您|给您)?(?:查|核实|确认|看)",
        ),
        Kind.CLOSING: (
            "还有(?:什么|其他|别的|需要).{0,10}(?:吗|呢|么|帮)",
            "祝您|再见|感谢您的(?:咨询|支持|来电|理解与支持)",
            "随时(?:联系|找)我们|欢迎(?:您)?(?:再次|下次|随时)",
        ),
        Kind.ASK_INFO: (
            "(?:请|麻烦|烦请|劳烦)您?.{0,10}(?:提供|发|告诉|告知|说一下|描述|拍|截)",
            "请问(?:您)?(?:的|是|在|用|购买|什么时候|哪)",
            "方便(?:提供|告诉|发|说)",
            "(?:订单号|手机号|型号|截图|视频|图片|户号|单号).{0,8}(?:吗|呢|[？?])",
        ),
        Kind.PROMISE: (
            r"(?:会|将|为您|给您|帮您).{0,14}(?:小时|工作日|分钟|\d点|:\d\d|[\d一二三四五六七八九十][号日]|今天|明天|今晚)",
            "(?:小时|工作日|今天|明天|[日号]).{0,12}(?:联系您|答复|回复|回电|通知您|告知您)",
            "已经?(?:为您|帮您|给您)?(?:登记|反馈|催促|备注|提交)",
            "尽快(?:为您|给您|帮您|处理|安排)",
        ),
        Kind.CONFIRM: (
            "您看(?:这样|可以|好|行|是否|如何)",
            "这样(?:处理|安排|操作)?(?:可以|行|好)吗|可以吗|好吗[？?]",
            "(?:您|是否)(?:同意|接受)",
        ),
        Kind.ESCALATION: (
            "(?:转|升级|移交|上报).{0,8}(?:主管|专员|部门|专家|客服|售后|技术|经理|同事)",
            "(?:主管|专员|经理).{0,10}(?:联系您|处理|答复)",
        ),
        Kind.THANKS_REPLY: ("不客气|不用谢|应该的|您太客气|客气了|分内",),
        Kind.SURVEY: ("评价|打分|评分|满意度",),
        Kind.URGE: ("(?:已经?|再)(?:为您|帮您|给您)?催",),
        Kind.CORRECTION: ("打错|说错|写错|口误|更正",),
    }
)
_PATTERNS: Final = tuple((kind, re.compile("|".join(cues))) for kind, cues in _CUES.items())
_BARE: Final = re.compile(
    r"^(?:好的|嗯+|是的|您好|明白了?|收到|可以的?|好|行|在的?|没关系|对的?|亲+|呢|哦|哈|呀|[，,。.!！~～\s])+$"
)
#: Shorter lines without a cue are no business answer.
_ANSWER_FROM: Final = 6
#: Beside courtesies, a sentence without any cue is an answer from this length on.
_BESIDE_FROM: Final = 10
_SENTENCE: Final = re.compile(r"[^。！!？?；;\n~～]+[？?]?")
_GREETS: Final = re.compile(
    r"^(?:亲爱的?|亲|您好|你好|好的|嗯+|这里是|我是|[^，,]{0,6}[早上中下午晚]好|客服).{0,14}$"
)
_ASKS: Final = re.compile(r"[？?吗呢]\s*$|什么|哪|多少|几|是否|有没有")


def kinds_of(text: str) -> frozenset[Kind]:
    """The kinds a line of ours performs; ``ack`` for a bare acknowledgement, else ``answer``."""
    found = {kind for kind, pattern in _PATTERNS if pattern.search(text)}
    if _BARE.match(text.strip()):
        return frozenset(found or {Kind.ACK})
    if not found or (len(text) >= 40 and found <= {Kind.CLOSING, Kind.REASSURANCE}):
        found.add(Kind.ANSWER if len(text.strip()) >= _ANSWER_FROM or not found else Kind.ACK)
    if any(_answers(sentence) for sentence in _SENTENCE.findall(text)):
        found.add(Kind.ANSWER)
    return frozenset(found)


def _answers(sentence: str) -> bool:
    """Whether a sentence does nothing that a cue knows, and is more than a greeting."""
    said = sentence.strip()
    return (
        len(said) >= _BESIDE_FROM
        and not any(pattern.search(said) for _, pattern in _PATTERNS)
        and not _BARE.match(said)
        and not _GREETS.match(said)
        and not _ASKS.search(said)
    )
