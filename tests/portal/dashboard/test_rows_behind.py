"""Numbers of the leaders' screen and of the curves open to projects that make exactly the number clicked."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from dashboards.alerts.scanning import scan
from dashboards.curves.selectors import BY, course, month_behind, unit_courses
from geodata.projects.models import Project
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectLight
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

LOUDIAN = "430602"
VIEWS = ("cockpit", "parts", "lit", "curves", "curve_rows", "changed_rows")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in VIEWS:
        monkeypatch.setattr(f"portal.dashboard.views.{module}.today", lambda: TODAY)
    monkeypatch.setattr("portal.workbench.views.project_list.today", lambda: TODAY)
    cache.clear()  # what was kept of another test's city


@pytest.fixture
def leader(db: None) -> Client:
    seed_city(80)
    made = Client(headers={"accept": "text/html"})
    made.force_login(
        ensure_account(username="leader", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")
    )
    return made


def lines(answer: Any) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))[1:-1]


def marks(leader: Client, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = leader.get(f"/dashboard/parts/warnings/?{query}").context["strip"][0]["marks"]
    return found


def opened(leader: Client, query: str) -> Iterator[tuple[dict[str, Any], Any]]:
    for mark in marks(leader, query):
        yield mark, leader.get(mark["url"])


@pytest.mark.parametrize(
    "query", ["as_of=2025-10-31", f"as_of=2026-01-31&unit={LOUDIAN}", "as_of=2026-01-31&category=01"]
)
def test_the_lights_of_a_day_judged_anew_open_their_projects(leader: Client, query: str) -> None:
    total = 0
    for mark, answer in opened(leader, query):
        assert answer.context["count"] == int(mark["text"])
        assert {row["light"]["level"] for row in answer.context["rows"]} <= {mark["light"]["level"]}
        assert all(row["sentence"] for row in answer.context["rows"])
        assert "按现行规则回算" in answer.content.decode()
        total += answer.context["count"]
    assert total


def test_the_lights_of_a_scanned_day_open_as_they_were_shown(leader: Client) -> None:
    """A light set by headquarters that had run out by then counts no more, here as in the number."""
    day = TODAY - timedelta(days=10)
    scan(day=day, today=day, now=timezone.now())
    other = list(ProjectLight.objects.filter(light="red").order_by("pk")[:2])
    for light, until in zip(other, (day - timedelta(days=1), day), strict=True):
        ProjectLight.objects.filter(pk=light.pk).update(light="green", overridden_until=until)
    found = Counter[str]()
    for mark, answer in opened(leader, f"as_of={day}"):
        assert answer.context["count"] == int(mark["text"])
        found[mark["light"]["level"]] = answer.context["count"]
        if mark["light"]["level"] == "green":
            codes = {row[0] for row in lines(leader.get(f"{mark['url']}&format=csv"))}
            assert [light.project.serial_no in codes for light in other] == [False, True]
    assert found.total() == ProjectLight.objects.count()


def test_the_list_of_a_past_light_goes_out_as_a_file(leader: Client) -> None:
    mark = max(marks(leader, "as_of=2026-01-31"), key=lambda one: int(one["text"]))
    rows = lines(leader.get(f"{mark['url']}&format=csv"))
    assert len(rows) == int(mark["text"])
    assert len({row[0] for row in rows}) == len(rows)
    assert {row[4] for row in rows} == {mark["light"]["label"]}


def test_the_red_list_of_a_past_day_leads_to_all_red_projects(leader: Client) -> None:
    answer = leader.get("/dashboard/parts/warnings/?as_of=2026-01-31")
    assert leader.get(answer.context["red_url"]).context["count"] == answer.context["red_of"]


@pytest.mark.parametrize(
    "query", ["", f"unit={LOUDIAN}", "category=01&as_of=2026-01-31", "status=under_construction", "as_of=2026-02-10"]
)
def test_every_sum_of_the_curve_opens_to_projects_that_make_it(leader: Client, query: str) -> None:
    rows = leader.get(f"/dashboard/parts/works/?{query}").context["curve"]["rows"]
    assert len(rows) > 12
    for row in (*rows[:3], rows[12], rows[-1]):
        for by in BY:
            if not row["urls"][by]:
                assert row[by] == "—"
                continue
            answer = leader.get(row["urls"][by])
            assert answer.context["whole"][by] == row[by], (row["month"], by)
            assert answer.context["by"] == by


@pytest.mark.parametrize("as_of", [TODAY, date(2026, 2, 10), date(2025, 12, 31)])
def test_the_projects_of_a_month_add_up_to_the_fen(leader: Client, as_of: date) -> None:
    for chosen in (ProjectFilter(as_of=as_of), ProjectFilter(as_of=as_of, unit=LOUDIAN)):
        for month in course(CITY, chosen=chosen, today=TODAY).months:
            for by in BY:
                found = month_behind(CITY, chosen=chosen, month=month.month, by=by, today=TODAY)
                known = [getattr(row, by) for row in found.rows if getattr(row, by) is not None]
                off = sum(known, Decimal(0)) - (getattr(month, by) or 0)  # twelfths of a plan are no whole fen
                assert abs(off) < Decimal("1e-9"), (month.month, by)
                assert getattr(found.whole, by) == getattr(month, by)
                assert found.whole.earned == month.earned
                assert known == sorted(known, reverse=True)


def test_the_sums_of_a_unit_open_to_its_projects(leader: Client) -> None:
    units = leader.get("/dashboard/curves/").context["units"]
    courses = {unit.unit: unit for unit in unit_courses(CITY, chosen=ProjectFilter(), today=TODAY)}
    assert len(units) == len(courses) > 3
    for unit in units[:4]:
        for by, shown in (("planned", "planned"), ("completed", "earned"), ("disbursed", "disbursed")):
            assert leader.get(unit["urls"][by]).context["whole"][shown] == unit[by], (unit["name"], by)


def test_the_file_of_a_month_ends_in_its_sum(leader: Client) -> None:
    month = course(CITY, chosen=ProjectFilter(), today=TODAY).months[-2]
    rows = lines(leader.get(f"/dashboard/curves/rows/?month={month.month:%Y-%m}&by=disbursed&format=csv"))
    assert rows[-1][1] == "合计"
    assert Decimal(rows[-1][7].replace(",", "")) == month.disbursed
    paid = [Decimal(row[7].replace(",", "")) for row in rows[:-1]]
    assert sum(paid, Decimal(0)) == month.disbursed
    assert paid == sorted(paid, reverse=True)


@pytest.mark.parametrize("query", ["month=2026-13", "month=2027-01", "month=2026-02&as_of=2026-01-31", "by=light"])
def test_a_month_that_cannot_be_is_refused(leader: Client, query: str) -> None:
    answer = leader.get(f"/dashboard/curves/rows/?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.content.decode()


@pytest.mark.parametrize("query", ["against=2025-12-31", f"as_of=2026-02-28&against=2025-11-30&unit={LOUDIAN}"])
def test_what_has_changed_opens_to_all_projects_that_did(leader: Client, query: str) -> None:
    panel = leader.get(f"/dashboard/parts/changes/?{query}").context["changes"]
    answer = leader.get(panel["url"])
    assert answer.context["count"] == len(panel["rows"]) + panel["left_out"] > 0
    assert answer.context["changes"]["counts"] == panel["counts"]
    assert len(lines(leader.get(f"{panel['url']}&format=csv"))) == answer.context["count"]
    assert leader.get("/dashboard/changed/").status_code == 400


def test_a_district_s_people_see_the_sums_without_the_way_to_rows_of_others(leader: Client) -> None:
    unit = Project.objects.order_by("pk")[0].management_unit.code
    district = Client(headers={"accept": "text/html"})
    district.force_login(
        ensure_account(username="d", display_name="某人", password=PASSWORD, role=Role.COUNTY_STAFF, unit_code=unit)
    )
    assert "/dashboard/curves/rows/" not in district.get("/dashboard/curves/").content.decode()
    assert "/dashboard/curves/rows/" in leader.get("/dashboard/curves/").content.decode()
    for address in ("/dashboard/curves/rows/", "/dashboard/lights/?as_of=2026-01-31"):
        assert district.get(address).status_code == 403
