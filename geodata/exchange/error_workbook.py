"""The error workbook: the sheets as they were sent, refused rows coloured, each finding as a comment on its cell.

It is written from the values that the sandbox read; the uploaded file itself is never opened here. Corrected and sent
again it reads as the file did: merged cells, hidden rows and the calendar's beginning go over. Of a long sheet it holds
what stands above and in the header and the rows with errors or questions alone.
"""

from __future__ import annotations

import re
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
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from geodata.exchange.issues import Issue, Severity
from geodata.exchange.tables.grids import Grid, Span
from geodata.exchange.tables.headers import normalise_title
from geodata.exchange.tables.reading import Table
from geodata.sandbox.documents import Cell

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
# what no workbook may hold; messages quote files, which may hold anything
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
WIDTH = 16
LONG = 20_000  # rows; a longer sheet is not copied whole
MOST_LISTED = 100_000  # findings


def write_error_workbook(
    *, path: Path, grids: Sequence[Grid], tables: Mapping[str, Sequence[Table]], issues: Sequence[Issue]
) -> None:
    """Write the workbook; the first sheet lists every finding, so that nothing hides in a long table."""
    book = Workbook(write_only=True)
    if any(grid.date1904 for grid in grids):
        book.epoch = CALENDAR_MAC_1904
    listed = book.create_sheet("问题清单")
    headers = {table.sheet: table for group in tables.values() for table in group}
    by_sheet: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        by_sheet[issue.sheet].append(issue)
    places: dict[tuple[str, int], int] = {}
    for number, grid in enumerate(grids, start=1):
        sheet = book.create_sheet(_sheet_name(grid.name, number))
        copy = _Copy(sheet, grid, headers.get(grid.name), by_sheet.get(grid.name, []))
        kept = copy.shortened() if len(grid.rows) > LONG else copy.whole()
        places |= {(grid.name, row): at for row, at in kept.items()}
    _list(listed, issues, places)
    book.save(path)


def _list(sheet: Any, issues: Sequence[Issue], places: Mapping[tuple[str, int], int]) -> None:
    """Every finding; `places` holds the rows that bear another number here than in the file."""
    widths = (14, 8, 18, 10, 70, 24, 12)
    for column, width in zip("ABCDEFG", widths, strict=True):
        sheet.column_dimensions[column].width = width
    if places:
        rows = f"超过 {LONG} 行的工作表在这里只有表头和有错误或待确认的行，改好后可直接重新上传；已入库的行不会重复"
        sheet.append([_cell(sheet, rows)])
    if len(issues) > MOST_LISTED:
        sheet.append([_cell(sheet, f"共有 {len(issues)} 条，这里列出前 {MOST_LISTED} 条；其余的见各行的批注")])
    sheet.append(["工作表", "行", "列", "程度", "说明", "原值", *(["在本工作簿第几行"] if places else [])])
    for issue in issues[:MOST_LISTED]:
        texts = (issue.sheet, issue.row or None, issue.column, WORDS[issue.severity], issue.message, issue.value)
        cells = [_cell(sheet, text) for text in texts]
        cells[3].fill = COLOURS[issue.severity]
        here = places.get((issue.sheet, issue.row))
        sheet.append([*cells, *([here] if here else [])])


class _Copy:
    """One sheet on its way into the workbook."""

    def __init__(self, sheet: Any, grid: Grid, table: Table | None, issues: Sequence[Issue]) -> None:
        self._sheet, self._grid, self._table = sheet, grid, table
        columns = _places(table)
        self._found: dict[int, dict[int, list[Issue]]] = defaultdict(lambda: defaultdict(list))
        for issue in issues:
            if issue.row:
                self._found[issue.row][columns.get(normalise_title(issue.column)[0], 0)].append(issue)
        for position in range(1, grid.width + 1):
            dimension = sheet.column_dimensions[get_column_letter(position)]
            dimension.width, dimension.hidden = WIDTH, position in grid.hidden_columns
        if grid.hidden:
            sheet.sheet_state = "hidden"

    def whole(self) -> dict[int, int]:
        """Every row at its own place, so that no row has another number here."""
        for span in self._grid.merged:
            self._merge(span)
        for number in self._grid.hidden_rows:
            self._sheet.row_dimensions[number].hidden = True
        for number, cells in zip(self._grid.numbers, self._grid.rows, strict=True):
            self._append(number, cells)
        return {}

    def shortened(self) -> dict[int, int]:
        """The header with what stands above it, and the rows that were kept out; their numbers in the file → here."""
        header = self._table.header if self._table is not None else None
        top = header.bottom if header is not None else 1
        for span in self._grid.merged:
            if span.bottom <= top:
                self._merge(span)
        wanted = {
            row
            for row, remarks in self._found.items()
            if any(issue.severity.refuses for group in remarks.values() for issue in group)
        }
        sections = {row.number: row.section for row in self._table.rows if row.section} if self._table else {}
        fills = self._fills()
        at, section, kept = 0, "", {}
        for index, (number, cells) in enumerate(zip(self._grid.numbers, self._grid.rows, strict=True)):
            if index >= top and number not in wanted:
                continue
            if sections.get(number, section) != section:
                section = sections[number]
                self._sheet.append([_cell(self._sheet, f"一、{section}")])
                at += 1
            copied = list(cells)
            for position, value in fills.get(index, ()):
                copied[position : position + 1] = [value]
            self._append(number, copied)
            at += 1
            if number in wanted:
                kept[number] = at
        return kept

    def _fills(self) -> dict[int, list[tuple[int, Cell]]]:
        """What vertical merges below the header say of the rows that they cover, by line."""
        fills: dict[int, list[tuple[int, Cell]]] = defaultdict(list)
        header = self._table.header if self._table is not None else None
        down = {m.position for m in header.matched if m.column.fill_down} if header is not None else set()
        for span in self._grid.merged:
            if header is not None and span.top > header.bottom and span.left - 1 in down:
                for index in range(span.top, span.bottom):
                    fills[index].append((span.left - 1, self._grid.cell(span.top - 1, span.left - 1)))
        return fills

    def _merge(self, span: Span) -> None:
        corner = f"{get_column_letter(span.left)}{span.top}"
        self._sheet.merged_cells.add(f"{corner}:{get_column_letter(span.right)}{span.bottom}")

    def _append(self, number: int, cells: Sequence[Cell]) -> None:
        copied = [_cell(self._sheet, cell.value, cell.number_format) for cell in cells]
        _mark(self._sheet, copied, self._found.get(number, {}))
        self._sheet.append(copied)


def _mark(sheet: Any, copied: list[Any], remarks: Mapping[int, Sequence[Issue]]) -> None:
    refused = any(issue.severity.refuses for group in remarks.values() for issue in group)
    if refused:
        for cell in copied:
            cell.fill = ROW_COLOUR
    for position, group in remarks.items():
        while len(copied) <= position:
            copied.append(_cell(sheet, None))
        text = "\n".join(f"{WORDS[issue.severity]}：{issue.message}" for issue in group)
        comment = Comment(_UNWRITABLE.sub("", text)[:CELL_LIMIT], AUTHOR, height=120, width=320)
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
        value = _UNWRITABLE.sub("", value)[:CELL_LIMIT]
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif number_format != "General":
        cell.number_format = number_format
    return cell


def _sheet_name(name: str, number: int) -> str:
    cleaned = "".join("_" if sign in "[]:*?/\\" else sign for sign in _UNWRITABLE.sub("", name))[:SHEET_NAME_LIMIT]
    return cleaned or f"数据{number}"
