"""Drawings as design offices draw them: curves, blocks in millimetres, outlines left open or taken apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geodata.projects.models import GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import ColumnMapping, import_file
from tests.geodata.exchange.test_format_table import BLOCK, NAME, moved
from tests.geodata.sandbox import drawings

pytestmark = pytest.mark.django_db

BY_LAYER = ColumnMapping(columns={"图层": "name"})
METRES = moved(BLOCK, 4547)
CORNERS = list(METRES.exterior.coords)[:-1]
MIDDLE = (METRES.centroid.x, METRES.centroid.y)
HEAD = [(100, "AcDbEntity"), (8, NAME)]


@pytest.fixture(autouse=True)
def block(make_project: Callable[..., Project], city: dict[str, AreaUnit]) -> Project:
    refresh_management_boundaries()
    return make_project(name=NAME, name_key=NAME)


def spline(*, clamped: bool) -> str:
    """A closed cubic curve round the middle, its knots piled up at the ends or, as CAD closes curves, evenly spread."""
    turns = [at / 9 * math.tau for at in range(9)]
    around = [(MIDDLE[0] + 40 * math.cos(turn), MIDDLE[1] + 40 * math.sin(turn)) for turn in turns]
    points = [*around, around[0]] if clamped else [*around, *around[:3]]
    inner = range(1, len(points) - 3)
    knots = [0] * 4 + [*inner] + [len(points) - 3] * 4 if clamped else [*range(len(points) + 4)]
    codes = [(0, "SPLINE"), *HEAD, (100, "AcDbSpline"), (70, 11), (71, 3), (72, len(knots)), (73, len(points)), (74, 0)]
    codes += [(40, knot) for knot in knots]
    for x, y in points:
        codes += [(10, x), (20, y), (30, 0)]
    return drawings._lines(codes)


def straight(start: tuple[float, float], end: tuple[float, float]) -> str:
    codes = [(0, "LINE"), *HEAD, (100, "AcDbLine"), (10, start[0]), (20, start[1]), (11, end[0]), (21, end[1])]
    return drawings._lines(codes)


def inserted() -> str:
    """A block drawn in millimetres about its own origin, inserted at a thousandth and turned by a quarter."""
    east, north = MIDDLE
    outline = [((x - east) * 1000, (y - north) * 1000) for x, y in CORNERS]
    blocks = [
        (0, "SECTION"),
        (2, "BLOCKS"),
        (0, "BLOCK"),
        (8, "0"),
        (2, "红线块"),
        (70, 0),
        (10, 0),
        (20, 0),
        (3, "红线块"),
    ]
    insert = [(0, "INSERT"), *HEAD, (100, "AcDbBlockReference"), (2, "红线块"), (10, east), (20, north)]
    insert += [(41, 0.001), (42, 0.001), (43, 0.001), (50, 90)]
    body = drawings.polyline(NAME, outline, closed=True)
    section = drawings._lines(blocks) + body + drawings._lines([(0, "ENDBLK"), (8, "0"), (0, "ENDSEC")])
    return drawings.dxf(drawings._lines(insert)).replace(
        "  0\nSECTION\n  2\nENTITIES", section + "  0\nSECTION\n  2\nENTITIES"
    )


MILLIMETRES = [(x * 1000, y * 1000) for x, y in CORNERS]
IN: dict[str, tuple[str, float]] = {
    "closed spline": (drawings.dxf(spline(clamped=True)), 8),
    "block in millimetres, turned": (inserted(), 2),
    "millimetres with an arc": (
        drawings.dxf(drawings.polyline(NAME, MILLIMETRES, closed=True, bulge=0.05), units=4),
        3,
    ),
    "closed by its last point": (drawings.dxf(drawings.polyline(NAME, [*CORNERS, CORNERS[0]], closed=False)), 2),
}


@pytest.mark.parametrize("key", list(IN))
def test_a_drawing_comes_in_as_an_area_where_it_was_drawn(key: str, tmp_path: Path) -> None:
    text, within = IN[key]
    path = tmp_path / "总图.dxf"
    path.write_bytes(text.encode("gbk"))
    result = import_file(path, "projects", mapping=BY_LAYER)
    assert (result.batch.state, result.counts) == ("committed", {"changed": 1}), result.messages
    held = moved(shapely.from_wkb(bytes(GeometryVersion.objects.get().geom.wkb)), 4547)
    assert held.geom_type == "MultiPolygon"
    assert held.centroid.distance(shapely.Point(MIDDLE)) < within, result.messages


@pytest.mark.parametrize(
    "text",
    [
        drawings.dxf(*(straight(*pair) for pair in zip(CORNERS, [*CORNERS[1:], CORNERS[0]], strict=True))),
        drawings.dxf(drawings.polyline(NAME, CORNERS, closed=True), drawings.polyline(NAME, CORNERS[:3], closed=False)),
    ],
)
def test_an_outline_in_pieces_is_not_put_together_by_guess(text: str, tmp_path: Path) -> None:
    path = tmp_path / "总图.dxf"
    path.write_bytes(text.encode("gbk"))
    result = import_file(path, "projects", mapping=BY_LAYER)
    assert result.batch.state == "refused"
    assert not GeometryVersion.objects.exists()
    assert any("指向同一项目" in message for message in result.refusals)


def test_a_curve_that_would_begin_at_the_origin_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "总图.dxf"
    path.write_bytes(drawings.dxf(spline(clamped=False)).encode("gbk"))
    result = import_file(path, "projects", mapping=BY_LAYER)
    assert (result.batch.state, GeometryVersion.objects.exists()) == ("refused", False)
    assert any("转换为多段线" in message for message in result.refusals), result.messages
