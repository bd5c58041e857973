"""Phrase tables in CSV and TSV: encodings, quoting, places of faults, and files that are no tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from prompts.errors import Fault, LoadFailed
from prompts.library import load_lines
from prompts.lines import COLUMNS

HEADER = ",".join(COLUMNS)
ROW = "a1,安抚,物流延误,亲切,致歉,让您久等了，抱歉。,,还没到,易碎,一组,2026-01-01,2026-12-31"


def load(path: Path, data: str | bytes) -> list[tuple[str, str]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return [(line.id, line.text) for line in load_lines([path])]


def faults_of(path: Path, data: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(LoadFailed) as caught:
        load(path, data)
    return caught.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_loads_in_every_encoding_that_excel_writes(
    tmp_path: Path, encoding: str, end: str
) -> None:
    data = f"{HEADER}{end}{ROW}{end}".encode(encoding)
    assert load(tmp_path / "a.csv", data) == [("a1", "让您久等了，抱歉。")]


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "A.CSV"])
def test_tabs_separate_too(tmp_path: Path, name: str) -> None:
    data = f"{HEADER}\n{ROW}\n".replace(",", "\t")
    assert load(tmp_path / name, data) == [("a1", "让您久等了，抱歉。")]


def test_tabs_separate_where_a_later_cell_has_commas_and_lines_end_in_returns(
    tmp_path: Path,
) -> None:
    data = f"{HEADER}\r{ROW}".replace(",", "\t").replace("让您久等了，抱歉。", "好,好")
    assert load(tmp_path / "a.tsv", data) == [("a1", "好,好")]


def test_quotes_commas_and_line_breaks_stay_inside_a_cell(tmp_path: Path) -> None:
    data = f'{HEADER}\na1,应答,,,,"他说 ""好"", 行\r\n第二行",,"一\n二",,,,\n'
    path = tmp_path / "a.csv"
    assert load(path, data) == [("a1", '他说 "好", 行\n第二行')]
    assert load_lines([path])[0].examples == ("一", "二")


def test_a_row_after_a_cell_of_many_lines_is_named_by_its_own_line(tmp_path: Path) -> None:
    data = f'{HEADER}\na1,应答,,,,"一\n二\n三",,,,,,\n\na2,错的,,,,好,,,,,,\n'
    faults = faults_of(tmp_path / "a.csv", data)
    assert [(f.where, f.field) for f in faults] == [("a.csv:6", "分类")]


def test_a_short_row_is_faulted_by_the_name_of_its_column(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "a.csv", f"{HEADER}\na1,应答\n")
    assert [(f.where, f.field, f.reason) for f in faults] == [("a.csv:2", "内容", "不能为空")]


def test_columns_may_stand_in_any_order_but_must_be_named_exactly(tmp_path: Path) -> None:
    columns = list(reversed(COLUMNS))
    row = {"编号": "a1", "分类": "应答", "内容": "好的"}
    data = f"{','.join(columns)}\n{','.join(row.get(c, '') for c in columns)}\n"
    assert load(tmp_path / "a.csv", data) == [("a1", "好的")]


def test_every_difference_of_the_heading_is_told(tmp_path: Path) -> None:
    data = HEADER.replace("内容", "正文").replace("标签", "编号") + "\n" + ROW
    faults = faults_of(tmp_path / "a.csv", data)
    assert {(f.where, f.field, f.reason) for f in faults} == {
        ("a.csv:1", "正文", "不是已知的列名"),
        ("a.csv:1", "编号", "列名重复"),
        ("a.csv:1", "内容", "缺少这一列"),
        ("a.csv:1", "标签", "缺少这一列"),
    }


def test_a_table_without_a_heading_is_told_what_it_should_be(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", f"{ROW}\n")
    assert fault.reason == "第一行不是表头"
    assert HEADER.replace(",", "/") in fault.hint


def test_a_cell_beyond_the_heading_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", f"{HEADER},,\n{ROW},多出来的\n")
    assert (fault.where, fault.reason) == ("a.csv:2", "这一格没有表头")


@pytest.mark.parametrize("data", ["", "\n\n", ",,,\n"])
def test_an_empty_table_is_a_fault(tmp_path: Path, data: str) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", data)
    assert (fault.where, fault.reason) == ("a.csv:1", "文件是空的")


def test_blank_lines_before_the_heading_and_between_rows_are_passed_over(tmp_path: Path) -> None:
    assert load(tmp_path / "a.csv", f"\n,,\n{HEADER}\n\n{ROW}\n,,\n") == [
        ("a1", "让您久等了，抱歉。")
    ]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n\x00\x00\x00"],
)
def test_a_binary_file_named_csv_is_told_as_such(tmp_path: Path, data: bytes) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", data)
    assert fault.where == "a.csv:1"
    assert "二进制" in fault.reason
    assert "另存为" in fault.hint


def test_bytes_of_no_known_encoding_are_named_by_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", HEADER.encode() + b"\nok\n\xff\xff\xff\n")
    assert (fault.where, fault.reason) == ("a.csv:3", "文字编码无法识别")


def test_a_broken_utf16_file_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", b"\xff\xfea")
    assert fault.reason == "不是有效的文本文件"


def test_an_unclosed_quote_is_a_fault_at_the_row_where_it_opens(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "a.csv", f'{HEADER}\n{ROW}\na2,应答,,,,"没关上\n{ROW}\n')
    assert fault.where == "a.csv:3"
    assert "引号" in fault.hint


def test_a_cell_of_fifty_megabytes_is_a_fault_at_its_row(tmp_path: Path) -> None:
    big = "大".encode() * (50 * 1024 * 1024 // 3)
    data = f"{HEADER}\n{ROW}\na2,应答,,,,".encode() + big + b",,,,,,\n"
    (fault,) = faults_of(tmp_path / "a.csv", data)
    assert fault.where == "a.csv:3"
    assert "20000" in fault.reason


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as handle:
        handle.truncate(129 * 1024 * 1024)  # sparse
    with pytest.raises(LoadFailed, match="文件过大"):
        load_lines([path])


def test_one_bad_row_among_ten_thousand_is_named_and_nothing_is_loaded(tmp_path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for i in range(10_000):
        kind = "不存在" if i == 7_654 else "应答"
        writer.writerow([f"r{i}", kind, "", "", "", f"第{i}条", *[""] * 6])
    (fault,) = faults_of(tmp_path / "a.csv", out.getvalue())
    assert (fault.where, fault.field) == ("a.csv:7656", "分类")


@pytest.mark.parametrize("name", ["说明.docx", "无扩展名", "旧.xls", "笔记.md"])
def test_files_of_another_sort_are_told_what_to_do(tmp_path: Path, name: str) -> None:
    (fault,) = faults_of(tmp_path / name, "内容")
    assert fault.where == name
    assert "XLSX" in fault.hint


def test_a_folder_is_read_in_order_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "下").mkdir()
    load(tmp_path / "下" / "b.csv", f"{HEADER}\n{ROW}\n")
    (tmp_path / "a.yaml").write_text("lines:\n- {id: a, kind: ack, text: 好}\n", encoding="utf-8")
    for hidden in (".隐藏.csv", "~$锁.xlsx"):
        (tmp_path / hidden).write_bytes(b"\x00")
    assert [line.id for line in load_lines([tmp_path])] == ["a", "a1"]


def test_a_folder_without_files_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="没有可读的文件"):
        load_lines([tmp_path])
