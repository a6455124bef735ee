"""A project of 岳阳楼区, and the scope of somebody who may draw it."""

from collections.abc import Callable
from datetime import date

import pytest

from geodata.projects.models import Project
from geodata.regions.services import refresh_management_boundaries
from geodata.stewards.models import User
from geodata.stewards.scope import Scope, scope_of

TODAY = date(2026, 3, 30)


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    """A project of the county whose square is 113.0 to 113.2 east and 29.2 to 29.4 north."""
    refresh_management_boundaries()
    return make_project(name="示例大道提质工程", name_key="示例大道提质工程")


@pytest.fixture
def scope(road: Project, steward: User) -> Scope:
    return scope_of(steward, today=TODAY)
