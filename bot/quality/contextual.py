"""Checks of a line against the conversation around it; silent where nothing of it is known."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import re2

from bot.quality.fold import fold_line
from bot.quality.line import Hit, Hits, Line

_PUNCTUATION: Final = re2.compile(r"[^\p{L}\p{N}]+")
#: What may be added or left out without saying anything new.
_PARTICLES: Final = re2.compile(r"^(?:亲+|您好|好的|嗯+|那)+|[呢哦哈呀啦吧哟嘛的了]|亲+$")
#: Shorter lines may come again: 好的, 请稍等.
_SHORTEST_REPEATED: Final = 8
_COURTESY: Final = re2.compile(
    r"^(?:感谢|谢谢|多谢|不客气|祝您|请?您?稍[等候]|(?:非常|很|真)?(?:抱歉|对不起|不好意思)|让您久等)"
)
_LONGEST_COURTESY: Final = 16


def repeated_line(line: Line) -> Hits:
    """A line of ours said before, but for particles and punctuation (clear expression)."""
    if not line.context.sent:
        return ()
    said = _core(line.text)
    courtesy = len(said) < _LONGEST_COURTESY and _COURTESY.search(said)
    if len(said) < _SHORTEST_REPEATED or courtesy:
        return ()
    if said not in map(_core_of, line.context.sent):
        return ()
    return (Hit(0, len(line.text)),)


def _core(folded: str) -> str:
    return str(_PARTICLES.sub("", _PUNCTUATION.sub("", folded)))


@lru_cache(maxsize=4096)
def _core_of(sent: str) -> str:
    return _core(fold_line(sent).text)


_FEE: Final = "(?:费|钱|违约金|滞纳金|利息|罚息|月租|押金|罚款|差价)"
#: How a remedy is promised, by what the desk calls it. A word of the context names a remedy by
#: the characters before the colon; what is none of these stands for itself.
_REMEDIES: Final = MappingProxyType[str, str](
    {
        "退": rf"退(?:款|费|钱|票|还|回|差|押金|定金|订金|全款|一半)|退[^,。!?]{{0,4}}(?:给|您)|(?:返还|全退|退掉)|"
        rf"把[^,。!?]{{0,8}}{_FEE}[^,。!?]{{0,4}}退",
        "赔|补偿|补贴|慰问": r"赔|补偿|补贴|补(?:给)?您\s?[0-9一二两三四五六七八九十百千]|返现|红包|双倍",
        "免|减": rf"减免|免单|免除|免掉|免去|免了|全免|豁免|抹(?:掉|零|了)|{_FEE}[^,。!?]{{0,6}}(?:免|不收|不要|抹)|"
        rf"(?:不收|免收|少收|不用交)[^,。!?]{{0,6}}{_FEE}",
        "换": r"换(?:货|新|一[台件个双套部只条支块]|台|机)|更换(?:新|一)|(?:给|为|帮)您换(?:$|[,。.!了吧])",
        "补发|补寄|重发|重送": r"补(?:发|寄|送)|重(?:新)?(?:发|寄|送)",
    }
)
_LOCKED: Final = "退 赔 免"
#: A sentence with one of these speaks about the remedy and does not promise it.
_NO_PROMISE: Final = re2.compile(
    r"申请|审批|审核|批准|同意|核定|核实|核准|核查|确认后|评估|主管|领导|经理|上级|是否|能否|可否|[吗么?]|请问|"
    r"如果|如需|若|要是|万一|想|希望|诉求|要求|记下|登记|反馈|提交|争取|[您你](?:也|还)?(?:可以|需要|要)|页面|流程|"
    r"规则|政策|规定|条件|符合|怎么|如何|了解|关于|麻烦|告诉|一般|通常|不能|无法|没法|没办法|不支持|不了|不可以|"
    r"暂时|还没|尚未|没有|还是|或者|已批"
)
_NEVER: Final = r"\b\B"
_SENTENCES: Final = re2.compile(r"[^。!?;~\n]+[。!?;~\n]?")


def locked_remedy(line: Line) -> Hits:
    """A promise of what the matched solution leaves to a supervisor and nobody approved."""
    words = [*line.context.authority, *(_LOCKED.split() if line.context.locked else ())]
    if not words:
        return
    promised = _promised(tuple(sorted(set(words))))
    for sentence in _SENTENCES.finditer(line.text):
        if _NO_PROMISE.search(sentence.group()):
            continue
        for found in promised.finditer(line.text, *sentence.span()):
            yield Hit(*found.span())


@lru_cache(maxsize=1024)
def _promised(words: tuple[str, ...]) -> Any:
    parts = []
    for word in words:
        name = fold_line(word).text.split(":")[0].split(">")[0].split("@")[0].strip()
        families = [
            pattern
            for keys, pattern in _REMEDIES.items()
            if any(key in name for key in keys.split("|"))
        ]
        parts += families or ([re2.escape(name)] if name else [])
    return re2.compile("|".join(dict.fromkeys(parts)) or _NEVER)


_QUESTION: Final = re2.compile(r"[?吗]|请问|麻烦您(?:提供|告诉|发|说|拍)|可以吗|方便")
_INSTRUCTS: Final = re2.compile(
    r"点击?[“\"「『【开选进右左上下\p{Han}]|打开|登录|进入|输入|设置|选择|长按|按住|拧|拔|插|重启|换上|"
    r"就可以|就能|就行|即可|就好|步骤|操作|办理|需要(?:您|先|本人|提供|携带)|先[^,。!?]{1,12}再"
)
_CLOSES: Final = re2.compile(r"再见|祝您|感谢您的(?:来电|咨询|支持|光临)|还有(?:什么|其他|别的)")
#: 登记 and the like speak of what we do; the customer has nothing to mind yet.
_OUR_PART: Final = re2.compile(
    r"我(?:马上|现在|先|这就|来|帮|为|去|会|已)|马上为您|为您登记|稍等|稍候"
)
#: Share of a reminder's characters that a line must have to have mentioned it; see docs/quality.md.
_MENTIONED: Final = 0.6
_LITTLE: Final = frozenset("的了请您先再和与及在是有不会要须需前后时一个也都就把被给到")


def reminder_missing(line: Line) -> Hits:
    """An answer or a farewell in which none of the solution's reminders was told, then or before."""
    reminders, text = line.context.reminders, line.text
    if not reminders:
        return ()
    closes = _CLOSES.search(text)
    answers = _INSTRUCTS.search(text) and not _QUESTION.search(text) and not _OUR_PART.search(text)
    if not (closes or answers):
        return ()
    told = [text, *(fold_line(one).text for one in line.context.sent)]
    if any(_mentions(one, fold_line(reminder).text) for reminder in reminders for one in told):
        return ()
    end = line.original.rstrip()
    stop = "" if end.endswith(("。", "！", "？", "!", "?", "~", ".")) else "。"
    first = reminders[0].rstrip("。.")
    return (Hit(0, len(text), f"{end}{stop}温馨提示：{first}。"),)


def _mentions(text: str, reminder: str) -> bool:
    wanted = {one for one in reminder if one.isalnum()} - _LITTLE
    return len(wanted & set(text)) >= _MENTIONED * len(wanted)
