"""The page of curves and the forecasts on a project's page: numbers, limits, files, rights, and how much they ask."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from dashboards.curves.models import BackTestLine, CompletionForecast, ForecastRun, YearEndForecast
from dashboards.curves.selectors import course, unit_courses
from geodata.exchange.models import Export
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary.filters import ProjectFilter
from portal.dashboard.curves.texts import month_rows
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
ADDRESS = "/dashboard/curves/"
ORIGIN = date(2026, 2, 28)
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("portal.dashboard.views.curves", "portal.workbench.views.project"):
        monkeypatch.setattr(f"{view}.today", lambda: TODAY)


@pytest.fixture
def little_city(db: None) -> list[Project]:
    """60 projects, two of those under construction with forecasts, one late; a back-test that held badly."""
    seed_city(60)
    run = ForecastRun.objects.create(
        started_at=datetime(2026, 3, 1, tzinfo=UTC), day=TODAY, origin=ORIGIN, projects=60, forecasts=4
    )
    held = [("finish", 120, 96, 6.0), ("completed", 300, 240, 0.1), ("disbursed", 300, 150, 0.4)]
    for measure, n, hits, error in [*held, ("city_completed", 20, 16, 0.05), ("city_disbursed", 3, 3, 0.1)]:
        BackTestLine.objects.create(
            run=run, measure=measure, forecasts=n, projects=9, hits=hits, error=error, unmade=1, pending=2, unfinished=0
        )
    under_way = list(Project.objects.filter(totals__status="under_construction").order_by("pk")[:2])
    for project in under_way:
        CompletionForecast.objects.create(
            project=project,
            origin=ORIGIN,
            data_on=ORIGIN,
            low=date(2029, 1, 1),
            point=date(2029, 3, 1),
            high=date(2029, 9, 1),
            references=23,
            category="",
        )
        for measure in ("completed", "disbursed"):
            YearEndForecast.objects.create(
                project=project,
                origin=ORIGIN,
                measure=measure,
                now=1_000_000,
                low=2_000_000,
                point=3_000_000,
                high=4_000_000,
                mean=3_000_000,
                own=500_000,
                common=100_000,
                references=31,
                category=project.category.code[:2],
            )
    return under_way


def account(role: Role, name: str, unit: str = "") -> User:
    return ensure_account(username=name, display_name="某人", password=PASSWORD, role=role, unit_code=unit)


def html(answer: HttpResponseBase) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def words(answer: HttpResponseBase) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html(answer)))


def test_the_page_shows_the_course_beside_its_table_and_the_units(
    little_city: list[Project], client_of: ClientOf
) -> None:
    answer = client_of(account(Role.CITY_LEADER, "leader")).get(ADDRESS)
    assert answer.status_code == 200
    found = course(CITY, chosen=ProjectFilter(), today=TODAY)
    for row in month_rows(found)[:5]:
        assert row["month"] in html(answer)
        assert row["completed"].split()[0] in html(answer)
    assert 'data-curve="group-curve"' in html(answer)
    for unit in unit_courses(CITY, chosen=ProjectFilter(), today=TODAY):
        assert f"?unit={unit.unit}" in html(answer)
    assert "60 个项目" in words(answer)
    assert f"{found.without_plan} 个没有年度计划" in words(answer)


def test_the_years_end_is_a_sum_with_its_interval_and_how_it_held(
    little_city: list[Project], client_of: ClientOf
) -> None:
    said = words(client_of(account(Role.CITY_LEADER, "leader")).get(ADDRESS))
    assert "2026 年末预测" in said
    assert "2 个项目有预测，其余 58 个按现值计入" in said
    assert "预计再增 400.00 万元" in said
    assert "80% 区间实际覆盖 80.0%，n=20" in said
    assert "回测：过去 12 个月可检验的预测太少（n=3）" in said
    assert "80.0%" in said  # of completion, in the table
    assert "误差中位数 6 天" in said
    assert "2 次区间尚未到期；1 次因参照或已检验的预测不足未预测" in said


def test_before_a_run_the_page_says_when_there_will_be_forecasts(client_of: ClientOf) -> None:
    seed_city(30)
    said = words(client_of(account(Role.CITY_LEADER, "leader")).get(ADDRESS))
    assert "还没有计算预测。每晚 02:40 计算一次" in said
    assert "年末预测的检验" not in said


def test_limits_of_the_address_hold_for_every_part(little_city: list[Project], client_of: ClientOf) -> None:
    client = client_of(account(Role.CITY_LEADER, "leader"))
    chosen = ProjectFilter(unit="430602", category="01")
    found = course(CITY, chosen=chosen, today=TODAY)
    answer = client.get(f"{ADDRESS}?unit=430602&category=01&months=12")
    assert f"{found.projects} 个项目" in words(answer)
    assert client.get(f"{ADDRESS}?as_of=2025-12-31").status_code == 200
    kept = html(client.get(f"{ADDRESS}?status=under_construction"))
    assert 'name="status" value="under_construction"' in kept
    empty = words(client.get(f"{ADDRESS}?q=没有叫这个名字的项目"))
    assert "没有符合条件的项目" in empty


@pytest.mark.parametrize(
    "query", ["months=13", "part=x&format=csv", "as_of=2026-03-31", "as_of=morgen", "what=1", "format=pdf"]
)
def test_an_address_that_cannot_be_is_refused_with_what_would_do(
    little_city: list[Project], client_of: ClientOf, query: str
) -> None:
    answer = client_of(account(Role.CITY_LEADER, "leader")).get(f"{ADDRESS}?{query}", headers={"accept": "text/html"})
    assert answer.status_code == 400
    assert "参数" in html(answer)


def test_rows_are_those_of_ones_own_work_and_sums_the_citys(little_city: list[Project], client_of: ClientOf) -> None:
    project = little_city[0]
    own, other = (
        project.management_unit,
        Project.objects.exclude(management_unit=project.management_unit)[0].management_unit,
    )
    name = Project.objects.filter(pk=project.pk).values_list("name", flat=True)[0]
    at_home = client_of(account(Role.COUNTY_STAFF, "home", own.code)).get(ADDRESS)
    assert name in html(at_home)
    assert "60 个项目" in words(at_home)
    elsewhere = client_of(account(Role.COUNTY_STAFF, "away", other.code)).get(ADDRESS)
    assert name not in html(elsewhere)
    evaluator = account(Role.EVALUATOR, "judge")
    assert client_of(evaluator).get(ADDRESS).status_code == 403


def rows_of(answer: HttpResponseBase) -> list[list[str]]:
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_each_table_goes_out_as_a_file_in_yuan_and_is_kept(little_city: list[Project], client_of: ClientOf) -> None:
    client = client_of(account(Role.HQ_ADMIN, "hq"))
    found = course(CITY, chosen=ProjectFilter(), today=TODAY)
    months = rows_of(client.get(f"{ADDRESS}?format=csv&months=24"))
    assert months[0][:2] == ["月份", "计划(元)"]
    last = next(row for row in months if row[0] == "2026-03")
    assert last[2].replace(",", "") == f"{found.months[-1].completed:.2f}"
    assert last[5] == ""  # the running month has no index
    units = rows_of(client.get(f"{ADDRESS}?format=csv&part=units"))
    assert sum(int(row[1]) for row in units[1:-1] if row[1]) == 60
    late = rows_of(client.get(f"{ADDRESS}?format=csv&part=late"))
    assert {row[0] for row in late[1:3]} == {project.serial_no for project in little_city}
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{ADDRESS}?format=xlsx&part=late").streaming_content)))  # type: ignore[attr-defined]
    assert book.worksheets[0].max_row > 2
    assert sorted(Export.objects.values_list("sheet", flat=True)) == [
        "curves-late",
        "curves-late",
        "curves-months",
        "curves-units",
    ]


@pytest.mark.parametrize("size", [10, 200])
def test_the_page_asks_twelve_times_at_most_whatever_the_city(client_of: ClientOf, size: int) -> None:
    seed_city(size)
    for project in Project.objects.filter(totals__status="under_construction"):
        CompletionForecast.objects.create(
            project=project,
            origin=ORIGIN,
            data_on=ORIGIN,
            low=date(2030, 1, 1),
            point=date(2030, 1, 1),
            high=date(2030, 1, 2),
            references=30,
        )
    client = client_of(account(Role.CITY_LEADER, "leader"))
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(ADDRESS).status_code == 200
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == MOST_QUERIES  # the same for 10 and for 200 projects


def test_a_projects_page_tells_its_forecast_with_method_interval_and_back_test(
    little_city: list[Project], client_of: ClientOf
) -> None:
    said = words(client_of(account(Role.CITY_LEADER, "leader")).get(f"/workbench/projects/{little_city[0].serial_no}/"))
    assert "2029年3月1日" in said
    assert "2029年1月1日 — 2029年9月1日" in said
    assert "晚于计划" in said
    assert "参照全部类别的 23 个项目修正" in said
    assert "回测：过去 12 个月，80% 区间实际覆盖 80.0%，n=120；误差中位数 6 天" in said
    assert "200.00 万元 — 400.00 万元" in said
    assert "挣得进度法" in said


def test_a_project_without_forecast_says_why(little_city: list[Project], client_of: ClientOf) -> None:
    client = client_of(account(Role.CITY_LEADER, "leader"))
    for status, why in (
        ("suspended", "工程停工，复工后再预测"),
        ("not_started", "尚未开工"),
        ("in_operation", "工程已完工，无需预测"),
    ):
        code = Project.objects.filter(totals__status=status).values_list("serial_no", flat=True).first()
        if code:
            assert why in words(client.get(f"/workbench/projects/{code}/")), status
