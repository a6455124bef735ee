"""Shapes: for recorded projects in any declared coordinates, and projects made from the features of a foreign file."""

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import LineString, MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.crs import gcj02
from geodata.crs.transforms import project
from geodata.exchange.datasets.projects import DATASET
from geodata.exchange.mappings import ColumnMapping, read_mapping
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import geojson, import_file

pytestmark = pytest.mark.django_db

ROAD = Path(__file__).resolve().parents[4] / "shared/data/projects/JB-ROAD.geojson"
LINE = LineString([(113.06, 29.31), (113.07, 29.32), (113.08, 29.32)])


@pytest.fixture
def roads(make_project: Callable[..., Project]) -> list[Project]:
    """Two projects without a location."""
    refresh_management_boundaries()
    return [make_project(name="示例大道提质工程", name_key="示例大道提质工程"), make_project(plan_year=2025)]


def projected(shape: BaseGeometry, epsg: int) -> BaseGeometry:
    return shapely.transform(shape, lambda points: project(points, epsg))


def shapefile(folder: Path, columns: dict[str, list[str]], shapes: list[BaseGeometry], epsg: int) -> Path:
    """A zipped shapefile as surveyors send it: GBK text, no .cpg, an ESRI .prj."""
    folder.mkdir()
    frame = geopandas.GeoDataFrame(columns, geometry=shapes)
    frame.to_file(folder / "管线.shp", encoding="GBK", engine="pyogrio")
    (folder / "管线.cpg").unlink(missing_ok=True)
    (folder / "管线.prj").write_text(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI"))
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for member in folder.iterdir():
            archive.write(member, member.name)
    return target


@pytest.mark.parametrize("epsg", [4526, 4547, 4490])
def test_a_shapefile_in_gbk_gives_projects_their_place(tmp_path: Path, roads: list[Project], epsg: int) -> None:
    shape = projected(LINE, epsg) if epsg != 4490 else LINE
    columns = {"平台编号": [roads[0].serial_no], "项目名称": [roads[0].name]}
    result = import_file(shapefile(tmp_path / "shp", columns, [shape], epsg), "projects")
    assert (result.batch.state, result.counts) == ("committed", {"changed": 1}), result.messages
    road = Project.objects.get(pk=roads[0].pk)
    assert road.geom.geom_type == "MultiLineString"
    # 1e-8 degree is a millimetre
    assert np.abs(np.array(road.geom[0].coords) - np.array(LINE.coords)).max() < 2e-8
    assert road.admin_area is not None
    assert road.admin_area.code == "430602"
    assert road.anchor_3857 is not None


def test_the_first_shape_is_approved_with_its_evidence_and_counts_from_the_beginning(
    tmp_path: Path, roads: list[Project]
) -> None:
    file = shapefile(tmp_path / "shp", {"平台编号": [roads[0].serial_no]}, [projected(LINE, 4526)], 4526)
    import_file(file, "projects")
    version = GeometryVersion.objects.get()
    assert (version.number, version.state, version.valid_from) == (1, "approved", date(2026, 1, 1))
    assert "带号38" in version.declared_crs
    assert version.detected_crs == version.declared_crs
    assert version.crs_confidence == "declared"
    assert version.original_wkt.startswith("LINESTRING (384")
    assert len(version.original_sha256) == 64
    assert version.pipeline.startswith("EPSG:4526→EPSG:4490")
    assert version.length_m == pytest.approx(Decimal("2446"), abs=20)
    assert version.accuracy_m is None


def test_the_same_shape_again_is_no_new_version_and_another_one_waits_for_approval(
    tmp_path: Path, roads: list[Project]
) -> None:
    rows = [({"平台编号": roads[0].serial_no}, LINE)]
    assert import_file(geojson(tmp_path / "a.geojson", rows), "projects").counts == {"changed": 1}
    assert import_file(geojson(tmp_path / "b.geojson", rows), "projects").counts == {"unchanged": 1}
    other = [({"平台编号": roads[0].serial_no}, LineString([(113.06, 29.31), (113.09, 29.33)]))]
    result = import_file(geojson(tmp_path / "c.geojson", other), "projects")
    assert result.counts == {"changed": 1}
    assert any("待审核" in message for message in result.messages)
    states = GeometryVersion.objects.order_by("number").values_list("number", "state", "parent__number")
    assert list(states) == [(1, "approved", None), (2, "submitted", 1)]
    geom = Project.objects.get(pk=roads[0].pk).geom
    assert geom.num_coords == 3
    assert import_file(geojson(tmp_path / "d.geojson", other), "projects").counts == {"unchanged": 1}


def test_shifted_coordinates_are_brought_back_and_their_accuracy_is_recorded(
    tmp_path: Path, roads: list[Project]
) -> None:
    lon, lat = gcj02.to_gcj02(113.06, 29.31)
    rows = [({"项目名称": roads[0].name}, Point(float(lon), float(lat)))]
    assert import_file(geojson(tmp_path / "a.geojson", rows), "projects", crs="GCJ02").counts == {"changed": 1}
    version = GeometryVersion.objects.get()
    assert version.geom[0].coords == pytest.approx((113.06, 29.31), abs=2e-8)
    assert version.accuracy_m == 5


@pytest.mark.parametrize(("epsg", "sentence"), [(2414, "转换参数"), (4610, "转换参数"), (4490, "本市以外")])
def test_old_datums_and_contradicted_declarations_stay_out(
    tmp_path: Path, roads: list[Project], epsg: int, sentence: str
) -> None:
    shape = projected(LINE, 4526)
    file = shapefile(tmp_path / "shp", {"平台编号": [roads[0].serial_no]}, [shape], epsg)
    result = import_file(file, "projects")
    assert result.batch.state == "refused"
    assert sentence in "".join(result.refusals)
    assert not GeometryVersion.objects.exists()


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (Polygon([(113.05, 29.3), (113.06, 29.31), (113.06, 29.3), (113.05, 29.31)]), "相交"),
        (box(113.9, 29.9, 113.95, 29.95), "本市以外"),
        (None, "几何"),
    ],
)
def test_a_bad_shape_is_refused_with_a_sentence(
    tmp_path: Path, roads: list[Project], shape: BaseGeometry | None, sentence: str
) -> None:
    rows = [({"平台编号": roads[0].serial_no}, shape), ({"平台编号": roads[1].serial_no}, LINE)]
    result = import_file(geojson(tmp_path / "a.geojson", rows), "projects", skip_refused=True)
    assert (result.batch.state, result.counts) == ("committed", {"refused": 1, "changed": 1}), result.messages
    assert sentence in "".join(result.refusals)


