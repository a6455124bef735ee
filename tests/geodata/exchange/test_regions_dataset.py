"""Boundaries come in with their units, in any coordinates, and a second time change nothing."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.crs import gcj02
from geodata.regions.models import AreaPopulation, AreaUnit, BaseFeature
from geodata.regions.selectors import AreaLocator, UnitNames, area_at
from tests.geodata.exchange.importing import geojson, import_file

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[4] / "shared/data/regions/yueyang_counties_gcj02.json"
EAST, WEST = box(113.2, 29.2, 113.4, 29.4), box(113.0, 29.2, 113.2, 29.4)
ZONE = box(113.05, 29.25, 113.1, 29.3)


def own_file(path: Path, **changes: object) -> Path:
    common = {"parent": "430600", "schematic": True, "valid_from": "2020-01-01"}
    zone = {
        "code": "ZONE_YYJKQ",
        "name": "岳阳经济技术开发区",
        "kind": "zone",
        "code_system": "LOCAL",
        "hosts": "430602",
    }
    zone |= {"aliases": "经开区;开发区", "official_order": 10, **common}
    west = {"code": "430602", "name": "岳阳楼区", "kind": "county", "official_order": 1, "aliases": "楼区", **common}
    west |= {"population": 900000, "population_year": 2022, "population_source": "统计公报(示例)", **changes}
    return geojson(
        path,
        [
            ({"code": "430600", "name": "岳阳市", "kind": "city", "aliases": "市本级"}, box(113, 29.2, 113.4, 29.4)),
            (west, WEST),
            ({"code": "430626", "name": "平江县", "kind": "county", "official_order": 7, **common}, EAST),
            (zone, ZONE),
            (
                {"code": "430602001", "name": "示例街道", "kind": "township", "parent": "430602"},
                box(113, 29.2, 113.1, 29.4),
            ),
        ],
    )


def test_a_city_comes_in_with_two_territorial_dimensions(tmp_path: Path) -> None:
    result = import_file(own_file(tmp_path / "regions.geojson"), "regions")
    assert (result.batch.state, result.counts) == ("committed", {"new": 5})
    host, zone = AreaUnit.objects.get(code="430602"), AreaUnit.objects.get(code="ZONE_YYJKQ")
    assert host.parent is not None
    assert host.parent.code == "430600"
    assert host.is_schematic
    assert list(zone.hosts.values_list("code", flat=True)) == ["430602"]
    # 属地管理: the county answers for itself less the zone, and the two tile the county again
    assert host.management_geom is not None
    assert host.management_geom.area == pytest.approx(0.04 - 0.0025)
    assert host.management_geom.area + zone.management_geom.area == pytest.approx(host.geom.area)
    assert not host.management_geom.overlaps(zone.management_geom)
    population = AreaPopulation.objects.get()
    assert (population.area_id, population.year, population.residents) == (host.pk, 2022, 900000)


def test_the_same_file_again_changes_nothing_and_a_new_name_changes_one_row(tmp_path: Path) -> None:
    import_file(own_file(tmp_path / "a.geojson"), "regions")
    before = AreaUnit.objects.get(code="430602").updated_at
    assert import_file(own_file(tmp_path / "b.geojson"), "regions").counts == {"unchanged": 5}
    assert AreaUnit.objects.get(code="430602").updated_at == before
    result = import_file(own_file(tmp_path / "c.geojson", short_name="楼区", population=910000), "regions")
    assert result.counts == {"changed": 1, "unchanged": 4}
    assert AreaUnit.objects.get(code="430602").short_name == "楼区"
    assert AreaPopulation.objects.get().residents == 910000


@pytest.mark.parametrize(("crs", "shift"), [("GCJ02", gcj02.to_gcj02), ("BD09", gcj02.to_bd09)])
def test_a_scraped_file_is_brought_back_by_the_option(tmp_path: Path, crs: str, shift: object) -> None:
    moved = shapely.transform(WEST, lambda points: np.column_stack(shift(points[:, 0], points[:, 1])))  # type: ignore[operator]
    scraped = {
        "adcode": 430602,
        "name": "岳阳楼区",
        "level": "district",
        "childrenNum": 0,
        "parent": {"adcode": 430600},
    }
    result = import_file(geojson(tmp_path / "scraped.json", [(scraped, moved)]), "regions", crs=crs)
    assert result.counts == {"new": 1}
    county = AreaUnit.objects.get(code="430602")
    assert county.kind == "county"
    assert county.parent is not None
    assert county.parent.name == "岳阳市"
    assert np.abs(np.array(county.geom[0][0].coords) - np.array(WEST.exterior.coords)).max() < 2e-8


def test_the_statistical_code_430671_is_the_zone_quyuan(tmp_path: Path) -> None:
    own_file(tmp_path / "a.geojson")
    import_file(tmp_path / "a.geojson", "regions")
    file = geojson(tmp_path / "b.geojson", [({"adcode": 430671, "name": "屈原管理区", "level": "district"}, ZONE)])
    assert import_file(file, "regions").counts == {"new": 1}
    zone = AreaUnit.objects.get(code="430671")
    assert (zone.kind, zone.code_system, zone.nbs_code) == ("zone", "NBS", "430671")


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (Polygon([(113, 29.2), (113.2, 29.4), (113.2, 29.2), (113, 29.4)]), "相交"),
        (box(113, 29.2, 113.2, 29.4).exterior, "面"),
    ],
)
def test_a_boundary_that_is_no_valid_area_is_refused(tmp_path: Path, shape: object, sentence: str) -> None:
    row = {"code": "430602", "name": "岳阳楼区", "kind": "county"}
    result = import_file(geojson(tmp_path / "bad.geojson", [(row, shape)]), "regions")  # type: ignore[list-item]
    assert result.batch.state == "refused"
    assert sentence in "".join(result.refusals)
    assert not AreaUnit.objects.exists()


def test_a_file_of_another_city_is_a_question(tmp_path: Path) -> None:
    row = {"code": "430102", "name": "芙蓉区", "kind": "county"}
    result = import_file(geojson(tmp_path / "far.geojson", [(row, box(116.0, 39.0, 116.2, 39.2))]), "regions")
    assert result.batch.state == "refused"
    assert "本市以外" in "".join(result.refusals)


def test_units_are_found_by_the_names_that_people_use(tmp_path: Path) -> None:
    import_file(own_file(tmp_path / "a.geojson"), "regions")
    names = UnitNames()
    ids = {area.code: area.pk for area in AreaUnit.objects.all()}
    for text in ("岳阳楼区", "楼区", "岳阳楼", "岳阳楼区政府", "430602", " 岳阳楼 区 "):
        assert names.unit(text) == ids["430602"], text
    assert names.unit("经开区管委会") == ids["ZONE_YYJKQ"]
    assert names.unit("平江") == ids["430626"]
    assert names.unit_in("平江县教育局") == ids["430626"]
    assert names.unit("市本级") is None
    assert names.is_city("市本级")
    assert names.is_city("市直")
    assert names.unit("长沙县") is None
    assert names.township("示例街道", ids["430602"]) == ids["430602001"]


def test_places_are_assigned_to_counties_and_townships(tmp_path: Path) -> None:
    import_file(own_file(tmp_path / "a.geojson"), "regions")
    ids = {area.code: area.pk for area in AreaUnit.objects.all()}
    assert area_at(113.05, 29.3) == (ids["430602"], ids["430602001"])
    assert area_at(113.3, 29.3) == (ids["430626"], None)
    assert area_at(100.0, 20.0) == (None, None)
    points = [shapely.Point(113.2, 29.3), None, shapely.Point(113.3, 29.3)]
    # on the common border the first in official order wins
    assert AreaLocator().counties(points) == [ids["430602"], None, ids["430626"]]


def test_the_base_layer_comes_in_once(tmp_path: Path) -> None:
    road = {"kind": "road", "name": "示例大道", "rank": 2, "schematic": True}
    features = [
        (road, shapely.LineString([(113, 29.3), (113.1, 29.3)])),
        (road, shapely.LineString([(113.1, 29.3), (113.2, 29.3)])),
        ({"kind": "湖泊", "name": "示例湖", "rank": 1}, MultiPolygon([ZONE])),
    ]
    assert import_file(geojson(tmp_path / "a.geojson", features), "base").counts == {"new": 3}
    assert import_file(geojson(tmp_path / "b.geojson", features), "base").counts == {"unchanged": 3}
    assert BaseFeature.objects.filter(kind="lake").get().geom.geom_type == "MultiPolygon"
    features[2] = ({"kind": "lake", "name": "示例湖", "rank": 2}, ZONE)
    assert import_file(geojson(tmp_path / "c.geojson", features), "base").counts == {"unchanged": 2, "changed": 1}
    assert BaseFeature.objects.count() == 3


@pytest.mark.skipif(not REAL.exists(), reason="needs the real boundaries beside the checkout")
def test_the_real_counties_land_on_the_inverse_of_their_shift() -> None:
    assert import_file(REAL, "regions", crs="GCJ02").counts == {"new": 9}
    raw = {f["properties"]["adcode"]: f["geometry"] for f in json.loads(REAL.read_text())["features"]}
    for county in AreaUnit.objects.filter(kind="county"):
        original = shapely.get_coordinates(shapely.geometry.shape(raw[int(county.code)]))
        recorded = shapely.get_coordinates(shapely.from_wkb(bytes(county.geom.wkb)))
        back = np.column_stack(gcj02.to_gcj02(recorded[:, 0], recorded[:, 1]))
        assert len(recorded) == len(original)
        # 2 m is 1.8e-5 degree; the formulas leave less than a millimetre
        assert np.abs(back - original).max() < 2e-8
