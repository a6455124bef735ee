"""OGC API Features over the published tables: what clients of the standard ask, exact, nothing that is not public.

A publication costs a second: what needs the same one is asked in one test.
"""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.projects.models import Project
from portal.opendata.ogc.systems import CRS84, EPSG
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-{}"


@pytest.fixture
def client(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "application/json"})


def asked(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return dict(json.loads(response.content, parse_float=Decimal))


def items(client: Client, collection: str, query: str = "") -> list[dict[str, Any]]:
    return list(asked(client, f"/ogc/collections/{collection}/items?{query}")["features"])


def test_the_landing_page_leads_everywhere(client: Client) -> None:
    links = {link["rel"]: link["href"] for link in asked(client, "/ogc/")["links"]}
    for rel in ("self", "service-desc", "conformance", "data"):
        assert client.get(links[rel].removeprefix("http://testserver")).status_code == 200
    declared = asked(client, "/ogc/conformance")["conformsTo"]
    assert CONFORMANCE.format("1/1.0/conf/core") in declared
    assert CONFORMANCE.format("2/1.0/conf/crs") in declared


def test_every_link_of_every_document_answers_in_the_form_that_it_names(client: Client) -> None:
    seen: set[str] = set()
    waiting = ["http://testserver/ogc/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address.removeprefix("http://testserver"))
        assert response.status_code == 200, address
        if "json" not in response.headers["Content-Type"]:
            continue
        document = json.loads(response.content)
        parts = [document, *document.get("collections", [])]
        for link in (link for part in parts for link in part.get("links", [])):
            named = client.get(link["href"].removeprefix("http://testserver")).headers["Content-Type"]
            assert named.split(";")[0] == link["type"].split(";")[0], link
            waiting.append(link["href"])
    assert len(seen) > 20


def test_features_are_the_published_projects(client: Client, public_city: dict[str, Project]) -> None:
    page = asked(client, "/ogc/collections/projects/items")
    found = {feature["id"]: feature for feature in page["features"]}
    assert set(found) == {public_city["road"].serial_no, public_city["works"].serial_no}
    assert page["numberMatched"] == page["numberReturned"] == 2
    road = found[public_city["road"].serial_no]
    drawn = [[Decimal("113.1"), Decimal("29.3")], [Decimal("113.11"), Decimal("29.31")]]
    assert road["geometry"] == {"type": "LineString", "coordinates": drawn}
    assert road["properties"]["disbursed"] == Decimal("3266736.48")
    assert found[public_city["works"].serial_no]["geometry"] is None  # its place is hidden


def test_payments_are_exact_and_name_no_person(client: Client, public_city: dict[str, Project]) -> None:
    road = public_city["road"].serial_no
    found = items(client, "payments", f"project={road}")
    assert sum(feature["properties"]["amount"] for feature in found) == Decimal("3266736.48")
    assert "个人(不公开)" in {feature["properties"]["payee"] for feature in found}
    assert b"\xe7\xa4\xba\xe6\x9f\x90\xe6\x9f\x90" not in client.get("/ogc/collections/payments/items").content
    assert {feature["properties"]["code"] for feature in items(client, "payments", "q=提质")} == {road}


IN_SYSTEMS = {CRS84: [113.1, 29.3], f"{EPSG}4490": [29.3, 113.1], f"{EPSG}3857": [12590234.409, 3413885.006]}


def test_coordinates_stand_in_the_order_of_their_system(client: Client, public_city: dict[str, Project]) -> None:
    for crs, first in IN_SYSTEMS.items():
        address = f"/ogc/collections/projects/items/{public_city['road'].serial_no}?crs={crs}"
        assert client.get(address).headers["Content-Crs"] == f"<{crs}>"
        found = asked(client, address)["geometry"]["coordinates"][0]
        assert [float(number) for number in found] == pytest.approx(first, abs=0.02)


LIMITED = {
    "bbox=113.0,29.2,113.2,29.4": 1,
    "bbox=112.0,28.2,112.2,28.4": 0,
    f"bbox=29.2,113.0,29.4,113.2&bbox-crs={EPSG}4490": 1,
    "datetime=2026-03-01/2026-03-31": 2,
    "datetime=../2026-03-01": 0,
    "located=no": 1,
    "q=水厂": 1,
    "status=preliminary&unit=430602": 2,
    "limit=1": 1,
    "limit=1&offset=1": 1,
    "offset=2": 0,
}


def test_a_limit_finds_what_it_names(client: Client) -> None:
    assert {query: len(items(client, "projects", query)) for query in LIMITED} == LIMITED


def test_pages_follow_each_other_to_the_end(client: Client) -> None:
    address, seen = "/ogc/collections/payments/items?limit=2", list[int]()
    while address:
        page = asked(client, address)
        seen += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = following[0].removeprefix("http://testserver") if following else ""
    assert len(seen) == len(set(seen)) == page["numberMatched"]
    assert seen == [feature["id"] for feature in items(client, "payments")]


def test_a_page_without_a_limit_leads_on_by_the_thousand(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.opendata.ogc.asked.PAGE", 1)
    links = {link["rel"]: link["href"] for link in asked(client, "/ogc/collections/regions/items")["links"]}
    assert "limit=1000" in urlsplit(links["next"]).query


UNKNOWN = (
    "/ogc/?x=1",
    "/ogc/collections?limit=1",
    "/ogc/collections/projects/items?foo=1",
    "/ogc/collections/projects/items?limit=0",
    "/ogc/collections/projects/items?as_of=2026-01-01",
    "/ogc/collections/projects/items?light=red",
    "/ogc/collections/regions/items?status=suspended",
    "/ogc/collections/projects/items?f=xml",
    "/ogc/collections/projects/items?crs=urn:x",
)
MISSING = ("nothing", "nothing/items", "projects/items/YYMS-1900-0001", "payments/items/x")


def test_what_is_not_known_is_refused_and_what_is_not_there_is_404(client: Client) -> None:
    for address in UNKNOWN:
        response = client.get(address)
        assert (address, response.status_code) == (address, 400)
        assert response.headers["Content-Type"] == "application/problem+json"
    for place in MISSING:
        assert (place, client.get(f"/ogc/collections/{place}").status_code) == (place, 404)


def test_an_internal_project_is_nowhere(client: Client, public_city: dict[str, Project]) -> None:
    secret = public_city["secret"].serial_no
    assert client.get(f"/ogc/collections/projects/items/{secret}").status_code == 404
    for collection in ("projects", "payments"):
        assert secret.encode() not in client.get(f"/ogc/collections/{collection}/items").content


def test_whoever_has_an_answer_of_the_snapshot_is_told_so_in_one_question(client: Client) -> None:
    address = "/ogc/collections/projects/items"
    etag = client.get(address).headers["ETag"]
    with CaptureQueriesContext(connections["public"]) as asked_of:
        again = client.get(address, headers={"if-none-match": etag})
    assert again.status_code == 304
    assert len([q for q in asked_of.captured_queries if q["sql"].startswith("SELECT")]) == 1
    page = client.get(address, headers={"if-none-match": etag, "accept": "text/html"})
    assert page.status_code == 200  # the page is another form
    publish(as_of=TODAY, now=NOW)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200


def test_scripts_of_other_sites_may_read_it(client: Client) -> None:
    response = client.get("/ogc/collections/projects/items")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


def test_the_description_names_exactly_what_is_read(client: Client) -> None:
    described = asked(client, "/ogc/api")
    shared = described["components"]["parameters"]
    for collection in ("projects", "regions", "payments"):
        operation = described["paths"][f"/collections/{collection}/items"]["get"]
        named = {
            one["name"] if "name" in one else shared[one["$ref"].split("/")[-1]]["name"]
            for one in operation["parameters"]
        }
        told = client.get(f"/ogc/collections/{collection}/items?nothing=1").json()["detail"]
        assert set(told.split("可用的有 ")[1].split("、")) == named
