"""Phrase tables in XLSX: cells as people fill them, and archives built to do harm."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from prompts import read_table
from prompts.errors import Fault, LoadFailed
from prompts.library import load_lines
from prompts.lines import COLUMNS, Line

SHEET = "xl/worksheets/sheet1.xml"


def save(path: Path, rows: Sequence[Sequence[object]], title: str = "话术") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(COLUMNS))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def row(**cells: object) -> list[object]:
    return [cells.get(field) for field in COLUMNS.values()]


def faults_of(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(LoadFailed) as caught:
        load_lines([path])
    return caught.value.faults


def load_one(path: Path) -> Line:
    (line,) = load_lines([path])
    return line


def replace_part(path: Path, part: str, body: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = body
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_numbers_dates_and_flags_are_read_as_a_person_would_type_them(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx",
        [
            row(
                id=1001,
                kind="应答",
                text=12.0,
                title=True,
                valid_from=dt.datetime(2026, 3, 4),  # noqa: DTZ001 - what a sheet holds
                valid_until="2026/12/31",
            )
        ],
    )
    line = load_one(path)
    assert (line.id, line.text, line.title) == ("1001", "12", "是")
    assert (line.valid_from, line.valid_until) == (dt.date(2026, 3, 4), dt.date(2026, 12, 31))


def test_several_values_stand_on_lines_of_a_cell(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.xlsx", [row(id="a", kind="应答", text="好", examples="一\n\n二 \n一")]
    )
    assert load_one(path).examples == ("一", "二")


def test_the_carriage_returns_that_excel_escapes_do_not_reach_a_customer(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [row(id="a", kind="应答", text="一_x000D_\n二")])
    assert load_one(path).text == "一\n二"


def test_a_fault_names_sheet_and_cell(tmp_path: Path) -> None:
    rows = [row(id="a", kind="应答", text="好"), [], row(id="b", kind="瞎写", text="好")]
    (fault,) = faults_of(save(tmp_path / "a.xlsx", rows))
    assert (fault.where, fault.field) == ("a.xlsx!话术!B4", "分类")


def test_a_cell_without_a_heading_is_a_fault(tmp_path: Path) -> None:
    rows = [[*row(id="a", kind="应答", text="好"), None, "多"]]
    (fault,) = faults_of(save(tmp_path / "a.xlsx", rows))
    assert (fault.where, fault.reason) == ("a.xlsx!话术!N2", "这一格没有表头")


def test_a_wrong_heading_is_a_fault_at_its_row(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [])
    book = openpyxl.load_workbook(path)
    book["话术"]["F1"] = "正文"
    book.save(path)
    assert {(f.where, f.field) for f in faults_of(path)} == {
        ("a.xlsx!话术!1", "正文"),
        ("a.xlsx!话术!1", "内容"),
    }


def test_a_text_of_more_characters_than_a_cell_may_hold_is_a_fault(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [row(id="a", kind="应答", text="长" * 20_001)])
    (fault,) = faults_of(path)
    assert (fault.where, fault.field) == ("a.xlsx!话术!F2", "内容")


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"PK\x03\x04", "编号,分类".encode()])
def test_a_file_that_is_no_archive_is_a_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    (fault,) = faults_of(path)
    assert (fault.where, fault.reason) == ("a.xlsx", "不是有效的 XLSX 文件")


def test_an_archive_of_something_else_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hi")
    assert faults_of(path)[0].reason.startswith("无法读取")


def test_a_sheet_cut_off_in_the_middle_is_a_fault(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [row(id=str(i), kind="应答", text="好") for i in range(50)])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET)
    replace_part(path, SHEET, sheet[: len(sheet) // 2])
    assert faults_of(path)[0].reason.startswith("无法读取")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [])
    replace_part(path, SHEET, b"<worksheet>" + b" " * (40 * 1024 * 1024))
    (fault,) = faults_of(path)
    assert fault.reason.startswith("解压后过大")


def test_an_archive_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(1_001):
            archive.writestr(f"p{i}", b"")
    assert "1001 个部件" in faults_of(path)[0].reason


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [])
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    replace_part(
        path,
        SHEET,
        bomb + main + b'<sheetData><row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row>'
        b"</sheetData></worksheet>",
    )
    assert "EntitiesForbidden" in faults_of(path)[0].reason


def test_a_sheet_that_claims_endless_rows_and_columns_is_read_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_table, "MAX_ROWS", 20_000)
    path = save(tmp_path / "a.xlsx", [row(id="a", kind="应答", text="好")])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET)
    far = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (i, i) for i in range(3, 300))
    far += b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    replace_part(path, SHEET, sheet.replace(b"</sheetData>", far + b"</sheetData>"))
    assert load_one(path).id == "a"
