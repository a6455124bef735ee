"""Any set of projects written to a format and imported is the same set in the record: names, money, places."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geodata.crs.transforms import project
from geodata.projects.codes import normalise_name
from geodata.projects.models import Category, GeometryVersion, Project
from geodata.regions.models import AreaUnit
from geodata.regions.services import refresh_management_boundaries
from tests.geodata.exchange.importing import import_file
from tests.geodata.exchange.project_files import FORMATS, Planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ground")]
# the signs of names in everyday documents; every name says something besides its numbers
NAMES = st.text("示例大道改造提质工程一二三()ABab0129-·、", min_size=2, max_size=20).filter(
    lambda text: text.strip() == text and any(sign in "示例大道改造提质工程" for sign in text)
)
# north of the functional zone: a drawing of one area that lies in another unit than its project's is asked about
SPOTS = st.tuples(st.integers(0, 9_000), st.integers(3_500, 9_000))
ROW = st.tuples(NAMES, SPOTS, st.integers(1, 10**11))
SETS = st.lists(ROW, min_size=1, max_size=8, unique_by=lambda row: normalise_name(row[0]))
# every example is an import: a failure is told as it was found
WITHOUT_SHRINKING = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
MILLIMETRE = 0.001  # geodatabases keep a grid


@pytest.fixture
def ground(city: dict[str, AreaUnit], categories: dict[str, Category]) -> None:
    refresh_management_boundaries()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def planned(drawn: list[tuple[str, tuple[int, int], int]]) -> list[Planned]:
    """Areas of ten metres by ten in 岳阳楼区, at whole metres so that every format can hold them exactly."""
    return [
        Planned(name, shapely.box(405_000 + x, 3_240_000 + y, 405_010 + x, 3_240_010 + y), fen)
        for name, (x, y), fen in drawn
    ]


def recorded(name: str) -> shapely.Geometry:
    """The shape in the record, in EPSG:4547."""
    held = shapely.from_wkb(bytes(GeometryVersion.objects.get(project__name=name).geom.wkb))
    return shapely.transform(held, lambda points: project(np.asarray(points), 4547))


def same_after(key: str, drawn: list[tuple[str, tuple[int, int], int]]) -> None:
    kind, rows = FORMATS[key], planned(drawn)
    with undone(), tempfile.TemporaryDirectory() as folder:
        name, content = kind.write(rows, Path(folder))
        path = Path(folder) / f"sent-{name}"
        path.write_bytes(content)
        done = import_file(path, "projects", mapping=kind.mapping, crs=kind.crs)
        assert (done.batch.state, done.counts) == ("committed", {"new": len(rows)}), done.messages
        assert {*Project.objects.values_list("name", flat=True)} == {row.name for row in rows}
        for row in rows:
            sent = row.area.centroid if kind.points else row.area
            assert shapely.hausdorff_distance(recorded(row.name), sent) < MILLIMETRE
            if kind.money:
                assert Project.objects.get(name=row.name).total_investment * 100 == row.fen
        again = import_file(path, "projects", mapping=kind.mapping, crs=kind.crs)
        assert again.counts == {"unchanged": len(rows)}, again.messages


@pytest.mark.parametrize("key", FORMATS)
def test_a_set_comes_back_as_it_was(key: str) -> None:
    @settings(WITHOUT_SHRINKING, max_examples=1, derandomize=True)
    @given(st.lists(ROW, min_size=6, max_size=6, unique_by=lambda row: normalise_name(row[0])))
    def hold(drawn: list[tuple[str, tuple[int, int], int]]) -> None:
        same_after(key, drawn)

    hold()


@pytest.mark.heavy
@pytest.mark.parametrize("key", FORMATS)
def test_many_sets_come_back_as_they_were(key: str) -> None:
    @settings(WITHOUT_SHRINKING, max_examples=20)
    @given(SETS)
    def hold(drawn: list[tuple[str, tuple[int, int], int]]) -> None:
        same_after(key, drawn)

    hold()
