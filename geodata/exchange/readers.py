"""From a file to tables: the sandbox opens it, the layouts of a dataset say what its sheets mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from geodata.errors import FileRefused
from geodata.exchange.columns import Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.issues import Issue, Severity
from geodata.exchange.parcels import read_parcel_file
from geodata.exchange.plans import Context
from geodata.exchange.tables.grids import Grid, from_layer, from_sheet, from_text
from geodata.exchange.tables.headers import find_header, normalise_title
from geodata.exchange.tables.reader import known_layout, read_table
from geodata.exchange.tables.reading import Table
from geodata.regions.selectors import city_extent
from geodata.sandbox import door

JSON_SUFFIXES = frozenset((".json", ".geojson", ".jsonl", ".ndjson"))
TEXT_SUFFIXES = frozenset((".csv", ".tsv", ".txt"))
PARCEL_SUFFIX = ".txt"
WORKBOOK_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xls", ".et"))
FEATURE_SUFFIXES = frozenset(
    (".geojson", ".json", ".zip", ".gpkg", ".shp", ".kml", ".kmz", ".ovkml", ".ovkmz", ".dxf", ".gdb")
)
ADVICE = {
    ".dwg": "这是 DWG 图纸。请在 CAD 里另存为 DXF（R2000 以上）再导入",
    ".ovobj": "这是奥维的 .ovobj 文件，只有奥维能打开。请在奥维里导出为 .ovkml 或 .kml 再导入",
    ".ovjsn": "这是奥维的 .ovjsn 文件，只有奥维能打开。请在奥维里导出为 .ovkml 或 .kml 再导入",
    ".mdb": "这是 Access 数据库。请在 ArcGIS 里导出为 Shapefile（zip）或 GeoPackage 再导入",
    ".mpk": "这是 ArcGIS 的地图包。请导出为 Shapefile（zip）或 GeoPackage 再导入",
    ".shp": "Shapefile 由几个文件组成。请把 .shp、.shx、.dbf、.prj 压缩成一个 ZIP 再导入",
    ".rar": "这是 RAR 压缩包。请改用 ZIP 压缩再导入",
    ".7z": "这是 7z 压缩包。请改用 ZIP 压缩再导入",
    ".ods": "这是 ODS 表格。请在 LibreOffice 或 WPS 里另存为 xlsx 再导入",
    ".wps": "这是 WPS 文字。请把表格复制到 Excel，另存为 xlsx 再导入",
    ".pdf": "这是 PDF 文件。请向编制单位要 Excel 表或坐标文件再导入",
    ".doc": "这是 Word 文件。请把表格复制到 Excel，另存为 xlsx 再导入",
    ".docx": "这是 Word 文件。请把表格复制到 Excel，另存为 xlsx 再导入",
}


def refuse_by_name(name: str) -> None:
    """Raise for a file whose kind can never be read here, with what to do instead."""
    suffix = Path(name).suffix.casefold()
    if suffix in ADVICE:
        raise FileRefused(f"{ADVICE[suffix]}。", code="wrong-format", file=name)


@dataclass(slots=True)
class Content:
    """What a file holds for a dataset: tables by layout key, and remarks about sheets that hold none."""

    tables: dict[str, list[Table]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


def read_grids(path: Path, context: Context, *, shapes: bool = True) -> list[Grid]:
    """Every sheet, text table or layer of a file. Raises FileRefused for what the sandbox does not take.

    `shapes` says whether the dataset knows what to do with features; without, a GeoJSON is a table of its properties.
    """
    suffix = path.suffix.casefold()
    options = context.options
    refuse_by_name(path.name)
    if suffix in WORKBOOK_SUFFIXES:
        workbook = door.read_workbook(path, limits=context.limits)
        return [from_sheet(sheet, date1904=workbook.date1904) for sheet in workbook.sheets]
    if suffix == PARCEL_SUFFIX:
        parcels = read_parcel_file(
            path,
            encoding=options.encoding or None,
            extent=city_extent(),
            constants=context.mapping.constants,
            limits=context.limits,
        )
        if parcels is not None:
            return [from_layer(parcels)]
    if suffix in TEXT_SUFFIXES:
        table = door.read_text_table(
            path,
            encoding=options.encoding or None,
            delimiter=options.delimiter or None,
            limits=context.limits,
        )
        return [from_text(table)]
    if suffix in JSON_SUFFIXES:
        return _read_json(path, context, shapes=shapes)
    if suffix in FEATURE_SUFFIXES:
        features = door.read_features(path, encoding=options.encoding or None, limits=context.limits)
        return [from_layer(layer) for layer in features.layers]
    raise FileRefused(
        f"不支持“{path.suffix or path.name}”文件，请另存为 xlsx、csv、GeoJSON、KML、DXF 或 Shapefile（zip）再导入",
        code="unknown-format",
        file=path.name,
    )


def _read_json(path: Path, context: Context, *, shapes: bool) -> list[Grid]:
    """Features, or else a list of records such as an interface hands out."""
    encoding = context.options.encoding or None
    if shapes:
        try:
            features = door.read_features(path, encoding=encoding, limits=context.limits)
            return [from_layer(layer) for layer in features.layers]
        except FileRefused as refused:
            if refused.code != "wrong-format":
                raise
    return [from_text(door.read_records(path, encoding=encoding, limits=context.limits))]


def read_tables(path: Path, dataset: Dataset, context: Context) -> Content:
    """The tables of a file under the layouts of a dataset."""
    shapes = any(layout.features for layout in dataset.layouts)
    content = Content(grids=read_grids(path, context, shapes=shapes))
    _recall(content, context)
    named = path.name if not context.file_name else context.file_name
    chosen = [grid for grid in content.grids if _wanted(grid, context, content)]
    for grid in chosen:
        layout = choose_layout(grid, dataset.layouts, context)
        table = None
        if layout is not None:
            table = read_table(
                grid,
                layout,
                mapping=context.mapping,
                options=context.options,
                file_name=named,
                progress=context.progress,
            )
        if table is None:
            _note_strange(grid, content)
        else:
            content.tables.setdefault(table.layout.key, []).append(table)
    if not content.tables:
        content.issues.append(Issue(severity=Severity.ERROR, message=_nothing_found(dataset, context)))
    return content


def _recall(content: Content, context: Context) -> None:
    """Use the mapping that somebody made for files with these titles, and say so."""
    found = context.recall(content.grids) if context.recall is not None else None
    if found is not None:
        context.use(found)
    if context.recalled is not None:
        message = f"按记住的列对应“{context.recalled.name}”读取；不对的话，请在“对应各列”中修改后重新读取"
        content.issues.append(Issue(severity=Severity.NOTICE, message=message))


def _wanted(grid: Grid, context: Context, content: Content) -> bool:
    """Whether a sheet is read: the one asked for, else every visible one."""
    options = context.options
    if options.sheet:
        return normalise_title(grid.name)[0] == normalise_title(options.sheet)[0]
    if grid.hidden and options.hidden != "include":
        message = "是隐藏的工作表，未读取；要读取请取消隐藏或用 --sheet 指定"
        content.issues.append(Issue(severity=Severity.WARNING, message=message, sheet=grid.name))
        return False
    return True


def choose_layout(grid: Grid, layouts: Sequence[Layout], context: Context) -> Layout | None:
    """The layout whose title the sheet bears, else the one whose header fits best."""
    title = normalise_title(grid.name)[0]
    fitting = [layout for layout in layouts if layout.features == (grid.layer is not None)]
    for layout in fitting:
        if any(normalise_title(name)[0] == title for name in layout.titles):
            return layout
    best: tuple[int, Layout] | None = None
    for layout in fitting:
        header = find_header(grid, known_layout(layout, grid, context.mapping))
        if header is None or (layout.one_of and not header.keys & set(layout.one_of)):
            continue
        if best is None or len(header.matched) > best[0]:
            best = (len(header.matched), layout)
    return best[1] if best else None


def _note_strange(grid: Grid, content: Content) -> None:
    if any(cell.value is not None for row in grid.rows[:200] for cell in row):
        message = "没有识别到表头，未读取"
        content.issues.append(Issue(severity=Severity.NOTICE, message=message, sheet=grid.name))


def _nothing_found(dataset: Dataset, context: Context) -> str:
    if context.options.sheet:
        return f"没有找到工作表“{context.options.sheet}”或其中没有识别到表头"
    needed = "、".join(c.label for layout in dataset.layouts for c in layout.columns if c.required)
    what = f"前 30 行中没有识别到“{dataset.title}”的表头；至少需要这些列：{needed}"
    return f"{what}。其他格式请“对应各列”，命令行用映射文件（--mapping）"
