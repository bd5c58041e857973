"""Word groups: names for pieces of pattern, so that rules stay short and say the same thing.

``<name>`` in a pattern is replaced by the group of that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import re2

from bot.quality.errors import RulesFaulty
from prompts.cells import RowReader
from prompts.errors import Fault
from prompts.read_yaml import read_yaml

_GROUP_NAME: Final = re.compile(r"<([a-z_]+)>")
_QUIET: Final = re2.Options()
_QUIET.log_errors = False


def load_words(path: Path, *, text: str | None = None) -> dict[str, str]:
    """Read word groups: name -> pattern, groups within groups already replaced.

    Raises:
        RulesFaulty: with every fault of the file.

    """
    _, rows, faults = read_yaml(path, content_of(path, text), frozenset({"words"}))
    groups: dict[str, str] = {}
    for row in rows:
        reader = RowReader(row, ("name", "pattern"), faults)
        name = reader.text("name", required=True)
        if name in groups:
            reader.fault("name", f"“{name}”重复", "请改名")
        groups[name] = expand(reader.text("pattern", required=True), groups, reader, "pattern")
    if faults:
        raise RulesFaulty(faults)
    return groups


def expand(pattern: str, groups: Mapping[str, str], reader: RowReader, field: str) -> str:
    """The pattern with word groups put in; what does not compile is noted as a fault."""
    unknown = sorted({name for name in _GROUP_NAME.findall(pattern) if name not in groups})
    if unknown:
        reader.fault(field, f"没有词组 <{unknown[0]}>", f"可用：{' '.join(sorted(groups))}")
        return pattern
    whole = _GROUP_NAME.sub(lambda found: f"(?:{groups[found[1]]})", pattern)
    try:
        if re2.compile(whole, _QUIET).search("") is not None and field != "pattern":
            reader.fault(field, f"“{pattern[:30]}”会匹配空内容", "请至少要求一个字")
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        reader.fault(
            field, f"“{pattern[:30]}”不是可用的正则（{reason}）", "请使用 RE2 语法，不支持环视"
        )
    return whole


@cache
def shipped_words() -> Mapping[str, str]:
    """The word groups that ship with the program."""
    return load_words(Path(__file__).parent / "words.yaml")


def content_of(path: Path, text: str | None) -> str:
    """The text given, or that of the file; every way of failing is a fault."""
    if text is not None:
        return text
    try:
        return path.read_text("utf-8")
    except OSError as error:
        fault = Fault(path.name, "", f"无法读取（{error.strerror}）", "请检查路径和权限")
        raise RulesFaulty([fault]) from error
    except UnicodeDecodeError as error:
        fault = Fault(path.name, "", "不是 UTF-8 编码", "请另存为 UTF-8")
        raise RulesFaulty([fault]) from error
