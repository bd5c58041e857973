"""Finding and reading the files of a phrase library or knowledge base, whatever their form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prompts.errors import Fault
from prompts.read_table import Columns, decode, read_csv, read_xlsx
from prompts.read_yaml import read_yaml
from prompts.rows import MAX_FILE, Row

#: Endings that are read; ``.xls`` is named so that people are told what to do with it.
YAML_ENDINGS: Final = frozenset({".yaml", ".yml"})
TABLE_ENDINGS: Final = frozenset({".csv", ".tsv", ".xlsx"})
TEXT_ENDINGS: Final = frozenset({".md", ".markdown", ".txt"})
_KNOWN: Final = "支持 YAML、CSV、XLSX、MD、TXT"
ENDINGS: Final = YAML_ENDINGS | TABLE_ENDINGS | TEXT_ENDINGS | {".xls"}


@dataclass(slots=True)
class Source:
    """One file read: its sort (``lines``, ``solutions`` or ``text``), rows, raw text and faults."""

    path: Path
    sort: str = ""
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    faults: list[Fault] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Fault]]:
    """The files named, or below the folders named, in a stable order; hidden ones are passed over."""
    found: list[Path] = []
    faults: list[Fault] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p
                for p in path.rglob("*")
                if p.suffix.lower() in ENDINGS
                and p.is_file()
                and not any(part.startswith((".", "~$")) for part in p.relative_to(path).parts)
            )
            if not inside:
                faults.append(Fault(str(path), "", "文件夹里没有可读的文件", _KNOWN))
            found.extend(inside)
        elif path.is_file():
            found.append(path)
        else:
            faults.append(Fault(str(path), "", "找不到", "请检查路径"))
    return list(dict.fromkeys(found)), faults


def read_file(path: Path, sorts: Mapping[str, Columns]) -> Source:
    """Read one file into rows; every way of failing becomes a fault of the result.

    Args:
        path: the file.
        sorts: what it may hold: YAML top key (also the sort's name) -> table columns.

    """
    source = Source(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        source.faults.append(Fault(path.name, "", f"不支持 {ending or '无扩展名'} 文件", _KNOWN))
        return source
    if ending == ".xls":
        source.faults.append(Fault(path.name, "", "是旧版 Excel 文件", "请在 Excel 中另存为 XLSX"))
        return source
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            reason = f"文件过大（{size // 1024 // 1024} MB，最多 {MAX_FILE // 1024 // 1024} MB）"
            source.faults.append(Fault(path.name, "", reason, "请拆分文件"))
            return source
        data = path.read_bytes()
    except OSError as error:
        source.faults.append(
            Fault(path.name, "", f"无法读取（{error.strerror}）", "请检查文件权限")
        )
        return source
    if ending == ".xlsx":
        source.sort, source.rows, source.faults = read_xlsx(path, data, sorts)
    elif ending in {".csv", ".tsv"}:
        source.sort, source.rows, source.faults = read_csv(path, data, sorts)
    else:
        text, fault = decode(path, data)
        if fault:
            source.faults.append(fault)
        elif ending in YAML_ENDINGS:
            source.sort, source.rows, source.faults = read_yaml(path, text, frozenset(sorts))
        else:
            source.sort, source.text = "text", text
    return source
