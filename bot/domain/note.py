"""The service note (服务小结), drafted from the ticket: request, process, solution, follow-up."""

from __future__ import annotations

from typing import Final

from bot.domain.conversation import Conversation
from bot.domain.terms import Rule, Stage
from kb.terms import CATEGORY_NAMES
from prompts.terms import Kind

#: Rules whose firing the note tells, each once; clocks and waiting stand in the log.
_TOLD: Final = frozenset({Rule.P1, Rule.SAFETY, Rule.THREAT, Rule.ANGRY, Rule.WANTS_HUMAN})


def draft_note(conversation: Conversation, solution_title: str = "") -> str:
    """A few clear sentences; "" while no need is stated."""
    if not conversation.has_need:
        return ""
    fields = conversation.fields
    who = fields.get("customer_name", "客户")
    problem = str(fields.get("problem") or conversation.said[0])[:80]
    wish = f"，诉求为{fields['expectation']}" if "expectation" in fields else ""
    limit = f"（要求{fields['deadline']}）" if "deadline" in fields else ""
    parts = [f"诉求：{who}反映“{problem}”{wish}{limit}。"]
    facts = [
        f"{name}{fields[code]}"
        for code, name in (("order_no", "订单号"), ("product", "产品"), ("fault_code", "故障代码"))
        if code in fields
    ]
    minor = CATEGORY_NAMES[conversation.category][1]
    parts.append(
        f"处理：归类为{minor}，优先级{conversation.priority.value}" + _joined(facts) + "。"
    )
    if Kind.ANSWER in conversation.done or solution_title:
        title = f"按“{solution_title}”处理" if solution_title else "已向客户说明处理办法"
        parts.append(f"方案：{title}。")
    reasons = {e.rule: e.reason for e in reversed(conversation.fired) if e.rule in _TOLD}
    if reasons:
        parts.append(f"升级：{'、'.join(reversed(reasons.values()))}。")
    parts.append(f"后续：{_follow_up(conversation)}。")
    return "".join(parts)


def _joined(facts: list[str]) -> str:
    return "，" + "，".join(facts) if facts else ""


def _follow_up(conversation: Conversation) -> str:
    if conversation.promises:
        last = conversation.promises[-1]
        due = f"，时限{last.due:%m月%d日%H:%M}" if last.due else ""
        return f"按承诺跟进“{last.text[:60]}”{due}"
    if conversation.stage in {Stage.WRAPPING_UP, Stage.CLOSED}:
        return "客户无其他问题，本次服务结束"
    return "问题处理中，需继续跟进"
