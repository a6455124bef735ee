"""The staff navigation offers what the person may do, and nothing that would only be refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from geodata.notices.models import Notice
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD


@pytest.mark.parametrize(("role", "offered"), [(Role.CITY_LEADER, False), (Role.HQ_ADMIN, True), (Role.FINANCE, False)])
def test_publication_is_offered_to_those_who_may_publish(city: dict[str, AreaUnit], role: Role, offered: bool) -> None:
    person: User = ensure_account(username="p", display_name="p", password=PASSWORD, role=role)
    client = Client(headers={"accept": "text/html"})
    client.force_login(person)
    page = client.get(reverse("workbench:projects")).content.decode()
    assert reverse("workbench:map") in page
    assert (reverse("publication:page") in page) == offered


@pytest.mark.parametrize("name", ["status", "milestones", "report", "project", "geometry"])
def test_every_page_of_a_project_says_how_much_is_unread(
    make_project: Callable[..., Project], steward: User, name: str
) -> None:
    """A page that calls something of its own by the name of these numbers would hide them."""
    project = make_project(name="示例路提质")
    Notice.objects.create(person=steward, kind="alert", event_key="x", text="示例", happened_at=timezone.now())
    client = Client(headers={"accept": "text/html"})
    client.force_login(steward)
    answer = client.get(reverse(f"workbench:{name}", args=[project.serial_no]))
    assert answer.status_code == 200
    assert answer.context["waiting"].unread == 1


STAFF_NAVIGATION = 'href="/workbench/projects/"'


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/dashboard/?unit=999999", 400),
        ("/dashboard/rules/?x=1", 400),
        ("/workbench/publication/", 403),
        ("/administration/people/", 403),
        ("/workbench/projects/YYMS-2026-9999/", 404),
        ("/dashboard/nothing-here/", 404),
        ("/nothing-here/", 404),
    ],
)
def test_whoever_is_logged_in_keeps_the_staff_s_navigation_on_a_page_of_errors(
    city: dict[str, AreaUnit], address: str, status: int
) -> None:
    person: User = ensure_account(username="p", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER)
    client = Client(headers={"accept": "text/html"})
    stranger = client.get(address)
    assert STAFF_NAVIGATION not in stranger.content.decode()
    client.force_login(person)
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert STAFF_NAVIGATION in page
    assert reverse("accounts:logout") in page
    assert "工作人员登录" not in page
    assert page.count(f'href="{reverse("workbench:map")}"') >= 2  # the mark of the site leads there, too


def test_a_session_that_owes_a_new_password_is_shown_nothing_of_it(city: dict[str, AreaUnit]) -> None:
    person: User = ensure_account(username="p", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER)
    User.objects.filter(pk=person.pk).update(password_temporary=True)
    client = Client(headers={"accept": "text/html"})
    client.force_login(person)
    assert STAFF_NAVIGATION not in client.get("/nothing-here/").content.decode()
