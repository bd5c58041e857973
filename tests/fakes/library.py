"""A small library and the files that people would bring for it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kb import lexicon
from kb.library import Library
from kb.solutions import COLUMNS as SOLUTION_COLUMNS
from kb.solutions import Solution
from kb.terms import Category, Priority
from prompts.lines import COLUMNS as LINE_COLUMNS
from prompts.lines import Line
from prompts.terms import Kind

#: One text for each topic: what customers ask about, told apart by every word.
TOPICS = (
    "退款多久到账",
    "快递一直不更新",
    "发票抬头开错",
    "忘记登录密码",
    "暖气片不热",
    "宽带频繁掉线",
    "洗衣机漏水",
    "优惠券用不了",
    "修改收货地址",
    "空调显示故障代码",
)


def solution(number: int, topic: str, answer: str = "", **more: object) -> Solution:
    """A solution about a topic, with three wordings."""
    script = (
        Line(f"s-{number:03d}#1", Kind.ANSWER, answer or f"关于{topic}，我来为您说明办理方法。"),
    )
    values: dict[str, object] = {
        "id": f"s-{number:03d}",
        "title": topic,
        "category": Category.PAYMENT_AFTERSALE_PROCESS,
        "priority": Priority.P3,
        "questions": (f"请教{topic}怎么处理", f"{topic}，急"),
        "script": script,
    }
    return Solution(**(values | more))  # type: ignore[arg-type]


def line(number: int, text: str = "", **more: object) -> Line:
    """A phrase with an example."""
    values: dict[str, object] = {
        "id": f"l-{number:03d}",
        "kind": Kind.REASSURANCE,
        "text": text or f"给您添了第{number}次麻烦，十分抱歉。",
        "title": f"致歉第{number}种",
        "examples": (f"你们第{number}次弄错了",),
    }
    return Line(**(values | more))  # type: ignore[arg-type]


def small_library() -> Library:
    """Ten solutions, five lines, a lexicon of a few words."""
    words = {
        "words/common.txt": "暖气片\n收货地址\n故障代码\n",
        "synonyms/common.txt": "退款 退钱\n宽带 网络\n",
        "stopwords.txt": "的\n了\n",
    }
    return Library(
        lines=tuple(line(i) for i in range(5)),
        solutions=tuple(solution(i, topic) for i, topic in enumerate(TOPICS)),
        lexicon=lexicon.parse(words),
    )


def write_table(path: Path, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> Path:
    """A CSV as a person's spreadsheet would save it: nothing prefixed, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def solution_rows(*solutions: Solution) -> list[list[str]]:
    """Rows of a solution table."""
    return [s.to_row() for s in solutions]


def write_solutions(path: Path, *solutions: Solution) -> Path:
    """A solution CSV."""
    return write_table(path, SOLUTION_COLUMNS, solution_rows(*solutions))


def write_lines(path: Path, *lines: Line) -> Path:
    """A phrase CSV."""
    return write_table(path, LINE_COLUMNS, [entry.to_row() for entry in lines])
