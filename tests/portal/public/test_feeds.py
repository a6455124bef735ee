"""Feeds: every payment, milestone and status that was published, once each; well-formed, cheap to ask for again."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.funding.services import record_disbursements
from geodata.progress.models import Milestone
from geodata.projects.choices import Status
from geodata.projects.models import Project
from portal.public.feeds import headline
from portal.public.selectors.news import PAYMENT, News
from portal.publication.services import publish
from tests.geodata.summary import facts
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
ATOM = "{http://www.w3.org/2005/Atom}"
Told = Callable[[str], Element]


@pytest.fixture
def client(public_city: dict[str, Project]) -> Client:
    """Two publications: in the second the road is begun, and a payment of weeks ago is recorded late."""
    road = public_city["road"]
    publish(as_of=TODAY, now=NOW)
    Milestone.objects.create(project=road, code="M0801", name="开工", actual_on=date(2026, 3, 31))
    facts.status(road, date(2026, 3, 31), Status.UNDER_CONSTRUCTION)
    late = entry("ZF90", "12.34", road, payee_name="湖南<b>粗体</b>建设\x0b有限公司", paid_on=date(2026, 1, 7))
    record_disbursements(entries=[late], user=None, now=NOW)
    publish(as_of=TODAY + timedelta(days=1), now=NOW + timedelta(days=1))
    return Client()


def told(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200, (address, response.content)
    assert not response.cookies
    return fromstring(response.content)


def entries(client: Client, address: str) -> list[dict[str, str]]:
    return [
        {each.tag.removeprefix(ATOM): each.text or each.attrib.get("href", "") for each in one}
        for one in told(client, address).findall(f"{ATOM}entry")
    ]


def test_a_project_s_feed_tells_every_payment_milestone_and_status_once(
    client: Client, public_city: dict[str, Project]
) -> None:
    code = public_city["road"].serial_no
    found = entries(client, f"/feeds/project/{code}.atom")
    titles = [one["title"] for one in found]
    # published last stands first, by the day of the fact; the late payment is not lost among what was known before
    assert titles[:3] == [
        "已达到节点：开工",
        "施工状态：在建",
        "向湖南<b>粗体</b>建设有限公司支付 12.34 元",
    ]
    assert "从湖南样例市政工程有限公司收回 15,000,000.00 元" in titles
    assert "施工状态：前期" in titles
    assert "示某某" not in str(found)
    assert len(found) == len({one["id"] for one in found}) == 8
    late = found[2]
    assert late["published"].startswith("2026-01-07T00:00:00+08:00")
    assert datetime.fromisoformat(late["updated"]) == NOW + timedelta(days=1)
    assert late["link"] == f"http://testserver/projects/{code}/#h-payments"


def test_units_categories_and_the_city_are_told_of_their_own_projects(
    client: Client, public_city: dict[str, Project]
) -> None:
    road, works = public_city["road"], public_city["works"]
    for address in ("/feeds/city.atom", "/feeds/unit/430602.atom", "/feeds/category/01.atom"):
        found = entries(client, address)
        assert found[0]["title"] == f"{road.name}：已达到节点：开工", address
        assert {one["id"].split(":")[2] for one in found} == {road.serial_no, works.serial_no}
        # what every project was when all began is no news of the city
        assert [one["title"] for one in found if "：施工状态：" in one["title"]] == [f"{road.name}：施工状态：在建"]
    assert entries(client, "/feeds/unit/430626.atom") == []


def test_both_forms_keep_to_their_standards(client: Client, public_city: dict[str, Project]) -> None:
    code = public_city["road"].serial_no
    atom = told(client, f"/feeds/project/{code}.atom")
    assert atom.tag == f"{ATOM}feed"
    for part in (atom, *atom.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert (part.findtext(f"{ATOM}{name}") or "").strip(), name
        assert datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "").tzinfo
    assert atom.findtext(f"{ATOM}author/{ATOM}name")
    own = [link.attrib["href"] for link in atom.findall(f"{ATOM}link") if link.attrib["rel"] == "self"]
    assert own == [f"http://testserver/feeds/project/{code}.atom"]
    rss = told(client, f"/feeds/project/{code}.rss")
    assert (rss.tag, rss.attrib["version"]) == ("rss", "2.0")
    channel = rss.find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    guids = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(guids)) == len(guids) == 8
    for item in channel.findall("item"):
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo
        assert "<" not in (item.findtext("title") or "") + (item.findtext("description") or "")  # no tag after parsing


def test_whoever_has_it_is_told_so_in_one_question(client: Client) -> None:
    first = client.get("/feeds/city.rss")
    validators: list[dict[str, Any]] = [
        {"if-none-match": first.headers["ETag"]},
        {"if-modified-since": first.headers["Last-Modified"]},
    ]
    for headers in validators:
        with CaptureQueriesContext(connections["public"]) as asked:
            again = client.get("/feeds/city.rss", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert len([query for query in asked.captured_queries if query["sql"].startswith("SELECT")]) == 1
    publish(as_of=TODAY + timedelta(days=2), now=NOW + timedelta(days=2))
    assert all(client.get("/feeds/city.rss", headers=headers).status_code == 200 for headers in validators)


def test_feeds_are_found_on_the_pages_and_answer(client: Client, public_city: dict[str, Project]) -> None:
    code = public_city["road"].serial_no
    citizen = Client(headers={"accept": "text/html"})
    for page, feed in {
        "/": "/feeds/city.atom",
        "/projects/?unit=430602": "/feeds/unit/430602.rss",
        "/regions/430602/": "/feeds/unit/430602.atom",
        f"/projects/{code}/": f"/feeds/project/{code}.atom",
        f"/en/projects/{code}/": f"/en/feeds/project/{code}.rss",
        "/feeds/": "/feeds/category/01.rss",
    }.items():
        text = citizen.get(page).content.decode()
        assert f'href="{feed}"' in text, page
        assert 'rel="alternate" type="application/' in text, page
        assert client.get(feed).status_code == 200
    english = entries(client, f"/en/feeds/project/{code}.atom")
    assert english[0]["title"] == "Reached: Works begin"


@pytest.mark.parametrize(
    "address", ["/feeds/project/YYMS-1900-0001.atom", "/feeds/unit/999.atom", "/feeds/moon/1.rss", "/feeds/city.xml"]
)
def test_what_has_no_feed_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.get("/feeds/city.atom?unit=430602").status_code == 400


def test_an_internal_project_has_no_feed(client: Client, public_city: dict[str, Project]) -> None:
    secret = public_city["secret"].serial_no
    assert client.get(f"/feeds/project/{secret}.atom").status_code == 404
    assert secret not in str(entries(client, "/feeds/city.atom"))


def test_a_sentence_names_the_project_where_there_are_several() -> None:
    paid = News(PAYMENT, "1", "YYMS-2026-0001", TODAY, 1, "other", "某公司", entry("1", "5.00", None).amount)
    assert headline(paid, "示例路", alone=False).startswith("示例路：")
    assert not headline(paid, "示例路", alone=True).startswith("示例路")
