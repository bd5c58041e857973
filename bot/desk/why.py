"""One sentence in Chinese that says why a line is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.desk.situation import Situation
from bot.domain.terms import Intent
from embeddings.hybrid import Hit
from kb.solutions import Solution
from kb.terms import FIELD_NAMES, ROLE_NAMES, Role
from prompts.lines import Line
from prompts.terms import KIND_NAMES, Kind

#: Preference from which it is mentioned.
_CLEAR: Final = 0.3
_MOODS = {"angry": "情绪激动", "anxious": "比较着急", "calm": "情绪平稳"}


def why_solution(
    s: Situation, solution: Solution, line: Line, probability: float, matched: str
) -> str:
    """Why a line of a solution's script is offered."""
    reason = (
        f"与“{matched}”意思相近（把握 {probability:.0%}）"
        if matched
        else f"正在处理“{solution.title}”"
    )
    if line.kind is Kind.ANSWER:
        text = f"{reason}，按标准方案“{solution.title}”解答"
    elif line.kind is Kind.REASSURANCE:
        text = f"{reason}，先安抚再处理业务"
    else:
        text = f"{reason}，方案的“{KIND_NAMES[line.kind][0]}”一步"
    approval = _approval(solution)
    if approval and line.kind in {Kind.CONFIRM, Kind.PROMISE, Kind.ANSWER}:
        text += f"；{approval}"
    return text + "。"


def _approval(solution: Solution) -> str:
    needed = [a for a in solution.authority if a.by is not Role.AGENT]
    if not needed:
        return ""
    first = needed[0]
    over = f"超过{first.over:g}元" if first.over is not None else ""
    return f"{first.action}{over}须{ROLE_NAMES[first.by][0]}审批"


def why_line(s: Situation, line: Line, hit: Hit | None) -> str:
    """Why a line of the phrase library is offered."""
    return f"{_situation(s, line)}{_matched(hit)}。"


def why_preferred(why: str, preference: float) -> str:
    """A reason, and what the agents think of the line where that is clear."""
    if abs(preference) < _CLEAR:
        return why
    return f"{why.removesuffix('。')}；{'同事常用' if preference > 0 else '同事较少采用'}。"


def _matched(hit: Hit | None) -> str:
    return f"，与示例“{hit.wording}”相近" if hit else ""


#: Kinds whose reason is always the same.
_PLAIN: Final = MappingProxyType(
    {
        Kind.PROMISE: "客户关心进度，给出明确的时限和跟进方式",
        Kind.CONFIRM: "方案已明确，征求客户同意",
        Kind.THANKS_REPLY: "客户表示感谢，礼貌回应",
        Kind.URGE: "客户催促进度，说明已做的处理和预计时间",
        Kind.CORRECTION: "客户指出表述有误，立即更正致歉",
        Kind.SURVEY: "问题已处理完，邀请评价",
        Kind.FOLLOWUP: "适合回访或主动关怀",
        Kind.ANSWER: "话术库中有对应的解答",
        Kind.ACK: "及时回应客户",
    }
)


def _situation(s: Situation, line: Line) -> str:
    """What of the situation speaks for a line of this kind."""
    told = _BY_SITUATION.get(line.kind)
    return told(s) if told else _PLAIN[line.kind]


def _opening(s: Situation) -> str:
    new = s.before.is_new
    return "本次会话首次接待，先问候并报工号" if new else "客户只打了招呼，主动询问需求"


def _reassurance(s: Situation) -> str:
    if s.has(Intent.THREAT):
        return "客户提到投诉或曝光，先安抚情绪"
    if s.upset:
        return f"客户{_MOODS[s.reading.emotion.value]}，先处理情绪再处理问题"
    return "客户遇到了不顺，先表示理解"


def _waiting(s: Situation) -> str:
    informed = s.gave_information
    return "客户已提供信息，查询前先说明等待时间" if informed else "需要查询或等待，先告知客户"


def _closing(s: Situation) -> str:
    asks = s.reading.has_need
    return "解答后询问是否还有其他需要" if asks else "客户没有新的问题，礼貌收尾"


def _ask(s: Situation) -> str:
    if s.verify_first:
        return "该业务涉及账户信息，须先核实身份"
    if s.missing:
        first = s.missing[0]
        return f"处理该问题还需要{FIELD_NAMES[first][0] if first in FIELD_NAMES else first}"
    return "需求还不清楚，请客户补充说明"


def _escalation(s: Situation) -> str:
    asked = s.has(Intent.WANTS_HUMAN)
    return "客户要求人工或主管" if asked else "按规则需要升级，说明由谁接手、何时答复"


_BY_SITUATION: Final[Mapping[Kind, Callable[[Situation], str]]] = MappingProxyType(
    {
        Kind.OPENING: _opening,
        Kind.REASSURANCE: _reassurance,
        Kind.WAITING: _waiting,
        Kind.CLOSING: _closing,
        Kind.ASK_INFO: _ask,
        Kind.ESCALATION: _escalation,
    }
)
