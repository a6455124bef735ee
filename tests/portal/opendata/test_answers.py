"""What every answer for other systems has in common: validators, questions of browsers before, refusals."""

import re
from time import process_time

import pytest
from django.conf import settings
from django.test import Client

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
OPEN = ("/ogc/collections/projects/items", "/api/v1/projects", "/feeds/city.atom", "/tiles/projects.json")
HELD = 0.005  # seconds, the test's own client included


@pytest.fixture
def client(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client()


def test_a_browser_that_takes_compressed_answers_is_told_what_it_has_already(client: Client) -> None:
    for address in OPEN[:3]:
        first = client.get(address, headers={"accept-encoding": "gzip"})
        assert first.headers["ETag"].startswith("W/"), address
        held = {"accept-encoding": "gzip", "if-none-match": first.headers["ETag"]}
        again = client.get(address, headers=held)
        assert (again.status_code, again.content) == (304, b""), address
        assert client.get(address, headers={"if-none-match": '"something-else"'}).status_code == 200


def test_what_a_program_has_already_costs_hardly_any_time(client: Client) -> None:
    """Processor time, which other work on the machine does not stretch; over a city it is in tests/benchmarks."""
    for address in OPEN[:3]:
        held = {"if-none-match": client.get(address).headers["ETag"]}
        taken = []
        for _round in range(5):
            began = process_time()
            assert {client.get(address, headers=held).status_code for _time in range(20)} == {304}
            taken.append((process_time() - began) / 20)
        assert min(taken) < HELD, (address, taken)


def test_a_script_of_another_site_may_send_a_validator_and_read_what_was_wrong(client: Client) -> None:
    for address in (*OPEN, "/opendata/projects.csv", "/tiles/1/projects/9/416/213.mvt"):
        asked = client.options(address, headers={"origin": "https://example.org"})
        assert asked.status_code == 204, address
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
        assert client.post(address).status_code == 405, address
    wrong = ("/ogc/collections/projects/items?nix=1", "/api/v1/projects?nix=1", "/ogc/collections/nix")
    lost = ("/tiles/nix.json", "/tiles/1/projects/99/0/0.mvt", "/feeds/unit/0.atom", "/opendata/nix.csv")
    for address in (*wrong, *lost, "/tiles/projects.json?nix=1"):
        refused = client.get(address)
        assert refused.status_code in (400, 404, 503), address
        assert refused.headers["Access-Control-Allow-Origin"] == "*", address
    assert client.options("/projects/").status_code == 405


def test_an_address_without_parameters_takes_none(client: Client, public_city: dict[str, Project]) -> None:
    road = f"/projects/{public_city['road'].serial_no}"
    for address in (
        f"{road}/payments.csv",
        f"{road}/board/",
        "/glossary/",
        "/disclosure/",
        "/feeds/",
        "/opendata/",
        "/opendata/chain/",
        "/tiles/projects.json",
    ):
        refused = client.get(f"{address}?unit=430602")
        assert refused.status_code == 400, address
        assert "这个地址没有查询参数" in refused.json()["detail"]


def test_english_descriptions_hold_no_chinese(client: Client) -> None:
    """What a column means and what an address takes; the name of the city's own office is a name."""
    for address in ("/en/api/v1/openapi.json", "/en/ogc/api", "/en/ogc/collections?f=json", "/en/ogc/?f=json"):
        text = client.get(address).content.decode().replace(settings.SPONSOR, "")
        assert not re.findall(r'[^"]*[\u4e00-\u9fff][^"]*', text), address
