"""What to do with a file that nobody here reads, or in which nothing was found: a sentence for each kind of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geodata.errors import FileRefused
from geodata.exchange.columns import Layout
from geodata.exchange.datasets import Dataset
from geodata.exchange.plans import Context
from geodata.exchange.shape_intake.typed.lines import number_of, plain
from geodata.exchange.tables.grids import Grid

LOOKED_AT = 40  # rows by which a list of points is known
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
    ".gpx": "这是 GPX 航迹。请在奥维或 GIS 里导出为 KML 再导入",
    ".tab": "这是 MapInfo 文件。请导出为 Shapefile（zip）或 GeoPackage 再导入",
    ".mif": "这是 MapInfo 文件。请导出为 Shapefile（zip）或 GeoPackage 再导入",
    ".wkt": "这是 WKT 文本。请放进表格的“WKT”一列，与平台编号或项目名称一起导入；单个项目请在图形编辑里粘贴",
    ".xlsb": "这是 Excel 二进制工作簿。请在 Excel 里另存为 xlsx 再导入",
    ".dat": "这是 .dat 坐标文件（如南方 CASS 的展点文件）。它没有项目名称：请在该项目的“图形编辑”里粘贴其中的坐标",
    ".wp": "这是 MapGIS 文件。请在 MapGIS 里转换为 Shapefile（zip）再导入",
    ".wl": "这是 MapGIS 文件。请在 MapGIS 里转换为 Shapefile（zip）再导入",
    ".wt": "这是 MapGIS 文件。请在 MapGIS 里转换为 Shapefile（zip）再导入",
    ".udb": "这是 SuperMap 数据源。请在 SuperMap 里导出为 Shapefile（zip）或 GeoJSON 再导入",
    ".udbx": "这是 SuperMap 数据源。请在 SuperMap 里导出为 Shapefile（zip）或 GeoJSON 再导入",
    ".dgn": "这是 MicroStation 图纸。请另存为 DXF 再导入",
    ".dwf": "这是 DWF 图纸。请向设计单位要 DXF 再导入",
    ".html": "这是网页。请用 Excel 或 WPS 打开，另存为 xlsx 再导入",
}
POINTS = (
    "这像是一张拐点（界址点）坐标表：只有坐标，没有项目名称或编号，不知道属于哪个项目。"
    "请在该项目的“图形编辑”里上传这个文件，或加上“项目名称”“平台编号”列再导入"
)
NAMELESS = (
    "图形没有带项目名称或编号的属性，不知道属于哪个项目。单个项目的图形请在该项目的“图形编辑”里上传；"
    "也可以在“对应各列”里给“平台编号”填一个固定值（命令行用映射文件的 [constants]）"
)


def refuse_by_name(name: str) -> None:
    """Raise for a file whose kind can never be read here, with what to do instead."""
    suffix = Path(name).suffix.casefold()
    if suffix in ADVICE:
        raise FileRefused(f"{ADVICE[suffix]}。", code="wrong-format", file=name)


def nothing_found(dataset: Dataset, context: Context, grids: Sequence[Grid]) -> str:
    """Why no table or layer of the file was taken, and what to do."""
    if context.options.sheet:
        return f"没有找到工作表“{context.options.sheet}”或其中没有识别到表头"
    layers = [grid for grid in grids if grid.layer is not None]
    if len(layers) == len(grids) and not any(grid.layer.rows for grid in layers if grid.layer):
        return "文件里没有要素，请检查导出时是否选中了图形"
    if not layers and not any(
        cell.value not in (None, "") for grid in grids for row in grid.rows[:LOOKED_AT] for cell in row
    ):
        return "文件里没有内容：各工作表都是空的，请检查是否保存了数据"
    if layers and any(layout.features for layout in dataset.layouts):
        return NAMELESS
    if any(map(_lists_points, grids)):
        return POINTS
    kinds = "、".join(_described(layout) for layout in dataset.layouts if layout.features == bool(layers))
    what = f"前 30 行中没有识别到“{dataset.title}”的表头；可识别的有：{kinds}"
    return f"{what}。其他格式请“对应各列”，命令行用映射文件（--mapping）"


def _lists_points(grid: Grid) -> bool:
    """Whether most rows of a sheet hold two numbers that could be coordinates."""
    rows = [row for row in grid.rows[:LOOKED_AT] if any(cell.value not in (None, "") for cell in row)]
    points = sum(sum(map(_like_coordinate, (cell.value for cell in row))) >= 2 for row in rows)
    return points >= 3 and points * 2 >= len(rows)


def _like_coordinate(value: object) -> bool:
    number = number_of(plain(str(value))) if value is not None else None
    return number is not None and 10 < abs(number) < 1e8 and (abs(number) > 10_000 or number % 1 > 0)


def _described(layout: Layout) -> str:
    """A kind of table by what it needs; where nothing is needed, by its first columns."""
    needed = [column.label for column in layout.columns if column.required]
    name = next(iter(layout.titles), "图层")
    if needed:
        return f"{name}（须有 {'、'.join(needed)}）"
    first = "、".join(column.label for column in layout.columns[:6])
    return f"{name}（{first} 等，至少 {max(layout.minimum, 1)} 列）"
