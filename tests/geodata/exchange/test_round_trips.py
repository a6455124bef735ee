"""Any set of projects written to a format and read back is the same set; whatever is no file leaves no row."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.crs.detection import Extent
from geodata.exchange.parcels import read_parcel_file
from geodata.exchange.shape_intake.typed.wellknown import read_wkt
from geodata.projects.models import Project
from geodata.sandbox import door
from geodata.sandbox.documents import DEFAULT
from tests.geodata.exchange.importing import import_file
from tests.geodata.sandbox import drawings

# the signs of names in everyday documents; a shapefile's field holds 80 bytes of them
NAMES = st.text("示例大道改造提质工程一二三()ABab0129-·", min_size=1, max_size=20).filter(
    lambda text: text.strip() == text
)
SPOTS = st.tuples(st.integers(0, 9_000), st.integers(0, 9_000))
Rows = list[tuple[str, shapely.Polygon]]
SETS = st.lists(st.tuples(NAMES, SPOTS), min_size=1, max_size=12)
CITY = Extent(112.0, 28.0, 115.0, 30.2)


def rows_of(drawn: list[tuple[str, tuple[int, int]]]) -> Rows:
    """Squares of ten metres in EPSG:4547, at whole metres so that every format can hold them exactly."""
    return [(name, shapely.box(411_000 + x, 3_252_000 + y, 411_010 + x, 3_252_010 + y)) for name, (x, y) in drawn]


def frame(rows: Rows) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"项目名称": [name for name, _ in rows]}, geometry=[s for _, s in rows], crs=4547)


def features(path: Path) -> Iterator[tuple[Any, Any]]:
    for layer in door.read_features(path).layers:
        for row in layer.rows:
            assert row.wkb, row.problem
            yield row.values.get("项目名称") or row.values.get("name"), shapely.from_wkb(row.wkb)


def by_gdal(driver: str, ending: str, **options: Any) -> Callable[[Rows, Path], Iterator[tuple[Any, Any]]]:
    def trip(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
        path = folder / f"made{ending}"
        frame(rows).to_file(path, driver=driver, engine="pyogrio", **options)
        return features(path)

    return trip


def by_shapefile(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    frame(rows).to_file(folder / "made.shp", encoding="GBK", engine="pyogrio")
    (folder / "made.cpg").unlink()
    with zipfile.ZipFile(folder / "made.zip", "w") as archive:
        for member in folder.glob("made.[sdp]*"):
            archive.write(member, member.name)
    return features(folder / "made.zip")


def by_kml(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    marks = [drawings.placemark(name, drawings.polygon(list(one.exterior.coords))) for name, one in rows]
    (folder / "made.kml").write_text(drawings.kml(*marks), encoding="utf-8")
    return features(folder / "made.kml")


def by_geodatabase(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    (folder / "made.zip").write_bytes(drawings.geodatabase(folder, frame(rows)))
    return features(folder / "made.zip")


def by_parcels(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=38", "[地块坐标]"]
    for number, (name, one) in enumerate(rows, start=1):
        points = list(one.exterior.coords)[:-1]
        lines.append(f"{len(points)},0.0100,DK-{number},{name},面,,,,@")
        lines += [f"J{at},1,{y:.3f},{x:.3f}" for at, (x, y) in enumerate(points, start=1)]
    (folder / "made.txt").write_text("\r\n".join(lines), encoding="gbk")
    layer = read_parcel_file(folder / "made.txt", encoding=None, extent=CITY, constants={}, limits=DEFAULT)
    assert layer is not None
    for row in layer.rows:
        assert row.wkb, row.problem
        yield row.values["地块名称"], shapely.transform(shapely.from_wkb(row.wkb), lambda points: points[:, ::-1])


def by_dxf(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    """A drawing has no names of rows; its closed lines are areas, in their order."""
    rings = [list(one.exterior.coords)[:-1] for _name, one in rows]
    lines = [drawings.polyline(f"{at:03}", ring, closed=True) for at, ring in enumerate(rings)]
    (folder / "made.dxf").write_bytes(drawings.dxf(*lines).encode("gbk"))
    found = [row.wkb for layer in door.read_features(folder / "made.dxf").layers for row in layer.rows]
    for (name, _one), wkb in zip(rows, found, strict=True):
        assert wkb
        yield name, shapely.from_wkb(wkb)


def by_wkt(rows: Rows, folder: Path) -> Iterator[tuple[Any, Any]]:
    """A text table with a column of well-known text, through the reader of places."""
    lines = ["项目名称\tWKT", *(f"{name}\t{shapely.to_wkt(one, rounding_precision=3)}" for name, one in rows)]
    (folder / "made.csv").write_text("\n".join(lines), encoding="utf-16")
    for name, written in door.read_text_table(folder / "made.csv").rows[1:]:
        drawing, _system = read_wkt(str(written))
        yield name, drawing.shape(drawing.points())


FORMATS: dict[str, Callable[[Rows, Path], Iterator[tuple[Any, Any]]]] = {
    "geojson": by_gdal("GeoJSON", ".geojson"),
    "gpkg": by_gdal("GPKG", ".gpkg"),
    "shapefile": by_shapefile,
    "geodatabase": by_geodatabase,
    "kml": by_kml,
    "parcels": by_parcels,
    "dxf": by_dxf,
    "wkt": by_wkt,
}


def same_after(name: str, drawn: list[tuple[str, tuple[int, int]]]) -> None:
    rows = rows_of(drawn)
    with tempfile.TemporaryDirectory() as folder:
        found = list(FORMATS[name](rows, Path(folder)))
    assert [label for label, _ in found] == [label for label, _ in rows]
    for (_label, held), (_name, sent) in zip(found, rows, strict=True):
        assert shapely.hausdorff_distance(held, sent) < 0.001  # a millimetre: geodatabases keep a grid


@pytest.mark.parametrize("name", FORMATS)
def test_a_few_sets_come_back_as_they_were(name: str) -> None:
    @settings(max_examples=3, deadline=None, database=None, derandomize=True)
    @given(SETS)
    def hold(drawn: list[tuple[str, tuple[int, int]]]) -> None:
        same_after(name, drawn)

    hold()


@pytest.mark.heavy
@pytest.mark.parametrize("name", FORMATS)
def test_many_sets_come_back_as_they_were(name: str) -> None:
    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(SETS)
    def hold(drawn: list[tuple[str, tuple[int, int]]]) -> None:
        same_after(name, drawn)

    hold()


def test_sheets_and_tables_come_back_as_they_were() -> None:
    @settings(max_examples=3, deadline=None, database=None, derandomize=True)
    @given(st.lists(st.tuples(NAMES, st.integers(0, 10**9)), min_size=1, max_size=12))
    def hold(drawn: list[tuple[str, int]]) -> None:
        book, target = openpyxl.Workbook(), io.BytesIO()
        for name, fen in drawn:
            book.active.append([name, fen / 100])
        book.save(target)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made"
            path.write_bytes(target.getvalue())
            (sheet,) = door.read_workbook(path).sheets
            assert [(row[0].value, round(row[1].value * 100)) for row in sheet.rows] == drawn
            path.write_bytes("\r\n".join(["项目名称,金额", *(f"{name},{fen}" for name, fen in drawn)]).encode("gbk"))
            assert door.read_text_table(path).rows[1:] == [[name, str(fen)] for name, fen in drawn]

    hold()


@pytest.mark.django_db
@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv", ".txt", ".geojson", ".zip", ".gpkg", ".kml", ".dxf"])
def test_random_bytes_are_a_refused_batch_and_leave_no_row(ending: str, tmp_path: Path) -> None:
    import random

    path = tmp_path / f"noise{ending}"
    path.write_bytes(random.Random(ending).randbytes(3_000))
    assert import_file(path, "projects").batch.state == "refused"
    assert not Project.objects.exists()
