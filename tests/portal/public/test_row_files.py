"""Rows as CSV files: for scripts of every origin, once a snapshot, and gone with what was taken back; robots.txt."""

from urllib.parse import quote

import pytest
from django.test import Client

from geodata.projects.models import Project
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
COMPANY = quote("湖南样例市政工程有限公司")


@pytest.fixture
def citizen(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"origin": "https://elsewhere.example"})


@pytest.mark.parametrize(
    "address", ["/projects.csv", "/projects/{road}/payments.csv", f"/companies/{COMPANY}/payments.csv"]
)
def test_a_file_of_rows_is_read_by_scripts_and_sent_once(
    citizen: Client, public_city: dict[str, Project], address: str
) -> None:
    address = address.format(road=public_city["road"].serial_no)
    first = citizen.get(address)
    assert (first.status_code, first.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in first.headers["Content-Disposition"]
    again = citizen.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")
    assert citizen.options(address).status_code == 204
    assert citizen.post(address).status_code == 405


def test_another_publication_is_sent_anew(citizen: Client, public_city: dict[str, Project]) -> None:
    address = f"/projects/{public_city['road'].serial_no}/payments.csv"
    held = citizen.get(address).headers["ETag"]
    Project.objects.filter(pk=public_city["road"].pk).update(name="示例路改名工程")
    publish(as_of=TODAY, now=NOW)
    assert citizen.get(address, headers={"if-none-match": held}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"), [("/projects.csv?color=red", 400), ("/projects/YYMS-2026-9999/payments.csv", 404)]
)
def test_a_script_reads_what_was_wrong(citizen: Client, address: str, status: int) -> None:
    refused = citizen.get(address)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (status, "*")


def test_search_engines_are_kept_from_the_countless_filters_alone(citizen: Client) -> None:
    assert citizen.get("/robots.txt").content.decode().splitlines() == ["User-agent: *", "Disallow: /*?"]
