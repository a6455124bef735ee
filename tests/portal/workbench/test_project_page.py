"""The staff's project page: every part of it, as of a day, for those in whose scope the project lies."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.figures.wording import yuan
from geodata.funding.models import DisbursementAssignment, FundingPlan
from geodata.organisations.models import Organisation
from geodata.progress.models import Milestone
from geodata.projects.models import GeometryVersion, InvestmentApproval, Project, ProjectParty
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.summary.selectors import row_of
from portal.workbench import people
from tests.conftest import PASSWORD, TODAY
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
CODE = "2512-430602-04-01-100017"
# the log-in asks for session, person and roles; the session is saved; the page itself asks eight questions
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("portal.workbench.people", "portal.workbench.views.project"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)
    assert people.today() == TODAY


@pytest.fixture
def road(make_project: MakeProject) -> Project:
    """A project with something of everything."""
    project = make_project(
        name="示例路提质工程",
        project_code=CODE,
        geom=GEOSGeometry("MULTILINESTRING((113.1 29.3,113.11 29.31))", srid=4490),
        planned_start_on=date(2026, 1, 1),
        planned_end_on=date(2026, 12, 31),
        person_in_charge="示例负责人",
        office_phone="0730-8880000",
    )
    GeometryVersion.objects.create(
        project=project,
        number=1,
        geom=project.geom,
        state="approved",
        source="surveyed",
        accuracy_m=Decimal("0.50"),
        declared_crs="2000坐标系",
        valid_from=date(2026, 1, 1),
        approved_at=timezone.now(),
        length_m=Decimal("1480"),
    )
    facts.status(project, date(2026, 1, 10), "under_construction")
    facts.plan(project, planned_amount=Decimal("6000000"))
    facts.report(
        project,
        date(2026, 2, 28),
        physical_pct=Decimal("42.5"),
        invested_year=Decimal("2000000"),
        invested_cumulative=Decimal("2000000"),
        work_done="完成路基",
    )
    for code, name, planned, actual, weight in (
        ("M0802", "清表", date(2026, 2, 1), date(2026, 2, 9), 5),
        ("M0803", "路基", date(2026, 3, 20), None, 25),
    ):
        Milestone.objects.create(
            project=project, code=code, name=name, planned_on=planned, actual_on=actual, weight_pct=weight
        )
    InvestmentApproval.objects.create(project=project, basis="budgetary_estimate", amount=Decimal("10000000"))
    FundingPlan.objects.create(project=project, source=facts.source(), amount=Decimal("10000000"))
    line = facts.budget_line(project, "3000000.00")
    facts.arrival(line, "2500000.00", project=project)
    contract = facts.contract(project, "8000000.00")
    facts.change(contract, "-12000.50", date(2026, 3, 1))
    facts.measurement(contract, date(2026, 3, 15), "1500000")
    paid = facts.payment(project, "1200000.01", date(2026, 3, 5))
    DisbursementAssignment.objects.create(disbursement=paid, project=project, contract=contract)
    wrong = facts.payment(project, "300.00", date(2026, 3, 6))
    facts.payment(project, "-300.00", date(2026, 3, 7), status="returned", reverses=wrong)
    facts.payment(project, "777.00", date(2026, 3, 8), status="pending")
    facts.payment(project, "888.00", date(2026, 3, 9), status="void")
    facts.payment(project, "99.00", date(2026, 3, 10), payee_name="示某某", payee_is_person=True)
    body = Organisation.objects.create(name="示例住建局", name_key="示例住建局")
    ProjectParty.objects.create(project=project, role="owner_unit", organisation=body)
    facts.order(project)
    waiting = facts.order(project, match="suggested")
    WorkOrder.objects.filter(pk=waiting.pk).update(area=project.management_unit)
    OrderMatch.objects.filter(state="suggested").update(
        distance_m=Decimal("35.2"), text_score=Decimal("0.9"), category_score=1
    )
    return project


def page(client: Client, project: Project, query: str = "") -> str:
    response = client.get(f"/workbench/projects/{project.serial_no}/{query}")
    assert response.status_code == 200
    return plain(response.content.decode())


def plain(text: str) -> str:
    """The words of a page, tags and runs of blanks left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_part_of_a_project_stands_on_its_page(steward: User, client_of: Callable, road: Project) -> None:
    words = page(client_of(steward), road)
    for part in (
        "示例路提质工程",
        CODE,
        "在建",
        "最近报告截至2026年2月28日，距今 30 天",
        "完成 33.3%（占年度计划 600.00 万元）",
        "42.5%",
        "完成路基",
        "测绘成果",
        "约 0.5 米",
        "晚 8 天",  # a node reached late
        "晚 10 天",  # one whose day is over
        "概算",
        "800.00",
        "-1.20",  # the change of the contract, in 10,000 yuan
        "80.0%",  # disbursed over certified
        "示例住建局",
        "0730-8880000",
        "距离 35 m · 名称相似 0.9 · 类别相符",
        "本项目没有照片",
    ):
        assert part in words, part


