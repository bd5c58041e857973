"""Goods beyond the lexicon's bare names: with what kind they are, their model, or unlisted."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.value import FieldValue, Message

#: What kind of thing it is; part of the name a person would write into a form.
_KIND: Final = re.compile(
    r"(?:智能|降噪|骨传导|网络|蒸汽|电动|燃气|无线|宠物|双人|单人|双门|三门|家庭|超薄|高清|手持|轻薄"
    r"|儿童|婴儿|宝宝|便携|折叠|实木|乳胶|不锈钢|嵌入式|壁挂式|双开门|对开门|入耳式"
    r"|头戴式|车载|全自动|机械|游戏|电竞|真丝|纯棉|太阳能|布艺|真皮|人体工学|自动|数码|家用|变频|立式|记忆棉)+$"
)
_MODEL: Final = r"[a-z]{1,6}[a-z0-9]{0,6}(?:-[a-z0-9]{1,8}){0,2}(?:/[a-z0-9]{1,6})?"
_AFTER: Final = re.compile(rf"({_MODEL})(?![a-z0-9-])")
_STATED: Final = re.compile(
    r"型号(?:是|为|叫|:|\s)*([a-z0-9]{2,15}(?:[-/][a-z0-9]{1,8}){0,2})(?![a-z0-9])"
    r"|(?<![a-z0-9])([a-z]{2,5}-?\d{2,5}[a-z]{0,3})型(?!号)"
)
#: E08 after a name is what its display shows; USB, WiFi and long numbers are no models.
_NO_MODEL: Final = re.compile(
    r"[efh]r?[-]?\d{1,3}$|[a-z]-?\d{1,2}$|(?:wifi|usb|hdmi|app|ios|err|vip|v\d|sn|id|ord|dd|jd|sf|tb).*"
    r"|.*\d{6}|[^0-9]+$"
)
_HEAD: Final = (
    r"(?:机器人|软件|会员|游戏|套装|礼盒|保险"
    r"|[书鞋票机器卡锁险椅柜桌床灯车仪炉灶鞋包裤裙枪架帘锅壶杯券课粮镜琴伞箱凳毯垫"
    r"帽枕秤泵扇])"
)
#: 密码锁反锁打不开: an unlisted noun that opens a message, up to what is wrong with it.
_OPENING: Final = re.compile(
    r"(?:^|[,.!? ])(?:你好 ?,?|我家里?的?|我们?的?|家里的?|你们家?的?|这个?|那个?|新买的|刚买的)?"
    rf"((?:[^\W\d_a-z的了是我你他她它就说没不还都又和在把给跟到被换用买退送寄催开关刷插充办打上下停死]){{1,5}}?{_HEAD}"
    rf"|[书鞋票灯课床])"
    r"(?=坏|不|没|报|显|漏|裂|断|碎|掉|怎么|老|总|突然|又|一直|打不|开不|充不|连不|有|太|少|到现在|为什么|能不能|能退"
    r"|要退|丢|失|卡|响|闪|过期|失灵|锁不|刷不|用不|晃|松|异|噪|自动|自己|发错|买错|漏|启动|开机"
    r"|买|穿|发|跟|一闪|里|$)"
)
_NO_GOODS: Final = re.compile(
    r"司机|时机|危机|转机|飞机|死机|待机|手机|银行卡号|身份|客服|师傅|单号|人工|快递|包裹|物流"
    r"|取件|地址|邮箱|信箱|红包"
    r"|丰巢|怎么|什么|上面|里面|机器$|保险$|软件$|游戏$|武器|经验|风险|冒险|危险|堵车|发票"
)


def named(message: Message, start: int, end: int) -> FieldValue:
    """The name with its kind before it and the model after it: 降噪耳机XM5."""
    kind = _KIND.search(message.before(start, 8))
    if kind is not None:
        start -= len(kind[0])
    name = message.text[start:end]
    model = _AFTER.match(message.folded, end)
    if model is not None and not _no_model(model[1]):
        return message.value(start, model.end(1))
    stated = _STATED.search(message.folded)
    if stated is not None:
        return FieldValue(
            name + message.text[slice(*stated.span(stated.lastindex or 1))],
            start,
            end,
            message.corrects(start),
        )
    return message.value(start, end)


def opening(message: Message) -> FieldValue | None:
    """The unlisted noun a message opens with, where what is wrong with it follows."""
    match = _OPENING.search(message.folded)
    if match is None or _NO_GOODS.search(match[1]) is not None:
        return None
    return message.value(*match.span(1))


def _no_model(said: str) -> bool:
    # Two letters and a digit make a model, one a display code: XM5, but H3.
    return _NO_MODEL.fullmatch(said) is not None or re.match(r".*\d{6}", said) is not None
