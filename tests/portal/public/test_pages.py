"""The citizens' pages: right, exact, without a cookie, and never touching the record."""

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import mapbox_vector_tile
import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from portal.middleware import RecordTouchedError
from portal.public import selectors
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


@pytest.fixture
def citizen(public_city: dict[str, Project]) -> Client:
    publish(as_of=TODAY, now=NOW)
    return Client(headers={"accept": "text/html"})


def test_the_project_page_lists_every_payment_with_its_exact_sum(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    text = citizen.get(f"/projects/{public_city['road'].serial_no}/").content.decode()
    for word in ("3,265,920.00", "-15,000,000.00", "3,266,736.48", "湖南样例市政工程有限公司", "个人(不公开)"):
        assert word in text
    assert "示某某" not in text


def test_every_page_with_figures_says_their_day_and_snapshot(citizen: Client, public_city: dict[str, Project]) -> None:
    road = f"/projects/{public_city['road'].serial_no}/"
    for address in ("/", "/projects/", road, "/regions/", "/regions/430602/", "/glossary/"):
        text = citizen.get(address).content.decode()
        assert re.search(r'class="stamp"><span>[^<]*2026年3月30日[^<]*1[^<]*</span>', text), address


def test_payments_csv_is_exact_and_runs_nothing(citizen: Client, public_city: dict[str, Project]) -> None:
    road = public_city["road"]
    record_disbursements(entries=[entry("ZF8", "2.50", road, payee_name="=HYPERLINK(1)示例公司")], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    body = citizen.get(f"/projects/{road.serial_no}/payments.csv").content
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    amounts = [Decimal(row[2]) for row in rows[1:6]]
    assert sum(amounts) == Decimal(rows[6][2]) == Decimal("3266738.98")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert "第 2 期快照" in rows[7][2]


def test_a_project_code_redirects_to_the_permanent_code(citizen: Client, public_city: dict[str, Project]) -> None:
    response = citizen.get("/projects/2512-430602-04-01-100017/")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/projects/{public_city['road'].serial_no}/"


def test_an_internal_project_is_not_found(citizen: Client, public_city: dict[str, Project]) -> None:
    for path in ("", "payments.csv"):
        assert citizen.get(f"/projects/{public_city['secret'].serial_no}/{path}").status_code == 404


def test_search_finds_two_characters_and_english_pages_speak_english(citizen: Client) -> None:
    assert "样例水厂" in citizen.get("/projects/?q=水厂").content.decode()
    assert "示例路提质工程" not in citizen.get("/projects/?q=水厂").content.decode()
    english = citizen.get("/en/projects/").content.decode()
    assert 'lang="en"' in english
    assert "under construction" in english or "preliminary" in english


def test_a_link_shared_in_wechat_leads_to_what_was_shared(citizen: Client, public_city: dict[str, Project]) -> None:
    road = f"/projects/{public_city['road'].serial_no}/"
    for address, shared in (
        (f"{road}?from=timeline&isappinstalled=0", road),
        ("/projects/?unit=430602&scene=1&from=x", "/projects/?unit=430602"),
    ):
        answer = citizen.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, shared)
    assert citizen.get(f"{road}?from=timeline", follow=True).status_code == 200
    assert Client().get(f"{road}payments.csv?from=timeline").status_code == 400  # a program has made a mistake


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/projects/?colour=red", 400),
        ("/projects/?status=flying", 400),
        ("/projects/?page=0", 400),
        ("/projects/?as_of=2026-01-01", 400),
        ("/projects/?stale=1", 400),
        ("/projects/?light=red", 400),
        ("/projects/?sort=complaints_merged", 400),
        ("/projects/?q=%00", 400),
        ("/tiles/1/projects/30/0/0.mvt", 400),
        ("/tiles/1/projects/3/8/0.mvt", 400),
        ("/tiles/99/projects/9/416/213.mvt", 404),
        ("/tiles/1/secrets/9/416/213.mvt", 404),
        ("/projects/NOPE/", 404),
        ("/projects/YYMS-2026-0001/?page=0", 400),
        ("/projects/YYMS-2026-0001/?unit=430602", 400),
        ("/regions/?dimension=wards", 400),
        ("/regions/?unit=430602", 400),
        ("/regions/NOPE/", 404),
        ("/search/?q=水厂&unit=430602", 400),
        ("/projects.csv?stale=1", 400),
        ("/nothing/", 404),
    ],
)
def test_a_bad_address_gets_a_chinese_sentence_or_a_problem(citizen: Client, address: str, status: int) -> None:
    page = citizen.get(address)
    assert page.status_code == status
    assert re.search(r"[\u4e00-\u9fff]{4}", page.content.decode())
    problem = Client().get(address)
    assert problem.status_code == status
    assert problem.headers["Content-Type"] == "application/problem+json"


