"""Fifty features in every system of the city, axes either way: at the truth or a question, never elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPoint, Point, mapping

from geodata.exchange.batches.opening import make_context, preview
from geodata.exchange.mappings import Options
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import NOW
from tests.geodata.exchange.test_format_table import moved

pytestmark = pytest.mark.django_db

SYSTEMS: tuple[int | str, ...] = (4326, 4490, 4547, 4526, 4546, "GCJ02", "BD09")
WAYS = [(system, swapped) for system in SYSTEMS for swapped in (False, True)]
# metres that a degree of longitude and latitude has here; one metre is enough to call a place wrong or right
SCALE = np.array([97_000.0, 110_900.0])


@pytest.fixture
def truth(make_project: Callable[..., Project], city: dict[str, AreaUnit]) -> dict[str, tuple[float, float]]:
    """Fifty projects of two districts with the place of each, by platform number."""
    numbers = np.random.default_rng(20261123)
    refresh_management_boundaries()
    places: dict[str, tuple[float, float]] = {}
    for at in range(50):
        code, west = ("430602", 113.0) if at % 2 else ("430626", 113.2)
        area = city[code].geom
        assert area is not None
        spot = (west + numbers.uniform(0.02, 0.18), 29.2 + numbers.uniform(0.02, 0.18))
        assert shapely.from_wkb(bytes(area.wkb)).contains(Point(spot))
        places[make_project(management_unit=city[code]).serial_no] = spot
    return places


def geojson(truth: dict[str, tuple[float, float]], system: int | str, swapped: bool) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"平台编号": serial},
            "geometry": mapping(moved(Point(spot), system, swapped=swapped)),
        }
        for serial, spot in truth.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def table(truth: dict[str, tuple[float, float]], system: int | str, swapped: bool) -> bytes:
    lines = ["平台编号,坐标"]
    for serial, spot in truth.items():
        x, y = moved(Point(spot), system, swapped=swapped).coords[0]
        lines.append(f'{serial},"{x:.8f},{y:.8f}"')
    return "\r\n".join(lines).encode("gbk")


def metres_off(path: Path, truth: dict[str, tuple[float, float]], crs: str) -> float | None:
    """The farthest feature of a file from its place; None where the file is a question."""
    context = make_context(options=Options(crs=crs), mapping=None, user=None, now=NOW)
    plan = preview(path=path, dataset="projects", context=context).plan
    if plan.blocked:
        assert any("坐标" in issue.message for issue in plan.issues if issue.severity.refuses)
        return None
    entries = list(plan.entries())
    assert len(entries) == len(truth), [issue.message for issue in plan.issues][:3]
    serials = dict(Project.objects.values_list("id", "serial_no"))
    gaps = []
    for entry in entries:
        (placed,) = shapely.get_parts(shapely.from_wkb(entry.geometry.wkb))
        assert isinstance(shapely.from_wkb(entry.geometry.wkb), MultiPoint)
        spot = truth[serials[entry.project.project_id]]
        gaps.append(float(np.hypot(*((np.array([placed.x, placed.y]) - spot) * SCALE))))
    return max(gaps)


@pytest.mark.parametrize(("name", "make"), [("a.geojson", geojson), ("a.csv", table)])
def test_undeclared_features_are_at_the_truth_or_a_question(
    name: str, make: Callable[..., bytes], truth: dict[str, tuple[float, float]], tmp_path: Path
) -> None:
    path = tmp_path / name
    asked = []
    for system, swapped in WAYS:
        path.write_bytes(make(truth, system, swapped))
        gap = metres_off(path, truth, "")
        assert gap is None or gap < 2, (system, swapped, gap)
        if gap is None:
            asked.append(system)
    # degrees are always asked about, metres of the city's own zone never
    assert {4326, 4490, "GCJ02", "BD09"} <= set(asked)
    assert not {4547, 4526} & set(asked)


def test_declared_features_are_at_the_truth_either_way_round(
    truth: dict[str, tuple[float, float]], tmp_path: Path
) -> None:
    path = tmp_path / "a.geojson"
    for system, swapped in WAYS:
        path.write_bytes(geojson(truth, system, swapped))
        gap = metres_off(path, truth, str(system))
        assert gap is not None
        assert gap < (5 if isinstance(system, str) else 2), (system, swapped, gap)
