"""What a line of ours tells the customer was done behind the scenes, read from its words.

Clocks start and stop by these acts, so only what is told as done, or as how things stand, counts:
审核通过后, 会转交, 如果主管同意 and 到账了吗 tell nothing. The wordings of each act are in
:mod:`bot.nlu.act_cues`; here is what surrounds them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.terms import Act
from bot.nlu.act_cue import Cue
from bot.nlu.fold import fold

#: No sentence of daily life is longer; the bound keeps the time linear.
_SENTENCE: Final = re.compile(r"(?:[^.!?;\n]|\.(?=\d)){1,300}[?]?")
_BREAKS: Final = ",: ~"
_CLAUSE_END: Final = re.compile("[,: ~]")
#: Words that look like a sign of the future, of a wish or of a negation but are none.
_BENIGN: Final = re.compile(
    r"会员|社会|主要|重要|要求|需求|不好意思|不便|对不起|不用担心|不用急|智能|功能|性能|没问题|没关系|别担心|别急|"
    r"久等|等待|邀请|请放心|请假|请示|首要|再次|要点|会议|不良|不同|之前|能够|过不久|分别|不到|没多久|人才|刚才|方才|[您你]要的|特别|级别|类别|区别"
)
#: Before a cue in its clause: it is not done (yet), or only asked, wished or advised.
_PENDING: Final = re.compile(
    r"会|将|稍后|稍候|尽快|尽早|马上|立刻|立即|待|等|准备|打算|需|要|(?<!申)请|麻烦|可以|能|再|才|建议|应|预计|争取|尽量|"
    r"没|未|不|别|无|想|每|祝|早日|必须|[天时日]内|明天|后天|今晚|如|若|去|方便|让|避免|以便|便于|由您|您先|流程(?:是|为|包括|一般)|包括"
)
#: The same for an agreement to exchange, which may well lie in the future.
_NOT_AGREED: Final = re.compile(
    r"没|未|不|别|无|需|(?<!申)请|麻烦|建议|如|若|想|等|待|要(?!给|为|帮)|避免|流程(?:是|为|包括|一般)|先|超过"
)
#: The same for a call-back.
_LATER: Final = re.compile(r"会|将|稍后|后续|安排|如|什么时候|明天|后天|再给")
#: The clause before speaks of the future, and nothing in the cue's own of the past.
_WILL: Final = re.compile(r"会|将|稍后")
_PAST: Final = re.compile(r"了|过|到")
_TOLD: Final = re.compile(r"已|刚")
#: What comes before 已 no longer counts; 已将 and 已请 hold an object, no future and no wish.
_SINCE: Final = re.compile(r"已经?[将请]?")
#: Applied for is not done, and 恢复不了 is no doing.
_APPLIED: Final = re.compile(r"(?:^|[您我])申请了?$")
_CANNOT: Final = re.compile(r"^了?[不未没]")
_IF: Final = re.compile(
    r"如果|如(?=[有需您])|若|要是|假如|一旦|倘若|只要|除非|万一|的话|(?:^|,)(?:等(?!待|候|了)|待)|凡是|之前$|以前$"
)
#: What is done only after this: 收到后, 通过后.
_ONCE: Final = re.compile(
    r"(?:(?<![售稍今])后|之后|以后|时|的时候|前)(?:,|$)|(?:^|,)(?:收到|寄回|满)[^,]{0,10}(?:后|,)"
)
_AFTER: Final = re.compile(r"(?<![售稍今])后(?![台续面天])")
#: Behind a cue in its clause: it is the condition of something else.
_OPEN: Final = re.compile(
    r"^[^,]{0,3}?(?:(?<!售)后(?![台续面天])|之后|以后|的话|的时候|时$|与否|才|再|需要|前)"
    r"|^(?:了|完|的)?(?:就(?!是|在)|直接|会|将|我会|我再)"
)
_ASKED: Final = re.compile(
    r"是否|有没有|是不是|能不能|能否|可否|请问|要不要|会不会|哪|什么时候|怎么"
)
_WHETHER: Final = re.compile(r"是否|有没有|是不是|能否")
_QUESTION: Final = re.compile(r"(?:吗|么|没有?|呢|是不是|对不对|是否)(?:[?]|呀|啊|呢)*$|[?]$")
_CONSENT: Final = re.compile(
    r"^(?:请问)?(?:您看)?(?:这样)?(?:可以|好|行|对|是|同意|成|合适|需要|是这样)(?:吗|么|不|吧)"
    r"|^您(?:看|觉得)|^好不好|^行不行|^是不是"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cue was found in a sentence.

    Attributes:
        earlier: the clauses before the cue's own.
        left: what stands before it in its clause.
        told: the cue itself.
        right: what stands behind it in its clause.
        later: the clauses behind.
        marked: 已 or 刚 says that it is done.

    """

    earlier: str
    left: str
    told: str
    right: str
    later: str
    marked: bool