def test_the_sum_under_the_payments_is_the_figure_of_the_day_to_the_fen(
    steward: User, client_of: Callable, road: Project
) -> None:
    client = client_of(steward)
    total = yuan(row_of(CITY, road.pk, today=TODAY).disbursed)
    assert total == "1,200,099.01"
    words = page(client, road)
    assert f"已拨付：各页合计 4 笔 {total}" in words
    assert "不计入：1 笔（支付收款人 · 待清算） 777.00" in words
    assert "不计入：1 笔（支付收款人 · 已作废） 888.00" in words
    assert re.search(r"ZF\d+ 冲销 ZF\d+", words)
    assert re.search(r"已被 ZF\d+ 冲销", words)


def test_a_page_as_of_an_earlier_day_leaves_out_what_came_later(
    steward: User, client_of: Callable, road: Project
) -> None:
    words = page(client_of(steward), road, "?as_of=2026-03-05")
    assert "截至2026年3月5日。" in words
    assert "已拨付：各页合计 1 笔 1,200,000.01" in words
    assert "没有关联到本项目的工单" in words
    assert "路基 M0803 2026年3月20日 — — —" in words  # not late yet
    before = page(client_of(steward), road, "?as_of=2026-02-27")
    assert "尚无已审核报告" in before
    assert "本项目尚无拨付记录" in before


@pytest.mark.parametrize("query", ["as_of=2026-03-31", "as_of=morgen", "orders=0", "payments=x", "page=2"])
def test_an_address_that_cannot_be_is_refused(steward: User, client_of: Callable, road: Project, query: str) -> None:
    assert client_of(steward).get(f"/workbench/projects/{road.serial_no}/?{query}").status_code == 400


def test_a_page_beyond_the_end_of_a_list_shows_its_last_or_first(
    steward: User, client_of: Callable, road: Project
) -> None:
    words = page(client_of(steward), road, "?payments=99&orders=99&history=99")
    assert "示**" in words
    assert "待确认" in words
    assert "登记入库" not in words  # recorded on the day of the test, which is to come


def test_no_word_of_a_caller_and_no_full_name_of_a_person_is_on_the_page(
    hq_admin: User, client_of: Callable, road: Project
) -> None:
    words = page(client_of(hq_admin), road)
    assert "示某某" not in words
    assert "示**" in words


def test_a_project_code_leads_to_the_platform_number(steward: User, client_of: Callable, road: Project) -> None:
    response = client_of(steward).get(f"/workbench/projects/{CODE}/?as_of=2026-03-05")
    assert (response.status_code, response["Location"]) == (
        302,
        f"/workbench/projects/{road.serial_no}/?as_of=2026-03-05",
    )


def test_another_unit_cannot_tell_the_project_from_none(
    other_steward: User, client_of: Callable, road: Project
) -> None:
    client = client_of(other_steward)
    codes = (road.serial_no, CODE, "YYMS-2026-9999")
    answers = {code: client.get(f"/workbench/projects/{code}/") for code in codes}
    assert [answer.status_code for answer in answers.values()] == [404, 404, 404]
    # but for the address itself, which the link to the English page repeats, and what is drawn by lot for each form
    drawn = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert len({drawn.sub("", answer.content.decode()).replace(code, "") for code, answer in answers.items()}) == 1


def test_a_project_about_which_little_is_known_says_so(
    steward: User, client_of: Callable, make_project: MakeProject
) -> None:
    words = page(client_of(steward), make_project(total_investment=None, disclosure="internal"))
    for part in ("未定位", "暂无曲线", "尚无资金记录", "尚未登记合同", "尚未登记节点", "无公开页面 · 内部"):
        assert part in words, part


def test_a_halt_and_its_reason_stand_at_the_head(steward: User, client_of: Callable, make_project: MakeProject) -> None:
    project = make_project()
    facts.status(project, date(2026, 3, 1), "suspended")
    words = page(client_of(steward), project)
    assert "停工 自 2026年3月1日 已停 29 天" in words
    assert "停工 自" not in page(client_of(steward), project, "?as_of=2026-02-28")


def test_the_page_asks_no_more_with_a_thousand_rows_than_with_ten(
    steward: User, client_of: Callable, road: Project
) -> None:
    client, asked = client_of(steward), []
    for number in (10, 990):
        rows = facts.payments(number, "1.00")
        DisbursementAssignment.objects.bulk_create(
            DisbursementAssignment(disbursement=row, project=road) for row in rows
        )
        received = timezone.make_aware(datetime(2026, 3, 1))
        orders = WorkOrder.objects.bulk_create(
            WorkOrder(order_no=f"{number}-{n}", received_at=received, kind="complaint", state="closed")
            for n in range(number)
        )
        OrderMatch.objects.bulk_create(
            OrderMatch(order=order, project=road, score=1, state="confirmed" if n % 2 else "suggested", method="rule")
            for n, order in enumerate(orders)
        )
        with CaptureQueriesContext(connection) as captured:
            page(client, road)
        asked.append([query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])
    assert len(asked[0]) == len(asked[1]) <= MOST_QUERIES, [query["sql"][:120] for query in asked[1]]


def test_bodies_learn_numbers_and_no_single_order(leader: User, client_of: Callable, road: Project) -> None:
    body = ensure_account(
        username="owner",
        display_name="建设单位",
        password=PASSWORD,
        role=Role.OWNER_UNIT,
        organisation_name="示例住建局",
    )
    words = page(client_of(body), road)
    assert "本项目计有 2 件工单" in words
    assert not re.search(r"YY\d+ ", words.replace(road.serial_no, ""))
    assert "是本项目" not in words
    assert "是本项目" not in page(client_of(leader), road)
