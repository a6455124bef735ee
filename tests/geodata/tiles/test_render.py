"""Tiles, decoded: what is in them is what the filter lets through, in the right place, by one statement."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiLineString, Point, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.errors import BadParameter, NotFound
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit, BaseFeature
from geodata.stewards.scope import CITY, Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.selectors import project_rows
from geodata.summary.services import GivenLight, keep_lights
from geodata.tiles import render
from geodata.tiles.services import assign_tile_zooms
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
TODAY = date(2026, 3, 30)
# the toy city lies within these degrees
WEST, SOUTH, EAST, NORTH = 113.0, 29.2, 113.4, 29.4


def column(lon: float, z: int) -> int:
    return int((lon + 180) / 360 * 2**z)


def line(lat: float, z: int) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)


def covering(z: int) -> Iterator[tuple[int, int, int]]:
    """The tiles of a zoom over the toy city and a little around it."""
    for x in range(column(WEST, z) - 1, column(EAST, z) + 2):
        for y in range(line(NORTH, z) - 1, line(SOUTH, z) + 2):
            yield z, x, y


def features(body: bytes, layer: str) -> list[dict[str, Any]]:
    decoded = mapbox_vector_tile.decode(body) if body else {}
    return decoded.get(layer, {}).get("features", [])


def drawn(z: int, chosen: ProjectFilter = ProjectFilter(), scope: Scope = CITY) -> set[str]:  # noqa: B008 - frozen
    """Codes of the projects in the tiles that cover the city."""
    rows = project_rows(scope, chosen, today=TODAY)
    tiles = [render.tile("projects", *place, rows) for place in covering(z)]
    return {feature["properties"]["code"] for body in tiles for feature in features(body, "projects")}


def shapes(number: int, seed: int = 1) -> list[GEOSGeometry]:
    """Points, streets and blocks strewn over the toy city."""
    chance = random.Random(seed)
    made: list[GEOSGeometry] = []
    for index in range(number):
        x, y = chance.uniform(WEST, EAST - 0.02), chance.uniform(SOUTH, NORTH - 0.02)
        kind = index % 3
        if kind == 0:
            made.append(Point(x, y, srid=4490))
        elif kind == 1:
            made.append(MultiLineString(LineString((x, y), (x + 0.02, y + 0.01)), srid=4490))
        else:
            made.append(Polygon.from_bbox((x, y, x + 0.001, y + 0.001)))
            made[-1].srid = 4490
    return made


def test_where_there_is_room_the_tiles_hold_exactly_the_rows_of_the_filter(make_project: MakeProject) -> None:
    for index, shape in enumerate(shapes(30)):
        project = make_project(geom=shape)
        if index % 2:
            facts.status(project, date(2026, 1, 1), "suspended")
    make_project(geom=None)
    for chosen in (ProjectFilter(), ProjectFilter(status=("suspended",)), ProjectFilter(as_of=date(2025, 6, 1))):
        rows = project_rows(CITY, chosen, today=TODAY)
        assert drawn(12, chosen) == set(rows.filter(is_located=True).values_list("code", flat=True))


def test_tiles_show_only_what_lies_within_the_person_s_scope(
    make_project: MakeProject, city: dict[str, AreaUnit]
) -> None:
    own = make_project(geom=Point(113.1, 29.3, srid=4490))
    make_project(geom=Point(113.1, 29.3, srid=4490), management_unit=city["430626"])
    assert drawn(12, scope=Scope(unit_ids=frozenset({city["430602"].pk}))) == {own.serial_no}
    assert drawn(12, scope=Scope()) == set()


def test_a_tile_costs_one_query_however_much_is_in_it(make_project: MakeProject) -> None:
    for shape in shapes(9):
        make_project(geom=shape)
    for layer, rows in (
        ("projects", project_rows(CITY, ProjectFilter(q="示例"), today=TODAY)),
        ("regions", AreaUnit.objects.all()),
        ("base", BaseFeature.objects.all()),
    ):
        for z in (7, 11, 13):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                render.tile(layer, z, column(113.1, z), line(29.3, z), rows)
            assert len(queries) == 1


def test_a_project_carries_the_properties_of_the_contract(make_project: MakeProject) -> None:
    project = make_project(geom=Point(113.1, 29.3, srid=4490), geom_source="surveyed", total_investment="12345.67")
    facts.arrival(facts.budget_line(project, "100"), "80")
    facts.payment(project, "50.25")
    facts.report(project, date(2026, 3, 20), physical_pct="61.5")
    facts.order(project)
    facts.status(project, date(2026, 1, 1), "under_construction")
    body = render.tile("projects", 9, column(113.1, 9), line(29.3, 9), project_rows(CITY, ProjectFilter(), today=TODAY))
    (feature,) = features(body, "projects")
    assert feature["id"] == project.pk
    assert feature["properties"] == {
        "id": project.pk,
        "code": project.serial_no,
        "name": project.name,
        "category": "01",
        "unit": "430602",
        "status": "under_construction",
        "stage": "construction",
        "progress": 61.5,
        "budget": 12345.67,
        "disbursed": 50.25,
        "disbursement_rate": 62.8,
        "updated": "2026-03-20",
        "complaints": 1,
        "source": "surveyed",  # the mark by trust
    }


def test_a_project_of_the_staff_map_carries_its_light(make_project: MakeProject) -> None:
    project = make_project(geom=Point(113.1, 29.3, srid=4490))
    keep_lights(lights=[GivenLight(project.pk, "red", "red", "逾期")], day=TODAY, whole=True)
    rows = project_rows(CITY, ProjectFilter(), today=TODAY)
    (feature,) = features(render.tile("projects", 9, column(113.1, 9), line(29.3, 9), rows), "projects")
    assert feature["properties"]["light"] == "red"


def test_a_mark_near_an_edge_is_in_both_tiles_and_one_farther_off_is_not(make_project: MakeProject) -> None:
    z = 12
    edge = (column(113.1, z) + 1) / 2**z * 360 - 180
    tile_width = 360 / 2**z
    near = make_project(geom=Point(edge - tile_width * 100 / 4096, 29.3, srid=4490))
    far = make_project(geom=Point(edge - tile_width * 150 / 4096, 29.3, srid=4490))
    rows = project_rows(CITY, ProjectFilter(), today=TODAY)
    x, y = column(113.1, z), line(29.3, z)
    left = {f["properties"]["code"]: f for f in features(render.tile("projects", z, x, y, rows), "projects")}
    right = {f["properties"]["code"]: f for f in features(render.tile("projects", z, x + 1, y, rows), "projects")}
    assert set(left) == {near.serial_no, far.serial_no}
    assert set(right) == {near.serial_no}
    assert left[near.serial_no]["geometry"]["coordinates"][0] == pytest.approx(4096 - 100, abs=1)
    assert right[near.serial_no]["geometry"]["coordinates"][0] == pytest.approx(-100, abs=1)


def test_a_shape_is_cut_at_the_buffer_and_drawn_as_a_point_while_too_small(make_project: MakeProject) -> None:
    make_project(geom=MultiLineString(LineString((113.0, 29.301), (113.2, 29.301), (113.4, 29.301)), srid=4490))
    rows = project_rows(CITY, ProjectFilter(), today=TODAY)

    def at(z: int) -> dict[str, Any]:
        # the anchor of the line lies in its middle
        return features(render.tile("projects", z, column(113.2, z), line(29.301, z), rows), "projects")[0]["geometry"]

    assert at(9)["type"] == "Point"
    assert at(12)["type"] == "LineString"
    assert {x for x, _y in at(14)["coordinates"]} == {-128, 4096 + 128}


def test_regions_come_in_both_dimensions_and_townships_from_nearby(city: dict[str, AreaUnit]) -> None:
    AreaUnit.objects.create(code="430602001", kind="township", name="示例街道", geom=city["ZONE_YYJKQ"].geom)

    def at(z: int) -> set[tuple[str, str]]:
        body = render.tile("regions", z, column(113.07, z), line(29.27, z), AreaUnit.objects.all())
        found = [feature["properties"] for feature in features(body, "regions")]
        return {(each["code"], each["dimension"]) for each in found}

    both = {
        ("430600", "admin"), ("430602", "admin"), ("430626", "admin"),
        ("430602", "management"), ("430626", "management"), ("ZONE_YYJKQ", "management"),
    }  # fmt: skip
    assert at(8) == both
    assert at(10) == both | {("430602001", "admin")}


def test_the_base_layer_shows_more_the_nearer_one_comes(db: None) -> None:
    for rank in range(1, 6):
        road = LineString((113.1, 29.3), (113.11, 29.31), srid=4490)
        BaseFeature.objects.create(kind="road", name=f"示例路{rank}", rank=rank, geom=road)

    def at(z: int) -> set[int]:
        body = render.tile("base", z, column(113.1, z), line(29.3, z), BaseFeature.objects.all())
        return {feature["properties"]["rank"] for feature in features(body, "base")}

    assert (at(5), at(6), at(8), at(11), at(12)) == (set(), {1}, {1, 2}, {1, 2, 3, 4}, {1, 2, 3, 4, 5})


@pytest.mark.parametrize(
    ("z", "x", "y"),
    [(-1, 0, 0), (19, 0, 0), (0, 1, 0), (0, 0, 1), (3, 8, 0), (3, 0, -1), (2**31, 0, 0), (18, 2**31, 0)],
)
def test_a_tile_that_does_not_exist_never_reaches_the_database(z: int, x: int, y: int) -> None:
    with pytest.raises(BadParameter):
        render.tile("projects", z, x, y, AreaUnit.objects.all())  # no database in this test


def test_an_unknown_layer_is_not_found() -> None:
    with pytest.raises(NotFound):
        render.tile("secrets", 0, 0, 0, AreaUnit.objects.all())


def test_the_outermost_tiles_render(city: dict[str, AreaUnit]) -> None:
    for z in (0, 1, 18):
        for x, y in ((0, 0), (2**z - 1, 2**z - 1)):
            render.tile("regions", z, x, y, AreaUnit.objects.all())


def test_low_zooms_leave_out_what_the_stored_zoom_says_and_count_it(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    spots = [(113.10, 5), (113.1001, 9), (113.1002, 7), (113.3, 1)]
    made = [make_project(geom=Point(lon, 29.3, srid=4490), total_investment=money) for lon, money in spots]
    assert assign_tile_zooms() == 0
    assert drawn(8) == {project.serial_no for project in made}
    monkeypatch.setattr("geodata.tiles.thinning.tile_zooms.__kwdefaults__", {"most": 1})
    assert assign_tile_zooms() == 3
    rows = project_rows(CITY, ProjectFilter(), today=TODAY)
    assert drawn(8) == {made[1].serial_no, made[3].serial_no}
    undrawn = render.left_out(Counter(rows.filter(is_located=True).values_list("tile_zoom", flat=True)))
    assert [undrawn.get(z, 0) for z in (0, 8, 12, 14)] == [3, 2, 2, 0]
    assert drawn(14) == {project.serial_no for project in made}
    assert assign_tile_zooms() == 0
