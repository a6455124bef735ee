"""The door of this package: a grid and a layout in, a table of typed rows out."""

from __future__ import annotations

from dataclasses import replace

from geodata.exchange.columns import Kind, Layout
from geodata.exchange.issues import Severity
from geodata.exchange.mappings import KNOWN_UNITS, ColumnMapping, Options
from geodata.exchange.tables import units
from geodata.exchange.tables.grids import Grid
from geodata.exchange.tables.headers import Header, find_header, squeeze, texts_above
from geodata.exchange.tables.lines import Classifier, LineKind
from geodata.exchange.tables.reading import Progress, Setting, Table
from geodata.exchange.tables.totals import Marker, compare_totals
from geodata.exchange.tables.values import RowReader

# A total investment of more than this many 万元 is ten billion yuan: the sheet was in 元 after all.
SUSPICIOUS_WAN = 1_000_000


def read_table(
    grid: Grid,
    layout: Layout,
    *,
    mapping: ColumnMapping,
    options: Options,
    file_name: str = "",
    progress: Progress | None = None,
) -> Table | None:
    """The table that a grid holds under a layout, or None when its header is nowhere in the first thirty rows."""
    setting = Setting(
        grid=grid,
        layout=known_layout(layout, grid, mapping),
        mapping=mapping,
        options=options,
        file_name=file_name,
        progress=progress,
    )
    header = find_header(grid, setting.layout)
    if header is None:
        return None
    table = Table(layout=setting.layout, sheet=grid.name, header=header, source=grid.layer)
    _settle_columns(setting, header, table)
    _settle_units(setting, header, table)
    lines, markers = _walk(setting, header, table)
    if not _lacks_required(setting, header, table):
        RowReader(setting, header, table).read(lines)
        compare_totals(setting, header, table, markers)
        _doubt_unit(setting, header, table)
    return table


def known_layout(layout: Layout, grid: Grid, mapping: ColumnMapping) -> Layout:
    """The layout with the mapping's titles; features whose project stands in a constant need no known column."""
    known = layout.with_titles(mapping.titles_for(layout))
    bare = grid.layer is not None and bool(mapping.constants_for(layout))
    return replace(known, minimum=0) if bare else known


def _settle_columns(setting: Setting, header: Header, table: Table) -> None:
    """Drop hidden columns unless asked for; name the columns that nobody knows."""
    grid = setting.grid
    if setting.options.hidden != "include":
        for match in [m for m in header.matched if m.position + 1 in grid.hidden_columns]:
            header.matched.remove(match)
            message = '是隐藏列，未读取；要读取请取消隐藏，或在“换一种读法”里勾选（映射文件写 hidden = "include"）'
            table.issues.append(setting.remark(Severity.WARNING, message, column=match.path))
    for position, title in header.unknown:
        empty = all(grid.cell(row, position).value is None for row in range(header.bottom, len(grid.rows)))
        if not empty and position in header.again:
            message = f"与另一列都是“{header.again[position]}”，只读了另一列；应读这一列的，请在“对应各列”里指明"
            table.issues.append(setting.remark(Severity.WARNING, message, column=title))
        elif not empty and title not in setting.mapping.ignored:
            table.issues.append(setting.remark(Severity.NOTICE, "不认识这一列，未读取", column=title))


def _settle_units(setting: Setting, header: Header, table: Table) -> None:
    """The unit of each amount: its title, the 单位 cell, the file's name, the option, the column's usual one."""
    texts = texts_above(setting.grid, header)
    general = units.above(texts) or units.in_name(squeeze(setting.file_name)) or setting.options.unit
    strange = "" if general else units.strange_above(texts)
    unknown = []
    for column in setting.layout.every_column:
        if column.kind is not Kind.AMOUNT:
            continue
        titled = next((m.unit for m in header.matched if m.column.key == column.key and m.unit in KNOWN_UNITS), "")
        unit = titled or general or ("" if strange else column.unit)
        if not unit and column.key in header.keys:
            unknown.append(column.label)
        setting.units[column.key] = unit
    table.units = setting.units
    if unknown:
        told = f"表上方的金额单位“{strange}”不能读" if strange else "没有写明金额单位"
        message = f"{told}（{'、'.join(unknown)}），请在表头或表上方注明“单位：万元”，或在映射文件中写 unit"
        table.issues.append(setting.remark(Severity.QUESTION, message))


def _lacks_required(setting: Setting, header: Header, table: Table) -> bool:
    constants = setting.mapping.constants_for(setting.layout)
    lacking = [
        c.label for c in setting.layout.columns if c.required and c.key not in header.keys and c.key not in constants
    ]
    if lacking:
        message = f"缺少必填列：{'、'.join(lacking)}；文件里用了别的列名的，请在“对应各列”里指明（命令行用 --mapping）"
        table.issues.append(setting.remark(Severity.ERROR, message, row=setting.grid.numbers[header.top]))
    return bool(lacking)


def _walk(setting: Setting, header: Header, table: Table) -> tuple[list[tuple[int, str]], list[Marker]]:
    """The data lines with the section they stand in, and the lines that claim sums."""
    grid = setting.grid
    classifier = Classifier(grid, header, setting.layout)
    lines: list[tuple[int, str]] = []
    markers: list[Marker] = []
    section = ""
    for index in range(header.bottom, len(grid.rows)):
        line = classifier.classify(index)
        if line.kind is LineKind.BLANK:
            table.blank_rows += 1
        elif _hidden(setting, index):
            message = '是隐藏行，未读取；要读取请取消隐藏，或在“换一种读法”里勾选（映射文件写 hidden = "include"）'
            table.issues.append(setting.remark(Severity.WARNING, message, row=grid.numbers[index]))
        elif line.kind is LineKind.OTHER_HEADER:
            message = "这里又是一个表头，各列与上面的表不同；请把下面的表移到另一个工作表后再导入"
            table.issues.append(setting.remark(Severity.ERROR, message, row=grid.numbers[index]))
            break
        elif line.kind is LineKind.DATA:
            lines.append((index, section))
        elif line.kind in (LineKind.TOTAL, LineKind.SUBTOTAL, LineKind.SECTION):
            markers.append(Marker(line, len(lines)))
            section = line.title if line.kind is LineKind.SECTION else section
    if table.blank_rows and not setting.options.skip_blank:
        table.issues.append(setting.remark(Severity.ERROR, f"有 {table.blank_rows} 个空行"))
    return lines, markers


def _hidden(setting: Setting, index: int) -> bool:
    return setting.options.hidden != "include" and setting.grid.numbers[index] in setting.grid.hidden_rows


def _doubt_unit(setting: Setting, header: Header, table: Table) -> None:
    """A column of 万元 with millions in it was probably written in 元: ask, unless the mapping named the unit."""
    if setting.options.unit:
        return
    for match in header.matched:
        if match.column.kind is not Kind.AMOUNT or setting.units.get(match.column.key) != "万元":
            continue
        largest = max((row.amount(match.column.key) or 0 for row in table.rows), default=0)
        if largest > SUSPICIOUS_WAN * 10_000:
            message = '单位写的是万元，但有超过 100 亿元的金额；请核对单位，确认无误的在映射文件中写 unit = "wan"'
            table.issues.append(setting.remark(Severity.QUESTION, message, column=match.path))
