"""/api/v1/: what it says is what is published, in the shape that its description promises, within the limit."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import scope_of
from geodata.stewards.services import ensure_account
from portal.opendata.api import aggregates
from portal.opendata.api.lists import LISTS
from portal.public.models import PublishedPayment, PublishedPlanYear, PublishedProject
from portal.publication.services import publish, withdraw_project
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
API = "/api/v1"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> Iterator[None]:
    """The counters of the process begin and end empty."""
    caches["limits"].clear()
    yield
    caches["limits"].clear()


@pytest.fixture
def client(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client()


def asked(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200, (address, response.content)
    return dict(json.loads(response.content, parse_float=Decimal))


def open_rows(model: Any) -> Any:
    return model.objects.filter(to_snapshot__isnull=True)


def test_every_answer_has_the_shape_that_the_description_promises() -> None:
    seed_and_publish(30)
    client = Client()
    described = asked(client, f"{API}/openapi.json")
    assert described["openapi"].startswith("3.")
    code = open_rows(PublishedProject).exclude(geom=None)[0].code
    number = open_rows(PublishedPayment)[0].number
    single = {"projects": code, "payments": number, "regions": "430602"}
    for path, methods in described["paths"].items():
        name = path.strip("/").split("/")[0]
        if "{" in path and name not in single:
            continue
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        document = json.loads(client.get(f"{API}{path}".format(id=single.get(name))).content)
        whole = {**schema, "components": described["components"]}
        faults = [
            f"{path} {fault.json_path} {fault.message}" for fault in Draft202012Validator(whole).iter_errors(document)
        ]
        assert faults == []
        assert document.get("items") != [] or name in ("withdrawals",), path
    page = Client(headers={"accept": "text/html"}).get(f"{API}/docs").content.decode()
    assert all(f"<code>{path}</code>" in page for path in described["paths"])


def test_the_lists_hold_every_row_once_and_the_parameters_are_those_described(client: Client) -> None:
    described = asked(client, f"{API}/openapi.json")["paths"]
    for name, collection in LISTS.items():
        address, seen = f"{API}/{name}?limit=1", list[Any]()
        while address:
            page = asked(client, address)
            seen += [item[collection.identifier] for item in page["items"]]
            address = page["next"]
        assert len(seen) == len(set(seen)) == page["count"] == collection.rows({}).count(), name
        refused = client.get(f"{API}/{name}?nothing=1")
        assert refused.status_code == 400
        named = {one["name"] for one in described[f"/{name}"]["get"]["parameters"]}
        assert set(refused.json()["detail"].split("可用的有 ")[1].split("、")) == named


def test_the_filters_are_those_of_every_list(client: Client, public_city: dict[str, Project]) -> None:
    road, secret = public_city["road"].serial_no, public_city["secret"].serial_no
    count = {
        "projects?q=提质": 1,
        "projects?unit=430602&status=preliminary": 2,
        "projects?bbox=113.0,29.2,113.2,29.4": 1,
        "projects?located=no&sort=-disbursed": 1,
        f"payments?project={road}": 4,
        f"payments?project={secret}": 0,
        "payments?unit=430602": 5,
        "contracts?kind=construction": 0,
        "regions?kind=county": 2,
    }
    assert {query: asked(client, f"{API}/{query}")["count"] for query in count} == count
    one = asked(client, f"{API}/projects/{road}")["item"]
    assert one["geometry"]["type"] == "LineString"
    assert one["disbursed"] == Decimal("3266736.48")
    paid = asked(client, f"{API}/payments?project={road}")["items"]
    assert sum(each["amount"] for each in paid) == one["disbursed"]
    assert "示某某" not in str(paid)
    assert client.get(f"{API}/projects/{secret}").status_code == 404
    assert client.get(f"{API}/moons").status_code == client.get(f"{API}/payments/x").status_code == 404


def test_sums_by_year_add_up_to_the_ledger_and_sums_of_projects_to_the_list() -> None:
    seed_and_publish(60)
    client = Client()
    by_year = asked(client, f"{API}/aggregates")["items"]
    payments = open_rows(PublishedPayment)
    assert sum(line["paid"] for line in by_year) == payments.aggregate(sum=Sum("amount"))["sum"]
    assert sum(line["payments"] for line in by_year) == payments.count()
    years = open_rows(PublishedPlanYear)
    assert sum(line["allocated"] for line in by_year) == years.aggregate(sum=Sum("allocated"))["sum"]
    assert set(by_year[0]) == {*aggregates.BY, *aggregates.YEARLY}
    with CaptureQueriesContext(connections["public"]) as again:
        assert asked(client, f"{API}/aggregates")["items"] == by_year
    assert not [one for one in again if "publishedpayment" in one["sql"]]  # kept for the snapshot
    whole = asked(client, f"{API}/aggregates?by=unit,category")["items"]
    assert set(whole[0]) == {"unit", "category", *aggregates.STANDING}
    sums = open_rows(PublishedProject).aggregate(budget=Sum("budget"), disbursed=Sum("disbursed"))
    assert sum(line["budget"] for line in whole) == sums["budget"]
    assert sum(line["disbursed"] for line in whole) == sums["disbursed"]
    assert sum(line["projects"] for line in whole) == open_rows(PublishedProject).count()
    one = asked(client, f"{API}/aggregates?by=unit,year&year=2026&unit=430602&status=under_construction")["items"]
    codes = open_rows(PublishedProject).filter(unit="430602", status="under_construction").values("code")
    paid = payments.filter(code__in=codes, paid_on__year=2026).aggregate(sum=Sum("amount"))["sum"]
    assert [line["paid"] for line in one] == [paid]
    hq = ensure_account(username="headquarters", display_name="", password="x", role=Role.HQ_ADMIN, unit_code="")
    withdraw_project(scope_of(hq, today=TODAY), code=codes.earliest("code")["code"], reason="示例撤下", now=NOW)
    left = asked(client, f"{API}/aggregates?by=unit,category")["items"]
    assert sum(line["projects"] for line in left) == sum(line["projects"] for line in whole) - 1
    assert client.get(f"{API}/aggregates?by=unit&year=2026").status_code == 400
    assert client.get(f"{API}/aggregates?by=moon").status_code == 400


def mirrored(client: Client, held: dict[Any, Any], address: str) -> str:
    """Follows a feed of changes to its end as its page says; the address from which to go on."""
    while True:
        page = asked(client, address)
        numbers = [change["snapshot"] for change in page["items"]]
        assert numbers == sorted(numbers)
        for change in page["items"]:
            if change["action"] == "put":
                held[change["key"]] = change["values"]
            else:
                del held[change["key"]]
        address = page["next"]
        if page["is_last"]:
            return address


def test_whoever_follows_the_changes_holds_what_is_published(
    client: Client, public_city: dict[str, Project], hq_admin: User
) -> None:
    held: dict[str, dict[Any, Any]] = {name: {} for name in LISTS}
    onward = {name: mirrored(client, held[name], f"{API}/changes?collection={name}&limit=2") for name in LISTS}

    def listed(name: str) -> dict[Any, Any]:
        rows = asked(client, f"{API}/{name}?limit=1000")["items"]
        return {row[LISTS[name].identifier]: row for row in rows}

    def caught_up() -> None:
        gone = {each["code"] for each in asked(client, f"{API}/withdrawals")["items"] if each["kind"] == "project"}
        for name in LISTS:
            onward[name] = mirrored(client, held[name], onward[name])
            found = {key: {k: v for k, v in row.items() if k != "geometry"} for key, row in held[name].items()}
            assert {key: row for key, row in found.items() if row["code"] not in gone} == listed(name), name

    caught_up()
    assert held["projects"][public_city["road"].serial_no]["geometry"]["type"] == "LineString"
    # a payment more, a name changed, a project no longer public
    record_disbursements(entries=[entry("ZF70", "1.00", public_city["road"])], user=None, now=NOW)
    Project.objects.filter(pk=public_city["road"].pk).update(name="示例路提质二期")
    Project.objects.filter(pk=public_city["works"].pk).update(disclosure="internal")
    newer = publish(as_of=TODAY + timedelta(days=1), now=NOW + timedelta(days=1))
    caught_up()
    assert set(held["projects"]) == {public_city["road"].serial_no}
    since = asked(client, f"{API}/changes?since={newer.number - 1}&limit=1000")["items"]
    assert [(one["action"], one["key"]) for one in since] == [
        ("remove", public_city["works"].serial_no),
        ("put", public_city["road"].serial_no),
    ]
    withdraw_project(
        scope_of(hq_admin, today=TODAY), code=public_city["road"].serial_no, reason="涉及隐私,依法撤下", now=NOW
    )
    caught_up()
    assert listed("projects") == {}
    assert client.get(f"{API}/changes?after=1-x").status_code == 400


def test_an_address_that_asks_too_often_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    settings.API_PER_MINUTE = 3
    first = client.get(f"{API}/projects", headers={"origin": "https://example.org"})
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("3", "2")
    held = {"if-none-match": first.headers["ETag"]}
    assert [client.get(f"{API}/projects", headers=held).status_code for _ in range(5)] == [304] * 5  # costs nothing
    codes = [client.get(f"{API}/projects?page={n}").status_code for n in (1, 2)]
    refused = client.get(f"{API}/projects?page=3")
    assert [*codes, refused.status_code] == [200, 200, 429]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "过于频繁" in refused.json()["detail"]
    assert "ETag" not in refused.headers
    assert client.get(f"{API}/projects?page=3", REMOTE_ADDR="192.0.2.7").status_code == 200  # somebody else


def test_an_answer_is_open_to_every_site_sets_no_cookie_and_is_known_again_in_one_question(client: Client) -> None:
    for place in ("", "/projects", "/aggregates", "/changes", "/openapi.json"):
        address = f"{API}{place or '/'}"
        first = client.get(address)
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert "RateLimit-Remaining" in first.headers["Access-Control-Expose-Headers"]
        assert not first.cookies
        with CaptureQueriesContext(connections["public"]) as captured:
            again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
        assert again.status_code == 304
        assert len([query for query in captured.captured_queries if query["sql"].startswith("SELECT")]) == 1
    refused = client.get(f"{API}/projects?light=red")
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (400, "*")
    assert client.post(f"{API}/projects").status_code == 405
