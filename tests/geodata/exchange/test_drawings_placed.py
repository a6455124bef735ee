"""Drawings of their own coordinates: placed by control points, refused where these do not fit, rings in rings told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from geodata.crs.transforms import project
from geodata.exchange.mappings import ColumnMapping
from geodata.projects.models import GeometryVersion, Project
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import import_file
from tests.geodata.sandbox.drawings import dxf, polyline

pytestmark = pytest.mark.django_db

BLOCK = [(1000.0, 1000.0), (1090.0, 1000.0), (1090.0, 1090.0), (1000.0, 1090.0)]
YARD = [(1020.0, 1020.0), (1040.0, 1020.0), (1040.0, 1040.0), (1020.0, 1040.0)]
ORIGIN = np.array([411_562.142, 3_252_287.322])
TURN = np.radians(12)
LINEAR = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])


def ground(points: list[tuple[float, float]]) -> np.ndarray:
    return (np.array(points) - 1000) @ LINEAR.T + ORIGIN


def pairs(*, off: float = 0.0) -> str:
    lines = [f"{x} {y} {e:.3f} {n:.3f}" for (x, y), (e, n) in zip(BLOCK[:3], ground(BLOCK[:3]), strict=True)]
    x, y = BLOCK[3]
    e, n = ground(BLOCK[3:])[0]
    return "\n".join([*lines, f"{x} {y} {e + off:.3f} {n:.3f}"])


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    refresh_management_boundaries()
    return make_project(name="示例大道提质工程", name_key="示例大道提质工程")


@pytest.fixture
def mapping(road: Project) -> ColumnMapping:
    return ColumnMapping(constants={"平台编号": road.serial_no})


def drawing(tmp_path: Path, *rings: list[tuple[float, float]]) -> Path:
    file = tmp_path / "a.dxf"
    file.write_bytes(dxf(*(polyline("红线", ring, closed=True) for ring in rings)).encode("gbk"))
    return file


def test_a_drawing_is_placed_by_its_control_points_and_keeps_the_evidence(
    tmp_path: Path, road: Project, mapping: ColumnMapping
) -> None:
    file = drawing(tmp_path, BLOCK)
    refused = import_file(file, "projects", mapping=mapping)
    assert any("控制点" in message for message in refused.refusals)
    result = import_file(file, "projects", mapping=mapping, control_points=pairs(off=0.04))
    assert result.batch.state == "committed", result.refusals
    stored = shapely.transform(
        shapely.from_wkb(bytes(Project.objects.get(pk=road.pk).geom.wkb)), lambda at: project(at, 4547)
    )
    assert stored.hausdorff_distance(shapely.Polygon(ground(BLOCK))) < 0.1
    version = GeometryVersion.objects.get(project=road)
    assert "控制点（相似变换，4 个控制点" in version.pipeline
    assert 0.01 <= float(version.accuracy_m) < 0.1
    assert version.original_wkt.startswith("POLYGON ((1000 1000")
    assert any("各点残差" in message for message in result.messages)


def test_control_points_that_do_not_fit_keep_the_drawing_out(tmp_path: Path, mapping: ColumnMapping) -> None:
    result = import_file(drawing(tmp_path, BLOCK), "projects", mapping=mapping, control_points=pairs(off=8))
    assert result.batch.state == "refused"
    assert any("超过 1 米的限差" in message for message in result.refusals)
    assert not GeometryVersion.objects.exists()


def test_two_control_points_place_it_with_a_warning(tmp_path: Path, mapping: ColumnMapping) -> None:
    two = "\n".join(pairs().splitlines()[:2])
    result = import_file(drawing(tmp_path, BLOCK), "projects", mapping=mapping, control_points=two)
    assert result.batch.state == "committed", result.refusals
    assert any("残差检验不了" in message for message in result.messages)


def test_the_command_takes_a_file_of_control_points(tmp_path: Path, road: Project) -> None:
    file = drawing(tmp_path, BLOCK)
    (tmp_path / "m.toml").write_text(f'[constants]\n"平台编号" = "{road.serial_no}"\n', encoding="utf-8")
    points = tmp_path / "points.csv"
    points.write_text("x,y,东,北\n" + pairs().replace(" ", ","), encoding="gb18030")
    call_command("import_projects", str(file), mapping=tmp_path / "m.toml", control_points=points)
    assert GeometryVersion.objects.filter(project=road).count() == 1
    points.write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="至少要 2 个"):
        call_command("import_projects", str(file), control_points=points)


def test_a_ring_within_a_ring_is_told_with_what_would_remain(tmp_path: Path, mapping: ColumnMapping) -> None:
    result = import_file(drawing(tmp_path, BLOCK, YARD), "projects", mapping=mapping, control_points=pairs())
    assert any("第 2 个要素套在第 1 个之内" in message and "7,700 平方米" in message for message in result.messages)
