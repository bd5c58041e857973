"""Phrase files in YAML: what loads, and how every fault is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from prompts.errors import Fault, LoadFailed
from prompts.library import load_lines
from prompts.terms import Kind, Tone


def faults_of(path: Path, text: str | bytes) -> tuple[Fault, ...]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(LoadFailed) as caught:
        load_lines([path])
    return caught.value.faults


def test_an_entry_is_read_with_all_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        """lines:
- id: 1001
  kind: 安抚
  tone: 亲切
  title: 致歉
  text: |
    第一行
    第二行
  fallback: 您好
  scenes: [质量问题, 质量问题, ""]
  examples:
  - 坏了
  - "两行
    的话"
  tags: 甲
  team: 一组
  owner: 王
  channel: web
  valid_from: 2026-01-02
  valid_until: 2026/3/4
""",
        encoding="utf-8",
    )
    (line,) = load_lines([path])
    assert (line.id, line.kind, line.tone) == ("1001", Kind.REASSURANCE, Tone.WARM)
    assert line.text == "第一行\n第二行"
    assert line.scenes == ("质量问题",)
    assert line.examples == ("坏了", "两行 的话")
    assert line.tags == ("甲",)
    assert (line.valid_from, line.valid_until) == (dt.date(2026, 1, 2), dt.date(2026, 3, 4))
    assert line.from_dict(line.to_dict()) == line


@pytest.mark.parametrize(
    ("day", "valid"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-01-31", True), ("2026-02-01", False)],
)
def test_both_validity_dates_are_included(tmp_path: Path, day: str, valid: bool) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "lines:\n- {id: a, kind: ack, text: 好的, valid_from: 2026-01-01, valid_until: 2026-01-31}",
        encoding="utf-8",
    )
    assert load_lines([path])[0].is_valid_on(dt.date.fromisoformat(day)) is valid


def test_an_id_follows_from_kind_and_title_where_it_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("lines:\n- {kind: ack, title: 收到, text: 好的}", encoding="utf-8")
    first = load_lines([path])[0].id
    path.write_text("lines:\n- {kind: ack, title: 收到, text: 明白了}", encoding="utf-8")
    assert load_lines([path])[0].id == first
    path.write_text("lines:\n- {kind: closing, title: 收到, text: 好的}", encoding="utf-8")
    assert load_lines([path])[0].id != first


@pytest.mark.parametrize(
    ("entry", "line", "field", "reason"),
    [
        ("{id: a, kind: 胡说, text: 好}", 2, "kind", "“胡说”不是可用的值"),
        ("{id: a, text: 好}", 2, "kind", "不能为空"),
        ("{id: a, kind: ack, text: ''}", 2, "text", "不能为空"),
        ("{id: a, kind: ack, text: null}", 2, "text", "不能为空"),
        ("{kind: ack, text: 好}", 2, "id", "编号和标题都为空"),
        ("{id: a, kind: ack, text: 好, tonne: warm}", 2, "tonne", "不是已知的字段"),
        ("{id: a, kind: ack, text: 好, tone: 高冷}", 2, "tone", "“高冷”不是可用的值"),
        ("{id: a, kind: ack, text: [好]}", 2, "text", "应为一段文字"),
        ("{id: a, kind: ack, text: {{order_no}}}", 2, "text", "应为一段文字"),
        ("{id: a, kind: ack, text: 好, scenes: {a: b}}", 2, "scenes", "应为列表"),
        ("{id: a, kind: ack, text: 好, scenes: [[a]]}", 2, "scenes", "列表中的一项不是文字"),
        ("{id: a, kind: ack, text: 好, valid_from: 明天}", 2, "valid_from", "“明天”不是日期"),
        ("{id: a, kind: ack, text: 好, valid_from: 26-1-2}", 2, "valid_from", "不是日期"),
        ("{id: a, kind: ack, text: 好, valid_from: 2026-02-30}", 2, "valid_from", "不是日期"),
        (
            "{id: a, kind: ack, text: 好, valid_from: 2026-02-03, valid_until: 2026-02-01}",
            2,
            "valid_until",
            "早于生效日期",
        ),
        ("{id: a, kind: ack, text: '单号{{orderno}}'}", 2, "text", "使用了未知变量 {{orderno}}"),
        ("{id: a, kind: ack, text: '单号{order_no}'}", 2, "text", "占位符“{order_no}”"),
        ("{id: a, kind: ack, text: 请于X月X日前}", 2, "text", "占位符“X月”"),
        ("{id: a, kind: ack, text: 好, fallback: '{{order_no}}'}", 2, "fallback", "工单变量"),
        ('{id: a, kind: ack, text: "a\\u202eb"}', 2, "text", "控制字符（U+202E）"),
        ('{id: a, kind: ack, text: 好, tags: ["\\a"]}', 2, "tags", "控制字符（U+0007）"),
        ("{id: a, id: b, kind: ack, text: 好}", 2, "id", "重复出现"),
        ("一句话", 2, "", "条目不是键值结构"),
    ],
)
def test_a_fault_tells_file_line_field_reason_and_a_hint(
    tmp_path: Path, entry: str, line: int, field: str, reason: str
) -> None:
    faults = faults_of(tmp_path / "词.yaml", f"lines:\n- {entry}\n")
    assert [(f.where, f.field) for f in faults] == [(f"词.yaml:{line}", field)]
    assert reason in faults[0].reason
    assert faults[0].hint


def test_overlong_texts_are_faults(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path / "a.yaml",
        f"lines:\n- {{id: a, kind: ack, text: {'长' * 601}}}\n"
        f"- {{id: b, kind: ack, text: {'长' * 20_001}}}\n"
        f"- {{id: c, kind: ack, text: 好, examples: [{'长' * 15_000}, {'短' * 15_000}]}}\n",
    )
    assert [(f.where, f.field) for f in faults] == [
        ("a.yaml:2", "text"),
        ("a.yaml:3", "text"),
        ("a.yaml:4", "examples"),
    ]


def test_the_line_of_a_fault_is_that_of_its_key(tmp_path: Path) -> None:
    text = "# 说明\nlines:\n- id: a\n  kind: ack\n\n  text: 好\n  tone: 冷\n"
    assert [f.where for f in faults_of(tmp_path / "a.yaml", text)] == ["a.yaml:7"]


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "lines:\n- {id: a, kind: 错, text: ''}\n- {id: a, kind: ack, text: 好}\n"
        "- {id: a, kind: ack, text: 好}\n",
        encoding="utf-8",
    )
    (tmp_path / "b.yml").write_text("lines: {}\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("编号,分类\n", encoding="utf-8")
    (tmp_path / "d.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(LoadFailed) as caught:
        load_lines([tmp_path, tmp_path / "无.yaml"])
    places = [f.where for f in caught.value.faults]
    assert [p for p in places if p.startswith("a.yaml")] == ["a.yaml:2", "a.yaml:2", "a.yaml:4"]
    assert {p.split(":")[0] for p in places} >= {"a.yaml", "b.yml", "c.csv", "d.xls"}
    assert any("无.yaml" in p for p in places)
    assert all(str(f) in str(caught.value) for f in caught.value.faults)


def test_a_repeated_id_names_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("lines:\n- {id: x, kind: ack, text: 好}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("lines:\n\n- {id: x, kind: ack, text: 行}\n", encoding="utf-8")
    with pytest.raises(LoadFailed) as caught:
        load_lines([tmp_path])
    (fault,) = caught.value.faults
    assert fault.where == "b.yaml:3"
    assert "a.yaml:2" in fault.hint


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("lines:\n- id: a\n kind: ack\n", "a.yaml:3", "YAML 格式错误"),
        ("lines:\n- id: 'a\n", "a.yaml:3", "YAML 格式错误"),
        ("lines:\n- id: a\n  text: 坏\x01字\n", "a.yaml:3", "控制字符"),
        ("- id: a\n", "a.yaml:1", "不是键值结构"),
        ("一段话\n", "a.yaml:1", "不是键值结构"),
        ("", "a.yaml:1", "不是键值结构"),
        ("phrases:\n- id: a\n", "a.yaml:1", "多余的顶层键"),
        ("lines: []\nlines: []\n", "a.yaml:2", "多余的顶层键"),
        ("lines: 好\n", "a.yaml:1", "不是列表"),
        ("{}\n", "a.yaml:1", "没有内容"),
        ("lines: []\n---\nlines: []\n", "a.yaml:2", "YAML 格式错误"),
        ("a: &a [x]\nlines: *a\n", "a.yaml:2", "YAML 引用"),
    ],
)
def test_a_file_of_the_wrong_shape_is_told_with_its_line(
    tmp_path: Path, text: str, where: str, reason: str
) -> None:
    faults = faults_of(tmp_path / "a.yaml", text)
    assert faults[0].where == where
    assert reason in faults[0].reason


def test_an_alias_bomb_is_refused_before_it_is_built(tmp_path: Path) -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 40))
    faults = faults_of(tmp_path / "a.yaml", f"l0: &l0 [大]\n{levels}\nlines: *l39\n")
    assert [f.where for f in faults] == ["a.yaml:2"]


@pytest.mark.parametrize("depth", [100, 50_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ("{a: ", "}")])
def test_deep_nesting_is_a_fault_and_does_not_end_the_process(
    tmp_path: Path, depth: int, opened: str, closed: str
) -> None:
    faults = faults_of(tmp_path / "a.yaml", f"lines: {opened * depth}{closed * depth}\n")
    assert [f.reason for f in faults] == ["嵌套过深"]


def test_a_value_nested_deeper_than_any_field_is_a_fault(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "a.yaml", "lines:\n- {id: a, tags: [[[[[[[[x]]]]]]]]}\n")
    assert any(f.reason == "嵌套过深" for f in faults)


def test_tags_of_python_objects_are_text_and_nothing_is_made_of_them(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "lines:\n- {id: a, kind: ack, text: !!python/object/apply:os.getcwd 好}", encoding="utf-8"
    )
    assert load_lines([path])[0].text == "好"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_yaml_in_the_encodings_that_editors_write_loads(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("lines:\n- {id: a, kind: 安抚, text: 非常抱歉}\n".encode(encoding))
    assert load_lines([path])[0].text == "非常抱歉"
