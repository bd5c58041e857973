"""What a customer did to the thing himself, one action a clause: 滤网洗了, 断电重启两次."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_CLAUSE: Final = re.compile(r"[^,.!?;:\n、() ]+")
_LEAD: Final = re.compile(
    r"(?:我们?|自己|也|都|已经|就|又|还|先|然后|后来|之前|刚才|刚刚|刚|昨天|昨晚|今天|今早|早上|在家"
    r"|试过|试了|试着|(?:按|照|听)[^,]{0,6}(?:说的|教的|讲的))+(?=.{2})"
)
#: Verbs of repair. Those that also speak of what happens by itself (关, 开, 看) need 也, 又 or 过.
_VERB: Final = (
    r"(?:重启|重装|重置|复位|校准|校正|配对|配网|对码|升级|更新|格式化|卸载|断电|清[理洗空除零]|除垢|化霜|除霜"
    r"|排过?气|放过?气|排过|试|切换|退出|解绑|绑定|恢复过?出厂|还原|设置|上传|测|量|打磨|涂|抹|贴|缠|喷|润滑"
    r"|洗|擦|换|拔|插|清(?!楚|单|明|晰)|调|紧|拧|拆|按|删|卸|倒|吹|捋|连|登|输|翻|查|摸|垫|装|推|搬|挪|晒|烘|晾"
    r"|通|捅|敲|剪|冲|敷|磨|挪|升|刮|格|泼|撒|喷|挑|抠|掏|压|补|填|浸|煮|回滚|开窗|轮着|晃|转|拧"
    r"|刷机|刷新|扫|疏通|泡|焊|绑|弄|剪|撕|充|试|重[开连写传登做配插刷新输放]|[开关]机)"
)
_WEAK: Final = r"(?:关|开|看|接|上|放|改|加|动|检查|做|抖|拍|掰|摘|写|录)"
_TIMES: Final = r"(?:[一二两三四五六七八九十几好多\d]+)(?:多|好)?[次遍回下个圈秒分根条半]"
_DONE: Final = re.compile(
    rf"{_VERB}(?:[^了过]{{0,5}}?(?:了|过|{_TIMES})|(?:到|成)?最?[高低大小]|重[插装开启连]|一遍)"
    rf"|{_WEAK}[^了过不没]{{0,3}}?过(?!期|去|来|敏)|也{_WEAK}[^不没]{{0,5}}了|{_WEAK}了(?:又|再"
    rf"|重|{_WEAK}|[一-龥]?油)"
    rf"|(?:开|调|关|拧|放)(?:到|成|至)最?|{_WEAK}了{_WEAK}$|接了$|推上去|翻过"
    rf"|重[一-龥]{{1,2}}[了过]|(?:也|都)[^不没]{{1,6}}[了过]$|[^不没来]{{1,8}}过(?:{_TIMES})?$"
    rf"|拿出来|换(?:了)?[一-龥]{{1,3}}插|敷过|清了[n几多]次|换上(?:去|了)?$|轮着|拆?[抽取拿]出来"
    rf"|升了|恢复过|(?:调|补|加|开|降)到-?[0-9]|外接|直连|[充开放晾][了过]?一(?:宿|晚|夜|整|天"
    rf"|个)|试的$|再[开插启]"
)
#: Said without 了 or 过, on its own.
_BARE: Final = re.compile(
    r"(?:强制|反复|多次|来回|长按)?(?:断电|断网|关机|开机|拔电源?|拔插头|卸载|关掉)*"
    r"(?:重启|重装|重置|重登|重连|复位|断电|恢复出厂(?:设置)?|(?:清|清除|清理|清空)缓存|关机再开"
    r"|换(?:手机|电脑|网络|浏览器|账号|卡|流量|插座|电池|线|网|数据线|设备|地方|时间)"
    r"|重新[一-龥]{1,4}|拔插|[一-龥]{2,4}(?:重装|重启|重置|复位|更新)"
    r"|换(?![新货一二两几个成到好大小过])[一-龥0-9a-z]{1,4}(?:换[一-龥]{1,3})?"
    r"|清灰(?:换[一-龥]{1,3})?|换到别的[一-龥]{1,3})"
    rf"(?:手机|电脑|路由器?|光猫|设备|机器|软件|app)?(?:{_TIMES})?"
)
#: Somebody else did it, it is wished or asked, or it is business and no repair.
_NOT: Final = re.compile(
    r"师傅|你们|物业|快递|他们|客服|厂家|店家|商家|卖家|售后|上门|帮我|帮忙|给我|给换|麻烦|请(?!求)|想|要(?!么)"
    r"|可以|(?<!智)能(?!源)|吗|怎么|什么|是不是|应该|买(?!了[^,]{0,4}换)|问|家店|订单|退款|退货"
    r"|钱|发货|寄|收货|付[了款]|充值|话费"
    r"|投诉|电话|手机号|换货|名字|会员|套餐|自动|老是|总是|突然|一直|被|申请|合同|预约|[快慢]要|还没|从来|刚.{0,4}的$"
    r"|才.{0,4}的$|以后就|之后就|没电|充满|元|块|人家|医|坏了$|断了$|查不|工单|就这样|给的|要的"
    r"|补发|过来|错了|我的|才|交了|审核|通过了|看过了?$|见过|说过|问过|用过|坐过|来过|办过|去过"
    r"|玩过|签过|领过|激活过|工单|报修|登记|等了|打了|打过"
)
_BEFORE_VERB: Final = re.compile(r"不(?!停)|没|别|未|无法")
#: 装歪了, 洗坏了: how it came out, not what was done against it.
_SPOILT: Final = re.compile(
    r"[歪坏错反塌裂断碎丢没破松掉烂花缩漏洒短丑][了过]|给工作|着火|[换装修洗]得"
)
#: From here on a clause tells that it was in vain.
_TAIL: Final = re.compile(
    r"(?:也|都|还|又|但是?|可是?|完|再)*(?:试了|试过)?(?:还是|照样|依旧|依然|仍然?|结果|(?:也|都"
    r"|还|又)(?=不|没|是|这|报|红|响|跳|一样|白)"
    r"|没用|没有用|白搭|不行|不管用|没效果|没反应|不起作用|一样|不好使|就好)(?:.*)$"
    r"|还[^\W\d]{1,3}$|都(?:试|弄|搞)[了过]$|又[跳报掉断漏]$"
)
_AGAIN: Final = re.compile(r"过|重|也|遍|[反复来回]{2}")
_TROUBLE: Final = re.compile(
    r"不.?了|不[一-龥](?=[ ,.!]|$)|(?<![a-z0-9])[a-z]{1,2}-?\d{1,3}(?!\d)"
    r"|不[了上动着亮热出进转走冷停开到灵严稳住下通行足准见暖制显认对好]|没(?:反应|声|网|电|信号"
    r"|水|用|到账|气|图|效果|动静)|失灵"
    r"|闪退|离线|掉线|断(?!电)|漏|卡(?:住|在|顿|死)|红灯|[坏糊堵裂响]|[黑蓝花白]屏|失败|错误|报"
    r"|故障|跳闸|失效|死机|打滑"
    r"|一样|白搭|异[味响]|结冰|噪音|吸力|显示|提示|有[一条电]|还红|闪|乱|慢|松|抖|偏|自己|臭|味"
)


def actions(text: str, folded: str, faulty: bool) -> tuple[str, int, int] | None:
    """(the actions joined by 、, start of the first, end of the last), or None.

    ``folded`` is ``text`` folded, character by character; ``faulty`` tells that a fault is already
    known of, else the message must speak of one.
    """
    spans = list(_spans(folded))
    if not spans or not (faulty or _TROUBLE.search(folded) or _after_all(folded, spans)):
        return None
    joined = "、".join(text[start:end] for start, end in spans)
    return joined, spans[0][0], spans[-1][1]


def _after_all(folded: str, spans: list[tuple[int, int]]) -> bool:
    """Whether they stand after something told first: 手柄漂移 校准过."""
    start, end = spans[0]
    return start > 3 and (len(spans) > 1 or _AGAIN.search(folded, start, end) is not None)


def _spans(folded: str) -> Iterator[tuple[int, int]]:
    for clause in _CLAUSE.finditer(folded):
        start, end = clause.span()
        tail = _TAIL.search(folded, start, end)
        if tail is not None:
            end = tail.start()
        lead = _LEAD.match(folded, start, end)
        if lead is not None:
            start = lead.end()
        said = folded[start:end]
        if not 2 <= len(said) <= 22 or _NOT.search(said) or _SPOILT.search(said):
            continue
        if _BARE.fullmatch(said) or (tail is not None and tail[0].startswith(("都试", "都弄"))):
            yield start, end
            continue
        done = _DONE.search(said)
        if done is not None and not _BEFORE_VERB.search(said[: done.start()]):
            yield start, end
