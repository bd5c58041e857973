"""How results look to a person in a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from bot.desk.forms.names import STAGE_NAMES
from bot.domain.terms import Emotion, Stage
from bot.quality import Result
from kb.terms import CATEGORY_NAMES, FIELD_NAMES, PRIORITY_NAMES, Category, Priority
from prompts.terms import KIND_NAMES, VARIABLES, Kind

_console = Console(highlight=False)
_MOODS = {Emotion.CALM: "平稳", Emotion.ANXIOUS: "着急", Emotion.ANGRY: "激动"}
_BANDS = {"answer": "[green]可直接发送[/]", "suggest": "[yellow]供参考[/]"}


def state_line(shape: dict[str, Any]) -> str:
    """Stage, mood, class and priority in one line."""
    category = CATEGORY_NAMES[Category(shape["category"])][1]
    priority = Priority(shape["priority"])
    return (
        f"阶段 {STAGE_NAMES[Stage(shape['stage'])]} · 情绪 {_MOODS[Emotion(shape['emotion'])]} · "
        f"{category} · {shape['contact_type']} · {priority.value} {PRIORITY_NAMES[priority]}"
    )


def show_suggestions(text: str, shape: dict[str, Any]) -> None:
    """A message and what is suggested for it."""
    _console.print(f"[bold]客户：[/]{escape(text)}")
    _console.print(f"[dim]{state_line(shape)}[/]")
    if not shape["suggestions"]:
        _console.print("没有足够把握的建议；请人工答复。")
    for s in shape["suggestions"]:
        _console.print(Panel(_suggestion(s), title=_title(s), title_align="left", width=88))


def _title(s: dict[str, Any]) -> str:
    name = KIND_NAMES[Kind(s["kind"])][0]
    return f"{s['rank']} {name} · {_BANDS[s['band']]} · {s['score']:.2f}"


def _suggestion(s: dict[str, Any]) -> str:
    parts = [escape(s["text"]), f"[dim]为什么：{escape(s['why'])}[/]"]
    if s["holes"]:
        names = "、".join(VARIABLES[hole] for hole in s["holes"])
        parts.append(f"[red]发送前请填写：{names}[/]")
    parts.append(f"[dim]来源 {escape(s['source'])}[/]")
    return "\n".join(parts)


def show_turn(text: str, turn: dict[str, Any]) -> None:
    """One line of a replay."""
    who = "客户" if turn["role"] == "customer" else "客服"
    _console.print(f"\n[bold]{turn['turn']} {who}：[/]{escape(text)}")
    _console.print(f"[dim]{state_line(turn)}[/]")
    for e in turn["escalations"]:
        _console.print(f"[red]升级 {e['rule']} → {e['level']}：{escape(e['reason'])}[/]")
    for s in turn["suggestions"]:
        name = KIND_NAMES[Kind(s["kind"])][0]
        _console.print(
            f"  {s['rank']} [{'green' if s['band'] == 'answer' else 'yellow'}]{name}[/] {escape(s['text'])}"
        )
    for f in turn["findings"]:
        colour = "red" if f["severity"] == "block" else "yellow"
        _console.print(f"  [{colour}]{f['rule']}：{escape(f['message'])}[/]")


def show_ticket(last: dict[str, Any]) -> None:
    """The ticket at the end of a replay."""
    ticket, score = last["ticket"], last["score"]
    table = Table(title="工单", show_header=False, title_justify="left")
    table.add_row(
        "分类",
        f"{CATEGORY_NAMES[Category(ticket['category'])][1]} · {ticket['contact_type']} · {ticket['priority']}",
    )
    for code, value in ticket["fields"].items():
        name = FIELD_NAMES[code][0] if code in FIELD_NAMES else code
        table.add_row(name, escape(str(value)))
    for p in ticket["promises"]:
        table.add_row("承诺", escape(f"{p['text']}（{p['due'] or '未说明时间'}）"))
    for c in ticket["clocks"]:
        table.add_row(f"时钟 {c['name']}", f"{c['due']} {c['state']}")
    table.add_row("小结", escape(ticket["note"]))
    table.add_row("质检得分", f"{score['total']} {score['parts']}")
    _console.print(table)


def show_check(text: str, result: Result) -> None:
    """A checked line with its findings marked in the text."""
    marked, at = "", 0
    for f in sorted(result.findings, key=lambda f: f.start):
        if f.start < at or f.start == f.end:
            continue
        colour = "white on red" if f.severity == "block" else "black on yellow"
        marked += escape(text[at : f.start]) + f"[{colour}]{escape(text[f.start : f.end])}[/]"
        at = f.end
    _console.print(marked + escape(text[at:]))
    if not result.findings:
        _console.print("[green]可以发送。[/]")
    for f in result.findings:
        word = "[red]须修改[/]" if f.severity == "block" else "[yellow]提醒[/]"
        _console.print(f"{word} {escape(f.message)}（{f.rule}，扣 {f.points} 分）")
        if f.advice:
            _console.print(f"   建议：{escape(f.advice)}")
        if f.rewrite:
            _console.print(f"   可改为：{escape(f.rewrite)}")


def show_reading(shape: dict[str, Any]) -> None:
    """What was read out of a message."""
    table = Table(show_header=False)
    table.add_row("情绪", _MOODS[Emotion(shape["emotion"])])
    table.add_row("分类", CATEGORY_NAMES[Category(shape["category"])][1])
    table.add_row("接触类型", shape["contact_type"])
    table.add_row("优先级", shape["priority"])
    table.add_row("意图", "、".join(shape["intents"]) or "无")
    for code, value in shape["fields"].items():
        table.add_row(FIELD_NAMES[code][0] if code in FIELD_NAMES else code, escape(str(value)))
    _console.print(table)
