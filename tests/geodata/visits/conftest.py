"""A square of a project, 0.01 degree a side, in the middle of 岳阳楼区, and somebody with a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from geodata.projects.choices import GeometrySource
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of
from geodata.visits.models import CheckIn
from geodata.visits.rules import Fix
from geodata.visits.services import check_in
from tests.conftest import TODAY, square

NOW = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)
CENTRE = (113.105, 29.305)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "photos"


@pytest.fixture
def site(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例路提质工程", geom=square(113.1, 29.3, 0.01), geom_source=GeometrySource.DRAWN)


@pytest.fixture
def clerk(steward: User) -> Scope:
    return scope_of(steward, today=TODAY)


def fix(lon: float = CENTRE[0], lat: float = CENTRE[1], accuracy_m: float = 12.0, seconds: float = 5) -> Fix:
    return Fix(lon, lat, accuracy_m, NOW - timedelta(seconds=seconds))


def arrive(scope: Scope, project: Project, given: Fix | None = None, **options: Any) -> CheckIn:
    options = {"key": uuid4(), "today": TODAY, "now": NOW, **options}
    return check_in(scope, code=project.serial_no, fix=given or fix(), **options)
