"""Supplying what a project lacks: only what is missing, only one's own, all of a form or nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from geodata.progress.models import PlanYear
from geodata.projects.models import InvestmentApproval, Project, ProjectParty
from geodata.stewards.models import User

pytestmark = pytest.mark.django_db
WHOLE = {
    "planned_start_on": "2026-03-01",
    "planned_end_on": "2026-12-31",
    "total_investment": "1,200.5",
    "investment_basis": "estimate",
    "plan_amount": "800",
    "owner": "示例建设投资有限公司",
    "location": "示例路与样板街交会处",
}


@pytest.fixture
def bare(make_project: Callable[..., Project]) -> Project:
    return make_project(name="示例缺项路", status="under_construction", total_investment=None)


def address(project: Project) -> str:
    return f"/workbench/projects/{project.serial_no}/details/"


def test_everything_missing_is_asked_for_and_kept(bare: Project, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    page = client.get(address(bare)).content.decode()
    assert all(f'name="{field}"' in page for field in WHOLE)
    assert f'href="/workbench/projects/{bare.serial_no}/geometry/"' in page
    assert client.post(address(bare), WHOLE).status_code == 302
    bare.refresh_from_db()
    assert (bare.planned_start_on, bare.planned_end_on) == (date(2026, 3, 1), date(2026, 12, 31))
    assert (bare.total_investment, bare.location_text) == (Decimal("12005000.00"), WHOLE["location"])
    assert InvestmentApproval.objects.get(project=bare).amount == Decimal("12005000.00")
    assert PlanYear.objects.get(project=bare).planned_amount == 8_000_000
    assert ProjectParty.objects.get(project=bare, role="owner_unit").organisation.name == WHOLE["owner"]
    assert 'name="owner"' not in client.get(address(bare)).content.decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total_investment": "-5"}, "大于 0"),
        ({"total_investment": "约500"}, "确定的数"),
        ({"investment_basis": "guess"}, "请选择总投资的依据"),
        ({"planned_end_on": "2026-02-30"}, "请选择日期"),
        ({"planned_end_on": "2026-01-01"}, "早于计划开工"),
        ({"owner": "甲"}, "2 到 100"),
        (dict.fromkeys(WHOLE, ""), "请至少填写一项"),
    ],
)
def test_nothing_is_kept_of_a_form_with_a_mistake(
    change: dict[str, str], message: str, bare: Project, steward: User, client_of: Callable
) -> None:
    response = client_of(steward).post(address(bare), WHOLE | change)
    assert response.status_code == 422
    assert message in response.content.decode()
    bare.refresh_from_db()
    assert (bare.planned_start_on, bare.total_investment, bare.location_text) == (None, None, "")
    assert not PlanYear.objects.exists()


def test_what_stands_in_the_record_is_never_overwritten(
    make_project: Callable[..., Project], steward: User, client_of: Callable
) -> None:
    project = make_project(status="under_construction", location_text="原有地点", planned_end_on=date(2026, 6, 30))
    client = client_of(steward)
    typed = {"location": "别处", "total_investment": "1", "owner": "示例公司"}
    assert client.post(address(project), typed).status_code == 302
    project.refresh_from_db()
    assert (project.location_text, project.total_investment) == ("原有地点", 10_000_000)
    late = client.post(address(project), {"planned_start_on": "2026-07-01"})
    assert late.status_code == 422  # after the end that is recorded


@pytest.mark.parametrize("who", ["other_steward", "leader"])
def test_others_can_neither_see_nor_fill_the_form(
    who: str, bare: Project, request: pytest.FixtureRequest, client_of: Callable
) -> None:
    client: Any = client_of(request.getfixturevalue(who))
    expected = 404 if who == "other_steward" else 403
    assert client.get(address(bare)).status_code == expected
    assert client.post(address(bare), WHOLE).status_code == expected
    bare.refresh_from_db()
    assert bare.total_investment is None
