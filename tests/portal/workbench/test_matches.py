"""Confirming and rejecting suggested orders: who may, what it changes, and where it leads."""

from collections.abc import Callable

import pytest
from django.test import Client

from geodata.complaints.models import OrderMatch
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import CITY
from geodata.summary.selectors import row_of
from tests.conftest import TODAY
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(make_project: Callable[..., Project], steward: User) -> OrderMatch:
    project = make_project()
    order = facts.order(project, match="suggested")
    type(order).objects.filter(pk=order.pk).update(area=project.management_unit)
    return OrderMatch.objects.get()


def counts(match: OrderMatch) -> tuple[int, int]:
    row = row_of(CITY, match.project_id, today=TODAY)
    return row.complaints_merged, row.orders_suggested


def post(client: Client, match: OrderMatch, verb: str, **data: str) -> tuple[int, str]:
    response = client.post(f"/workbench/matches/{match.pk}/{verb}", data)
    return response.status_code, response.headers.get("Location", "")


def test_confirming_counts_the_order_and_leads_back(match: OrderMatch, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    assert counts(match) == (0, 1)
    place = f"/workbench/projects/{match.project.serial_no}/?as_of=2026-03-30&orders=2#orders"
    assert post(client, match, "confirm", as_of="2026-03-30", orders="2") == (302, place)
    assert counts(match) == (1, 0)
    match.refresh_from_db()
    assert (match.state, match.method, match.decided_by) == ("confirmed", "person", steward)
    assert f"工单 {match.order.order_no} 已确认为本项目" in client.get(place).content.decode()


def test_rejecting_needs_a_reason(match: OrderMatch, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    place = f"/workbench/projects/{match.project.serial_no}/#orders"
    assert post(client, match, "reject", reason=" ") == (302, place)
    assert counts(match) == (0, 1)
    assert "请写明否定的理由" in client.get(place).content.decode()
    assert post(client, match, "reject", reason="另一条路")[0] == 302
    match.refresh_from_db()
    assert (match.state, match.reason, counts(match)) == ("rejected", "另一条路", (0, 0))


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_a_leader_may_look_and_not_decide(match: OrderMatch, leader: User, client_of: Callable, verb: str) -> None:
    assert post(client_of(leader), match, verb, reason="x")[0] == 403
    assert counts(match) == (0, 1)


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_another_unit_finds_no_such_order(
    match: OrderMatch, other_steward: User, client_of: Callable, verb: str
) -> None:
    assert post(client_of(other_steward), match, verb, reason="x")[0] == 404
    assert counts(match) == (0, 1)


def test_the_way_back_takes_only_parameters_of_the_page(match: OrderMatch, steward: User, client_of: Callable) -> None:
    status, place = post(client_of(steward), match, "confirm", next="https://example.org/", as_of="")
    assert (status, place) == (302, f"/workbench/projects/{match.project.serial_no}/#orders")
