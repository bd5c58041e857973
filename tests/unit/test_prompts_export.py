"""Export to tables: the columns come back whole, and no cell is taken for a formula."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.library import load_lines, shipped_folder
from prompts.lines import COLUMNS, Line
from prompts.read_table import formula_safe, write_csv, write_xlsx
from prompts.template import faulty_markup
from prompts.terms import Kind, Tone

WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
LETTERS = st.characters(
    blacklist_categories=("Cs", "Cc", "Cf"), blacklist_characters="{}\u2028\u2029\ufffe\uffff"
)
PLAIN = (
    st.one_of(
        st.text(LETTERS, max_size=12),
        st.sampled_from(["=1+1", "'=1", "-5", "+86", "@我", "''", "'", '"', ",", "一;二", "#N/A"]),
    )
    .map(str.strip)
    .filter(lambda t: not faulty_markup(t) and "_x000D_" not in t)
)
TEXT = st.lists(PLAIN, min_size=1, max_size=3).map("\n".join).map(str.strip).filter(bool)
ITEMS = st.lists(PLAIN.filter(bool), max_size=3, unique=True).map(tuple)
DAYS = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        first, last = draw(DAYS), draw(DAYS)
        if first and last and last < first:
            first, last = last, first
        found.append(
            Line(
                id=f"{number}{draw(PLAIN)}".strip(),
                kind=draw(st.sampled_from(Kind)),
                tone=draw(st.sampled_from(Tone)),
                text=draw(TEXT),
                fallback=draw(TEXT | st.just("")),
                title=draw(PLAIN),
                scenes=draw(ITEMS),
                examples=draw(ITEMS),
                tags=draw(ITEMS),
                team=draw(PLAIN),
                valid_from=first,
                valid_until=last,
            )
        )
    return found


@pytest.mark.parametrize("ending", WRITERS)
@settings(max_examples=60, deadline=None)
@given(exported=lines())
def test_what_is_exported_loads_as_equal_lines(ending: str, exported: list[Line]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{ending}"
        WRITERS[ending](path, COLUMNS, [line.to_row() for line in exported])
        assert list(load_lines([path])) == exported


@pytest.mark.parametrize("ending", WRITERS)
def test_the_shipped_library_survives_export_and_loading(tmp_path: Path, ending: str) -> None:
    shipped = load_lines([shipped_folder()])
    path = tmp_path / f"a.{ending}"
    WRITERS[ending](path, COLUMNS, [line.to_row() for line in shipped])
    assert load_lines([path]) == shipped


@given(st.text())
def test_no_exported_text_begins_as_a_formula_does(text: str) -> None:
    assert formula_safe(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


def test_formulas_are_plain_text_in_both_forms(tmp_path: Path) -> None:
    rows = [['=HYPERLINK("http://a")', "+1", "-1", "@SUM(A1)", "好"]]
    write_csv(tmp_path / "a.csv", ["甲"] * 5, rows)
    write_xlsx(tmp_path / "a.xlsx", ["甲"] * 5, rows)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as handle:
        assert list(csv.reader(handle))[1] == [f"'{t}" for t in rows[0][:4]] + ["好"]
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert {cell.data_type for cell in sheet[2]} == {"s"}


def test_the_csv_begins_with_the_mark_by_which_excel_knows_utf8(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", COLUMNS, [])
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@given(lines())
def test_a_line_survives_its_plain_values(made: list[Line]) -> None:
    assert [Line.from_dict(line.to_dict()) for line in made] == made
