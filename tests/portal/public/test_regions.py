"""The pages of districts and townships: each figure is that of the list behind it, and the lines add up to the city."""

import re
from decimal import Decimal
from functools import reduce
from itertools import combinations
from operator import add
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from dashboards.indicators.catalogue import BY_COLUMN
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.summary.sums import Rate, Totals, totals_of
from portal.public import areas, drawing, painting, selectors
from portal.public.selectors import NEWEST, regions
from portal.publication.services import publish
from tests.portal.publication.conftest import NOW, TODAY, public_city
from tests.seeded import seed_and_publish

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])
HTML = {"accept": "text/html"}


def units(reading: str) -> dict[str, str]:
    rows = selectors.areas(NEWEST).filter(kind__in=regions.READINGS[reading][1])
    return dict(rows.order_by("official_order").values_list("code", "kind"))


@pytest.fixture
def mixed(public_city: dict[str, Project], city: dict[str, AreaUnit], make_project) -> dict[str, Project]:  # type: ignore[no-untyped-def]
    """A project of the zone on the land of the first county, one without a place, one of a township."""
    town = AreaUnit.objects.create(code="430602001", kind="township", name="示例街道", parent=city["430602"])
    made = {
        "zone": make_project(name="开发区道路", management_unit=city["ZONE_YYJKQ"], total_investment=Decimal("7.25")),
        "nowhere": make_project(name="未定位项目", admin_area=None, total_investment=Decimal("3.50")),
        "town": make_project(name="街道小项目", township=town, total_investment=Decimal("1.01")),
    }
    publish(as_of=TODAY, now=NOW)
    return {**public_city, **made}


def test_in_both_readings_the_units_and_the_rest_are_the_city(mixed: dict[str, Project]) -> None:
    city = totals_of(selectors.all_projects(NEWEST))
    for reading in regions.READINGS:
        found, rest = regions.city_by_area(NEWEST, reading, units(reading))
        assert reduce(add, (unit.totals for unit in found), rest.totals) == city
        assert sum(sum(unit.statuses.values()) for unit in (*found, rest)) == city.projects


def test_a_zone_counts_for_itself_by_unit_and_for_its_county_by_place(mixed: dict[str, Project]) -> None:
    by_unit = {
        unit.code: unit.totals.projects for unit in regions.city_by_area(NEWEST, "management", units("management"))[0]
    }
    by_place, rest = regions.city_by_area(NEWEST, "admin", units("admin"))
    assert by_unit == {"430602": 4, "430626": 0, "ZONE_YYJKQ": 1}
    assert {unit.code: unit.totals.projects for unit in by_place} == {"430602": 4, "430626": 0}
    assert (rest.totals.projects, rest.totals.budget) == (1, Decimal("3.50"))


def test_the_page_of_a_county_says_which_reading_it_counts(mixed: dict[str, Project]) -> None:
    client = Client(headers=HTML)
    own, placed = (client.get(f"/regions/430602/{query}").content.decode() for query in ("", "?dimension=admin"))
    assert "由岳阳楼区负责的项目" in own
    assert "位于岳阳楼区境内" in placed
    assert "未定位项目" in own
    assert "未定位项目" not in placed
    assert "开发区道路" in placed
    assert "开发区道路" not in own


def test_every_figure_of_a_district_is_that_of_its_list() -> None:
    snapshot = seed_and_publish(60)
    shown = [area for area in selectors.areas(NEWEST) if area.kind != "city"]
    for area in shown[:40]:
        for reading in regions.READINGS if area.kind == "county" else ("management",):
            chosen = regions.filter_of(area, reading)
            listed = totals_of(selectors.projects(NEWEST, chosen))
            found = regions.breakdown(regions.rows_of(NEWEST, area, reading))
            if not listed.projects:
                assert (found.totals.projects, found.statuses, found.categories) == (0, {}, {})
                continue
            assert found.totals == listed, (area.code, reading)
            assert sum(found.statuses.values()) == listed.projects
            assert reduce(add, found.categories.values()) == listed
            assert Client(headers=HTML).get(f"/regions/{area.code}/?dimension={reading}").status_code == 200
    assert snapshot.projects == totals_of(selectors.all_projects(NEWEST)).projects


def test_a_township_stands_under_its_county_with_its_projects(mixed: dict[str, Project]) -> None:
    client = Client(headers=HTML)
    county = client.get("/regions/430602/").content.decode()
    assert re.search(r'<a href="/regions/430602001/">示例街道</a></th><td class="num">1</td>', county)
    town = client.get("/regions/430602001/").content.decode()
    assert '<a href="/regions/430602/">岳阳楼区</a>' in town
    assert "街道小项目" in town
    assert "示例路提质工程" not in town


def test_the_citys_own_address_is_the_list_of_its_units(mixed: dict[str, Project]) -> None:
    assert Client(headers=HTML).get("/regions/430600/").headers["Location"] == "/regions/"


