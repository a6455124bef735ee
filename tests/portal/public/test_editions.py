"""The site as it was published: every page of every edition, and the ways between them."""

import json
import re

import pytest
from django.test import Client

from geodata.funding.services import record_disbursements
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.scope import scope_of
from portal.public.models import PublishedPayment
from portal.publication.services import publish, withdraw_name
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
LATER = TODAY.replace(month=4)


@pytest.fixture
def citizen(public_city: dict[str, Project]) -> Client:
    """Two editions: in the second the road has another name and one payment more."""
    publish(as_of=TODAY, now=NOW)
    road = public_city["road"]
    Project.objects.filter(pk=road.pk).update(name="改名后的示例路")
    record_disbursements(entries=[entry("ZF8", "4.00", road, payee_name="湖南后来建设有限公司")], user=None, now=NOW)
    publish(as_of=LATER, now=NOW.replace(month=4, day=30))
    return Client(headers={"accept": "text/html"})


def test_a_past_edition_shows_what_was_published_then_and_the_site_what_is_published_now(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    code = public_city["road"].serial_no
    company = "/companies/湖南后来建设有限公司/"
    for place in ("/", "/projects/", f"/projects/{code}/", "/regions/430602/", f"/projects/{code}/payments.csv"):
        then, now = (citizen.get(f"{folder}{place}").content.decode() for folder in ("/snapshots/1", ""))
        assert ("示例路提质工程" in then, "改名后的示例路" in then) == (True, False), place
        assert ("示例路提质工程" in now, "改名后的示例路" in now) == (False, True), place
    assert "3,266,736.48" in citizen.get(f"/snapshots/1/projects/{code}/").content.decode()
    assert "3,266,740.48" in citizen.get(f"/projects/{code}/").content.decode()
    assert [citizen.get(f"{folder}{company}").status_code for folder in ("/snapshots/1", "/snapshots/2", "")] == [
        404,
        200,
        200,
    ]
    assert "示例路提质工程" in citizen.get("/snapshots/1/projects.csv").getvalue().decode()
    found = json.loads(citizen.get("/snapshots/1/search/?q=示例路").content)["projects"]
    assert [row["name"] for row in found] == ["示例路提质工程"]
    near = citizen.get("/snapshots/1/near/?lon=113.1&lat=29.3").content.decode()
    assert ("示例路提质工程" in near, "改名后" in near) == (True, False)


def test_a_past_edition_is_a_site_of_its_own_and_says_so_on_every_page(
    citizen: Client, public_city: dict[str, Project]
) -> None:
    road = f"/projects/{public_city['road'].serial_no}/"
    for inner in ("/", "/projects/", road, "/near/", "/regions/", "/regions/430602/", "/disclosure/", "/en/projects/"):
        text = citizen.get(f"/snapshots/1{inner}").content.decode()
        assert text.count('class="edition-band"') == 1, inner
        assert f'<a href="{inner}">' in text  # the same page today
        assert '<meta name="robots" content="noindex">' in text
        ways = [each for each in re.findall(r'href="(/[^"]*)"', text) if not each.startswith("/static/")]
        out = {each for each in ways if not each.startswith("/snapshots/1/")}
        assert out <= {inner, "/", "/en/"}, inner  # that page, and the mark of the site
        for each in set(ways) & {f"/snapshots/1{place}" for place in ("/", "/projects/", road, "/regions/430602/")}:
            assert citizen.get(each).status_code == 200, each
    assert "As published on" in citizen.get("/snapshots/1/en/projects/").content.decode()
    assert "edition-band" not in citizen.get("/projects/").content.decode()
    assert "/tiles/1/" in citizen.get("/snapshots/1/").content.decode()


def test_what_has_no_past_leads_back_to_where_it_stands(citizen: Client, public_city: dict[str, Project]) -> None:
    board = f"/projects/{public_city['road'].serial_no}/board/"
    for place in ("/opendata/", "/feeds/city.atom", board, "/glossary/", "/accounts/login/?next=/map/"):
        answer = citizen.get(f"/snapshots/1{place}")
        assert (answer.status_code, answer.headers["Location"]) == (302, place)
    assert citizen.get("/snapshots/1").headers["Location"] == "/snapshots/1/"
    for nothing in ("/snapshots/3/", "/snapshots/0/", "/snapshots/01/", "/snapshots/1/nix/", "/snapshots/x/"):
        assert citizen.get(nothing).status_code == 404, nothing
    assert citizen.post("/snapshots/1/projects/").status_code == 405
    assert citizen.get("/snapshots/1/projects/?nix=1").status_code == 400


def test_the_editions_are_listed_and_lead_to_the_page_that_one_came_from(citizen: Client) -> None:
    text = citizen.get("/snapshots/").content.decode()
    assert re.findall(r'href="(/snapshots/\d+/)"', text) == ["/snapshots/2/", "/snapshots/1/"]
    came = citizen.get("/projects/?unit=430602&status=under_construction").content.decode()
    way = re.search(r'href="(/snapshots/\?of=[^"]*)"', came)
    assert way
    text = citizen.get(way[1].replace("&amp;", "&")).content.decode()
    assert 'href="/snapshots/1/projects/?unit=430602&amp;status=under_construction"' in text
    text = citizen.get("/en/snapshots/?of=/projects/").content.decode()
    assert 'href="/snapshots/1/en/projects/"' in text
    for wrong in ("of=/opendata/", "of=https://example.org/", "of=//example.org/projects/", "of=x", "nix=1", "page=0"):
        answer = citizen.get(f"/snapshots/?{wrong}")
        assert answer.status_code == 400, wrong
        assert "查询参数" in answer.content.decode()


def test_an_edition_of_more_than_three_years_ago_is_not_listed(citizen: Client) -> None:
    publish(as_of=LATER.replace(year=2029, month=3), now=NOW.replace(year=2029))
    assert re.findall(r'href="/snapshots/(\d+)/"', citizen.get("/snapshots/").content.decode()) == ["3", "2", "1"]
    publish(as_of=LATER.replace(year=2029, month=4), now=NOW.replace(year=2029))
    assert re.findall(r'href="/snapshots/(\d+)/"', citizen.get("/snapshots/").content.decode()) == ["4", "3", "2"]


def test_what_was_taken_back_is_in_no_edition(citizen: Client, public_city: dict[str, Project], hq_admin: User) -> None:
    place = f"/snapshots/1/projects/{public_city['road'].serial_no}/"
    name = "湖南示例建设集团有限公司"
    payment = PublishedPayment.objects.using("publisher").get(payee=name, code=public_city["road"].serial_no)
    assert name in citizen.get(place).content.decode()
    facts = {"code": payment.code, "key": str(payment.number), "name": name, "reason": "更正收款人名称"}
    withdraw_name(scope_of(hq_admin, today=TODAY), **facts, now=NOW)
    assert name not in citizen.get(place).content.decode()
