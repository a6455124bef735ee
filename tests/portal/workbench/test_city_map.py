"""The staff map's server side: what it paints, who sees which figures, what its addresses say, its queries."""

import json
import random
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.choropleths.selectors import RATES, choropleth
from geodata.organisations.models import Organisation
from geodata.projects.models import Project, ProjectAreaShare, ProjectAssignment, ProjectParty
from geodata.projects.services.geometry import locate_projects
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY, Scope
from geodata.stewards.services import ensure_account
from geodata.summary import selectors as summary
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow
from geodata.summary.regions import Dimension
from portal import wording
from portal.workbench.city_map import selectors as city
from tests.conftest import PASSWORD
from tests.geodata.summary import facts
from tests.seeded import TODAY, seed_city

MOST_QUERIES = 12
BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
LOUDIAN, YUNXI = "430602", "430603"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("project_map", "project_list"):
        monkeypatch.setattr(f"portal.workbench.views.{view}.today", lambda: TODAY)


@pytest.fixture
def seeded(db: None) -> None:
    seed_city(80)
    locate_projects()


def client(role: Role, unit: str = "", name: str = "") -> Client:
    made = Client(headers={"accept": "text/html"})
    made.force_login(account(role, unit, name))
    return made


def account(role: Role, unit: str = "", name: str = "") -> User:
    return ensure_account(
        username=name or f"m-{role}-{unit}", display_name=str(role), password=PASSWORD, role=role, unit_code=unit
    )


def context(asking: Client, query: str = "") -> Any:
    response = asking.get(f"/map/?{query}")
    assert response.status_code == 200, response.content.decode()[:500]
    return response.context


def test_the_painted_values_are_those_of_the_choropleth(seeded: None) -> None:
    leader = client(Role.CITY_LEADER)
    for dimension in Dimension:
        for rate in RATES:
            page = context(leader, f"rate={rate}&dimension={dimension}")
            found = choropleth(CITY, rate=rate, dimension=dimension, chosen=ProjectFilter(), today=TODAY)
            rows = page["choropleth"]["rows"]
            assert [row["code"] for row in rows] == [area.code for area in found.areas]
            assert len(rows) == {Dimension.ADMIN: 9, Dimension.MANAGEMENT: 13}[dimension]
            painted = page["choropleth_json"]
            assert painted["classes"] == {area.code: area.class_key for area in found.areas}
            assert painted["texts"] == {row["code"]: row["value_text"] for row in rows}
            assert sum(line["areas"] for line in painted["legend"]) == len(rows)
            assert [option["id"] for option in page["rates"]] == [*RATES, "off"]
            assert [option["id"] for option in page["rates"] if option["selected"]] == [rate]
            json.dumps(painted)


def test_without_a_fill_nothing_is_painted_and_circles_hold_the_amounts(seeded: None) -> None:
    page = context(client(Role.CITY_LEADER), "rate=off&symbols=budget")
    assert page["choropleth"] is None
    painted = page["choropleth_json"]
    assert painted["classes"] == {}
    assert painted["legend"] == []
    budgets = {unit: Decimal(0) for unit in painted["urls"]}
    for row in ProjectRow.objects.at(TODAY, today=TODAY):
        budgets[row.unit] += row.budget or 0
    circles = {circle["code"]: circle for circle in painted["circles"]}
    assert circles.keys() == {code for code, budget in budgets.items() if budget}
    largest = max(budgets, key=lambda code: budgets[code])
    assert circles[largest]["radius"] == 40
    for code, circle in circles.items():
        assert circle["radius"] ** 2 / 1600 == pytest.approx(float(budgets[code] / budgets[largest]), abs=0.005)
        area = AreaUnit.objects.get(code=code)
        shape = area.management_geom or area.geom
        assert shape is not None
        assert shape.buffer(1e-5).covers(_point(circle["lon"], circle["lat"]))


