"""What the customer already tried: 重启试了三次, 恢复出厂设置, 拔了电源重新插过."""

from __future__ import annotations

import re
from typing import Final

from bot.nlu.fields.actions import actions
from bot.nlu.fields.value import FieldValue, Message

_VERB: Final = (
    r"(?:重启|重装|重新|重置|恢复出厂|拔|插|换|清洗|清理|清空|清除|卸载|关机|开机|"
    r"断电|断网|重连|重登|重开|复位|重设|清(?!楚|单|明|晰)|卸|升级|更新|刷新|按|试|检查|调|擦|充了?一?|退出"
    r"|联系过|格式化|切换|关了|关掉|打开|拆)"
)
_STILL: Final = (
    r"还是|依然|仍然|仍|照样|依旧|都没用|没用|没有用|也不行|都不行|不管用|不起作用|"
    r"没效果|无效|也没|都没|也一样|还不行|不行|没反应|没解决"
)
_LED: Final = re.compile(
    rf"(?:(?<!考)试过了?|尝试过了?|尝试了|试着|(?<!考)试了(?![一二两三四五六七八九十几好\d多]|"
    rf"很多))(?!了?(?:{_STILL}|还|都|也|但|可))([^,.!?;\n 不没]{{2,24}}?)(?=$|[,.!?;\n ]|了?(?:{_STILL})|了$|了,|也)"
)
#: What is only ever done to make something work again, whatever else the message says.
_REPAIR: Final = re.compile(
    r"重启|重装|卸载|重置|复位|恢复出厂|缓存|重新(?:插|装|登|连|开)|拔了|关机|重开|断电|拔掉"
)
_MANUAL: Final = re.compile(r"((?:按照?|照着)(?:说明书|教程|提示|客服|你们)[^,.!?;\n]{2,20})")
_DONE: Final = re.compile(
    rf"((?:已经)?[^,.!?;\n]{{0,12}}?{_VERB}[^,.!?;\n]{{0,20}}?(?:了|过|过了|"
    rf"[一二两三四五六七八九十几好多\d]+[次遍回]|[再又](?:开|插|装|启动|连|试|打开))[^,.!?;\n ]{{0,12}}?)"
    rf"(?=[,.!?;\n ]|{_STILL}|$)"
)
#: 检查了插座没问题: looked at and ruled out.
_CHECKED: Final = re.compile(
    r"(?:自己)?((?:检查|看|测|量)(?:了|过)[^,.!?;\n]{1,10}?)(?=(?:都|也)?(?:没问题|没毛病|正常|是好的|是开的|没坏))"
)
#: 垫了纸板也没用: any verb, where the words that it was in vain follow at once.
_IN_VAIN_ANYWAY: Final = re.compile(
    r"((?![打催问说等找投发付买退申跟报])[\u4e00-\u9fff]了(?!电话|客服|投诉|订单|钱)[^,.!?;\n 次遍]{1,8}?)"
    r"(?=(?:也|都|还是)(?:没用|不行|没效果|没反应)|不管用|没效果)"
)
_IN_VAIN: Final = re.compile(rf"[, ]?(?:{_STILL})")
#: 试了, 换了: without a word of what.
_BARE: Final = re.compile(r"我?(?:都|也|已经)?.过?了?")
_MARKS: Final = re.compile(_STILL)
_LEAD_IN: Final = re.compile(
    r"^(?:我|已经|都|也|自己|把|之前|刚才|然后|按你们说的|"
    r"(?:(?![换拔插重清按试关卸])[\u4e00-\u9fff]){1,6}(?=我)我?)+(?=[^,]{3})"
)
#: What the desk's or the shop's people did.
_THEIRS: Final = re.compile(r"你们的?(?:师傅|人|那个|维修|客服|工程师)|师傅|(?:厂家|店家|商家)")
_NOT_TRIED: Final = re.compile(r"申请|订单|快递|退款|电话|客服|投诉|修了|师傅|换货|钱|天了|付")


def tried(message: Message) -> FieldValue | None:
    """The customer's own words for it; several actions stand side by side, parted by 、."""
    folded = message.folded
    quality = message.found.has("product_quality")
    listed = actions(message.text, folded, quality)
    if listed is not None:
        return FieldValue(listed[0], *listed[1:], message.corrects(listed[1]))
    led = _LED.search(folded) if "试" in folded else None
    if led is not None:
        return message.value(*led.span(1))
    checked = _CHECKED.search(folded)
    if checked is not None:
        return message.value(*checked.span(1))
    if _MARKS.search(folded) is None:
        return None
    sure = quality or _REPAIR.search(folded) is not None
    match = _MANUAL.search(folded)
    if match is None:
        match = next(
            (
                found
                for found in _DONE.finditer(folded)
                if not _NOT_TRIED.search(found[1])
                and (sure or _IN_VAIN.match(folded, found.end()) is not None)
            ),
            None,
        )
    if match is None:
        match = _IN_VAIN_ANYWAY.search(folded)
    if match is None:
        return None
    start, end = match.span(1)
    theirs = _THEIRS.search(folded, message.clause(start)[0], end)
    if theirs is not None or _BARE.fullmatch(match[1].strip()) is not None:
        return None
    lead = _LEAD_IN.match(folded[start:end])
    return message.value(start + (lead.end() if lead else 0), end)
