"""Collections of geometries become one multi-geometry or a refusal; other table programmes get advice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.exchange.mixed import all_promoted, one_kind, promoted
from geodata.projects.models import Project
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import import_file
from tests.geodata.sandbox.drawings import kml, placemark, point, polygon

AREA, OTHER = box(113.05, 29.3, 113.06, 29.31), box(113.07, 29.3, 113.08, 29.31)
LINE, SPOT = LineString([(113.05, 29.3), (113.06, 29.31)]), Point(113.055, 29.305)


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize(
    "shapes",
    [
        [],
        [AREA],
        [SPOT, LINE],
        [AREA, None, MultiPolygon([AREA, OTHER]), OTHER, Polygon(), SPOT, GeometryCollection([AREA]), LINE],
    ],
)
def test_many_are_promoted_as_each_alone(shapes: list[BaseGeometry | None], turn: int) -> None:
    turned = [*shapes[turn:], *shapes[:turn]]
    found = all_promoted(turned)
    expected = [promoted(shape) for shape in turned]
    assert [one and (one.geom_type, one.wkb) for one in found] == [one and (one.geom_type, one.wkb) for one in expected]


@pytest.mark.parametrize(
    ("parts", "kind", "labels"),
    [
        ([AREA, SPOT], "MultiPolygon", 1),
        ([AREA, OTHER], "MultiPolygon", 0),
        ([GeometryCollection([AREA]), MultiPolygon([OTHER]), SPOT, SPOT], "MultiPolygon", 2),
        ([LINE, SPOT], "MultiLineString", 1),
        ([SPOT, SPOT], "MultiPoint", 0),
        ([AREA, LINE], None, 0),
        ([AREA, LINE, SPOT], None, 0),
        ([], None, 0),
    ],
)
def test_a_collection_is_one_kind_or_nothing(parts: list[BaseGeometry], kind: str | None, labels: int) -> None:
    shape, dropped = one_kind(GeometryCollection(parts))
    assert ((shape.geom_type if shape else None), dropped) == (kind, labels)
    assert one_kind(AREA) == (AREA, 0)


@pytest.mark.django_db
def test_a_placemark_with_a_label_comes_in_as_its_area_and_says_so(
    tmp_path: Path, make_project: Callable[..., Project]
) -> None:
    refresh_management_boundaries()
    road = make_project(name="示例大道提质工程", name_key="示例大道提质工程")
    both = f"<MultiGeometry>{polygon(list(AREA.exterior.coords))}{point(113.055, 29.305)}</MultiGeometry>"
    file = tmp_path / "a.kml"
    file.write_text(kml(placemark(road.name, both)), encoding="utf-8")
    result = import_file(file, "projects", crs="4490")
    assert result.batch.state == "committed", result.refusals
    assert any("1 个点" in message for message in result.messages)
    road.refresh_from_db()
    assert road.geom.geom_type == "MultiPolygon"


@pytest.mark.django_db
def test_an_open_document_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.ods").write_bytes(b"PK\x03\x04")
    assert any("另存为 xlsx" in one for one in import_file(tmp_path / "a.ods", "projects").refusals)
