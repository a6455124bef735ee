"""Tables of the dashboards as files: the numbers of the page, no text a formula, every download written down."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from dashboards.alerts.models import BacktestRun
from dashboards.alerts.rules import RULES
from dashboards.curves.models import BackTestLine, ForecastRun
from geodata.exchange.models import Export
from geodata.projects.choices import TaskLevel
from geodata.projects.models import LivelihoodTask, Project, TaskContribution
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from tests.conftest import PASSWORD
from tests.seeded import TODAY, seed_city

FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def leader(db: None) -> Client:
    seed_city(20)
    made = Client(headers={"accept": "text/html"})
    made.force_login(
        ensure_account(username="leader", display_name="某人", password=PASSWORD, role=Role.CITY_LEADER, unit_code="")
    )
    return made


def lines(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(body)))


def cells(client: Client, address: str) -> list[tuple[Any, ...]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    sheet = book.worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def task(leader: Client) -> LivelihoodTask:
    found = LivelihoodTask.objects.create(
        year=2026,
        level=TaskLevel.MUNICIPAL,
        seq_no=3,
        name="改造老旧小区",
        indicator_name="改造小区",
        indicator_kind=LivelihoodTask.Kind.CUMULATIVE,
        quantity_unit="个",
        target_quantity=Decimal(20),
        completed_quantity=Decimal(12),
    )
    for project, quantity in zip(Project.objects.order_by("pk")[:2], (Decimal("3.5"), Decimal(4)), strict=True):
        TaskContribution.objects.create(task=found, project=project, quantity=quantity)
    Project.objects.filter(pk=Project.objects.order_by("pk")[0].pk).update(name=FORMULA)
    return found


def test_a_task_goes_out_with_its_projects_and_how_they_come_to_the_number_done(
    leader: Client, task: LivelihoodTask
) -> None:
    address = f"/dashboard/tasks/{task.pk}/"
    page = leader.get(address).content.decode()
    assert "format=xlsx" in page
    head, *rows, last = lines(leader, f"{address}?format=csv")
    assert head[0] == "平台编号"
    assert [(row[1], Decimal(row[5])) for row in rows[2:]] == [
        ("项目合计", Decimal("7.5")),
        ("部门另报（差额）", Decimal("4.5")),
        ("已完成", Decimal(12)),
    ]
    assert sum(Decimal(row[5]) for row in rows[:2]) == Decimal("7.5")
    assert {"年度目标 20个", "已完成 12个"} <= set(last)
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert any("evil.example" in str(cell) for row in cells(leader, f"{address}?format=xlsx") for cell in row)
    assert leader.get(f"{address}?unit=430602").status_code == 400


def test_the_rules_go_out_with_their_parameters(leader: Client) -> None:
    assert "format=csv" in leader.get("/dashboard/rules/").content.decode()
    _head, *rows, _last = lines(leader, "/dashboard/rules/?format=csv")
    assert list(dict.fromkeys(row[0] for row in rows)) == [rule.id for rule in RULES]
    parameters = {(row[0], row[7]): row for row in rows}
    assert parameters["W01", "红灯天数"][8:10] == ["15", "天"]
    assert len(cells(leader, "/dashboard/rules/?format=xlsx")) > len(RULES)


def test_a_back_test_goes_out_month_by_month_with_its_sum(leader: Client) -> None:
    address = "/dashboard/rules/W02/"
    assert leader.get(f"{address}?format=csv").status_code == 404
    month = {"month": "2026-02", "opened": 5, "hits": 3, "lasting": 1, "false_alarms": 1, "cleared": 2}
    BacktestRun.objects.create(
        rule="W02",
        rule_version=1,
        thresholds={"w02_yellow_pp": "10"},
        months=2,
        first_day=date(2026, 2, 1),
        last_day=date(2026, 3, 30),
        state="done",
        of=1,
        asked_at=timezone.now(),
        result={"opened": 5, "hits": 3, "false_alarms": 1, "months": [month], "definition": "命中指红灯"},
    )
    assert "format=xlsx" in leader.get(address).content.decode()
    _head, *rows, last = lines(leader, f"{address}?format=csv")
    assert rows == [
        ["2026-02", "5", "3", "1", "1", "2"],
        ["2026-03", "0", "0", "0", "0", "0"],
        ["合计", "5", "3", "1", "1", "2"],
    ]
    assert "W02 第 1 版" in last
    assert len(cells(leader, f"{address}?format=xlsx")) >= 4


def test_how_forecasts_held_goes_out(leader: Client) -> None:
    run = ForecastRun.objects.create(
        started_at=timezone.now(), day=TODAY, origin=date(2026, 2, 28), projects=1, forecasts=1
    )
    BackTestLine.objects.create(
        run=run, measure="finish", forecasts=120, projects=9, hits=96, error=6.0, unmade=1, pending=2, unfinished=0
    )
    assert "part=tests" in leader.get("/dashboard/curves/").content.decode()
    _head, row, _last = lines(leader, "/dashboard/curves/?part=tests&format=csv")
    assert row[1:3] == ["120", "80.0%"]


def test_every_download_is_written_down(leader: Client, task: LivelihoodTask) -> None:
    lines(leader, f"/dashboard/tasks/{task.pk}/?format=csv")
    cells(leader, "/dashboard/rules/?format=xlsx")
    kept = Export.objects.order_by("pk").values_list("sheet", "parameters", "format")
    assert list(kept) == [("task", f"of={task.pk}", "csv"), ("rules", "", "xlsx")]


@pytest.mark.parametrize("query", ["", "dimension=admin&as_of=2026-02-28", "unit=430602", "category=01"])
def test_the_tables_of_the_screen_go_out_with_the_sums_that_it_shows(
    leader: Client, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.dashboard.views.cockpit.today", lambda: TODAY)
    page = leader.get(f"/dashboard/?{query}")
    assert "format=xlsx" in page.content.decode()
    head, whole, *rows = lines(leader, f"/dashboard/?{query}&format=csv")[:-1]
    assert len(cells(leader, f"/dashboard/?{query}&format=xlsx")) == len(rows) + 3
    assert head[:3] == ["分组", "代码", "名称"]
    assert whole[3] == page.context["strip"][0]["text"].replace(",", "")
    by = {group: [row for row in rows if row[0] == group] for group in {row[0] for row in rows}}
    units = by["行政区划" if "admin" in query else "属地管理单位"]
    shown = {row["code"]: row for group in page.context["units"]["groups"] for row in group["rows"]}
    for row in units:
        if row[1]:
            assert int(row[3]) == shown[row[1]]["projects"]
    groups = {
        "": ("项目类别",),
        "unit=430602": ("乡镇（街道）", "项目类别"),
    }  # of another branch the screen shows the others, too
    for name in groups.get(query, ()):
        for column in (4, 5, 6, 9, 10):
            total = sum(Decimal(row[column].replace(",", "") or 0) for row in by[name])
            assert total == Decimal(whole[column].replace(",", "") or 0), (name, column)
    if query in {"", "dimension=admin&as_of=2026-02-28"}:
        assert sum(Decimal(row[10].replace(",", "") or 0) for row in units) == Decimal(whole[10].replace(",", "") or 0)
    assert Export.objects.filter(sheet="cockpit").count() == 2
