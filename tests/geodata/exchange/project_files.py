"""A set of projects in each format that staff send: its writer, and how its importer is told to read it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geopandas
import openpyxl
import shapely

from geodata.exchange.mappings import ColumnMapping
from tests.geodata.exchange.test_format_table import moved
from tests.geodata.sandbox import drawings

CATEGORY, UNIT, YEAR = "农村公路", "岳阳楼区", 2026
CONSTANTS = {"项目类别": CATEGORY, "属地管理单位": UNIT, "计划年度": str(YEAR)}


class Planned(NamedTuple):
    """A project as it is sent: an area of whole metres in EPSG:4547, and money in the fen."""

    name: str
    area: shapely.Polygon
    fen: int


Rows = Sequence[Planned]


class Format(NamedTuple):
    """How a set is written (file name, content), and what the importer is told besides."""

    write: Callable[[Rows, Path], tuple[str, bytes]]
    mapping: ColumnMapping = ColumnMapping()
    crs: str = ""
    money: bool = False  # whether the format's columns hold amounts
    points: bool = False  # whether a row's place is the middle of the area


def frame(rows: Rows) -> geopandas.GeoDataFrame:
    """Titles within the ten bytes of a shapefile's field."""
    columns: dict[str, list[Any]] = {"项目名称": [row.name for row in rows]}
    columns |= {"项目类别": [CATEGORY] * len(rows), "属地": [UNIT] * len(rows), "计划年度": [YEAR] * len(rows)}
    return geopandas.GeoDataFrame(columns, geometry=[row.area for row in rows], crs=4547)


def by_gdal(driver: str, ending: str) -> Callable[[Rows, Path], tuple[str, bytes]]:
    def write(rows: Rows, folder: Path) -> tuple[str, bytes]:
        path = folder / f"made{ending}"
        frame(rows).to_file(path, driver=driver, engine="pyogrio")
        return path.name, path.read_bytes()

    return write


def shapefile(encoding: str, *, cpg: bool, prj: bool = True) -> Callable[[Rows, Path], tuple[str, bytes]]:
    def write(rows: Rows, folder: Path) -> tuple[str, bytes]:
        place, target = folder / "shp", io.BytesIO()
        place.mkdir()
        frame(rows).to_file(place / "红线.shp", encoding=encoding, engine="pyogrio")
        left_out = {"" if cpg else ".cpg", "" if prj else ".prj"}
        with zipfile.ZipFile(target, "w") as archive:
            for member in sorted(place.iterdir()):
                if member.suffix not in left_out:
                    archive.write(member, member.name)
        return "made.zip", target.getvalue()

    return write


def geodatabase(rows: Rows, folder: Path) -> tuple[str, bytes]:
    return "made.zip", drawings.geodatabase(folder, frame(rows))


def kml(ending: str, system: str, epsg: int | str) -> Callable[[Rows, Path], tuple[str, bytes]]:
    """Placemarks of a folder; 奥维 says the system of each."""

    def write(rows: Rows, folder: Path) -> tuple[str, bytes]:
        marks = []
        for row in rows:
            ring = drawings.polygon(list(moved(degrees(row.area), epsg).exterior.coords))
            marks.append(drawings.placemark(row.name, ring, system=system, **{k: str(v) for k, v in CONSTANTS.items()}))
        return f"made{ending}", drawings.kml(*marks).encode()

    return write


def degrees(area: shapely.Polygon) -> shapely.Polygon:
    """The area in EPSG:4490."""
    held = geopandas.GeoSeries([area], crs=4547).to_crs(4490)
    return held.iloc[0]


def parcels(rows: Rows, folder: Path) -> tuple[str, bytes]:
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=38", "[地块坐标]"]
    for number, row in enumerate(rows, start=1):
        points = list(row.area.exterior.coords)[:-1]
        lines.append(f"{len(points)},0.0100,DK-{number},{row.name},面,,,,@")
        lines += [f"J{at},1,{y:.3f},{x + 38_000_000:.3f}" for at, (x, y) in enumerate(points, start=1)]
    return "made.txt", "\r\n".join(lines).encode("gbk")


def dxf(rows: Rows, folder: Path) -> tuple[str, bytes]:
    """The layers bear the names."""
    lines = [drawings.polyline(row.name, list(row.area.exterior.coords)[:-1], closed=True) for row in rows]
    return "made.dxf", drawings.dxf(*lines).encode("gbk")


HEAD = ["项目名称", "项目类别", "属地管理单位", "计划年度", "总投资(元)"]


def cells(rows: Rows, *columns: Callable[[Planned], Any]) -> list[list[Any]]:
    found = [[row.name, CATEGORY, UNIT, YEAR, f"{row.fen // 100}.{row.fen % 100:02}"] for row in rows]
    return [[*line, *(column(row) for column in columns)] for line, row in zip(found, rows, strict=True)]


def north(row: Planned) -> float:
    return row.area.centroid.y


def east(row: Planned) -> float:
    return row.area.centroid.x + 38_000_000


def xlsx(rows: Rows, folder: Path) -> tuple[str, bytes]:
    """Title and unit above, surveyors' X and Y as numbers, amounts as text with their fen."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["项目一览表"])
    book.active.append([*HEAD, "X坐标", "Y坐标"])
    for line in cells(rows, north, east):
        book.active.append(line)
    book.save(target)
    return "made.xlsx", target.getvalue()


def table(encoding: str, mark: str, *, binary: bool) -> Callable[[Rows, Path], tuple[str, bytes]]:
    """A text table with the shapes as WKT or WKB."""

    def shape(row: Planned) -> str:
        return (
            shapely.to_wkb(shapely.set_srid(row.area, 4547), hex=True, include_srid=True)
            if binary
            else f"SRID=4547;{shapely.to_wkt(row.area, rounding_precision=3)}"
        )

    def write(rows: Rows, folder: Path) -> tuple[str, bytes]:
        lines = [[*HEAD, "WKB" if binary else "WKT"], *cells(rows, shape)]
        text = "\r\n".join(mark.join(f'"{cell}"' for cell in line) for line in lines)
        return "made.csv", text.encode(encoding)

    return write


NAMED = ColumnMapping(constants=CONSTANTS)
FORMATS: dict[str, Format] = {
    "geojson": Format(by_gdal("GeoJSON", ".geojson")),
    "geopackage": Format(by_gdal("GPKG", ".gpkg")),
    "shapefile GBK": Format(shapefile("GBK", cpg=False)),
    "shapefile UTF-8, no prj": Format(shapefile("UTF-8", cpg=True, prj=False)),
    "geodatabase": Format(geodatabase),
    "kml": Format(kml(".kml", "", 4490), crs="4490"),
    "ovkml": Format(kml(".ovkml", "GCJ-02", "GCJ02")),
    "parcels": Format(parcels, NAMED),
    "dxf": Format(dxf, ColumnMapping(columns={"图层": "name"}, constants=CONSTANTS)),
    "xlsx": Format(xlsx, money=True, points=True),
    "csv GBK, WKT": Format(table("gbk", ",", binary=False), money=True),
    "csv UTF-16, WKB": Format(table("utf-16", "\t", binary=True), money=True),
    "csv UTF-8 BOM, semicolons": Format(table("utf-8-sig", ";", binary=False), money=True),
}
