"""After log-in: those who work begin at their desk, leaders at their screen, others who look at the map; a wanted page
comes first."""

import pytest
from django.test import Client

from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(username: str, **more: str) -> str:
    browser = Client(headers={"accept": "text/html"})
    page = browser.get("/accounts/login/").content.decode()
    assert 'name="next"' not in page  # nothing was asked for, so that the role decides
    return browser.post("/accounts/login/", {"username": username, "password": PASSWORD, **more}).headers["Location"]


def test_who_works_begins_at_the_desk_and_who_looks_at_the_map(steward: User, leader: User) -> None:
    ensure_account(username="auditor", display_name="某审计", password=PASSWORD, role=Role.AUDITOR)
    found = [log_in(name) for name in ("steward", "leader", "auditor")]
    assert found == ["/workbench/", "/dashboard/", "/map/"]


def test_the_page_that_was_asked_for_comes_first(steward: User) -> None:
    assert log_in("steward", next="/workbench/inbox/") == "/workbench/inbox/"
