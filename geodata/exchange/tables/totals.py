"""Control sums: what the total and section rows of a sheet claim, against what its rows add up to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from geodata import figures
from geodata.exchange.issues import Severity
from geodata.exchange.tables.cells import CONVERTERS, Reading, Rounded
from geodata.exchange.tables.headers import Header, Matched
from geodata.exchange.tables.lines import Line, LineKind
from geodata.exchange.tables.reading import ControlTotal, Setting, Table, is_money
from geodata.figures.numbers import FACTORS

# Half of the last digit that people write would be stricter than the sheets in use: one hundredth of the unit.
LAST_DIGIT = Decimal("0.01")


class Marker:
    """A line that claims a sum, and how many data rows stand above it."""

    def __init__(self, line: Line, rows_before: int) -> None:
        self.line = line
        self.rows_before = rows_before


def compare_totals(setting: Setting, header: Header, table: Table, markers: Sequence[Marker]) -> None:
    """Add the control totals of a table and a warning for each that does not agree."""
    if not markers:
        return
    money = [match for match in header.matched if is_money(match.column)]
    ends = {end for position in range(len(markers)) for end in _covered(markers, position, len(table.rows))}
    sums = _sums_until(table, [match.column.key for match in money], ends)
    for position, marker in enumerate(markers):
        first, last = _covered(markers, position, len(table.rows))
        for match in money:
            declared = _declared(setting, match, marker.line)
            if declared is not None:
                prefix = sums[match.column.key]
                _compare(setting, table, marker.line, match, declared, prefix[last] - prefix[first])
        _compare_count(setting, table, marker.line, last - first)


def _sums_until(table: Table, keys: Sequence[str], ends: Collection[int]) -> dict[str, dict[int, Decimal]]:
    """By column: the sum of the rows before each of `ends`."""
    found: dict[str, dict[int, Decimal]] = {key: {0: Decimal(0)} for key in keys}
    running = dict.fromkeys(keys, Decimal(0))
    for number, row in enumerate(table.rows, start=1):
        for key in keys:
            running[key] += row.amount(key) or 0
            if number in ends:
                found[key][number] = running[key]
    return found


def _covered(markers: Sequence[Marker], position: int, total: int) -> tuple[int, int]:
    """The data rows [first, last) that a marker speaks of."""
    marker = markers[position]
    if marker.line.kind is LineKind.TOTAL:
        return 0, total
    if marker.line.kind is LineKind.SUBTOTAL:
        earlier = [m.rows_before for m in markers[:position] if m.line.kind is not LineKind.TOTAL]
        return (earlier[-1] if earlier else 0), marker.rows_before
    for later in markers[position + 1 :]:
        closes = later.line.kind is LineKind.SECTION and later.line.level <= marker.line.level
        if closes:
            return marker.rows_before, later.rows_before
    return marker.rows_before, total


def _declared(setting: Setting, match: Matched, line: Line) -> Decimal | None:
    cell = setting.grid.cell(line.index, match.position)
    if cell.value is None:
        return None
    reading = Reading(match.column, setting.units.get(match.column.key, ""), setting.options, setting.grid.date1904)
    try:
        value = CONVERTERS[match.column.kind](cell, reading)
    except Rounded as inexact:
        return inexact.amount.yuan
    except (figures.Unreadable, ValueError, ArithmeticError):
        return None
    return value if isinstance(value, Decimal) else None


def _compare(setting: Setting, table: Table, line: Line, match: Matched, declared: Decimal, computed: Decimal) -> None:
    factor = FACTORS.get(setting.units.get(match.column.key, ""), Decimal(1))
    number = setting.grid.numbers[line.index]
    title = line.title or ("小计" if line.kind is LineKind.SUBTOTAL else "合计")
    total = ControlTotal(
        sheet=setting.grid.name,
        row=number,
        title=title,
        column=match.path,
        declared=declared,
        computed=computed,
        tolerance=LAST_DIGIT * factor,
    )
    table.totals.append(total)
    if not total.agrees:
        unit = setting.units.get(match.column.key, "元")
        message = f"“{title}”写的是 {_written(declared, factor)} {unit}，各行相加是 {_written(computed, factor)} {unit}"
        table.issues.append(setting.remark(Severity.WARNING, message, row=number, column=match.path))


def _written(amount: Decimal, factor: Decimal) -> str:
    text = format((amount / factor).normalize(), "f")
    return text


def _compare_count(setting: Setting, table: Table, line: Line, rows: int) -> None:
    if line.count is not None and line.count != rows:
        message = f"“{line.title}”写明 {line.count} 项，实有 {rows} 行"
        table.issues.append(setting.remark(Severity.WARNING, message, row=setting.grid.numbers[line.index]))
