"""From a file to tables: the sandbox opens it, the layouts of a dataset say what its sheets mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from geodata.errors import FileRefused
from geodata.exchange.advice import nothing_found, refuse_by_name
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
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how workbooks begin
_OTHER_TEXT = frozenset(("undecodable", "doubtful-encoding"))
PARCEL_SUFFIX = ".txt"
WORKBOOK_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xls", ".et"))
FEATURE_SUFFIXES = frozenset(
    (".geojson", ".json", ".zip", ".gpkg", ".shp", ".kml", ".kmz", ".ovkml", ".ovkmz", ".dxf", ".gdb")
)


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
    suffix = _kind_of(path)
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
    named = Path(context.file_name or path.name)
    refuse_by_name(named.name)
    raise FileRefused(
        f"不支持“{named.suffix or named.name}”文件，请另存为 xlsx、csv、GeoJSON、KML、DXF 或 Shapefile（zip）再导入",
        code="unknown-format",
        file=named.name,
    )


def _kind_of(path: Path) -> str:
    """The ending; tables are what their first bytes say: systems hand out text as .xls, people rename .xlsx to .csv."""
    suffix = path.suffix.casefold()
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    packed = head.startswith(_PACKED)
    if suffix in TEXT_SUFFIXES and packed:
        return ".xlsx"
    return ".csv" if suffix in WORKBOOK_SUFFIXES and head and not packed and not head.startswith(b"<") else suffix


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
    content = Content()
    try:
        content.grids = read_grids(path, context, shapes=shapes)
    except FileRefused as refused:
        if refused.code not in _OTHER_TEXT or not _recall_otherwise(path, content, context, shapes=shapes):
            raise
    _recall(path, content, context, shapes=shapes)
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
        message = nothing_found(dataset, context, content.grids)
        content.issues.append(Issue(severity=Severity.ERROR, message=message))
    return content


def _recall(path: Path, content: Content, context: Context, *, shapes: bool) -> None:
    """Use the remembered mapping of the file, if there is one, and read the file in the encoding that it names."""
    before = (context.options.encoding, context.options.delimiter)
    if context.recalled is None:
        _find_remembered(path, content, context, before, shapes=shapes)
    if context.recalled is not None:
        message = f"按记住的列对应“{context.recalled.name}”读取；不对的话，请在“对应各列”中修改后重新读取"
        content.issues.append(Issue(severity=Severity.NOTICE, message=message))


def _find_remembered(path: Path, content: Content, context: Context, before: tuple[str, str], *, shapes: bool) -> None:
    found = context.recall(content.grids) if context.recall is not None else None
    encoded = any(grid.text or grid.layer is not None for grid in content.grids)
    if found is None and encoded and not before[0]:
        _recall_otherwise(path, content, context, shapes=shapes)
    elif found is not None:
        context.use(found)
        if (context.options.encoding, context.options.delimiter) != before:
            content.grids = read_grids(path, context, shapes=shapes)


def _recall_otherwise(path: Path, content: Content, context: Context, *, shapes: bool) -> bool:
    """The same in the encodings of remembered sources: read in another one, the titles are not those that are known."""
    usual = context.options
    for encoding in context.recall_encodings if context.recall is not None else ():
        context.options = replace(usual, encoding=encoding)
        try:
            grids = read_grids(path, context, shapes=shapes)
        except FileRefused:
            grids = []
        found = context.recall(grids) if context.recall is not None else None
        context.options = usual
        if found is not None and found.mapping.options.encoding == encoding:
            context.use(found)
            content.grids = grids
            return True
    return False


def _wanted(grid: Grid, context: Context, content: Content) -> bool:
    """Whether a sheet is read: the one asked for, else every visible one."""
    options = context.options
    if options.sheet:
        return normalise_title(grid.name)[0] == normalise_title(options.sheet)[0]
    if grid.hidden and options.hidden != "include":
        message = "是隐藏的工作表，未读取；要读取请取消隐藏，或在“换一种读法”里填上它的名称（命令行用 --sheet）"
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
        if layout.named_by and not (header.keys | set(context.mapping.constants_for(layout))) & set(layout.named_by):
            continue
        if best is None or len(header.matched) > best[0]:
            best = (len(header.matched), layout)
    return best[1] if best else None


def _note_strange(grid: Grid, content: Content) -> None:
    if any(cell.value is not None for row in grid.rows[:200] for cell in row):
        message = "没有识别到表头，未读取"
        content.issues.append(Issue(severity=Severity.NOTICE, message=message, sheet=grid.name))
