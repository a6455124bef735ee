"""The staff navigation offers what the person may do, and nothing that would only be refused."""

import pytest
from django.test import Client
from django.urls import reverse

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