def test_the_small_map_draws_every_unit_as_a_link(mixed: dict[str, Project]) -> None:
    text = Client(headers=HTML).get("/regions/").content.decode()
    drawn = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><title>\2</title><path class="paint-\w+" d="M', text)
    assert sorted((url, said.rsplit("，", 1)[1]) for url, said in drawn) == [
        ("/regions/430602/", "4 个项目"),
        ("/regions/430626/", "0 个项目"),
        ("/regions/ZONE_YYJKQ/", "1 个项目"),
    ]
    assert all(said.split("：")[1].startswith("资金拨付率（占到位） ") for _url, said in drawn)


def test_names_of_the_small_map_do_not_lie_on_one_another() -> None:
    spot = GEOSGeometry("POINT(12590000 3400000)", srid=3857)
    crowd = [SimpleNamespace(code=str(n), short_name="新港区", name="", spot=spot) for n in range(200)]
    labels = list(drawing._labels(crowd, 7000.0).values())
    assert 6 < len(labels) < 200  # where there is no room left, a name is left out
    assert not any(drawing._overlap(one, other) for one, other in combinations(labels, 2))


@pytest.mark.parametrize("rate", painting.RATES)
def test_an_area_has_the_colour_of_the_class_that_holds_its_rate(rate: str) -> None:
    seed_and_publish(300)
    figures, _rest = regions.city_by_area(NEWEST, "management", units("management"))
    painted = painting.painting({unit.code: unit.totals for unit in figures}, rate)
    assert painted.label.endswith("）")  # names its denominator
    assert sum(line.areas for line in painted.legend) == len(figures) == len(painted.marks)
    texts = {line.key: line.text for line in painted.legend}
    for unit in figures:
        mark, found = painted.marks[unit.code], unit.totals.rates[BY_COLUMN[rate].rate]
        if found.value is None:
            assert (mark["key"], mark["text"]) == ("none", "—")
        elif found.n < 3:
            assert mark["key"] == "few"
        elif mark["key"] != "zero":
            low, high = (Decimal(end.rstrip("%")) for end in (texts[mark["key"]].split(" – ") * 2)[:2])
            assert low <= Decimal(mark["text"].rstrip("%")) <= high, unit.code
    assert len({mark["key"] for mark in painted.marks.values()}) > 2


def test_a_rate_without_denominator_and_one_of_few_projects_are_not_classed() -> None:
    def with_rate(n: int, above: int) -> Totals:
        return Totals(projects=n, rates={"disbursement": Rate(Decimal(above), Decimal(100 * n), n)})

    found = painting.painting(
        {"a": Totals(), "b": with_rate(2, 100), "c": with_rate(3, 150), "d": with_rate(4, 0)}, "disbursement_rate"
    )
    assert {code: mark["key"] for code, mark in found.marks.items()} == {
        "a": "none", "b": "few", "c": "2", "d": "zero",
    }  # fmt: skip
    assert {code: mark["text"] for code, mark in found.marks.items()} == {
        "a": "—", "b": "50.0%", "c": "50.0%", "d": "0.0%",
    }  # fmt: skip


def test_townships_are_painted_and_their_lines_add_up_to_the_county() -> None:
    seed_and_publish(300)
    for area in selectors.areas(NEWEST).filter(kind__in=("county", "zone")):
        rows = regions.rows_of(NEWEST, area, "management")
        assert reduce(add, regions.by_township(rows).values(), Totals()) == (totals_of(rows) if rows else Totals())
        context = areas.area_context(area, areas.Shown(), selectors.current_snapshot())
        assert sum(line["projects"] for line in context["townships"]) == context["count"]
        if context["drawing"]:
            drawn = [outline["url"] for outline in context["drawing"]["outlines"]]
            assert sorted(drawn) == sorted(line["url"] for line in context["townships"] if line["url"])
        own = [line["county"] == "" for line in context["townships"]]
        assert own == sorted(own, reverse=True)  # the county's own first, those elsewhere say where


def test_the_rate_is_kept_on_the_way_to_a_unit_and_refused_when_unknown() -> None:
    seed_and_publish(60)
    client = Client(headers=HTML)
    text = client.get("/regions/?dimension=admin&rate=annual_rate").content.decode()
    assert '<a href="/regions/430602/?dimension=admin&amp;rate=annual_rate"' in text
    assert re.search(r'<a href="\?dimension=admin&amp;rate=investment_rate">累计投资完成率', text)
    assert re.search(r'<a href="\?dimension=management&amp;rate=annual_rate">属地管理', text)
    for address in ("/regions/", "/regions/430602/"):
        assert client.get(f"{address}?rate=disbursed").status_code == 400


def test_a_county_asks_the_same_questions_whatever_its_size(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    seed_and_publish(300)
    for code in ("430602", "430626", "ZONE_YYJKQ"):
        with django_assert_max_num_queries(12, using="public"):
            assert Client(headers=HTML).get(f"/regions/{code}/").status_code == 200


def test_what_an_address_shows_is_one_of_two_readings_and_of_three_rates() -> None:
    assert areas.shown_of({}) == areas.Shown("management", "disbursement_rate")
    assert areas.shown_of({"dimension": "admin", "rate": "annual_rate"}) == areas.Shown("admin", "annual_rate")
