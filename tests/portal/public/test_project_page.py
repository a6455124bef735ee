"""A project's page: contracts with what they were paid, years, milestones, and sums that must agree."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from geodata.funding.models import BudgetLine, Contract, ContractChange, FundingSource
from geodata.funding.services import record_disbursements
from geodata.organisations.models import Organisation
from geodata.progress.models import Milestone, PlanYear
from geodata.projects.choices import Status
from geodata.projects.models import Project, ProjectParty, StatusChange
from portal import wording
from portal.public import pages
from portal.public.models import PublishedProject
from portal.publication.services import publish
from tests.geodata.summary import facts
from tests.portal.publication.conftest import NOW, TODAY, entry, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])


def page(project: Project, query: str = "") -> str:
    return Client(headers={"accept": "text/html"}).get(f"/projects/{project.serial_no}/{query}").content.decode()


@pytest.fixture
def road(public_city: dict[str, Project]) -> Project:
    """The road with a contract, its change, a plan of two years and milestones."""
    road = public_city["road"]
    body = Organisation.objects.get_or_create(name="湖南示例建设集团有限公司", name_key="湖南示例建设集团有限公司")[0]
    contract = Contract.objects.create(
        number="HT-1", project=road, name="示例路施工合同", contractor=body, price=5_000_000
    )
    for number, level, amount, words in (
        ("BG-1", "significant", 250_000, "地质变化"),
        ("BG-2", "minor", -10_000, "小调整"),
    ):
        ContractChange.objects.create(
            contract=contract,
            number=number,
            level=level,
            amount_delta=amount,
            reason=words,
            approved_on=date(2026, 2, 1),
        )
    PlanYear.objects.create(
        project=road, year=2026, planned_amount=3_000_000, adjusted_amount=4_000_000, adjust_doc_no="岳发改〔2026〕7号"
    )
    Milestone.objects.create(
        project=road, code="M0801", name="开工", planned_on=date(2026, 1, 10), actual_on=date(2026, 1, 17)
    )
    Milestone.objects.create(project=road, code="M0820", name="完工", planned_on=date(2026, 9, 1))
    record_disbursements(entries=[entry("ZF20", "1000.00", road, contract_id=contract.pk)], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    return road


def test_a_contract_stands_with_its_changes_and_what_it_was_paid(road: Project) -> None:
    text = page(road)
    for words in ("示例路施工合同", "524.00", "+25.00", "地质变化", "BG-2", "-1.00", "0.10"):
        assert words in re.sub(r"<[^>]+>", "", text), words
    assert "小调整" not in text  # the reason of a minor change is not published


def test_the_sum_of_the_payments_is_held_against_the_sum_disbursed(road: Project) -> None:
    assert "与已拨付合计一致" in page(road)
    assert "3,267,736.48" in page(road)


def test_milestones_say_how_they_stand_against_the_plan(road: Project) -> None:
    text = page(road)
    assert "晚 7 天" in text
    assert re.search(r"完工.*?2026年9月1日.*?尚未", text, re.DOTALL)


def test_years_show_plan_budget_and_payments(road: Project, public_city: dict[str, Project]) -> None:
    source = FundingSource.objects.order_by("pk")[0]
    for amount in (900_000, -100_000):
        BudgetLine.objects.create(
            doc_no=f"岳财{amount}", project=road, year=2026, source=source, amount=amount, issued_on=date(2026, 1, 5)
        )
    publish(as_of=TODAY, now=NOW)
    row = re.search(r'<th scope="row">2026</th>.*?</tr>', page(road), re.DOTALL)
    assert row is not None
    assert re.findall(r'"n">([^<]+)<', row[0]) == ["400.00", "80.00", "326.77"]
    assert "调整前 300.00 万元 · 调整依据 岳发改〔2026〕7号" in row[0]


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ([], ""),
        ([(1, "not_started"), (9, "under_construction")], "自2026年1月9日起"),
        ([(9, "under_construction"), (12, "suspended"), (15, "under_construction")], "自2026年1月15日起"),
        ([(9, "under_construction"), (12, "suspended"), (15, "suspended")], "自2026年1月12日起"),
        ([(12, "suspended"), (9, "under_construction")], "自2026年1月12日起"),
    ],
)
def test_the_status_says_since_when(road: Project, changes: list[tuple[int, str]], since: str) -> None:
    StatusChange.objects.filter(project=road).delete()
    for day, status in changes:
        facts.status(road, date(2026, 1, day), status)
    facts.status(road, date(2026, 12, 1), "accepted")  # not yet
    publish(as_of=TODAY, now=NOW)
    tags = re.search(r'<p class="project-tags">.*?</p>', page(road), re.DOTALL)
    assert tags is not None
    assert since in tags[0]
    assert ("起</span>" in tags[0]) == bool(since)


def test_a_long_list_of_payments_is_cut_into_pages_with_the_whole_sum_on_each(
    road: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "WHOLE_UP_TO", 2)
    seen: list[str] = []
    for number in (1, 2, 3):
        text = page(road, f"?page={number}")
        seen += re.findall(r"编号 (\d+)", text)
        assert "3,267,736.48" in text
        assert "合计 5 笔" in text
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("0730-8880001", True),
        ("07308880001-12", True),
        ("8880001", True),
        ("13800138000", False),
        ("013820138000", False),
        ("138-0013-8000", False),
        ("张某", False),
    ],
)
def test_only_the_line_of_an_office_is_published(public_city: dict[str, Project], phone: str, shown: bool) -> None:
    road = public_city["road"]
    Project.objects.filter(pk=road.pk).update(office_phone=phone)
    office = Organisation.objects.get_or_create(name="示例区住建局", name_key="示例区住建局")[0]
    ProjectParty.objects.create(project=road, role="responsible_unit", organisation=office)
    publish(as_of=TODAY, now=NOW)
    text = page(road)
    assert "示例区住建局" in text
    assert (phone in text) is shown


def test_parts_and_their_bundle_lead_to_each_other(
    public_city: dict[str, Project], make_project: Callable[..., Project]
) -> None:
    part = make_project(name="示例路一标段", parent=public_city["road"], total_investment=Decimal(100))
    publish(as_of=TODAY, now=NOW)
    assert f'href="/projects/{part.serial_no}/"' in page(public_city["road"])
    assert f'属于打包项目 <a href="/projects/{public_city["road"].serial_no}/">' in page(part)


def test_the_money_of_a_partly_public_project_is_said_to_be_hidden(make_project: Callable[..., Project]) -> None:
    partly = make_project(name="部分公开项目", disclosure="partial")
    record_disbursements(entries=[entry("ZF30", "4321.00", partly)], user=None, now=NOW)
    publish(as_of=TODAY, now=NOW)
    text = page(partly)
    assert "资金信息不公开" in text
    assert "4,321" not in text


def test_the_number_of_complaints_is_a_band_in_words(road: Project) -> None:
    assert "没有投诉" in page(road)


def _changes(text: str) -> list[list[str]]:
    """The lines of the section of changes, cell by cell."""
    section = text[text.index('id="h-changes"') :].split("</section>")[0]
    rows = re.findall(r"<tr>(?!<th scope=\"col\")(.*?)</tr>", section, re.DOTALL)
    cells = (re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_changes_of_plan_stand_with_their_reasons_and_papers(road: Project) -> None:
    assert _changes(page(road)) == [
        ["2026年2月1日", "示例路施工合同：变更 BG-1（重大）", "—", "+25.00 万元", "地质变化"],
        ["2026 年", "2026 年度计划", "300.00 万元", "400.00 万元", "调整依据 岳发改〔2026〕7号"],
    ]


def test_what_differs_between_snapshots_is_a_change_and_a_past_edition_does_not_know_it_yet(road: Project) -> None:
    Project.objects.filter(pk=road.pk).update(
        planned_end_on=date(2026, 12, 31), planned_end_precision="month", total_investment=Decimal("12345600.00")
    )
    StatusChange.objects.create(project=road, status="suspended", effective_on=date(2026, 4, 9))
    publish(as_of=date(2026, 4, 30), now=NOW.replace(month=4, day=30))
    told = _changes(page(road))
    assert told[:3] == [
        ["2026年4月30日，第 2 期", "计划完工", "—", "2026年12月", "未公开"],
        ["2026年4月30日，第 2 期", "总投资", "1,000.00 万元", "1,234.56 万元", "未公开"],
        ["2026年4月9日", "状态", "前期", "停工", "未公开"],
    ]
    assert len(told) == 5
    past = Client(headers={"accept": "text/html"}).get(f"/snapshots/1/projects/{road.serial_no}/").content.decode()
    assert len(_changes(past)) == 2


def test_money_that_becomes_secret_is_no_change_of_cost(road: Project) -> None:
    Project.objects.filter(pk=road.pk).update(disclosure="partial")
    publish(as_of=date(2026, 4, 30), now=NOW.replace(month=4, day=30))
    assert not any("总投资" in line for line in map(str, _changes(page(road))))


def test_a_project_of_which_nothing_changed_says_so(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)
    assert "此后没有变化" in page(public_city["works"])


@pytest.mark.parametrize(
    ("status", "done", "said"),
    [
        ("not_started", "0", "未开工。"),
        ("preliminary", "0", "前期。"),
        ("under_construction", "0", "在建，已完成工程量的 0.0%。"),
        ("not_started", "3", "未开工，已完成工程量的 3.0%。"),
    ],
)
def test_nothing_is_said_of_works_that_have_not_begun(status: str, done: str, said: str) -> None:
    row = PublishedProject(status=status, physical_pct=Decimal(done))
    assert pages.summary_sentence(row, wording.label(Status(status).label)) == said
