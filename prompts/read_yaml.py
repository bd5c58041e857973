"""YAML files to rows, with the line of every value; nothing but text, lists and mappings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import yaml

from prompts.errors import Fault
from prompts.rows import Cell, Row

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

_MAX_DEPTH: Final = 6
#: Deeper than any fault worth a finer message; far below what a thread's C stack holds.
_MAX_NESTED: Final = 64
#: Characters that YAML 1.1 does not allow in a file (its section 5.1).
_UNPRINTABLE: Final = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_NULL: Final = "tag:yaml.org,2002:null"


def read_yaml(
    path: Path, text: str, top_keys: frozenset[str]
) -> tuple[str, list[Row], list[Fault]]:
    """Read a file whose one top-level key names what it holds.

    Args:
        path: for messages only.
        text: the file's content.
        top_keys: the keys one of which the file must have, e.g. ``lines``.

    Returns:
        the key found ("" when faulty), the rows below it, the faults.

    """
    name = path.name
    try:
        refused = _refused(name, text)
        if refused:
            return "", [], [refused]
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return "", [], [_broken(name, line, str(error.problem or error.context))]
    except yaml.reader.ReaderError:
        at = _UNPRINTABLE.search(text)
        line = text.count("\n", 0, at.start()) + 1 if at else 1
        return "", [], [_broken(name, line, "含有不可见的控制字符")]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return "", [], [_broken(name, 1, str(error).split("\n", 1)[0] or type(error).__name__)]
    hint = f"文件顶层应为 {' 或 '.join(sorted(top_keys))} 列表"
    if not isinstance(root, yaml.MappingNode):
        return "", [], [Fault(f"{name}:1", "", "不是键值结构", hint)]
    found, rows, faults = "", [], []
    for key_node, value in root.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "{…}"
        line = key_node.start_mark.line + 1
        if key not in top_keys or found:
            faults.append(Fault(f"{name}:{line}", key, "是多余的顶层键", hint))
            continue
        found = key
        if not isinstance(value, yaml.SequenceNode):
            faults.append(Fault(f"{name}:{line}", key, "下面不是列表", "每个条目以“- ”开头"))
            continue
        for node in value.value:
            where = f"{name}:{node.start_mark.line + 1}"
            if isinstance(node, yaml.MappingNode):
                rows.append(_row(node, name, faults))
            else:
                faults.append(Fault(where, "", "条目不是键值结构", "请写成“字段: 内容”"))
    if not found and not faults:
        faults.append(Fault(f"{name}:1", "", "没有内容", hint))
    return found, rows, faults


def _refused(name: str, text: str) -> Fault | None:
    """What no honest file needs: references, which multiply, and depth, which ends the process.

    libyaml reports events without recursion but builds nodes with it, on the C stack; so the depth
    is counted here, before anything is built.
    """
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            return Fault(_at(name, event), "", "使用了 YAML 引用（*）", "请写出完整内容")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_NESTED:
                return Fault(_at(name, event), "", "嵌套过深", "请减少层级")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _at(name: str, event: yaml.Event) -> str:
    return f"{name}:{event.start_mark.line + 1 if event.start_mark else 1}"


def _broken(name: str, line: int, problem: str) -> Fault:
    return Fault(
        f"{name}:{line}", "", f"YAML 格式错误（{problem}）", "请检查缩进、冒号后的空格和引号"
    )


def _row(node: yaml.MappingNode, name: str, faults: list[Fault], depth: int = 1) -> Row:
    cells: dict[str, Cell] = {}
    for key_node, value in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "{…}"
        where = f"{name}:{key_node.start_mark.line + 1}"
        if key in cells:
            faults.append(Fault(where, key, "重复出现", "请只保留一个"))
            continue
        cells[key] = _cell(value, name, where, faults, depth)
    return Row(f"{name}:{node.start_mark.line + 1}", cells, {k: k for k in cells})


def _cell(node: yaml.Node, name: str, where: str, faults: list[Fault], depth: int) -> Cell:
    if depth > _MAX_DEPTH:
        faults.append(Fault(where, "", "嵌套过深", "请减少层级"))
        return Cell(None, where)
    if isinstance(node, yaml.ScalarNode):
        return Cell(None if node.tag == _NULL else str(node.value), where)
    if isinstance(node, yaml.SequenceNode):
        return Cell(
            tuple(
                _cell(item, name, f"{name}:{item.start_mark.line + 1}", faults, depth + 1)
                for item in node.value
            ),
            where,
        )
    if not isinstance(node, yaml.MappingNode):
        raise TypeError(type(node).__name__)
    return Cell(_row(node, name, faults, depth + 1), where)