def acts_of(text: str) -> frozenset[Act]:
    """The acts that an agent's line tells; empty for most lines. Linear in the text's length."""
    folded = fold(text)
    from bot.nlu.act_cues import CUES  # compiled when the first line of ours is read

    todo = [cue for cue in CUES if any(word in folded for word in cue.words)]
    if not todo:
        return frozenset()
    found: set[Act] = set()
    for sentence in _SENTENCE.finditer(folded):
        said = sentence.group().strip()
        for cue in todo:
            if not cue.acts <= found and _told(cue, said):
                found |= cue.acts
    return frozenset(found)


def _told(cue: Cue, said: str) -> bool:
    """Whether a sentence tells a cue as a fact."""
    return any(_stands(cue, _place(said, found)) for found in cue.pattern.finditer(said))


def _place(said: str, found: re.Match[str]) -> _Place:
    begin = max(said.rfind(mark, 0, found.start()) for mark in _BREAKS) + 1
    ends = [at for mark in _BREAKS if (at := said.find(mark, found.end())) >= 0]
    end = min(ends, default=len(said))
    left, told = said[begin : found.start()], found.group()
    marked = _TOLD.search(left + told) is not None
    return _Place(said[:begin], left, told, said[found.end() : end], said[end + 1 :], marked)


def _stands(cue: Cue, at: _Place) -> bool:
    if (not cue.asks and _asked(cue, at)) or _conditional(at):
        return False
    return cue.plain or not (_to_come(cue, at) or _undone(cue, at))


def _asked(cue: Cue, at: _Place) -> bool:
    """Whether the clause is a question, or the sentence asks for consent to it."""
    if _ASKED.search(at.left) or _WHETHER.search(at.told) or _QUESTION.search(at.told + at.right):
        return True
    if cue.agrees or at.marked or _TOLD.search(at.right):
        return False
    return _CONSENT.search(_CLAUSE_END.split(at.later.rstrip("?"))[-1]) is not None


def _conditional(at: _Place) -> bool:
    if _IF.search(at.left) or _OPEN.search(at.right):
        return True
    return not at.marked and _IF.search(at.earlier) is not None


def _to_come(cue: Cue, at: _Place) -> bool:
    """Whether something must happen first."""
    if at.marked:
        return False
    if Act.RESULT in cue.acts and not _PAST.search(at.told + at.right[:6]):
        before = _CLAUSE_END.split(at.earlier.rstrip(_BREAKS))[-1]
        if _WILL.search(_BENIGN.sub("", before)):
            return True
    return cue.does and bool(_ONCE.search(at.earlier) or _AFTER.search(at.left))


def _undone(cue: Cue, at: _Place) -> bool:
    """Whether the cue is denied, wished, or lacks what shows that it was done."""
    near = _SINCE.split(at.left)[-1]
    pending = _LATER if cue.asks else _NOT_AGREED if cue.agrees else _PENDING
    if pending.search(_BENIGN.sub("", near)):
        return True
    if cue.does and (_APPLIED.search(near) or _CANNOT.search(at.right)):
        return True
    around = at.left[-14:] + at.told + at.right[:10]
    return not (cue.done is None or at.marked or cue.done.search(around))