def test_before_the_first_publication_the_site_says_so(transactional_db: None) -> None:
    response = Client(headers={"accept": "text/html"}).get("/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_a_tile_holds_the_located_projects_and_is_immutable(citizen: Client, public_city: dict[str, Project]) -> None:
    response = citizen.get("/tiles/1/projects/9/416/212.mvt")
    assert "immutable" in response.headers["Cache-Control"]
    found = []
    for y in (211, 212, 213):
        tile = mapbox_vector_tile.decode(citizen.get(f"/tiles/1/projects/9/416/{y}.mvt").content)
        found += [f["properties"] for f in tile.get("projects", {}).get("features", [])]
    assert {properties["name"] for properties in found} == {"示例路提质工程"}
    assert not {"complaints", "light", "source"} & set().union(*found)  # staff tiles alone have these


def test_tilejson_names_the_snapshot(citizen: Client) -> None:
    told = citizen.get("/tiles/projects.json").json()
    assert told["snapshot"] == 1
    assert "/tiles/1/projects/{z}/{x}/{y}.mvt" in told["tiles"][0]


@pytest.mark.parametrize("address", ["/tiles/projects.json", "/tiles/1/projects/9/416/212.mvt"])
def test_a_tile_and_its_description_are_not_sent_twice(citizen: Client, address: str) -> None:
    known = {"If-None-Match": citizen.get(address).headers["ETag"]}
    again = citizen.get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert citizen.get(address.replace("projects", "base"), headers=known).status_code == 200


def test_every_public_answer_carries_the_policy_and_no_cookie(citizen: Client, public_city: dict[str, Project]) -> None:
    code = public_city["road"].serial_no
    pages = ["/", "/projects/", f"/projects/{code}/", "/regions/", "/regions/430602/", "/glossary/", "/nothing/"]
    for address in [*pages, f"/projects/{code}/payments.csv", "/projects.csv", "/search/?q=水厂", "/healthz"]:
        response = citizen.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "object-src 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies


def test_a_page_asks_few_questions_and_as_many_for_many_rows(
    citizen: Client, make_project: Callable[..., Project]
) -> None:
    def questions(address: str) -> int:
        with CaptureQueriesContext(connections["public"]) as asked:
            assert citizen.get(address).status_code == 200
        return len(asked)

    pages = ("/", "/projects/", "/projects/?unit=430602", "/regions/", "/regions/430602/", "/search/?q=示例")
    few = {address: questions(address) for address in pages}
    for _ in range(60):
        make_project()
    publish(as_of=TODAY, now=NOW)
    for address, number in few.items():
        assert number <= 12
        assert questions(address) == number


def test_a_public_address_that_asks_the_record_raises(
    citizen: Client, monkeypatch: pytest.MonkeyPatch, public_city: dict[str, Project]
) -> None:
    def leak(*_arguments: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    monkeypatch.setattr(selectors, "current_snapshot", leak)
    with pytest.raises(RecordTouchedError):
        citizen.get("/projects/")


def test_the_reader_can_write_nothing_and_see_only_published_tables(citizen: Client) -> None:
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public_publishedproject")
        with pytest.raises(Exception, match=r"read-only|permission denied"):
            cursor.execute("INSERT INTO public_snapshot VALUES (9)")