@pytest.mark.parametrize("rate", ["I04", "C09", "off"])
def test_a_circle_opens_as_many_projects_with_as_much_money_as_it_says(seeded: None, rate: str) -> None:
    """The number of the list behind each circle, and the sum of its investments, by unit and by township."""
    leader = client(Role.CITY_LEADER)
    opened = 0
    levels = ("", "&level=township") if rate != "off" else ("", "&dimension=admin")
    for level in levels:
        by_money, by_number = (
            context(leader, f"rate={rate}{level}&status=under_construction&symbols={symbols}")["circles"]
            for symbols in ("budget", "count")
        )
        budgets = {circle["code"]: circle["text"] for circle in by_money}
        assert by_number
        for circle in by_number[:6]:
            listed = leader.get(circle["rows"])
            assert listed.status_code == 200
            assert f"{listed.context['page_obj'].paginator.count:,}" == circle["text"], circle
            chosen = ProjectFilter.from_query(parse_query(circle["rows"]))
            budget = summary.totals(CITY, chosen, today=TODAY).budget
            assert (wording.money(budget) if budget else None) == budgets.get(circle["code"])
            opened += 1
    assert opened > 6
    staff = context(client(Role.COUNTY_STAFF, LOUDIAN), "symbols=count")
    assert staff["circles"]
    assert not [circle for circle in staff["circles"] if "rows" in circle]  # the lists of a district hold less


def parse_query(address: str) -> QueryDict:
    return QueryDict(address.partition("?")[2])


def _point(lon: float, lat: float) -> Any:
    from django.contrib.gis.geos import Point

    return Point(lon, lat, srid=4490)


def test_county_staff_compare_all_units_and_list_their_own_projects(seeded: None) -> None:
    leader, staff = client(Role.CITY_LEADER), client(Role.COUNTY_STAFF, LOUDIAN)
    whole, own = context(leader), context(staff)
    assert own["choropleth"]["rows"] == [row | {"rows_url": ""} for row in whole["choropleth"]["rows"]]
    assert own["choropleth"]["city"] == whole["choropleth"]["city"]
    mine = set(Project.objects.filter(management_unit__code=LOUDIAN).values_list("serial_no", flat=True))
    assert {row["code"] for row in own["rows"]} <= mine
    assert int(own["totals"]["projects"]) == len(mine) < int(whole["totals"]["projects"])
    elsewhere = context(staff, f"unit={YUNXI}")
    assert elsewhere["rows"] == []
    assert elsewhere["unit_card"]["figures"] == context(leader, f"unit={YUNXI}")["unit_card"]["figures"]


def test_an_evaluator_sees_assigned_projects_and_no_figure_of_the_city(seeded: None) -> None:
    person = account(Role.EVALUATOR, name="evaluator")
    project = Project.objects.order_by("pk")[3]
    ProjectAssignment.objects.create(project=project, user=person)
    asking = client(Role.EVALUATOR, name="evaluator")
    page = context(asking, f"rate=I04&symbols=count&unit={project.management_unit.code}")
    for name in ("rates", "dimensions", "symbols", "choropleth", "choropleth_json", "unit_card"):
        assert not page.get(name), name
    assert [row["code"] for row in page["rows"]] == [project.serial_no]
    assert page["totals"]["projects"] == "1"


def test_the_card_of_a_unit_has_its_rates_and_its_place_where_there_is_one(seeded: None) -> None:
    page = context(client(Role.CITY_LEADER), f"unit={LOUDIAN}&rate=I12")
    card = page["unit_card"]
    figures = {figure["label"]: figure for figure in card["figures"]}
    row = next(row for row in page["choropleth"]["rows"] if row["code"] == LOUDIAN)
    assert row["selected"]
    assert [r["code"] for r in page["choropleth"]["rows"] if r["selected"]] == [LOUDIAN]
    assert figures[page["choropleth"]["label"]]["text"] == row["value_text"]
    assert "第 " in figures["资金拨付率（占到位）"]["basis"]
    assert len(card["figures"]) == 5 + len(RATES) - 1  # complaints are of a month, the card's sums of the day
    painted = context(client(Role.CITY_LEADER), f"unit={LOUDIAN}&rate=C03")
    figures = {figure["label"]: figure for figure in painted["unit_card"]["figures"]}
    assert list(figures)[5] == "投诉率（件/在建项目·月）"
    assert "第 " not in figures["投诉率（件/在建项目·月）"]["basis"]
    assert "统计期 2026年3月1日 至 2026年3月30日" in painted["choropleth"]["note"]
    assert "unit=" not in card["clear_url"]
    assert "rate=I12" in card["clear_url"]


