"""Whether a customer's message brings a picture, a video or a file, or says it was just sent."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fold import fold

_THING: Final = r"(?:图片|照片|相片|截图|截屏|录屏|录像|视频|图|附件|文件|凭证|证据|小票|单据|发票照|检测报告|资料)"
#: What a channel writes in place of an attachment, and names of files.
_BROUGHT: Final = re.compile(
    r"[\[(<【](?:图片|照片|动画表情图|视频|小视频|短视频|文件|附件|截图|image|photo|picture|video|file)[^\])>】]{0,30}[\])>】]"
    r"|[\w-]{1,60}\.(?:jpe?g|png|heic|gif|webp|bmp|mp4|mov|avi|pdf)\b"
)
_SENT: Final = re.compile(
    # 照片已上传, 视频发过去了, 图都发了
    rf"{_THING}[^,.!?\n]{{0,6}}?(?:发|传|上传|提交|拍|贴)(?!票|货|现|生|不|来的)(?:[^,.!?\n]{{0,6}}?(?:了|过|好|成功|完)|给?[你您])"
    rf"|{_THING}[^,.!?\n]{{0,3}}已经?[^,.!?\n]{{0,4}}(?:发|传|提交)"
    # 已发图, 发了三张照片, 给你发了个小视频
    rf"|已经?(?:把|给[你您]们?)?(?:发|传|上传)了?[^,.!?\n]{{0,4}}{_THING}"
    rf"|(?:发|传|上传|拍)(?:给[你您]们?)?(?:了|过|好了?|完了?)[^,.!?\n]{{0,6}}?{_THING}"
    rf"|(?:刚|刚刚|刚才|上面)(?:我)?(?:发|传|上传|拍)的?[^,.!?\n]{{0,5}}{_THING}"
    rf"|我(?:刚|刚刚|刚才)?(?:发|传)的[^,.!?\n]{{0,4}}{_THING}"
    # 截图在上面, 图片如下, 如图, 见附件
    rf"|{_THING}[^,.!?\n]{{0,3}}(?:在(?:上面|下面|这)|如下)|(?:如|见|看|上)(?:下|上)?图(?![书案标形])"
    rf"|(?:见|看)附件|(?:这是|这就是|上面[^,.!?\n]{{0,3}}[张个段])[^,.!?\n]{{0,8}}{_THING}"
    r"|看(?:一)?下(?:我的?|这)?(?:图片|照片|截图|视频)"
)
#: In the clause these turn a sending into a question, a wish, a failure or another's doing.
_NOT: Final = re.compile(
    r"怎么|如何|怎样|要不要|需要|哪里|什么|能不能|可不可以|可以|能发|行不行|给谁|如果|等会|待会|等下|一会|稍后|明天|马上|回头|再发|再拍"
    r"|没有?(?:发|传|拍|上传|图|照|视|截|提)|还没|未(?:发|传|上)|不(?:出|上|了|到|清|符|是发|会发)|失败"
    r"|(?<![给跟])(?:你|您|你们|客服|商家|卖家|快递员?|师傅|他|她)(?:刚|刚才|们)?(?:发|拍|传)(?:了|的|过|给)?(?!.{0,6}我刚)"
    r"|把[^,.!?\n]{0,6}(?:发|传)给?我|给我(?:发|看)|发(?:了|过)?[^,.!?\n]{0,6}给我"
)
_CLAUSE: Final = re.compile(r"[^,.!?;~\n]{1,200}")
_ASKS: Final = re.compile(r"(?:吗|么|呢)\s*$")
_FINE: Final = re.compile(r"没问题|没关系|有什么|还要什么|都可以|(?:看|收)(?:不)?到了?(?:吗|没有?)")


def brings_evidence(text: str) -> bool:
    """Whether a customer's message comes with a picture, video or file, or tells that one was sent.

    Asking how to send, being about to send, failing to, and pictures of others do not count.
    """
    folded = fold(text)
    if _BROUGHT.search(folded):
        return True
    for clause in _CLAUSE.finditer(folded):
        said = _FINE.sub("", clause.group())
        if _SENT.search(said) and not _NOT.search(said) and not _ASKS.search(said):
            return True
    return False
