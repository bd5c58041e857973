"""Plain questions and answers in Markdown or text, as teams keep them before they have a system.

Two shapes are read: a heading (``## 问题``) followed by its answer, and ``问：… 答：…`` blocks. Further
``问：`` lines before the answer are further wordings. Entries become ordinary, low-key solutions:
P3, payment and after-sale process unless a line ``小类：…`` says otherwise.
"""

from __future__ import annotations

import re
from typing import Final

from kb.terms import Category
from prompts.errors import Fault
from prompts.rows import Cell, Row

_HEADING: Final = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_QUESTION: Final = re.compile(r"^(?:问|Q|q|问题)\s*[:：]\s*(.+)$")
_ANSWER: Final = re.compile(r"^(?:答|A|a|答案|回答)\s*[:：]\s*(.*)$")
_CLASS: Final = re.compile(r"^小类\s*[:：]\s*(.+)$")
_MARKS: Final = re.compile(r"(\*\*|__|`)")
_BULLET: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)、])\s+")


def rows_from_markdown(name: str, text: str) -> tuple[list[Row], list[Fault]]:
    """Rows with title, questions, script and category; a question without an answer is a fault."""
    rows: list[Row] = []
    faults: list[Fault] = []
    entry = _Entry()

    def close(next_level: int = 0) -> None:
        if not entry.questions:
            return
        where = f"{name}:{entry.line}"
        if entry.answer:
            rows.append(entry.row(where))
        elif not entry.is_section or 0 < entry.level >= next_level:
            faults.append(
                Fault(where, "", f"“{entry.questions[0][:30]}”没有答案", "请在问题下面写上答案")
            )

    for number, raw in enumerate(text.splitlines(), 1):
        line = _MARKS.sub("", raw).strip()
        heading, question = _HEADING.match(line), _QUESTION.match(line)
        if heading or (question and entry.is_answered):
            # A heading over deeper headings is a section's title; over nothing it lacks its answer.
            close(len(heading[1]) if heading else 0)
            entry = _Entry()
        if heading:
            entry.start(number, heading[2], is_section=True)
            entry.level = len(heading[1])
        elif question:
            if entry.is_section and not entry.is_answered and len(entry.questions) == 1:
                entry = _Entry()  # a section title over 问/答 blocks
            entry.start(number, question[1])
        elif entry.questions and line:
            entry.add(line)
        elif line and not entry.questions:
            faults.append(
                Fault(f"{name}:{number}", "", "内容前面没有问题", "请先写“## 问题”或“问：…”")
            )
            entry.start(number, line, is_section=True)
    close()
    if not rows and not faults:
        faults.append(
            Fault(f"{name}:1", "", "没有问答内容", "请写成“## 问题”加答案，或“问：…答：…”")
        )
    return rows, faults


class _Entry:
    """One question being gathered."""

    def __init__(self) -> None:
        self.line = 0
        self.questions: list[str] = []
        self.answer: list[str] = []
        self.category = Category.PAYMENT_AFTERSALE_PROCESS.value
        self.is_section = False
        #: Whether an answer has begun, even an empty one: what follows is another question's.
        self.is_answered = False
        #: How deep the heading is (1 to 6); 0 where there is none.
        self.level = 0

    def start(self, number: int, question: str, *, is_section: bool = False) -> None:
        if not self.questions:
            self.line, self.is_section = number, is_section
        self.questions.append(question.strip())

    def add(self, line: str) -> None:
        found = _CLASS.match(line)
        if found:
            self.category = found[1].strip()
            return
        self.is_answered = True
        answer = _ANSWER.match(line)
        text = _BULLET.sub("", answer[1] if answer else line).strip()
        if text:
            self.answer.append(text)

    def row(self, where: str) -> Row:
        title, *more = self.questions
        text = "".join(
            part if part.endswith(tuple("。！？；，、：")) else f"{part}。" for part in self.answer
        )
        script = Row(
            where,
            {"kind": Cell("answer", where), "text": Cell(text, where)},
            {"kind": "kind", "text": "答案"},
        )
        cells = {
            "title": Cell(title, where),
            "category": Cell(self.category, where),
            "questions": Cell(tuple(Cell(q, where) for q in more), where),
            "script": Cell((Cell(script, where),), where),
        }
        names = {"title": "问题", "category": "小类", "questions": "问法", "script": "答案"}
        return Row(where, cells, names)
