"""A standard solution (标准处理方案), and how it is made from a row of a file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from kb.limits import Authority, Duration, parse_authority, parse_duration
from kb.terms import (
    CATEGORY_NAMES,
    FIELD_NAMES,
    LIMIT_NAMES,
    PRIORITY_NAMES,
    Category,
    Priority,
)
from prompts.cells import RowReader
from prompts.errors import Fault
from prompts.lines import Line, check_fallback, check_template
from prompts.rows import MAX_CELL, Cell, Row
from prompts.terms import KIND_NAMES, TONE_NAMES, Kind, Tone

#: Columns of CSV and XLSX files, in the order they are exported, and the field each one fills.
COLUMNS: Final = MappingProxyType(
    {
        "编号": "id",
        "标题": "title",
        "大类": "major",
        "小类": "category",
        "优先级": "priority",
        "问法": "questions",
        "条件": "conditions",
        "话术": "script",
        "步骤": "steps",
        "权限": "authority",
        "时效": "time_limits",
        "所需信息": "needs",
        "协同部门": "departments",
        "提醒": "reminders",
        "机器人可答": "bot_safe",
        "先核身": "identity_first",
        "生效": "valid_from",
        "失效": "valid_until",
        "负责人": "owner",
        "来源": "source",
    }
)
KEYS: Final = tuple(COLUMNS.values())
_MINOR_NAMES: Final = {
    c: (names[1],) for c, names in CATEGORY_NAMES.items() if c != Category.UNKNOWN
}
_PRIORITY_NAMES: Final = {p: (name,) for p, name in PRIORITY_NAMES.items()}
_FIELD_OF: Final = {name: code for code, names in FIELD_NAMES.items() for name in (code, *names)}
#: Separates a script line from its fallback in a table cell.
_FALLBACK_MARK: Final = "||"
#: Stands for a line break inside a step, where each line of the cell is a step of its own.
_BREAK: Final = "⏎"
_STEP_KEYS: Final = ("kind", "text", "fallback", "tone")


@dataclass(frozen=True, slots=True)
class Solution:
    """What to do and say about one problem. Texts are Chinese; ``script`` is in speaking order."""

    id: str
    title: str
    category: Category
    priority: Priority
    questions: tuple[str, ...]
    script: tuple[Line, ...]
    conditions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    authority: tuple[Authority, ...] = ()
    time_limits: tuple[tuple[str, Duration], ...] = ()
    needs: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    bot_safe: bool = False
    identity_first: bool = False
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    owner: str = ""
    source: str = ""

    @property
    def answer(self) -> Line:
        """The script's first answer."""
        return next(line for line in self.script if line.kind is Kind.ANSWER)

    @property
    def wordings(self) -> tuple[str, ...]:
        """Everything the entry may be found by: title and customers' wordings."""
        return tuple(dict.fromkeys((self.title, *self.questions)))

    def limit(self, name: str) -> Duration | None:
        """The time limit called ``response``, ``check`` or ``execution``, if set."""
        return dict(self.time_limits).get(name)

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether the entry holds on that day (both ends included)."""
        return not (
            (self.valid_from and day < self.valid_from)
            or (self.valid_until and day > self.valid_until)
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`from_dict` turns them back."""
        return {
            "id": self.id,
            "title": self.title,
            "category": self.category.value,
            "priority": self.priority.value,
            "questions": list(self.questions),
            "script": [line.to_dict() for line in self.script],
            "conditions": list(self.conditions),
            "steps": list(self.steps),
            "authority": [str(a) for a in self.authority],
            "time_limits": {name: str(d) for name, d in self.time_limits},
            "needs": list(self.needs),
            "departments": list(self.departments),
            "reminders": list(self.reminders),
            "bot_safe": self.bot_safe,
            "identity_first": self.identity_first,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "owner": self.owner,
            "source": self.source,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Solution:
        """The solution that :meth:`to_dict` described (trusted: no faults are looked for)."""
        limits = ((n, parse_duration(v)) for n, v in data["time_limits"].items())
        return cls(
            id=data["id"],
            title=data["title"],
            category=Category(data["category"]),
            priority=Priority(data["priority"]),
            questions=tuple(data["questions"]),
            script=tuple(Line.from_dict(line) for line in data["script"]),
            conditions=tuple(data["conditions"]),
            steps=tuple(data["steps"]),
            authority=tuple(a for a in map(parse_authority, data["authority"]) if a),
            time_limits=tuple((n, d) for n, d in limits if d),
            needs=tuple(data["needs"]),
            departments=tuple(data["departments"]),
            reminders=tuple(data["reminders"]),
            bot_safe=data["bot_safe"],
            identity_first=data["identity_first"],
            valid_from=_date(data["valid_from"]),
            valid_until=_date(data["valid_until"]),
            owner=data["owner"],
            source=data["source"],
        )

    def to_row(self) -> list[str]:
        """Cells in the order of :data:`COLUMNS`."""
        return [
            self.id,
            self.title,
            *CATEGORY_NAMES[self.category],
            self.priority.value,
            "\n".join(self.questions),
            "\n".join(self.conditions),
            "\n".join(map(_step_text, self.script)),
            "\n".join(self.steps),
            "\n".join(map(str, self.authority)),
            "\n".join(f"{LIMIT_NAMES[n][0]}:{d.said}" for n, d in self.time_limits),
            "\n".join(FIELD_NAMES[n][0] if n in FIELD_NAMES else n for n in self.needs),
            "\n".join(self.departments),
            "\n".join(self.reminders),
            "是" if self.bot_safe else "否",
            "是" if self.identity_first else "否",
            self.valid_from.isoformat() if self.valid_from else "",
            self.valid_until.isoformat() if self.valid_until else "",
            self.owner,
            self.source,
        ]


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def derived_id(title: str) -> str:
    """The id of an entry without one: from its title, so that loading it again updates it."""
    return f"kb-{hashlib.blake2b(title.encode(), digest_size=5).hexdigest()}"


def solution_from_row(row: Row, faults: list[Fault]) -> Solution | None:
    """Make a solution, or note every fault of the row and return None."""
    before = len(faults)
    reader = RowReader(row, KEYS, faults)
    title = reader.text("title", required=True)
    solution_id = reader.text("id") or derived_id(title)
    category = reader.choice("category", _MINOR_NAMES)
    major = reader.text("major")
    if major and category and major != CATEGORY_NAMES[category][0]:
        reader.fault(
            "major", f"“{major}”与小类不符", f"该小类的大类是 {CATEGORY_NAMES[category][0]}"
        )
    first, last = reader.period()
    solution = Solution(
        id=solution_id,
        title=title,
        category=category or Category.UNKNOWN,
        priority=reader.choice("priority", _PRIORITY_NAMES, Priority.P3) or Priority.P3,
        questions=tuple(q for q in reader.many("questions") if q != title),
        script=_script(reader, solution_id),
        conditions=reader.many("conditions"),
        steps=reader.many("steps"),
        authority=_authority(reader),
        time_limits=_limits(reader),
        needs=tuple(dict.fromkeys(_FIELD_OF.get(n, n) for n in reader.many("needs"))),
        departments=reader.many("departments"),
        reminders=reader.many("reminders"),
        bot_safe=reader.flag("bot_safe"),
        identity_first=reader.flag("identity_first"),
        valid_from=first,
        valid_until=last,
        owner=reader.text("owner"),
        source=reader.text("source"),
    )
    return solution if len(faults) == before else None


def _script(reader: RowReader, solution_id: str) -> tuple[Line, ...]:
    lines = []
    for number, cell in enumerate(reader.parts("script"), 1):
        step = _script_row(reader, cell)
        if step is None:
            continue
        part = RowReader(step, _STEP_KEYS, reader.faults)
        kind = part.choice("kind", KIND_NAMES)
        text, fallback = part.text("text", required=True), part.text("fallback")
        check_template(part, "text", text)
        check_fallback(part, "fallback", fallback)
        tone = part.choice("tone", TONE_NAMES, Tone.FORMAL)
        if _FALLBACK_MARK in text + fallback:
            part.fault("text", f"不能含有“{_FALLBACK_MARK}”", "它在表格里用来分隔备用话术")
        if kind and text:
            lines.append(
                Line(
                    id=f"{solution_id}#{number}",
                    kind=kind,
                    text=text,
                    fallback=fallback,
                    tone=tone or Tone.FORMAL,
                )
            )
    if not any(line.kind is Kind.ANSWER for line in lines):
        reader.fault("script", "没有“业务解答”一步", "话术中至少要有一条业务解答（answer）")
    if sum(len(_step_text(line)) + 1 for line in lines) > MAX_CELL:
        reader.fault("script", f"合计超过 {MAX_CELL} 字", "请缩短内容，或拆成几个方案")
    return tuple(lines)


def _step_text(line: Line) -> str:
    """A script step as one line of a table cell."""
    fallback = f" {_FALLBACK_MARK} {line.fallback}" if line.fallback else ""
    return _BREAK.join(f"{KIND_NAMES[line.kind][0]}：{line.text}{fallback}".splitlines())


def _script_row(reader: RowReader, cell: Cell) -> Row | None:
    """A script step as a row: a YAML mapping, or ``安抚：文字 || 备用`` in a table cell."""
    if isinstance(cell.value, Row):
        return cell.value
    if not isinstance(cell.value, str):
        reader.fault("script", "有一步不是文字", "请写成“{kind: answer, text: …}”")
        return None
    text, kind = cell.value, Kind.ANSWER.value
    for mark in ("：", ":"):
        head, found, rest = cell.value.partition(mark)
        if found and any(head.strip() in (k.value, *names) for k, names in KIND_NAMES.items()):
            kind, text = head.strip(), rest
            break
    said, _, fallback = text.replace(_BREAK, "\n").partition(_FALLBACK_MARK)
    values = {"kind": kind, "text": said.strip(), "fallback": fallback.strip()}
    name = reader.row.names.get("script", "script")
    return Row(
        cell.where,
        {k: Cell(v, cell.where) for k, v in values.items()},
        dict.fromkeys(values, name),
    )


def _authority(reader: RowReader) -> tuple[Authority, ...]:
    found = []
    for text in reader.many("authority"):
        parsed = parse_authority(text)
        if parsed:
            found.append(parsed)
        else:
            reader.fault(
                "authority", f"“{text[:40]}”无法理解", "写成 换货:supervisor 或 补偿>200:经理"
            )
    return tuple(found)


def _limits(reader: RowReader) -> tuple[tuple[str, Duration], ...]:
    cell = reader.row.cells.get("time_limits")
    pairs: list[tuple[str, str]] = []
    if cell and isinstance(cell.value, Row):
        pairs = [
            (name, part.value if isinstance(part.value, str) else "")
            for name, part in cell.value.cells.items()
        ]
    else:
        for text in reader.many("time_limits"):
            name, _, value = text.replace("：", ":").partition(":")
            pairs.append((name.strip(), value))
    found: dict[str, Duration] = {}
    for name, value in pairs:
        code = next((c for c, names in LIMIT_NAMES.items() if name in (c, *names)), None)
        duration = parse_duration(value)
        if code in found:
            reader.fault("time_limits", f"“{name}”重复", "每种时效只写一次")
        elif code and duration:
            found[code] = duration
        else:
            reader.fault(
                "time_limits",
                f"“{name}: {value[:20]}”无法理解",
                "写成 execution: 48h 或 执行:48小时",
            )
    return tuple(sorted(found.items(), key=lambda item: list(LIMIT_NAMES).index(item[0])))
