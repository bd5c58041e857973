"""CSV and XLSX files to rows, with the line or cell of every value and an exact header check."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from prompts.errors import Fault
from prompts.rows import MAX_CELL, Cell, Row

#: An XLSX may unpack to this many bytes in this many parts; more is taken for a zip bomb.
MAX_UNPACKED: Final = 192 * 1024 * 1024
MAX_PARTS: Final = 1_000
MAX_RATIO: Final = 150
#: A sheet is read this wide and this long; a file can claim more cells than memory holds.
MAX_COLUMNS: Final = 100
MAX_ROWS: Final = 1_048_576
_RISKY: Final = re.compile(r"'*[=+\-@\t\r]")
#: How a spreadsheet writes the carriage return of a line end.
_RETURN: Final = "_x000D_"
_SAVE_HINT: Final = "请在 Excel 中另存为“CSV UTF-8”或 XLSX"

#: Heading -> field code, for one sort of file.
Columns = Mapping[str, str]


def read_csv(
    path: Path, data: bytes, sorts: Mapping[str, Columns]
) -> tuple[str, list[Row], list[Fault]]:
    """Read a CSV in UTF-8 (with or without BOM), UTF-16 or GBK (what Excel writes in China).

    Args:
        path: for messages only.
        data: the file's bytes.
        sorts: what the file may hold: sort -> its columns; the heading decides which it is.

    Returns:
        the sort found ("" when faulty), rows, faults.

    """
    text, fault = decode(path, data)
    if fault:
        return "", [], [fault]
    csv.field_size_limit(MAX_CELL * 4)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    table: list[tuple[str, list[tuple[str, str]]]] = []
    try:
        while True:
            where = f"{path.name}:{reader.line_num + 1}"
            values = next(reader, None)
            if values is None:
                break
            table.append((where, [(v, where) for v in values]))
    except csv.Error as error:
        if "field larger" in str(error):
            fault = Fault(where, "", f"有一格超过 {MAX_CELL} 字", "请缩短内容或检查引号是否成对")
        else:
            fault = Fault(
                where, "", f"CSV 格式错误（{error}）", "请检查引号是否成对，" + _SAVE_HINT
            )
        return "", [], [fault]
    return _rows(path.name, table, sorts)


def _delimiter(text: str) -> str:
    """Comma, tab (“Unicode text”) or semicolon (Excel in some languages): what the heading has."""
    heading = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return next((mark for mark in ",\t;" if mark in heading), ",")


def decode(path: Path, data: bytes) -> tuple[str, Fault | None]:
    """Decode a text file's bytes, or say why it is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), None
        except UnicodeDecodeError:
            return "", Fault(f"{path.name}:1", "", "不是有效的文本文件", _SAVE_HINT)
    if b"\x00" in data[:65_536] or data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        return "", Fault(f"{path.name}:1", "", "是二进制文件，不是文本", _SAVE_HINT)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), None
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    return "", Fault(f"{path.name}:{line}", "", "文字编码无法识别", _SAVE_HINT)


