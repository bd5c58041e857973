"""A quality rule, and how rules are read from files that people edit.

Patterns are RE2 expressions (linear time, no look-around). ``<name>`` in one stands for a word
group of ``words.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import re2

from bot.quality.context import NOTHING, Context
from bot.quality.errors import RulesFaulty
from bot.quality.rewriting import Rewrite, groups_of, parse_rewrite
from bot.quality.terms import PART_NAMES, SEVERITY_NAMES, Part, Severity
from bot.quality.words import content_of, expand, shipped_words
from prompts.cells import RowReader
from prompts.errors import Fault
from prompts.read_yaml import read_yaml
from prompts.rows import Row

#: The keys of a rule in a file.
KEYS: Final = (
    "id",
    "name",
    "part",
    "severity",
    "points",
    "check",
    "patterns",
    "except",
    "unless",
    "override",
    "when_upset",
    "in_quotes",
    "fallback",
    "message",
    "advice",
    "rewrite",
    "given",
    "fires",
    "passes",
)
#: The structural checks a rule may name; the code is in :mod:`bot.quality.structural`.
CHECKS: Final = frozenset(
    (
        *("personal_data", "unfilled_variable", "typo", "jargon", "pronoun", "empathy_missing"),
        *("harsh_tone", "repeated_line", "locked_remedy", "reminder_missing"),
    )
)
#: The keys of ``given``: the conversation in which a rule's examples are said.
GIVEN: Final = ("sent", "authority", "locked", "reminders", "customer")
_MAX_POINTS: Final = 100
_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data.

    Attributes:
        id: stable code, shown in findings and logs.
        name: what people at the desk call it.
        part: the part of the score sheet its points are taken from.
        severity: block or warn.
        points: points deducted for each finding.
        message: why the wording is wrong.
        advice: a better wording.
        check: a structural check instead of (or beside) patterns, "" for none.
        patterns: a match of any of these is a hit.
        exceptions: a match of any of these that overlaps a hit cancels it.
        unless: a match of any of these outside all hits silences the rule for the line.
        override: whether a block may be overridden with a logged reason.
        when_upset: only looked at when the customer is upset.
        in_quotes: also fires on words quoted from the customer.
        fallback: only looked at where no other rule blocks the line.
        rewrites: how what was found becomes a better wording, the first that fits.
        given: the conversation in which the examples are said.
        fires: lines it must fire on.
        passes: lines it must not fire on.

    """

    id: str
    name: str
    part: Part
    severity: Severity
    points: int
    message: str
    advice: str
    check: str = ""
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    override: bool = True
    when_upset: bool = False
    in_quotes: bool = False
    fallback: bool = False
    rewrites: tuple[Rewrite, ...] = ()
    given: Context = NOTHING
    fires: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()


def load_rules(
    path: Path, *, text: str | None = None, words: Mapping[str, str] | None = None
) -> tuple[Rule, ...]:
    """Read a rule file.

    Args:
        path: the file; its name shows in messages.
        text: the content, when it does not come from the file (an editor's draft).
        words: word groups; those shipped unless given.

    Raises:
        RulesFaulty: with every fault of the file: file:line, field, reason and hint.

    """
    groups = shipped_words() if words is None else words
    _, rows, faults = read_yaml(path, content_of(path, text), frozenset({"rules"}))
    rules: list[Rule] = []
    places: dict[str, str] = {}
    for row in rows:
        rule = _rule(row, groups, faults)
        if rule.id in places:
            hint = f"{places[rule.id]} 已有同样的编号，请改名"
            faults.append(Fault(row.where, "id", f"编号“{rule.id}”重复", hint))
        places.setdefault(rule.id, row.where)
        rules.append(rule)
    if faults:
        raise RulesFaulty(faults)
    return tuple(rules)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules that ship with the program."""
    return load_rules(Path(__file__).parent / "rules.yaml")


def _rule(row: Row, groups: Mapping[str, str], faults: list[Fault]) -> Rule:
    reader = RowReader(row, KEYS, faults)
    code = reader.text("id", required=True)
    if code and not _ID.fullmatch(code):
        reader.fault("id", f"“{code[:40]}”不是可用的编号", "用小写字母、数字和下划线，以字母开头")

    def patterns(field: str) -> tuple[str, ...]:
        return tuple(expand(one, groups, reader, field) for one in reader.many(field))

    found, check = patterns("patterns"), reader.text("check")
    if check and check not in CHECKS:
        reader.fault("check", f"没有名为“{check}”的检查", f"可用：{' '.join(sorted(CHECKS))}")
    if not found and not check:
        reader.fault("patterns", "没有写匹配内容", "请填写 patterns 或 check")
    for field in ("fires", "passes"):
        if not reader.many(field):
            reader.fault(field, "没有例句", "每条规则都要有应触发和不应触发的例句")
    return Rule(
        id=code,
        name=reader.text("name", required=True),
        part=reader.choice("part", PART_NAMES) or Part.ATTITUDE,
        severity=reader.choice("severity", SEVERITY_NAMES) or Severity.WARN,
        points=_points(reader),
        message=reader.text("message", required=True),
        advice=reader.text("advice", required=True),
        check=check,
        patterns=found,
        exceptions=patterns("except"),
        unless=patterns("unless"),
        override=reader.text("override") == "" or reader.flag("override"),
        when_upset=reader.flag("when_upset"),
        in_quotes=reader.flag("in_quotes"),
        fallback=reader.flag("fallback"),
        rewrites=_rewrites(reader, groups),
        given=_given(row, reader, faults),
        fires=reader.many("fires"),
        passes=reader.many("passes"),
    )


def _rewrites(reader: RowReader, groups: Mapping[str, str]) -> tuple[Rewrite, ...]:
    out = []
    for text in reader.many("rewrite"):
        one = parse_rewrite(text)
        if one is None:
            reader.fault("rewrite", f"“{text[:30]}”缺少“ => ”", "写成：匹配内容 => 换成的说法")
            continue
        before = len(reader.faults)
        pattern = expand(one.pattern, groups, reader, "rewrite")
        if len(reader.faults) > before:
            continue
        if groups_of(one.wording) > re2.compile(pattern).groups:
            reader.fault("rewrite", f"“{text[:30]}”引用了没有的括号", "\\1 指第一个括号里的内容")
        out.append(Rewrite(pattern, one.wording))
    return tuple(out)


def _given(row: Row, reader: RowReader, faults: list[Fault]) -> Context:
    cell = row.cells.get("given")
    if cell is None or cell.value is None:
        return NOTHING
    if not isinstance(cell.value, Row):
        reader.fault("given", "应为键值结构", f"可用字段：{' '.join(GIVEN)}")
        return NOTHING
    inner = RowReader(cell.value, GIVEN, faults)
    return Context(
        sent=inner.many("sent"),
        authority=inner.many("authority"),
        locked=inner.flag("locked"),
        reminders=inner.many("reminders"),
        customer=inner.text("customer"),
    )


def _points(reader: RowReader) -> int:
    text = reader.text("points", required=True)
    if text.isascii() and text.isdecimal() and int(text) <= _MAX_POINTS:
        return int(text)
    if text:
        reader.fault("points", f"“{text[:20]}”不是扣分数", f"请写 0 到 {_MAX_POINTS} 的整数")
    return 0
