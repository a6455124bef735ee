"""A project that a rule finds something about, and a scan of a day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboards.alerts.models import ScanRun
from dashboards.alerts.scanning import scan
from geodata.progress.models import Milestone
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD
from tests.geodata.summary import facts

DAY = date(2026, 3, 10)


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


def scanned(day: date, **more: Any) -> ScanRun:
    return scan(day=day, today=max(day, more.pop("today", day)), now=moment(day), **more)


@pytest.fixture
def late_project(make_project: Callable[..., Project]) -> Callable[..., Project]:
    """Under construction with a report of last month, and a key node that is some days late on DAY."""

    def make(days: int = 5, **fields: Any) -> Project:
        project = make_project(**fields)
        facts.status(project, date(2026, 1, 5), "under_construction")
        facts.report(project, date(2026, 2, 28), physical_pct="10")
        Milestone.objects.create(
            project=project, code="M0820", name="完工", planned_on=DAY - timedelta(days=days), is_key=True
        )
        return project

    return make


@pytest.fixture
def colleague(city: dict[str, Any]) -> User:
    """A second person of 岳阳楼区."""
    return ensure_account(
        username="colleague", display_name="同事", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code="430602"
    )