def test_a_shape_far_from_its_own_unit_is_said(tmp_path: Path, roads: list[Project]) -> None:
    rows = [({"平台编号": roads[0].serial_no}, Point(113.3, 29.3))]
    result = import_file(geojson(tmp_path / "a.geojson", rows), "projects")
    assert result.counts == {"changed": 1}
    assert any("以外500米" in message for message in result.messages)
    project = Project.objects.get(pk=roads[0].pk)
    assert project.admin_area is not None
    assert project.admin_area.code == "430626"  # computed, whatever the unit says


@pytest.mark.parametrize(("system", "answer"), [(4547, ""), (4490, "4490"), (4490, "GCJ02"), (4546, "4546")])
def test_the_same_file_outside_its_own_unit_is_asked_about_once_at_most(
    tmp_path: Path, roads: list[Project], system: int, answer: str
) -> None:
    """A zone within another county: the record answers the second time; another shape is a question again."""
    mapping = ColumnMapping(constants={"项目类别": "农村公路", "属地管理单位": "岳阳楼区", "计划年度": "2026"})
    parcel = box(113.3, 29.3, 113.301, 29.301)
    file = tmp_path / "a.geojson"
    rows = [({"项目名称": "示例园区"}, projected(parcel, system) if system != 4490 else parcel)]
    geojson(file, rows, crs="")
    first = import_file(file, "projects", mapping=mapping, **({"crs": answer} if answer else {}))
    assert (first.batch.state, first.counts) == ("committed", {"new": 1}), first.messages
    again = import_file(file, "projects", mapping=mapping)
    assert (again.batch.state, again.counts, again.refusals) == ("committed", {"unchanged": 1}, [])
    assert GeometryVersion.objects.count() == 1
    geojson(file, [*rows, ({"项目名称": "示例大道提质工程"}, rows[0][1])], crs="")
    if answer:
        assert import_file(file, "projects", mapping=mapping).batch.state == "refused"


