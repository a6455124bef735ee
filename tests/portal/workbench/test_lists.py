"""The staff's lists: a page, its CSV and its XLSX hold the same rows; nobody sees another's; every file is kept."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from geodata.complaints.choices import MatchMethod, MatchState, OrderKind, OrderState
from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.exchange.models import Export
from geodata.exchange.writers import workbook
from geodata.funding.choices import PaymentStatus
from geodata.funding.entries import DisbursementEntry
from geodata.funding.services import record_disbursements
from geodata.organisations.models import Organisation
from geodata.projects.models import Project, ProjectParty
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.summary.models import ProjectLight
from tests.conftest import PASSWORD
from tests.geodata.complaints.conftest import NOW
from tests.geodata.funding.conftest import payment

__all__ = ["payment"]
pytestmark = pytest.mark.django_db(databases=["default"])

LISTS = ("projects", "payments", "orders", "organisations")
FILTERS = [
    ("projects", "unit=430602"),
    ("projects", "stale=1&sort=-freshness_days"),
    ("projects", "located=no&q=示例"),
    ("payments", "status=cleared&sort=amount"),
    ("payments", "unattributed=1"),
    ("payments", "q=示例路"),
    ("orders", "match=confirmed"),
    ("orders", "match=none&sort=due_at"),
    ("orders", "overdue=1"),
    ("organisations", "role=contractor"),
    ("organisations", "q=局"),
    *((name, "") for name in LISTS),
]


@pytest.fixture
def record(
    make_project: Callable[..., Project], city: dict, payment: Callable[..., DisbursementEntry]
) -> dict[str, Any]:
    """Two districts with projects, payments, orders and bodies; one payment of no project."""
    here = make_project(name="示例路提质工程", status="under_construction")
    there = make_project(name="样例供水工程", management_unit=city["430626"], admin_area=city["430626"])
    firm, office = (
        Organisation.objects.create(name=name, name_key=name, kind=kind)
        for name, kind in (("湖南示例建设有限公司", "contractor"), ("平江县样例局", "gov_dept"))
    )
    ProjectParty.objects.create(project=here, role="contractor", organisation=firm)
    ProjectParty.objects.create(project=there, role="lead_unit", organisation=office)
    entries = [
        payment("A1", "100.00", project_id=here.pk, payee_id=firm.pk, status=PaymentStatus.CLEARED),
        payment("A2", "-5.00", project_id=here.pk, payee_name="欧阳小明", payee_is_person=True),
        payment("PJ20260301-77", "300.00", project_id=there.pk, payee_name="=cmd|' /C calc'!A0"),
        payment("C1", "9.99"),
    ]
    record_disbursements(entries=entries, user=None, now=NOW)
    for number, area in enumerate((city["430602"], city["430626"], city["430626"])):
        order = WorkOrder.objects.create(
            order_no=f"HOTLINE-{number:04d}",
            received_at=NOW - timedelta(days=number + 1),
            due_at=NOW - timedelta(hours=number),
            kind=OrderKind.COMPLAINT,
            state=OrderState.PROCESSING,
            title="路灯不亮 13812345678",
            area=area,
        )
        if number < 2:
            state = MatchState.CONFIRMED if number == 0 else MatchState.SUGGESTED
            project = (here, there)[number]
            OrderMatch.objects.create(order=order, project=project, score="0.9", state=state, method=MatchMethod.RULE)
    return {"here": here, "there": there, "firm": firm, "office": office}


def listed(client: Client, name: str, query: str = "") -> Any:
    response = client.get(f"/workbench/{name}/?{query}")
    assert response.status_code == 200, response.content.decode()[-800:]
    return response


def csv_rows(client: Client, name: str, query: str = "") -> list[list[str]]:
    response = listed(client, name, f"{query}&format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[-1][0] == f"共 {len(rows) - 2} 行"
    return rows[1:-1]


def xlsx_rows(client: Client, name: str, query: str = "") -> list[list[Any]]:
    response = listed(client, name, f"{query}&format=xlsx")
    page = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    return [list(row) for row in page.iter_rows(values_only=True)][1:-1]


@pytest.mark.parametrize(("name", "query"), FILTERS)
def test_page_csv_and_xlsx_hold_the_same_rows(
    record: dict, hq_admin: User, client_of: Callable, name: str, query: str
) -> None:
    client = client_of(hq_admin)
    page = listed(client, name, query)
    as_csv, as_xlsx = csv_rows(client, name, query), xlsx_rows(client, name, query)
    assert page.context["count"] == len(page.context["rows"]) == len(as_csv) == len(as_xlsx)
    assert [row[0] for row in as_csv] == [str(row[0])[:10] if name == "payments" else row[0] for row in as_xlsx]


@pytest.mark.parametrize("name", LISTS)
def test_a_district_sees_its_own_rows_and_nothing_of_another(
    record: dict, steward: User, other_steward: User, client_of: Callable, name: str
) -> None:
    here, there = client_of(steward), client_of(other_steward)
    words = {
        "projects": "样例供水工程",
        "payments": "PJ20260301-77",
        "orders": "HOTLINE-0002",
        "organisations": "平江县样例局",
    }[name]
    assert words not in listed(here, name).content.decode()
    assert not [row for row in csv_rows(here, name) if words in row]
    assert words in listed(there, name).content.decode()
    assert csv_rows(here, name)


def test_a_body_that_has_nothing_to_do_with_ones_district_is_not_found(
    record: dict, steward: User, hq_admin: User, client_of: Callable
) -> None:
    foreign, own = (f"/workbench/organisations/{record[name].pk}/" for name in ("office", "firm"))
    assert client_of(steward).get(foreign).status_code == 404
    assert client_of(hq_admin).get(foreign).status_code == 200
    assert "示例路提质工程" in client_of(steward).get(own).content.decode()


def test_an_order_names_no_project_of_another_district(
    record: dict, city: dict, other_steward: User, client_of: Callable
) -> None:
    order = WorkOrder.objects.get(order_no="HOTLINE-0002")
    OrderMatch.objects.create(order=order, project=record["here"], score="0.8", state="suggested", method="rule")
    client = client_of(other_steward)
    assert "示例路提质工程" not in listed(client, "orders").content.decode()
    assert [row[0] for row in csv_rows(client, "orders", "match=none")] == ["HOTLINE-0002"]


def test_a_natural_persons_name_is_masked_but_for_finance_audit_and_headquarters(
    record: dict, steward: User, client_of: Callable
) -> None:
    finance = ensure_account(username="f", display_name="f", password=PASSWORD, role=Role.FINANCE)
    assert "欧阳**" in listed(client_of(steward), "payments").content.decode()
    assert "欧阳小明" not in listed(client_of(steward), "payments").content.decode()
    assert "欧阳小明" not in str(csv_rows(client_of(steward), "payments"))
    assert "欧阳小明" in listed(client_of(finance), "payments").content.decode()


def test_no_number_of_a_caller_stands_in_a_list_or_a_file(record: dict, hq_admin: User, client_of: Callable) -> None:
    client = client_of(hq_admin)
    assert "13812345678" not in listed(client, "orders").content.decode()
    assert "138****5678" in listed(client, "orders").content.decode()
    assert "13812345678" not in str(csv_rows(client, "orders"))


def test_a_payee_that_looks_like_a_formula_is_harmless_in_both_files(
    record: dict, hq_admin: User, client_of: Callable
) -> None:
    client = client_of(hq_admin)
    for rows in (csv_rows(client, "payments"), xlsx_rows(client, "payments")):
        assert "'=cmd|' /C calc'!A0" in [row[5] for row in rows]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["foo=1", "format=pdf", "sort=password", "page=0", "limit=5000", "q=a&q=b"])
def test_a_bad_parameter_is_refused_by_its_name(
    record: dict, hq_admin: User, client_of: Callable, name: str, query: str
) -> None:
    response = client_of(hq_admin).get(f"/workbench/{name}/?{query}")
    assert response.status_code == 400
    assert query.split("=")[0] in response.content.decode()


def test_heads_turn_the_order_around_and_keep_the_filter(record: dict, hq_admin: User, client_of: Callable) -> None:
    text = listed(client_of(hq_admin), "payments", "level=to_payee&sort=amount&page=1").content.decode()
    assert 'aria-sort="ascending"><a href="?level=to_payee&amp;sort=-amount"' in text
    assert "?level=to_payee&amp;sort=-paid_on" in text


def test_every_file_is_kept_and_the_account_cannot_be_changed(record: dict, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    listed(client, "payments", "level=to_payee")
    assert not Export.objects.exists()
    csv_rows(client, "payments", "level=to_payee&sort=amount")
    xlsx_rows(client, "projects")
    first = Export.objects.get(sheet="payments")
    assert (first.user, first.format, first.parameters, first.rows) == (steward, "csv", "level=to_payee&sort=amount", 2)
    assert Export.objects.filter(sheet="projects", format="xlsx", rows=1).count() == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_export")


def test_a_workbook_of_too_many_rows_is_refused_and_csv_offered(
    record: dict, hq_admin: User, client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "LARGEST_WORKBOOK", 1)
    client = client_of(hq_admin)
    response = client.get("/workbench/payments/?format=xlsx")
    assert response.status_code == 413
    assert "CSV" in response.content.decode()
    assert not Export.objects.exists()
    assert len(csv_rows(client, "payments")) == 4


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_why(city: dict, categories: dict, steward: User, client_of: Callable, name: str) -> None:
    assert "list-empty" in listed(client_of(steward), name).content.decode()
    assert "清除筛选" in listed(client_of(steward), name, "q=没有这样的").content.decode()


def test_projects_are_found_by_their_light_and_show_it(
    steward: User, client_of: Callable, make_project: Callable[..., Project]
) -> None:
    for name, light in (("亮红灯的路", "red"), ("亮黄灯的路", "yellow"), ("没有扫描过的路", "")):
        project = make_project(name=name)
        if light:
            ProjectLight.objects.create(
                project=project,
                light=light,
                computed=light,
                sentence="示例",
                light_since=date(2026, 1, 1),
                since=date(2026, 1, 1),
            )
    client = client_of(steward)
    page = client.get("/workbench/projects/?light=red,yellow").content.decode()
    assert "亮红灯的路" in page
    assert "亮黄灯的路" in page
    assert "没有扫描过的路" not in page
    assert '<svg class="light-mark light-red"' in page
    red = b"".join(client.get("/workbench/projects/?light=red&format=csv").streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(red.splitlines()))
    assert [line[3] for line in lines[1:-1]] == ["红灯"]
    assert "亮灯：红灯" in red
    assert client.get("/workbench/projects/?light=blue").status_code == 400
