"""Figures of the leaders' pages that are no count of a list: each opens to rows that make exactly what was clicked."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dashboards.alerts.scanning import scan
from dashboards.curves.models import ForecastRun, YearEndForecast
from dashboards.curves.selectors import certified_behind, course, group_forecast, group_sums, unplanned, year_end_behind
from dashboards.indicators.changes import FIGURES
from geodata.progress.models import PlanYear
from geodata.projects.models import LivelihoodTask, Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from tests.conftest import PASSWORD
from tests.geodata.summary import facts
from tests.seeded import TODAY, seed_city

LOUDIAN = "430602"
ORIGIN = date(2026, 2, 28)
VIEWS = ("cockpit", "parts", "lit", "curves", "curve_rows", "curve_parts", "changed_rows", "behind", "indicators")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in VIEWS:
        monkeypatch.setattr(f"portal.dashboard.views.{module}.today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.project_list.today", lambda: TODAY)
    cache.clear()


@pytest.fixture
def leader(db: None, client_of: Callable[[User], Client]) -> Client:
    """80 projects; two with forecasts and certified works, three without any plan."""
    seed_city(80)
    under_way = list(Project.objects.filter(totals__status="under_construction").order_by("pk")[:2])
    ForecastRun.objects.create(
        started_at=datetime(2026, 3, 1, tzinfo=UTC), day=TODAY, origin=ORIGIN, projects=80, forecasts=4
    )
    for place, project in enumerate(under_way):
        for measure in ("completed", "disbursed"):
            YearEndForecast.objects.create(
                project=project,
                origin=ORIGIN,
                measure=measure,
                now=1_000_000,
                low=2_000_000,
                point=3_000_000,
                high=4_000_000,
                mean=Decimal(3_100_000 + place),
                own=500_000,
                common=100_000,
                references=31,
                category="",
            )
        made = facts.contract(project, "5000000.00")
        facts.measurement(made, date(2026, 2, 20), f"{2_000_000 + place}.25")
    PlanYear.objects.filter(project__in=Project.objects.order_by("-pk")[:3]).delete()
    return client_of(ensure_account(username="leader", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER))


def lines(answer: Any) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))[1:-1]


def near(exact: str, shown: str) -> bool:
    """The rows say two decimals of a percent where the screen says one."""
    if "—" in (exact, shown):
        return exact == shown
    one, other = (Decimal(re.sub(r"[^\d.-]", "", text.replace("−", "-"))) for text in (exact, shown))
    return abs(one - other) <= Decimal("0.05")


@pytest.mark.parametrize("query", ["", f"unit={LOUDIAN}", "category=01&as_of=2026-02-28", "mode=leader"])
def test_the_years_plan_and_its_deviation_open_to_their_two_sums(leader: Client, query: str) -> None:
    strip = leader.get(f"/dashboard/?{query}").context["strip"]
    plan = strip[0] if "leader" in query else strip[1]
    rows = leader.get(plan["url"]).context
    assert near(rows["figure"]["text"], plan["text"])
    assert all(rows["figure"][part] in plan["basis"][0]["text"] for part in ("above", "below"))
    rows = leader.get(plan["basis"][1]["url"]).context
    assert rows["indicator"] == "I07"
    *_time, points = re.findall(r"[+−-]?\d+\.\d", plan["basis"][1]["text"])
    assert near(rows["figure"]["text"], points)


@pytest.mark.parametrize("query", ["", f"unit={LOUDIAN}", "dimension=admin&as_of=2026-02-28"])
def test_the_rest_and_every_place_open_to_their_rates(leader: Client, query: str) -> None:
    units = leader.get(f"/dashboard/?{query}").context["units"]
    places = [row for group in units["groups"] for row in group["rows"]] + [units["rest"]]
    assert len(places) > 3
    for row in places:
        found = leader.get(row["annual_url"]).context["figure"]
        assert near(found["text"], row["annual"]), row["name"]
        if "/indicators/" in row["disbursement_url"]:
            assert near(leader.get(row["disbursement_url"]).context["figure"]["text"], row["disbursement"])


@pytest.mark.parametrize("query", ["dimension=admin", "dimension=admin&as_of=2026-02-28", f"unit={LOUDIAN}"])
def test_what_lies_in_no_known_area_opens_to_its_projects(leader: Client, query: str) -> None:
    Project.objects.filter(pk__in=Project.objects.order_by("pk")[:5]).update(admin_area=None, township=None)
    Project.objects.filter(pk__in=Project.objects.filter(management_unit__code=LOUDIAN)[:2]).update(township=None)
    context = leader.get(f"/dashboard/?{query}").context
    row = context["towns"][-1] if "unit" in query else context["units"]["rest"]
    assert row["projects"] >= (2 if "unit" in query else 5)
    page = leader.get(row["rows_url"])
    assert page.context["count"] == row["projects"]
    assert ("乡镇不详" if "unit" in query else "不在任何县市区") in page.content.decode()
    found = leader.get(row["annual_url"]).context["figure"]
    assert near(found["text"], row["annual"])


@pytest.mark.parametrize("query", ["", f"unit={LOUDIAN}", "as_of=2026-03-01"])
@pytest.mark.parametrize("measure", ["completed", "disbursed"])
def test_a_years_end_opens_to_its_forecasts_and_what_stands(leader: Client, query: str, measure: str) -> None:
    chosen = ProjectFilter(
        unit=LOUDIAN if "unit" in query else "", as_of=date(2026, 3, 1) if "as_of" in query else None
    )
    sums = group_sums(CITY, chosen=chosen, today=TODAY)
    ahead = group_forecast(CITY, chosen=chosen, today=TODAY, now={measure: getattr(sums, measure)}).get(measure)
    shown = leader.get(f"/dashboard/curves/?{query}").context["year_end"]
    if ahead is None:
        assert not shown
        return
    item = shown[measure == "disbursed"]
    assert f"of={measure}" in item["url"]
    answer = leader.get(item["url"])
    assert answer.context["found"]["figure"] == item["text"]
    assert answer.context["count"] == ahead.forecast == int(item["forecast"])
    rows = lines(leader.get(f"{item['url']}&format=csv"))
    numbers = [[Decimal(text.replace(",", "")) if text else None for text in row[4:]] for row in rows]
    projects, (forecast, rest, whole) = numbers[:-3], numbers[-3:]
    assert [sum(row[column] or 0 for row in projects) for column in (0, 1)] == forecast[:2]
    assert [(forecast[column] or 0) + (rest[column] or 0) for column in (0, 1)] == whole[:2]
    assert whole == [ahead.now, ahead.point, ahead.low, ahead.high]
    assert len(year_end_behind(CITY, chosen=chosen, measure=measure, today=TODAY)) == len(projects)


def test_the_cost_index_opens_to_certified_works(leader: Client) -> None:
    item = leader.get("/dashboard/curves/").context["strip"][2]
    answer = leader.get(item["url"])
    assert answer.context["found"]["figure"] == item["text"] != "—"
    found, sums = (
        certified_behind(CITY, chosen=ProjectFilter(), today=TODAY),
        group_sums(CITY, chosen=ProjectFilter(), today=TODAY),
    )
    assert len(found) == sums.measured == answer.context["count"] > 2
    assert sum(one.works for one in found) == sums.earned.works
    assert sum(one.certified for one in found) == sums.earned.certified
    *rows, total = lines(leader.get(f"{item['url']}&format=csv"))
    assert sum(Decimal(row[5].replace(",", "")) for row in rows) == Decimal(total[5].replace(",", ""))


@pytest.mark.parametrize("query", ["", f"unit={LOUDIAN}", "as_of=2025-12-31"])
def test_projects_without_a_plan_open_to_as_many(leader: Client, query: str) -> None:
    page = leader.get(f"/dashboard/curves/?{query}").context
    assert leader.get(page["unplanned_url"]).context["count"] == page["without_plan"]
    panel = leader.get(f"/dashboard/parts/works/?{query}").context["curve"]
    assert leader.get(panel["unplanned_url"]).context["count"] == panel["without_plan"] == page["without_plan"]
    for unit in page["units"][:5]:
        assert leader.get(unit["unplanned_url"]).context["count"] == unit["without_plan"], unit["name"]
    if not query:
        assert page["without_plan"] >= 3
        assert (
            len(unplanned(CITY, chosen=ProjectFilter(), today=TODAY))
            == course(CITY, chosen=ProjectFilter(), today=TODAY).without_plan
        )


@pytest.mark.parametrize("query", ["against=2025-12-31", f"as_of=2026-02-28&against=2025-11-30&unit={LOUDIAN}"])
def test_figures_of_two_days_open_to_the_rows_of_each(leader: Client, query: str) -> None:
    changes = leader.get(f"/dashboard/parts/changes/?{query}").context["changes"]
    assert changes["figures"]
    for item in changes["figures"]:
        for when in ("then", "now"):
            found = leader.get(item[f"{when}_url"]).context["figure"]
            shown = item[when]
            assert near(found["text"], shown) if "%" in shown else found["text"].split()[0] == shown.split()[0], item
    assert len(changes["figures"]) <= len(FIGURES)


@pytest.mark.parametrize("query", ["against=2025-12-31", f"as_of=2026-02-28&against=2025-11-30&unit={LOUDIAN}"])
def test_what_changed_in_status_report_or_money_opens_to_those_alone(leader: Client, query: str) -> None:
    changes = leader.get(f"/dashboard/parts/changes/?{query}").context["changes"]
    numbers = []
    for one in changes["counts"]:
        answer = leader.get(one["url"])
        numbers.append(answer.context["count"])
        assert str(answer.context["count"]) in one["text"]
        assert len(lines(leader.get(f"{one['url']}&format=csv"))) == answer.context["count"]
    assert numbers[0] == max(numbers) > 0
    strip = leader.get(f"/dashboard/?{query}")
    assert leader.get(strip.context["changed_url"]).context["count"] == numbers[0]


def test_the_share_of_reached_tasks_opens_to_the_tasks(leader: Client) -> None:
    for place, (target, done) in enumerate([("10", "12"), ("10", "4"), ("10", None), (None, "3")], start=1):
        LivelihoodTask.objects.create(
            year=2026,
            level="municipal",
            seq_no=place,
            name=f"任务{place}",
            indicator_name="示例",
            target_quantity=None if target is None else Decimal(target),
            completed_quantity=None if done is None else Decimal(done),
        )
    page = leader.get("/dashboard/indicators/?family=progress").context
    city = next(one for one in page["indicators"] if one["id"] == "I17")["city"]
    found = leader.get(city["url"]).context
    assert (found["text"], found["reached"], found["count"]) == (city["text"], 1, 2)
    assert (city["above"], city["below"]) == ("1", "2")
    assert [row["reached"] for row in found["rows"]] == [True, False]
    rows = lines(leader.get(f"{city['url']}&format=csv"))
    assert [row[6] for row in rows] == ["是", "否"]


def test_a_unit_in_the_composite_and_in_the_bands_opens_to_as_many_rows(leader: Client) -> None:
    composite = leader.get("/dashboard/indicators/?family=composite").context["composite"]
    for row in composite["groups"][0]["rows"][:4]:
        assert leader.get(row["n_url"]).context["page_obj"].paginator.count == row["n"], row["name"]
    bands = leader.get("/dashboard/indicators/?family=complaints").context["bands"]
    for row in bands["groups"][0]["rows"][:4]:
        assert leader.get(row["n_url"]).context["figure"]["n"] == row["n"], row["name"]


def test_lights_of_a_week_before_are_a_link(leader: Client) -> None:
    for day in (TODAY - timedelta(days=7), TODAY):
        scan(day=day, today=day, now=timezone.now())
    basis = leader.get("/dashboard/parts/warnings/").context["strip"][0]["basis"]
    answer = leader.get(basis[1]["url"])
    assert answer.context["as_of"] == TODAY - timedelta(days=7)


def test_a_districts_people_get_no_address_of_others_rows(leader: Client, client_of: Callable[[User], Client]) -> None:
    unit = Project.objects.order_by("pk")[0].management_unit.code
    district = client_of(
        ensure_account(username="d", display_name="某人", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code=unit)
    )
    assert "/dashboard/curves/parts/" in leader.get("/dashboard/curves/").content.decode()
    assert "/dashboard/curves/parts/" not in district.get("/dashboard/curves/").content.decode()
    for address in ("/dashboard/curves/parts/", "/dashboard/indicators/I17/"):
        assert district.get(address).status_code == 403
