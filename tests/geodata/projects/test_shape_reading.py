"""Shapes from a browser: what is read, what is refused in which words. No database."""

import json

import pytest
import shapely

from geodata.projects.checking import DrawnShape, Finding, read_shape
from geodata.projects.checking.findings import UNSTORABLE

RING = [[113.0, 29.0], [113.1, 29.0], [113.1, 29.1], [113.0, 29.0]]
HOLE = [[113.05, 29.01], [113.06, 29.01], [113.06, 29.02], [113.05, 29.01]]


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def nested(depth: int) -> object:
    value: object = []
    for _level in range(depth):
        value = [value]
    return value


REFUSED: list[tuple[str, object, str]] = [
    ("nothing", None, "unreadable"),
    ("a text", "POINT(113 29)", "unreadable"),
    ("a list", [], "unreadable"),
    ("no type", {"coordinates": [113, 29]}, "unreadable"),
    ("an unknown type", {"type": "CircularString", "coordinates": [[113, 29]]}, "unreadable"),
    ("a type that is a list", {"type": ["Point"], "coordinates": [113, 29]}, "unreadable"),
    ("no coordinates", {"type": "Point"}, "unreadable"),
    ("coordinates of a text", {"type": "Point", "coordinates": "113,29"}, "unreadable"),
    ("one number", {"type": "Point", "coordinates": [113]}, "unreadable"),
    ("five numbers", {"type": "Point", "coordinates": [113, 29, 0, 0, 0]}, "unreadable"),
    ("a null", {"type": "Point", "coordinates": [None, 29]}, "unreadable"),
    ("a true", {"type": "Point", "coordinates": [True, 29]}, "unreadable"),
    ("a text for a number", {"type": "Point", "coordinates": ["113", "29"]}, "unreadable"),
    ("not a number", {"type": "Point", "coordinates": [float("nan"), 29.0]}, "unreadable"),
    ("infinity", {"type": "Point", "coordinates": [float("inf"), 29.0]}, "unreadable"),
    ("an enormous whole number", {"type": "Point", "coordinates": [10**400, 29]}, "unreadable"),
    ("a thousand levels", {"type": "MultiPolygon", "coordinates": nested(1000)}, "unreadable"),
    ("a point as a ring", polygon([113, 29]), "unreadable"),
    ("an empty point", {"type": "Point", "coordinates": []}, "empty"),
    ("an empty multi", {"type": "MultiPolygon", "coordinates": []}, "empty"),
    ("empty parts", {"type": "MultiPolygon", "coordinates": [[], []]}, "empty"),
    ("an empty ring", polygon([]), "empty"),
    ("an empty collection", {"type": "GeometryCollection", "geometries": []}, "empty"),
    ("a line of one point", {"type": "LineString", "coordinates": [[113, 29]]}, "empty"),
    ("a ring of two points", polygon([[113, 29], [113.1, 29]]), "empty"),
    (
        "point and line",
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": [113, 29]},
                {"type": "LineString", "coordinates": [[113, 29], [113.1, 29]]},
            ],
        },
        "mixed",
    ),
    (
        "collections in collections",
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": [
            {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [113, 29]}]}]}]},
        "unreadable",
    ),
    ("too many vertices", {"type": "LineString", "coordinates": [[113 + i / 1e6, 29] for i in range(50_001)]},
     "too-many-vertices"),
    ("too many parts", {"type": "MultiPoint", "coordinates": [[113, 29 + i / 1e6] for i in range(2_001)]},
     "too-many-vertices"),
]  # fmt: skip


@pytest.mark.parametrize(("geometry", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_shape_is_refused_with_its_reason(geometry: object, code: str) -> None:
    found = read_shape(geometry)
    assert isinstance(found, Finding)
    assert found.code == code
    assert found.code in UNSTORABLE
    assert found.message


SHAPES: list[tuple[dict[str, object], str, str]] = [
    ({"type": "Point", "coordinates": [113.1, 29.1]}, "point", "MULTIPOINT (113.1 29.1)"),
    ({"type": "Point", "coordinates": [113.1, 29.1, 35.2]}, "point", "MULTIPOINT (113.1 29.1)"),
    ({"type": "MultiPoint", "coordinates": [[113, 29], [114, 29]]}, "point", "MULTIPOINT (113 29, 114 29)"),
    ({"type": "LineString", "coordinates": [[113, 29], [114, 29]]}, "line", "MULTILINESTRING ((113 29, 114 29))"),
    (
        {"type": "MultiLineString", "coordinates": [[[113, 29], [114, 29]], [[113, 30], [114, 30]]]},
        "line",
        "MULTILINESTRING ((113 29, 114 29), (113 30, 114 30))",
    ),
    (polygon(RING), "polygon", "MULTIPOLYGON (((113 29, 113.1 29, 113.1 29.1, 113 29)))"),
    (
        {"type": "MultiPolygon", "coordinates": [[RING, HOLE], [HOLE]]},
        "polygon",
        "MULTIPOLYGON (((113 29, 113.1 29, 113.1 29.1, 113 29), (113.05 29.01, 113.06 29.01, 113.06 29.02, 113.05 29.01"
        ")), ((113.05 29.01, 113.06 29.01, 113.06 29.02, 113.05 29.01)))",
    ),
    (
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [113, 29]}},
        "point",
        "MULTIPOINT (113 29)",
    ),
    (
        {"type": "GeometryCollection", "geometries": [polygon(RING), polygon(HOLE)]},
        "polygon",
        "MULTIPOLYGON (((113 29, 113.1 29, 113.1 29.1, 113 29)), "
        "((113.05 29.01, 113.06 29.01, 113.06 29.02, 113.05 29.01)))",
    ),
]


@pytest.mark.parametrize(("geometry", "kind", "wkt"), SHAPES)
def test_every_type_becomes_its_multi_type(geometry: dict[str, object], kind: str, wkt: str) -> None:
    found = read_shape(json.loads(json.dumps(geometry)))
    assert isinstance(found, DrawnShape)
    shape = shapely.from_wkb(found.wkb)
    assert found.kind == kind
    assert shape.equals_exact(shapely.from_wkt(wkt), 0)
    assert found.vertices == shapely.get_num_coordinates(shape)
    assert found.parts == len(shape.geoms)
    assert found.box == shape.bounds


def test_an_open_ring_is_closed_and_holes_are_counted() -> None:
    found = read_shape(polygon(RING[:-1], HOLE))
    assert isinstance(found, DrawnShape)
    assert found.holes == 1
    assert shapely.from_wkb(found.wkb).is_valid


def test_coordinates_are_kept_to_a_millimetre() -> None:
    found = read_shape({"type": "Point", "coordinates": [113.123456789123, 29.987654321987]})
    assert isinstance(found, DrawnShape)
    assert shapely.get_coordinates(shapely.from_wkb(found.wkb)).tolist() == [[113.12345679, 29.98765432]]


def test_fifty_thousand_vertices_are_taken() -> None:
    found = read_shape({"type": "LineString", "coordinates": [[113 + i / 1e6, 29] for i in range(50_000)]})
    assert isinstance(found, DrawnShape)
    assert found.vertices == 50_000
