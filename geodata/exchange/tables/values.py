"""The cells of the data lines to typed rows: merges, 同上, constants, required columns, percentages by whole column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from geodata import figures
from geodata.exchange.columns import Column, Kind
from geodata.exchange.issues import Severity
from geodata.exchange.tables.cells import CONVERTERS, EMPTY_VALUES, DigitsLost, Reading, Rounded, as_text, is_void
from geodata.exchange.tables.headers import Header, Matched, squeeze
from geodata.exchange.tables.lines import COPY_MARKS
from geodata.exchange.tables.reading import Row, Setting, Table
from geodata.exchange.tables.stored_rows import StoredRows
from geodata.figures.numbers import is_empty
from geodata.sandbox.documents import Cell

REPORT_EVERY = 5000


class RowReader:
    """Turns lines of one table into rows; it remembers the row before for 同上."""

    def __init__(self, setting: Setting, header: Header, table: Table) -> None:
        self._setting = setting
        self._grid = setting.grid
        self._table = table
        date1904, exact = self._grid.date1904, self._grid.layer is not None
        self._matched = [
            (match, Reading(match.column, setting.units.get(match.column.key, ""), setting.options, date1904, exact))
            for match in header.matched
        ]
        self._fills, self._covered = _vertical_merges(setting, header)
        self._constants = self._typed_constants(header)
        self._blank = {c.key: EMPTY_VALUES.get(c.kind) for c in setting.layout.every_column}
        self._words = setting.mapping.words_for(setting.layout)
        self._required = [column for column in setting.layout.every_column if column.required]
        self._before: dict[str, Any] = {}

    def read(self, lines: Sequence[tuple[int, str]]) -> None:
        """Read the lines (index, section title) and add their rows and issues to the table."""
        percents = self._percents([index for index, _ in lines])
        rows: list[Row] | StoredRows = [] if self._grid.features else StoredRows(self._grid.name, self._blank)
        self._table.rows = rows
        for done, (index, section) in enumerate(lines):
            if done % REPORT_EVERY == 0 and self._setting.progress:
                self._setting.progress(done, len(lines), "读取")
            rows.append(self._row(index, section, percents.get(index, {})))

    def _row(self, index: int, section: str, percents: dict[str, Any]) -> Row:
        row = Row(sheet=self._grid.name, number=self._grid.numbers[index], section=section)
        row.feature = self._grid.features.get(index)
        values = dict(self._blank)
        values.update(self._constants)
        for match, reading in self._matched:
            value = self._value(row, match, reading, index, percents)
            if value is not None and value != "" and value != ():
                values[match.column.key] = value
        row.values = values
        self._check_required(row)
        self._before = values
        return row

    def _value(self, row: Row, match: Matched, reading: Reading, index: int, percents: dict[str, Any]) -> Any:
        column = match.column
        cell = self._translated(self._cell(index, match), column.key)
        value = cell.value
        if value is None and not cell.missing_formula_value:
            return None
        if cell.missing_formula_value:
            return self._refuse(row, match, "公式没有保存的结果，请在表格软件中重新计算后保存", "")
        if isinstance(value, str) and value.strip() in COPY_MARKS:
            if column.kind is Kind.AMOUNT:
                return self._refuse(row, match, "金额不能写“同上”", value)
            return self._before.get(column.key)
        if column.kind is Kind.PERCENT:
            value = percents.get(column.key)
            return self._refuse(row, match, str(value), cell.value) if isinstance(value, ValueError) else value
        return self._convert(row, match, reading, cell)

    def _translated(self, cell: Cell, key: str) -> Cell:
        """The cell in our words where the mapping knows its own."""
        words = self._words.get(key)
        if not words or cell.value is None:
            return cell
        ours = words.get(squeeze(as_text(cell.value)).casefold(), words.get("*"))
        return cell if ours is None else replace(cell, value=ours)

    def _convert(self, row: Row, match: Matched, reading: Reading, cell: Cell) -> Any:
        try:
            value = CONVERTERS[match.column.kind](cell, reading)
        except Rounded as inexact:
            return self._inexact(row, match, inexact.amount, cell)
        except DigitsLost as error:
            if match.column.personal and not match.column.required:  # the payment counts without the account
                self._remark(row, match, Severity.WARNING, "账号、号码的位数已经丢失，没有采用", cell.value)
                return ""
            return self._refuse(row, match, str(error), cell.value)
        except figures.Unreadable as error:
            return self._refuse(row, match, str(error), cell.value)
        except (ValueError, ArithmeticError):
            return self._refuse(row, match, "读不懂", cell.value)
        return "" if match.column.kind is Kind.TEXT and is_void(value) else value

    def _inexact(self, row: Row, match: Matched, amount: figures.Amount, cell: Cell) -> Any:
        """约500 is kept and marked; finer than the fen is refused unless the mapping says to round."""
        key = match.column.key
        if amount.approximate:
            row.approximate |= {key}
            self._remark(row, match, Severity.NOTICE, "是约数，按所写数字计入", cell.value)
        if amount.rounded:
            if self._setting.options.round != "fen":
                message = '金额超过两位小数（分以下），请更正；确需四舍五入的，在映射文件中写 round = "fen"'
                return self._refuse(row, match, message, cell.value)
            row.rounded |= {key}
            self._remark(row, match, Severity.WARNING, f"四舍五入到分，计为 {amount.yuan} 元", cell.value)
        return amount.yuan

    def _cell(self, index: int, match: Matched) -> Cell:
        cell = self._grid.cell(index, match.position)
        if cell.value is None and (index, match.position) in self._fills:
            return self._grid.cell(self._fills[index, match.position], match.position)
        return cell

    def _percents(self, indexes: Iterable[int]) -> dict[int, dict[str, Any]]:
        """The ratios by line and column: a bare number means what its whole column says."""
        found: dict[int, dict[str, Any]] = {}
        held = list(indexes)
        for match, _ in self._matched:
            if match.column.kind is not Kind.PERCENT:
                continue
            cells = [_as_percent(self._cell(index, match), match.unit) for index in held]
            for index, ratio in zip(held, figures.parse_percents(cells), strict=True):
                found.setdefault(index, {})[match.column.key] = ratio
        return found

    def _typed_constants(self, header: Header) -> dict[str, Any]:
        constants: dict[str, Any] = {}
        for key, text in self._setting.mapping.constants_for(self._setting.layout).items():
            column = self._setting.layout.column(key)
            reading = Reading(column, self._setting.units.get(key, ""), self._setting.options, date1904=False)
            try:
                if column.kind is Kind.PERCENT:
                    ratio = figures.parse_percents([text])[0]
                    if isinstance(ratio, ValueError):
                        raise ratio
                    constants[key] = ratio
                else:
                    constants[key] = CONVERTERS[column.kind](Cell(text), reading)
            except (Rounded, ValueError) as error:
                message = f"映射文件的常量“{text}”读不懂：{error}"
                self._table.issues.append(self._setting.remark(Severity.ERROR, message, column=column.label))
        return constants

    def _check_required(self, row: Row) -> None:
        for column in self._required:
            value = row.values.get(column.key)
            if (value is None or value == "" or value == ()) and not self._already(row, column):
                row.ok = False
                issue = self._setting.remark(Severity.ERROR, "必填，不能为空", row=row.number, column=column.label)
                self._table.issues.append(issue)

    def _already(self, row: Row, column: Column) -> bool:
        """Whether this cell was refused a moment ago: one cell, one error."""
        for issue in reversed(self._table.issues):
            if issue.row != row.number:
                return False
            if issue.severity.refuses and issue.column in (column.label, self._title(column)):
                return True
        return False

    def _title(self, column: Column) -> str:
        return next((match.path for match, _ in self._matched if match.column.key == column.key), column.label)

    def _refuse(self, row: Row, match: Matched, message: str, value: object) -> None:
        row.ok = False
        self._remark(row, match, Severity.ERROR, message, value)

    def _remark(self, row: Row, match: Matched, severity: Severity, message: str, value: object) -> None:
        shown = "" if match.column.personal else as_text(value)
        title = match.column.label if match.column.personal else match.path
        if match.column.personal and severity.refuses:
            message = "读不懂（个人信息，不显示原值）"
        self._table.issues.append(self._setting.remark(severity, message, row=row.number, column=title, value=shown))


def _as_percent(cell: Cell, unit: str) -> Cell:
    """A bare number under a title with (%) is percent whatever the rest of its column looks like."""
    if unit == "%" and not is_empty(cell.value) and "%" not in cell.number_format:
        text = as_text(cell.value)
        return replace(cell, value=text if text.endswith("%") else f"{text}%")
    return cell


def _vertical_merges(setting: Setting, header: Header) -> tuple[dict[tuple[int, int], int], set[tuple[int, int]]]:
    """Which cells a vertical merge fills (cell → line of its value), and the money cells that it must not fill."""
    fills: dict[tuple[int, int], int] = {}
    covered: set[tuple[int, int]] = set()
    by_position = {match.position: match.column for match in header.matched}
    for span in setting.grid.merged:
        column = by_position.get(span.left - 1)
        if column is None or span.top <= header.bottom or span.bottom == span.top:
            continue
        for index in range(span.top, span.bottom):
            if column.fill_down:
                fills[index, span.left - 1] = span.top - 1
            elif column.kind is Kind.AMOUNT:
                covered.add((index, span.left - 1))
    return fills, covered