def test_a_feature_of_no_known_project_is_refused_unless_a_mapping_says_what_it_is(
    tmp_path: Path, roads: list[Project]
) -> None:
    file = geojson(tmp_path / "a.geojson", [({"项目名称": "不知名工程"}, LINE)])
    result = import_file(file, "projects")
    assert result.batch.state == "refused"
    assert "没有找到项目" in "".join(result.refusals)


MAPPING = """
[constants]
"外部编号" = "示例高速"
"上级项目名称" = "示例高速公路"
"项目类别" = "农村公路"
"属地管理单位" = "岳阳楼区"
"计划年度" = "2026"
[options]
key = "number"
{more}
"""


def mapping_file(path: Path, more: str = "") -> ColumnMapping:
    path.write_text(MAPPING.format(more=more), encoding="utf-8")
    return read_mapping(path, DATASET.layouts)


def test_features_of_one_name_become_parts_of_a_bundle_without_being_merged(
    tmp_path: Path, roads: list[Project]
) -> None:
    far = MultiLineString([[(113.9, 29.8), (113.91, 29.8)]])
    rows = [({"name": "路基", "section": "一标"}, shape) for shape in (LINE, far, Point(113.06, 29.31), LINE)]
    file = geojson(tmp_path / "a.geojson", rows, crs="urn:ogc:def:crs:OGC:1.3:CRS84")
    refused = import_file(file, "projects", mapping=mapping_file(tmp_path / "strict.toml"))
    assert refused.batch.state == "refused"
    assert any("位于本市以外" in message for message in refused.refusals)
    mapping = mapping_file(tmp_path / "open.toml", 'outside_city = "accept"')
    result = import_file(file, "projects", mapping=mapping)
    assert (result.batch.state, result.counts) == ("committed", {"new": 4}), result.messages
    bundle = Project.objects.get(name="示例高速公路")
    parts = bundle.parts.order_by("source_key")
    assert [part.source_key for part in parts] == [f"示例高速#{number}" for number in (1, 2, 3, 4)]
    assert {part.name for part in parts} == {"路基"}
    assert [part.admin_area.code if part.admin_area else None for part in parts] == ["430602", None, "430602", "430602"]
    assert all(part.geom is not None for part in parts)
    before = list(Project.objects.order_by("pk").values_list("pk", "version", "updated_at"))
    again = import_file(file, "projects", mapping=mapping)
    assert again.counts == {"unchanged": 4}, again.batch.changes
    assert list(Project.objects.order_by("pk").values_list("pk", "version", "updated_at")) == before
    assert GeometryVersion.objects.count() == 4


@pytest.mark.skipif(not ROAD.exists(), reason="needs the motorway beside the checkout")
def test_a_motorway_of_1519_segments_comes_in_whole(tmp_path: Path, roads: list[Project]) -> None:
    strict = import_file(ROAD, "projects", mapping=mapping_file(tmp_path / "a.toml"))
    assert strict.batch.state == "refused"
    assert any("位于本市以外" in message for message in strict.refusals)
    mapping = mapping_file(tmp_path / "b.toml", 'outside_city = "accept"')
    result = import_file(ROAD, "projects", mapping=mapping)
    assert (result.batch.state, result.counts) == ("committed", {"new": 1519}), result.refusals[:5]
    parts = Project.objects.get(name="示例高速公路").parts
    assert parts.count() == 1519
    assert parts.filter(name="路基").count() == 1245
    assert parts.filter(geom__isnull=True).count() == 0
    assert import_file(ROAD, "projects", mapping=mapping).counts == {"unchanged": 1519}
