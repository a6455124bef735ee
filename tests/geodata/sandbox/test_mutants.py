"""Good files with a few bytes changed: whatever the child makes of them, its parent gets an answer or a refusal."""

import io
import random

import geopandas
import openpyxl
import pytest
import shapely
import xlwt

from geodata.errors import DomainError
from geodata.sandbox import door
from tests.geodata.sandbox import drawings, makers


def workbook():
    target = io.BytesIO()
    book = openpyxl.Workbook()
    for number in range(20):
        book.active.append([f"示例{number}", number / 3])
    book.save(target)
    return target.getvalue()


def old_workbook():
    target = io.BytesIO()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for number in range(20):
        sheet.write(number, 0, f"示例{number}")
        sheet.write(number, 1, number / 3)
    book.save(target)
    return target.getvalue()


MARKS = [drawings.placemark("甲", drawings.point(113.06, 29.31), system="GCJ-02"), drawings.placemark("乙", "")]
DRAWING = drawings.dxf(drawings.polyline("红线", drawings.BLOCK, closed=True), drawings.words("注记", 1, 2, "甲"))
FRAME = geopandas.GeoDataFrame({"名称": ["甲"]}, geometry=[shapely.Point(113, 29)], crs=4490)
GOOD = {
    "shapefile": (door.read_features, lambda path: makers.archive(makers.shapefile(), compressed=False)),
    "geojson": (door.read_features, lambda path: makers.geojson(名称="示例")),
    "geopackage": (door.read_features, lambda path: makers.geopackage(path / "good.gpkg").read_bytes()),
    "workbook": (door.read_workbook, lambda path: workbook()),
    "kml": (door.read_features, lambda path: drawings.kml(*MARKS).encode()),
    "drawing": (door.read_features, lambda path: DRAWING.encode("gbk")),
    "geodatabase": (door.read_features, lambda path: drawings.geodatabase(path, FRAME)),
    "old workbook": (door.read_workbook, lambda path: old_workbook()),
    "parcels": (door.read_plain_text, lambda path: ("J1,1,3252300.000,38411600.000\n" * 9).encode("gbk")),
    "table": (door.read_text_table, lambda path: "名称,金额\n示例,0.10\n".encode("gbk") * 20),
}


def mutant(content, numbers):
    """One to ten bytes replaced, removed or doubled."""
    raw = bytearray(content)
    for _ in range(numbers.randint(1, 10)):
        place = numbers.randrange(len(raw))
        raw[place : place + numbers.choice([1, 1, 1, 0, 2])] = bytes(
            numbers.choices(range(256), k=numbers.choice([1, 1, 2]))
        )
    return bytes(raw)


def feed(name, tmp_path, count, seed):
    """The codes of the refusals, after every mutant has got an answer or a refusal."""
    read, make = GOOD[name]
    content = make(tmp_path)
    numbers = random.Random(seed)
    codes = []
    for _ in range(count):
        path = tmp_path / "mutant file"
        path.write_bytes(mutant(content, numbers))
        try:
            read(path)
        except DomainError as refusal:
            codes.append(refusal.code)
    return codes


@pytest.mark.parametrize("name", GOOD)
def test_a_few_mutants_harm_nobody(name, tmp_path):
    assert "no-sandbox" not in feed(name, tmp_path, 4, seed=3)


@pytest.mark.heavy
@pytest.mark.parametrize("name", GOOD)
def test_many_mutants_harm_nobody(name, tmp_path):
    codes = feed(name, tmp_path, 2000, seed=11)
    assert "no-sandbox" not in codes
    assert codes.count("crashed") < 200
