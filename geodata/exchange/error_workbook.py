"""The error workbook: the sheets as they were sent, refused rows coloured, each finding as a comment on its cell.

It is written from the values that the sandbox read; the uploaded file itself is never opened here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from geodata.exchange.issues import Issue, Severity
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import normalise_title
from geodata.exchange.tables.reading import Table

COLOURS = {
    Severity.ERROR: PatternFill("solid", fgColor="FFC7CE"),
    Severity.QUESTION: PatternFill("solid", fgColor="FFEB9C"),
    Severity.WARNING: PatternFill("solid", fgColor="FFF2CC"),
    Severity.NOTICE: PatternFill("solid", fgColor="DDEBF7"),
}
ROW_COLOUR = PatternFill("solid", fgColor="FDE9EC")
WORDS = {"error": "错误", "question": "待确认", "warning": "提醒", "notice": "说明"}
AUTHOR = "一张图导入检查"
CELL_LIMIT = 32_000
SHEET_NAME_LIMIT = 31
WIDTH = 16


def write_error_workbook(
    *, path: Path, grids: Sequence[Grid], tables: Mapping[str, Sequence[Table]], issues: Sequence[Issue]
) -> None:
    """Write the workbook; the first sheet lists every finding, so that nothing hides in a long table."""
    book = Workbook(write_only=True)
    _list_sheet(book, issues)
    headers = {table.sheet: table for group in tables.values() for table in group}
    by_sheet: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        by_sheet[issue.sheet].append(issue)
    for number, grid in enumerate(grids, start=1):
        _copy_sheet(book, grid, headers.get(grid.name), by_sheet.get(grid.name, []), number)
    book.save(path)


def _list_sheet(book: Workbook, issues: Sequence[Issue]) -> None:
    sheet = book.create_sheet("问题清单")
    for column, width in zip("ABCDEF", (14, 8, 18, 10, 70, 24), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append(["工作表", "行", "列", "程度", "说明", "原值"])
    for issue in issues:
        texts = (issue.sheet, issue.row or None, issue.column, WORDS[issue.severity], issue.message, issue.value)
        cells = [_cell(sheet, text) for text in texts]
        cells[3].fill = COLOURS[issue.severity]
        sheet.append(cells)


def _copy_sheet(book: Workbook, grid: Grid, table: Table | None, issues: Sequence[Issue], number: int) -> None:
    sheet = book.create_sheet(_sheet_name(grid.name, number))
    for position in range(1, grid.width + 1):
        sheet.column_dimensions[get_column_letter(position)].width = WIDTH
    places = _places(table)
    found: dict[int, dict[int, list[Issue]]] = defaultdict(lambda: defaultdict(list))
    for issue in issues:
        if issue.row:
            found[issue.row][places.get(normalise_title(issue.column)[0], 0)].append(issue)
    for row_number, cells in zip(grid.numbers, grid.rows, strict=True):
        remarks = found.get(row_number, {})
        copied = [_cell(sheet, cell.value, cell.number_format) for cell in cells]
        _mark(sheet, copied, remarks)
        sheet.append(copied)


def _mark(sheet: Any, copied: list[Any], remarks: Mapping[int, Sequence[Issue]]) -> None:
    refused = any(issue.severity.refuses for group in remarks.values() for issue in group)
    if refused:
        for cell in copied:
            cell.fill = ROW_COLOUR
    for position, group in remarks.items():
        while len(copied) <= position:
            copied.append(_cell(sheet, None))
        text = "\n".join(f"{WORDS[issue.severity]}：{issue.message}" for issue in group)
        comment = Comment(text[:CELL_LIMIT], AUTHOR, height=120, width=320)
        copied[position].comment = comment
        worst = min(group, key=lambda issue: list(Severity).index(issue.severity))
        copied[position].fill = COLOURS[worst.severity]


def _places(table: Table | None) -> dict[str, int]:
    """Where each column stands, by the title of the file and by ours."""
    places: dict[str, int] = {}
    if table is not None and table.header is not None:
        for match in table.header.matched:
            places[normalise_title(match.path)[0]] = match.position
            places.setdefault(normalise_title(match.column.label)[0], match.position)
        for position, title in table.header.unknown:
            places.setdefault(title, position)
    return places


def _cell(sheet: Any, value: Any, number_format: str = "General") -> Any:
    """A cell that never becomes a formula, whatever its text begins with."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, str):
        value = "".join(sign for sign in value if sign >= " " or sign in "\n\t")[:CELL_LIMIT]
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif number_format != "General":
        cell.number_format = number_format
    return cell


def _sheet_name(name: str, number: int) -> str:
    cleaned = "".join("_" if sign in "[]:*?/\\" else sign for sign in name)[:SHEET_NAME_LIMIT]
    return cleaned or f"数据{number}"
