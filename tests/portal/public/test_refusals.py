"""What the public site and the data interfaces refuse is said in the language of the address."""

import re

import pytest
from django.test import Client

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# asked wrongly, or standing nowhere
WRONG = (
    "projects/?category=zz",
    "projects/?nothing=1",
    "projects/?bbox=1,2",
    "projects/?light=red",
    "projects/?sort=light",
    "projects/?page=x",
    "near/?lon=113",
    "near/?lon=190&lat=29",
    "near/?radius=9&lon=113&lat=29",
    "regions/?rate=zz",
    "regions/0/",
    "companies/nobody/",
    "disclosure/0/",
    "feeds/unit/0.atom",
    "feeds/city.txt",
    "search/?x=1",
    "snapshots/9/",
    "tiles/nothing.json",
    "tiles/1/projects/99/0/0.mvt",
    "ogc/collections/nothing",
    "ogc/collections/projects/items?limit=x",
    "ogc/collections/projects/items?nothing=1",
    "ogc/collections/projects/items?datetime=x",
    "ogc/collections/projects/items?crs=x",
    "ogc/collections/projects/items?bbox=1",
    "ogc/collections/projects/items/0",
    "ogc/collections/payments/items/x",
    "api/v1/projects?limit=0",
    "api/v1/projects?status=x",
    "api/v1/aggregates?year=2026&by=unit",
    "api/v1/changes?collection=projects&after=x",
    "api/v1/payments/0",
    "api/v1/nothing",
    "opendata/nothing.csv",
    "opendata/oc4ids/0.json",
    "nothing/",
)


@pytest.fixture
def program(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "application/json"})


def test_a_refusal_is_in_the_language_of_the_address(program: Client) -> None:
    for address in WRONG:
        english, chinese = program.get(f"/en/{address}"), program.get(f"/{address}")
        assert english.status_code == chinese.status_code, address
        assert chinese.status_code >= 400, address
        assert not CHINESE.search(english.json()["detail"]), english.json()
        assert CHINESE.search(chinese.json()["detail"]), chinese.json()


def test_whoever_mistypes_a_limit_is_told_of_the_public_ones_alone(program: Client) -> None:
    told = program.get("/projects/?catgory=02").json()["detail"]
    assert "category" in told
    assert not any(name in told for name in ("light", "stale", "as_of", "no_area"))
