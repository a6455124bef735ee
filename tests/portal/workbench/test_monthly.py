"""The monthly table: whose rows it holds, what a cell may say, and that a row is kept whole or not at all."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from geodata.progress.models import PeriodReport
from geodata.projects.models import Project
from geodata.stewards.models import User
from portal.workbench.monthly import cells
from tests.geodata.summary import facts

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)
FULL = {
    "physical_pct": "30%",
    "invested_period": "100.5",
    "invested_year": "300.5",
    "invested_cumulative": "３００．５",
    "physical_desc": "路基完成",
    "work_done": "铺筑路面",
}


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    made = make_project(name="示例路改造", status="under_construction", actual_start_on=date(2025, 11, 1))
    facts.status(made, date(2025, 11, 1), "under_construction")
    facts.report(
        made,
        JANUARY,
        physical_pct=Decimal(20),
        invested_year=Decimal(2_000_000),
        invested_cumulative=Decimal(2_000_000),
    )
    return made


def post(client: Client, body: object, to: str = "row") -> Any:
    return client.post(
        f"/workbench/monthly/{to}", orjson.dumps(body), content_type="application/json", headers={"accept": "*/*"}
    )


def row(project: Project, revision: int = 0, *, submit: bool = False, **values: str) -> dict[str, object]:
    return {
        "period": "2026-02",
        "code": project.serial_no,
        "revision": revision,
        "values": FULL | values,
        "submit": submit,
    }


def test_a_row_is_kept_in_yuan_and_shown_in_wan(road: Project, steward: User, client_of: Callable) -> None:
    answer = post(client_of(steward), row(road, submit=True))
    assert answer.status_code == 200, answer.content.decode()
    body = answer.json()
    assert (body["state"], body["revision"]) == ("submitted", 1)
    assert body["values"]["invested_cumulative"] == "300.5"
    kept = PeriodReport.objects.get(period_end=FEBRUARY)
    assert (kept.physical_pct, kept.invested_period, kept.invested_cumulative) == (30, 1_005_000, 3_005_000)
    page = client_of(steward).get("/workbench/monthly/?period=2026-02").content.decode()
    assert 'value="300.5"' in page
    assert "已提交" in page


@pytest.mark.parametrize(
    ("field", "said", "message"),
    [
        ("physical_pct", "101", "0 到 100"),
        ("physical_pct", "大半", "不是数字"),
        ("invested_period", "约100", "确定的数"),
        ("invested_period", "12.3.4", "不是数字"),
        ("invested_cumulative", "9" * 30, "过大"),
        ("physical_desc", "", "请填形象进度描述"),
        ("explanation", "长" * 401, "不能超过 400 字"),
        ("invested_year", "100", "大于年度累计"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_of_the_row_is_kept(
    field: str, said: str, message: str, road: Project, steward: User, client_of: Callable
) -> None:
    answer = post(client_of(steward), row(road, submit=True, **{field: said}))
    assert answer.status_code == 422
    assert message in answer.json()["errors"][field]
    assert not PeriodReport.objects.filter(period_end=FEBRUARY).exists()


def test_a_draft_may_be_half_empty(road: Project, steward: User, client_of: Callable) -> None:
    answer = post(client_of(steward), row(road, invested_period="", physical_desc="", work_done=""))
    assert (answer.status_code, answer.json()["state"]) == (200, "draft")


def test_who_is_slower_gets_what_stands_there_now(road: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    post(client, row(road))
    late = post(client, row(road, physical_pct="55"))
    assert late.status_code == 412
    assert (late.json()["theirs"]["physical_pct"], late.json()["revision"]) == ("30", 1)
    assert PeriodReport.objects.get(period_end=FEBRUARY).physical_pct == 30


def test_a_district_neither_sees_nor_writes_nor_checks_anothers_rows(
    road: Project, other_steward: User, steward: User, client_of: Callable
) -> None:
    stranger = client_of(other_steward)
    assert road.serial_no not in stranger.get("/workbench/monthly/?period=2026-02").content.decode()
    assert road.serial_no not in stranger.get("/workbench/monthly/?period=2026-02&unit=430602").content.decode()
    before = PeriodReport.objects.count()
    refused = post(stranger, row(road, submit=True))
    never = post(stranger, {**row(road, submit=True), "code": "YYMS-2026-9999"})
    assert (refused.status_code, refused.content) == (never.status_code, never.content)
    assert refused.status_code == 404
    checked = post(stranger, {"period": "2026-02", "rows": [row(road)]}, "check")
    assert checked.json() == {"rows": {}}
    assert PeriodReport.objects.count() == before
    own = post(client_of(steward), {"period": "2026-02", "rows": [row(road, physical_pct="5")]}, "check")
    assert "低于2026年1月" in own.json()["rows"][road.serial_no]["warnings"][0]["message"]
    assert PeriodReport.objects.count() == before


def test_leaders_have_no_table(road: Project, leader: User, client_of: Callable) -> None:
    assert client_of(leader).get("/workbench/monthly/").status_code == 403
    assert post(client_of(leader), row(road)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        {"period": "2026-02"},
        {"period": "2026-13", "code": "x", "revision": 0, "values": {}},
        {"period": "2099-01", "code": "x", "revision": 0, "values": {}},
        {"period": "2026-02", "code": 5, "revision": 0, "values": {}},
        {"period": "2026-02", "code": "x", "revision": True, "values": {}},
        {"period": "2026-02", "code": "x", "revision": -1, "values": {}},
        {"period": "2026-02", "code": "x", "revision": 0, "values": []},
    ],
)
def test_what_our_script_never_sends_is_refused_with_a_sentence(
    body: object, steward: User, client_of: Callable
) -> None:
    answer = post(client_of(steward), body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_odd_cells_never_break_the_server(road: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    for odd in (
        {"physical_pct": None},
        {"physical_pct": 12},
        {"nonsense": "1"},
        {"problems": "a\x00b"},
        {"work_done": []},
    ):
        answer = post(client, {**row(road), "values": FULL | odd})  # type: ignore[operator]
        assert answer.status_code in {200, 412, 422}, (odd, answer.status_code)
    assert client.post("/workbench/monthly/row", b"{", content_type="application/json").status_code == 400
    many = {"period": "2026-02", "rows": [row(road)] * 301}
    assert post(client, many, "check").status_code == 400


def test_an_approved_report_stands_in_the_table_and_is_not_written_by_it(
    road: Project, steward: User, client_of: Callable
) -> None:
    facts.report(road, FEBRUARY, physical_pct=Decimal(40), revision=3)
    page = client_of(steward).get("/workbench/monthly/?period=2026-02").content.decode()
    assert "is-frozen" in page
    answer = post(client_of(steward), row(road, revision=3, submit=True))
    assert answer.status_code == 422
    assert "更正请写明理由" in answer.json()["message"]
    assert PeriodReport.objects.get(period_end=FEBRUARY).physical_pct == 40


def test_three_hundred_rows_take_as_many_questions_as_three(
    make_project: Callable[..., Project], steward: User, client_of: Callable
) -> None:
    client, asked = client_of(steward), []
    for number in (3, 300):
        while Project.objects.count() < number:
            make_project(status="under_construction", actual_start_on=date(2025, 11, 1))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/workbench/monthly/?period=2026-02").content.decode()
        assert page.count("data-code=") == number
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 12


@pytest.mark.parametrize(
    ("field", "said", "read"),
    [
        ("invested_period", "1,234.5", Decimal("12345000.00")),
        ("invested_period", "0.5亿元", Decimal("50000000.00")),
        ("invested_period", "-12", Decimal("-120000.00")),
        ("invested_period", "—", None),
        ("physical_pct", "６２．５％", Decimal("62.5")),
        ("problems", "  缺资金\n缺人 ", "缺资金\n缺人"),
    ],
)
def test_cells_are_read_as_people_type_them(field: str, said: str, read: object) -> None:
    typed = cells.read({field: said})
    assert typed.errors == {}
    assert typed.values[field] == read  # type: ignore[literal-required]


def test_every_figure_is_shown_as_it_can_be_typed_again() -> None:
    report = PeriodReport(
        physical_pct=Decimal("62.50"), invested_period=Decimal("1234500.00"), invested_year=Decimal(0)
    )
    shown = cells.texts(report)
    assert (shown["physical_pct"], shown["invested_period"], shown["invested_year"]) == ("62.5", "123.45", "0")
    again = cells.read(shown)
    assert (again.values["physical_pct"], again.values["invested_period"]) == (Decimal("62.5"), report.invested_period)


def test_the_table_judges_as_the_form_does_with_contracts_and_payments(
    road: Project, steward: User, client_of: Callable
) -> None:
    """W09 is one: what the form of the project says of the same figures, the table says of its row."""
    facts.contract(road, "1000000")
    facts.plan(road, year=2026, planned_amount=Decimal(900_000_000))
    facts.payment(road, "1500000")
    client, form = client_of(steward), f"/workbench/projects/{road.serial_no}/report/"
    typed = {"invested_period": "100.5", "invested_year": "300.5", "invested_cumulative": "300.5"}
    said = client.post(f"{form}check?period=2026-02", {**typed, "physical_pct": "30"}).json()["findings"]
    answer = post(client, {"period": "2026-02", "rows": [row(road)]}, "check").json()["rows"][road.serial_no]
    assert {one["code"] for one in said} == {one["code"] for one in answer["warnings"]}
    assert {"paid-over-contract", "delay-reason"} <= {one["code"] for one in answer["warnings"]}
    saved = post(client, row(road)).json()
    assert {one["code"] for one in saved["warnings"]} == {one["code"] for one in said}
    page = client.get("/workbench/monthly/?period=2026-02").content.decode()
    assert "paid-over-contract" in page


def test_a_part_of_a_bundle_is_asked_for_no_amounts(
    make_project: Callable[..., Project], road: Project, steward: User, client_of: Callable
) -> None:
    """Neither the table nor the desk nor the form asks for money that stands on the bundle."""
    part = make_project(parent=road, status="under_construction", total_investment=None, location_text="示例路")
    facts.status(part, date(2025, 11, 1), "under_construction")
    amounts = {"invested_period": "", "invested_year": "", "invested_cumulative": ""}
    client = client_of(steward)
    answer = post(client, row(part, submit=True, **amounts))
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == "submitted"
    assert set(post(client, row(road, submit=True, **amounts)).json()["errors"]) == set(amounts)
    form = client.get(f"/workbench/projects/{part.serial_no}/report/?period=2026-02").content.decode()
    assert "由打捆项目统一填报" in form
    details = client.get(f"/workbench/projects/{part.serial_no}/details/").content.decode()
    assert "plan_amount" not in details
    assert "total_investment" not in details