def test_the_address_of_a_unit_keeps_the_rest_and_replaces_the_place(seeded: None) -> None:
    page = context(client(Role.CITY_LEADER), f"status=under_construction&rate=C03&dimension=admin&unit={YUNXI}&page=2")
    row = next(row for row in page["choropleth"]["rows"] if row["code"] == LOUDIAN)
    asked = parse_qs(row["url"].removeprefix("?"))
    assert asked == {"region": [LOUDIAN], "status": ["under_construction"], "rate": ["C03"], "dimension": ["admin"]}
    assert page["choropleth_json"]["urls"][LOUDIAN] == row["url"]
    assert parse_qs(page["stale"]["url"].removeprefix("?"))["stale"] == ["1"]
    assert parse_qs(page["unlocated_url"].removeprefix("?"))["located"] == ["no"]


@pytest.mark.parametrize(
    "query", ["rate=I99", "dimension=both", "symbols=bars", "by=name", "colour=red", "rate=I04&rate=I12"]
)
def test_an_address_that_says_nothing_known_is_refused(db: None, query: str) -> None:
    assert client(Role.CITY_LEADER).get(f"/map/?{query}").status_code == 400


def test_the_counts_of_stale_and_unlocated_rows_are_those_of_their_lists(seeded: None) -> None:
    leader = client(Role.CITY_LEADER)
    page = context(leader, f"unit={LOUDIAN}")
    assert int(context(leader, page["stale"]["url"].removeprefix("?"))["totals"]["projects"]) == page["stale"]["count"]
    unlocated = context(leader, page["unlocated_url"].removeprefix("?"))
    assert int(unlocated["totals"]["projects"]) == page["totals"]["unlocated"]


def test_choices_count_what_choosing_them_would_show(seeded: None) -> None:
    leader = client(Role.CITY_LEADER)
    page = context(leader, "category=01")
    for name, parameter in (("units", "unit"), ("statuses", "status"), ("years", "year"), ("sources", "source")):
        for code, _label, n in page["choices"][name][:4]:
            assert int(context(leader, f"category=01&{parameter}={code}")["totals"]["projects"]) == n
    assert all(n for code, _label, n in page["choices"]["categories"] if code != "01")


def test_sums_out_of_the_groups_are_those_of_the_rows(seeded: None) -> None:
    """The sums of one's list are added up from the city's groups where it is made of whole units: to the same fen."""
    body = Organisation.objects.create(name="示例局", name_key="示例局")
    for project in Project.objects.order_by("pk")[:5]:
        ProjectParty.objects.create(project=project, role="responsible_unit", organisation=body)
    unit = AreaUnit.objects.get(code=LOUDIAN)
    actions = CITY.actions
    scopes = [
        CITY,
        Scope(unit_ids=frozenset({unit.pk}), actions=actions),
        Scope(organisation_ids=frozenset({body.pk}), actions=actions),
        Scope(unit_ids=frozenset({unit.pk}), organisation_ids=frozenset({body.pk}), actions=actions),
        Scope(actions=actions),
    ]
    township = Project.objects.exclude(township=None).values_list("township__code", flat=True)[0]
    filters = [
        {}, {"unit": LOUDIAN}, {"unit": "ZONE_YYJKQ", "region": LOUDIAN}, {"region": YUNXI}, {"region": township},
        {"unit": "nowhere"}, {"bbox": (113.0, 29.2, 113.2, 29.5)}, {"status": ("suspended",), "unit": YUNXI},
        {"as_of": date(2025, 12, 31), "region": LOUDIAN}, {"q": "路"}, {"located": "no"},
    ]  # fmt: skip
    for scope in scopes:
        for limits in filters:
            chosen = ProjectFilter(**limits)  # type: ignore[arg-type]
            known = city.names(chosen.as_of or TODAY)
            own = summary.totals(scope, chosen, today=TODAY, figures=city.FIGURES)
            assert city.sums(scope, chosen, known, today=TODAY).own == own
            whole = summary.totals(scope, chosen, today=TODAY)
            assert {name: whole.sums[name] for name in own.sums} == own.sums
            assert {name: whole.rates[name] for name in own.rates} == own.rates
            assert own.annual_plan is None  # not asked for is not zero


