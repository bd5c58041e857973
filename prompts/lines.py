"""A line of the phrase library, and how it is made from a row of a file."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from prompts.cells import RowReader
from prompts.errors import Fault
from prompts.rows import Row
from prompts.template import faulty_markup, variables_of
from prompts.terms import ALWAYS_FILLED, KIND_NAMES, TONE_NAMES, VARIABLES, Kind, Tone

#: Columns of CSV and XLSX files, in the order they are exported, and the field each one fills.
COLUMNS: Final = MappingProxyType(
    {
        "编号": "id",
        "分类": "kind",
        "场景": "scenes",
        "语气": "tone",
        "标题": "title",
        "内容": "text",
        "备用话术": "fallback",
        "示例问法": "examples",
        "标签": "tags",
        "团队": "team",
        "生效": "valid_from",
        "失效": "valid_until",
    }
)
#: Keys of a YAML entry.
KEYS: Final = (*COLUMNS.values(), "owner", "channel")
MAX_TEXT: Final = 600


@dataclass(frozen=True, slots=True)
class Line:
    """One scripted line. ``text`` may hold variables; ``fallback`` says it without the ticket's."""

    id: str
    kind: Kind
    text: str
    tone: Tone = Tone.FORMAL
    scenes: tuple[str, ...] = ()
    title: str = ""
    fallback: str = ""
    examples: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    team: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    owner: str = ""
    channel: str = ""

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether the line may be used on that day (both ends included)."""
        return not (
            (self.valid_from and day < self.valid_from)
            or (self.valid_until and day > self.valid_until)
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, empty ones left out; :meth:`from_dict` turns them back."""
        found: dict[str, Any] = {"id": self.id, "kind": self.kind.value, "text": self.text}
        if self.tone is not Tone.FORMAL:
            found["tone"] = self.tone.value
        for name in ("scenes", "examples", "tags"):
            if getattr(self, name):
                found[name] = list(getattr(self, name))
        for name in ("title", "fallback", "team", "owner", "channel"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        for name in ("valid_from", "valid_until"):
            if getattr(self, name):
                found[name] = getattr(self, name).isoformat()
        return found

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Line:
        """The line that :meth:`to_dict` described."""
        return cls(
            id=data["id"],
            kind=Kind(data["kind"]),
            text=data["text"],
            tone=Tone(data.get("tone", "formal")),
            scenes=tuple(data.get("scenes", ())),
            title=data.get("title", ""),
            fallback=data.get("fallback", ""),
            examples=tuple(data.get("examples", ())),
            tags=tuple(data.get("tags", ())),
            team=data.get("team", ""),
            valid_from=_date(data.get("valid_from")),
            valid_until=_date(data.get("valid_until")),
            owner=data.get("owner", ""),
            channel=data.get("channel", ""),
        )

    def to_row(self) -> list[str]:
        """Cells in the order of :data:`COLUMNS`."""
        return [
            self.id,
            KIND_NAMES[self.kind][0],
            "\n".join(self.scenes),
            TONE_NAMES[self.tone][0],
            self.title,
            self.text,
            self.fallback,
            "\n".join(self.examples),
            "\n".join(self.tags),
            self.team,
            self.valid_from.isoformat() if self.valid_from else "",
            self.valid_until.isoformat() if self.valid_until else "",
        ]


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def derived_id(kind: Kind, title: str) -> str:
    """The id of a row without one: from 分类 + 标题, so that loading it again updates it."""
    return f"{kind.value}-{hashlib.blake2b(title.encode(), digest_size=5).hexdigest()}"


def line_from_row(row: Row, faults: list[Fault]) -> Line | None:
    """Make a line, or note every fault of the row and return None."""
    before = len(faults)
    reader = RowReader(row, KEYS, faults)
    kind = reader.choice("kind", KIND_NAMES)
    tone = reader.choice("tone", TONE_NAMES, Tone.FORMAL)
    title = reader.text("title")
    text = reader.text("text", required=True)
    fallback = reader.text("fallback")
    line_id = reader.text("id")
    if not line_id and not title:
        reader.fault("id", "编号和标题都为空", "请至少填写一个")
    check_template(reader, "text", text)
    check_fallback(reader, "fallback", fallback)
    first, last = reader.period()
    line = Line(
        id=line_id or derived_id(kind or Kind.ANSWER, title),
        kind=kind or Kind.ANSWER,
        text=text,
        tone=tone or Tone.FORMAL,
        scenes=reader.many("scenes"),
        title=title,
        fallback=fallback,
        examples=reader.many("examples"),
        tags=reader.many("tags"),
        team=reader.text("team"),
        valid_from=first,
        valid_until=last,
        owner=reader.text("owner"),
        channel=reader.text("channel"),
    )
    return line if len(faults) == before else None


def check_template(reader: RowReader, field: str, text: str) -> None:
    """Note variables that do not exist, markup that would reach a customer, and overlong text."""
    for name in variables_of(text):
        if name not in VARIABLES:
            known = " ".join(VARIABLES)
            reader.fault(field, f"使用了未知变量 {{{{{name}}}}}", f"可用变量：{known}")
    wrong = faulty_markup(text)
    if wrong:
        reader.fault(
            field, f"含有不完整的变量或占位符“{wrong}”", "变量写成 {{order_no}}，不要用 XX"
        )
    if len(text) > MAX_TEXT:
        reader.fault(field, f"过长（{len(text)} 字，最多 {MAX_TEXT} 字）", "请拆成几条话术")


def check_fallback(reader: RowReader, field: str, text: str) -> None:
    """As :func:`check_template`; and a fallback may only use what is always known."""
    check_template(reader, field, text)
    if set(variables_of(text)) - ALWAYS_FILLED:
        reader.fault(field, "使用了工单变量", "备用话术只能使用公司、工号等总有内容的变量")
