"""The pages of decisions ask at most twelve questions, and as many of fifty rows as of one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.projects.choices import VersionState
from geodata.projects.models import Project
from geodata.quality.services import examine_all
from geodata.stewards.models import User
from tests.conftest import TODAY
from tests.portal.workbench.test_approvals import node, report, request, reviewer, shape

__all__ = ["reviewer"]
pytestmark = pytest.mark.django_db
MOST = 12


def questions(client: Client, address: str) -> int:
    client.get(address)  # what is read once a process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)


def test_no_page_of_decisions_asks_once_a_row(
    make_project: Callable[..., Project], steward: User, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    first = make_project()
    place = f"/workbench/projects/{first.serial_no}/geometry"
    shape(first, None, state=VersionState.APPROVED)
    shape(first, steward, number=2)
    Project.objects.filter(pk=first.pk).update(geom=shape(make_project(), steward).geom)
    addresses = (
        "/workbench/approvals/",
        "/workbench/quality/",
        "/workbench/quality/projects/",
        f"{place}/versions/2/",
        f"{place}/history/",
    )
    client = client_of(reviewer)
    few = {address: questions(client, address) for address in addresses}
    for number in range(50):
        project = make_project(geom=first.geom)
        shape(project, steward)
        report(project, steward)
        request(project, steward)
        node(project, steward)
        shape(first, steward, number=number + 3, state=VersionState.SUPERSEDED)
    examine_all(today=TODAY, now=datetime(2026, 3, 30, 2, 0, tzinfo=UTC))
    many = {address: questions(client, address) for address in addresses}
    assert max(many.values()) <= MOST, many
    assert {address: many[address] - few[address] for address in addresses if many[address] > few[address] + 2} == {}