def test_the_page_of_the_list_is_the_part_of_the_whole_order(seeded: None) -> None:
    chance = random.Random(5)
    for sort in ("", "-deviation", "code", "-freshness_days"):
        chosen = ProjectFilter(sort=sort)
        whole = [row.code for row in chosen.ordered(summary.project_rows(CITY, chosen, today=TODAY))]
        start = chance.randrange(60)
        part = summary.listed(CITY, chosen, today=TODAY, start=start, stop=start + 7)
        assert [row.code for row in part] == whole[start : start + 7]
    assert summary.listed(CITY, ProjectFilter(unit="nowhere"), today=TODAY, start=0, stop=50) == []


def test_the_search_finds_projects_of_the_scope_and_places(seeded: None) -> None:
    mine, other = (Project.objects.filter(management_unit__code=code).order_by("pk")[0] for code in (LOUDIAN, YUNXI))
    staff, leader = client(Role.COUNTY_STAFF, LOUDIAN), client(Role.CITY_LEADER)

    def found(asking: Client, q: str) -> dict[str, Any]:
        response = asking.get("/map/search/", {"q": q})
        assert response.status_code == 200
        return response.json()  # type: ignore[no-any-return]

    hit = found(staff, mine.serial_no)["projects"][0]
    assert (hit["code"], hit["url"]) == (mine.serial_no, f"/workbench/projects/{mine.serial_no}/")
    assert set(hit) == {"code", "name", "place", "status_label", "shape", "url", "lon", "lat"}
    assert found(staff, other.serial_no)["projects"] == []
    assert [p["code"] for p in found(leader, other.name[:6])["projects"]].count(other.serial_no) == 1
    assert len(found(leader, "YYMS")["projects"]) == 8
    place = found(leader, "岳阳楼")["places"][0]
    assert (place["name"], place["kind_label"]) == ("岳阳楼区", "县市区")
    assert 112 < place["lon"] < 115
    assert 28 < place["lat"] < 30
    assert len(found(leader, "街道")["places"]) <= 5
    for short in ("", "路", " 路 "):
        assert found(leader, short) == {"projects": [], "places": []}
    assert leader.get("/map/search/", {"q": "路" * 61}).status_code == 400
    assert leader.get("/map/search/", {"unit": LOUDIAN}).status_code == 400


def queries(asking: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert asking.get(path).status_code == 200
    return sum(not query["sql"].startswith(BOOKKEEPING) for query in captured.captured_queries)


@pytest.mark.parametrize("projects", [10, 1000])
def test_a_page_costs_at_most_twelve_queries_however_many_rows(db: None, projects: int) -> None:
    seed_city(projects)
    first = Project.objects.exclude(admin_area=None).order_by("pk")[0]
    ProjectAreaShare.objects.create(project=first, area_id=first.admin_area_id, share_pct=100)
    people_asking = [client(Role.CITY_LEADER), client(Role.COUNTY_STAFF, LOUDIAN), client(Role.EVALUATOR)]
    for asking in people_asking:
        for query in (
            "",
            f"unit={LOUDIAN}&status=under_construction",
            "dimension=admin&symbols=count&region=430602",
            "rate=C09&level=township&symbols=budget&region=430602",
            "rate=C04&dimension=admin",
            "rate=I20&bbox=113.0,29.2,113.3,29.5",
            "level=township&bbox=113.0,29.2,113.3,29.5",
            "q=路",
        ):
            assert queries(asking, f"/map/?{query}") <= MOST_QUERIES, query
        assert queries(asking, "/map/search/?q=工程") <= 8


def test_the_address_of_the_tiles_changes_with_a_project_and_a_report(seeded: None) -> None:
    project = Project.objects.order_by("pk")[0]
    versions = [city.names(TODAY).version]
    for change in (
        lambda: Project.objects.filter(pk=project.pk).update(name="改名"),
        lambda: facts.report(project, TODAY, kind="week"),
        lambda: facts.status(project, TODAY, "suspended"),
    ):
        change()
        versions.append(city.names(TODAY).version)
    assert len(set(versions)) == 4