def read_xlsx(
    path: Path, data: bytes, sorts: Mapping[str, Columns]
) -> tuple[str, list[Row], list[Fault]]:
    """Read the first sheet of an XLSX; arguments and result as :func:`read_csv`."""
    import openpyxl

    name = path.name
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(p.file_size for p in parts)
            packed = max(1, sum(p.compress_size for p in parts))
    except (zipfile.BadZipFile, ValueError, OSError):
        return "", [], [Fault(name, "", "不是有效的 XLSX 文件", "请在 Excel 中另存为 XLSX 后重试")]
    if (
        len(parts) > MAX_PARTS
        or unpacked > MAX_UNPACKED
        or (unpacked > 16 * 1024 * 1024 and unpacked / packed > MAX_RATIO)
    ):
        reason = f"解压后过大（{unpacked // 1024 // 1024} MB，{len(parts)} 个部件）"
        return "", [], [Fault(name, "", reason, "请拆分文件，或另存为 CSV")]
    table: list[tuple[str, list[tuple[str, str]]]] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        place = f"{name}!{sheet.title}!"
        found = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
        for number, cells in enumerate(found, 1):
            width = max((i for i, value in enumerate(cells, 1) if value is not None), default=0)
            values = [
                (_shown(value), f"{place}{_letters(column)}{number}")
                for column, value in enumerate(cells[:width], 1)
            ]
            if values:
                table.append((f"{place}{number}", values))
        book.close()
    except Exception as error:
        return (
            "",
            [],
            [
                Fault(
                    name,
                    "",
                    f"无法读取（{type(error.__cause__ or error).__name__}）",
                    "请在 Excel 中另存为 XLSX 后重试",
                )
            ],
        )
    return _rows(name, table, sorts)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _shown(value: object) -> str:
    """A cell's value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value).replace(_RETURN, "")


def _rows(
    name: str, table: Sequence[tuple[str, list[tuple[str, str]]]], sorts: Mapping[str, Columns]
) -> tuple[str, list[Row], list[Fault]]:
    table = [row for row in table if any(value.strip() for value, _ in row[1])]
    if not table:
        return "", [], [Fault(f"{name}:1", "", "文件是空的", "第一行应为表头")]
    where, header_cells = table[0]
    header = [value.strip() for value, _ in header_cells]
    while header and not header[-1]:
        header.pop()
    sort, faults = _match_header(where, header, sorts)
    if faults:
        return "", [], faults
    columns = sorts[sort]
    rows = []
    for row_where, values in table[1:]:
        extra = [place for value, place in values[len(header) :] if value.strip()]
        if extra:
            faults.append(Fault(extra[0], "", "这一格没有表头", "请检查是否多了逗号或列"))
            continue
        cells = {}
        names = {columns[heading]: heading for heading in header}
        for heading, (value, place) in zip(header, values, strict=False):
            text = value[1:] if value[:1] == "'" and _RISKY.match(value) else value
            cells[columns[heading]] = Cell(text.strip() or None, place)
        rows.append(Row(row_where, cells, names))
    return sort, rows, faults


def _match_header(
    where: str, header: Sequence[str], sorts: Mapping[str, Columns]
) -> tuple[str, list[Fault]]:
    """Which sort of file this heading belongs to; every difference is a fault."""
    sort = max(sorts, key=lambda s: len(set(header) & set(sorts[s])))
    expected = list(sorts[sort])
    if not set(header) & set(expected):
        return "", [Fault(where, "", "第一行不是表头", f"表头应为：{'/'.join(expected)}")]
    faults = []
    for heading in dict.fromkeys(header):
        if heading not in expected:
            shown = heading or "（空）"
            faults.append(Fault(where, shown, "不是已知的列名", f"列名应为：{'/'.join(expected)}"))
        elif header.count(heading) > 1:
            faults.append(Fault(where, heading, "列名重复", "请只保留一列"))
    faults.extend(
        Fault(where, heading, "缺少这一列", "请补上列名，内容可以留空")
        for heading in expected
        if heading not in header
    )
    return sort, faults


def formula_safe(value: str) -> str:
    """Prefix ``'`` where a spreadsheet would take the text for a formula; reading takes it off.

    A text that itself begins with ``'`` and such a sign gets one more, so that it comes back whole.
    """
    return f"'{value}" if _RISKY.match(value) else value


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV that Excel opens as UTF-8, formula-safe.

    Raises:
        OSError: the file cannot be written.

    """
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows([formula_safe(v) for v in row] for row in rows)


def write_xlsx(path: Path, columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Write an XLSX whose cells are all plain text, formula-safe.

    Raises:
        OSError: the file cannot be written.

    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("话术与知识")
    sheet.append(list(columns))
    for row in rows:
        sheet.append([formula_safe(v) for v in row])
    book.save(path)
