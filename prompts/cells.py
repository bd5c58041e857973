"""Reading typed values out of a row; every fault is noted, none stops the reading."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from prompts.errors import Fault
from prompts.rows import MAX_CELL, Cell, Row

E = TypeVar("E", bound=StrEnum)

#: Characters that no spreadsheet cell can hold, or that make a text show what it does not say
#: (bidirectional controls, Unicode TR 36 §3.3).
_CONTROL: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
#: A year before this is one written with two digits.
_FIRST_YEAR: Final = 2000
_TRUE: Final = frozenset({"true", "yes", "是", "1", "y", "可", "√"})
_FALSE: Final = frozenset({"false", "no", "否", "0", "n", "不可", "×"})


class RowReader:
    """Takes the fields of one row and gathers what is wrong with them in ``faults``."""

    def __init__(self, row: Row, known: Iterable[str], faults: list[Fault]) -> None:
        self.row = row
        self.faults = faults
        known = list(known)
        for code, cell in row.cells.items():
            if code not in known:
                close = difflib.get_close_matches(code, known, 1)
                hint = f"是否想写“{close[0]}”？" if close else f"可用字段：{' '.join(known)}"
                faults.append(Fault(cell.where, row.names[code], "不是已知的字段", hint))

    def fault(self, field: str, reason: str, hint: str) -> None:
        """Note a fault at a field (or at the row, when the field is absent)."""
        cell = self.row.cells.get(field)
        where = cell.where if cell else self.row.where
        self.faults.append(Fault(where, self.row.names.get(field, field), reason, hint))

    def text(self, field: str, *, required: bool = False) -> str:
        """A text, trimmed; "" when absent."""
        cell = self.row.cells.get(field)
        value = cell.value if cell else None
        if value is not None and not isinstance(value, str):
            self.fault(field, "应为一段文字", "请不要写成列表；以“{{”开头的内容请加引号")
            return ""
        text = self._clean(field, value or "")
        if not text and required:
            self.fault(field, "不能为空", "请填写内容，或删除这一条")
        if len(text) > MAX_CELL:
            self.fault(field, f"过长（{len(text)} 字，最多 {MAX_CELL} 字）", "请缩短内容")
            return ""
        return text

    def _clean(self, field: str, value: str) -> str:
        """A text as it is kept: trimmed, one sort of line end; control characters are a fault."""
        found = _CONTROL.search(value)
        if found:
            shown = f"U+{ord(found.group()):04X}"
            self.fault(field, f"含有不可见的控制字符（{shown}）", "请删除后重新输入")
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()

    def many(self, field: str) -> tuple[str, ...]:
        """Several texts: a YAML list, or one a line in a cell; empty ones dropped, repeats too."""
        cell = self.row.cells.get(field)
        value = cell.value if cell else None
        if value is None:
            return ()
        if isinstance(value, str):
            parts = [Cell(part, cell.where if cell else "") for part in value.splitlines()]
        elif isinstance(value, Row):
            self.fault(field, "应为列表", "每项一行，以“- ”开头；含冒号的内容请加引号")
            return ()
        else:
            parts = list(value)
        texts = []
        for part in parts:
            if isinstance(part.value, str):
                # An item is one line, so that a table cell can hold it.
                lines = self._clean(field, part.value).splitlines()
                texts.append(" ".join(line.strip() for line in lines))
            elif part.value is not None:
                self.faults.append(
                    Fault(
                        part.where,
                        self.row.names[field],
                        "列表中的一项不是文字",
                        "含冒号的内容请加引号",
                    )
                )
        if sum(len(t) + 1 for t in texts) > MAX_CELL:
            self.fault(field, f"合计超过 {MAX_CELL} 字", "请缩短内容")
            return ()
        return tuple(dict.fromkeys(t for t in texts if t))

    def parts(self, field: str) -> tuple[Cell, ...]:
        """The raw items of a list field; a text cell gives one item a line."""
        cell = self.row.cells.get(field)
        if cell is None or cell.value is None:
            return ()
        if isinstance(cell.value, str):
            return tuple(Cell(p.strip(), cell.where) for p in cell.value.splitlines() if p.strip())
        if isinstance(cell.value, Row):
            self.fault(field, "应为列表", "每项以“- ”开头")
            return ()
        return cell.value

    def choice(
        self, field: str, names: Mapping[E, Iterable[str]], default: E | None = None
    ) -> E | None:
        """One of a vocabulary, by code or by one of its names; None (and a fault) otherwise."""
        text = self.text(field, required=default is None)
        if not text:
            return default
        for code, known in names.items():
            if text.lower() == code.value.lower() or text in known:
                return code
        shown = " ".join(f"{next(iter(n))}({c.value})" for c, n in names.items())
        self.fault(field, f"“{text[:30]}”不是可用的值", f"可用：{shown}")
        return None

    def flag(self, field: str) -> bool:
        """是/否, true/false; absent is False."""
        text = self.text(field).lower()
        if text and text not in _TRUE | _FALSE:
            self.fault(field, f"“{text[:30]}”不是 是/否", "请填 是 或 否")
        return text in _TRUE

    def date(self, field: str) -> dt.date | None:
        """A date written 2026-11-22 or 2026/11/22."""
        text = self.text(field)
        if not text:
            return None
        try:
            year, month, day = (int(p) for p in text.replace("/", "-").split("-"))
            if year < _FIRST_YEAR:
                raise ValueError(year)
            return dt.date(year, month, day)
        except ValueError:
            self.fault(field, f"“{text[:30]}”不是日期", "请写成 2026-11-22")
            return None

    def period(self) -> tuple[dt.date | None, dt.date | None]:
        """``valid_from`` and ``valid_until``, the first not after the second."""
        first, last = self.date("valid_from"), self.date("valid_until")
        if first and last and first > last:
            self.fault("valid_until", "早于生效日期", "请检查两个日期")
        return first, last
