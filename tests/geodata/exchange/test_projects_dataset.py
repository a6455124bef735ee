"""The 台账: what staff send becomes projects, plans, reports and financing, once."""

# ruff: noqa: E501 - rows of tables stand as in the file

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.funding.models import FundingPlan
from geodata.organisations.models import Organisation
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.models import Category, InvestmentApproval, LivelihoodTask, Project, StatusChange
from geodata.regions.models import AreaUnit
from tests.geodata.exchange.importing import import_file, workbook

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).resolve().parents[4] / "shared/data/samples/taizhang_sample.xlsx"

HEAD = [
    ["示例市2026年民生工程项目建设进展情况表"],
    ["填报单位:市住建局(示例)", *[None] * 17, "单位:万元"],
    ["序 号", "项目名称", "项目代码", "建设\n性质", "建设     地点", "建设规模和内容", "建设起止年限", "总投资", "资金来源", None,
     None, None, "2026年度", None, None, "自开工累计完成投资", "形象进度", "完成率", "计划竣工时间", "责任单位", "存在问题"],
    [*[None] * 8, "中央", "省级", "市县", "专项债", "计划投资", "1-3月完成投资", "主要建设内容"],
]  # fmt: skip
TOTAL = ["合计", *[None] * 6, 31430.5, 4980, 2600, 9850.5, 14000, 15900, 3420.6, None, 9011.2]
ROWS = [
    ["一、城镇老旧小区改造(2)", *[None] * 6, 6430.5, 2480, 600, 3350.5, 0, 4900, 1620.6, None, 2011.2],
    [1, "《甲路片区》老旧小区改造项目", "2512－430602－04－01－100017", "新建", "岳阳楼区", "小区6个", "2025.12-2026.11", "3,980.50", 1480,
     300, 2200.5, 0, 3000, 1020.6, "管网", 1411.2, "完成雨污管网62%", "34%", "2026.11", "市住建局\n岳阳楼区政府", "管线迁改滞后"],
    [2, "乙新村小区改造项目", "25124306260401100025", "新建", "平江县", "小区3个", "2026.2-2026.10", "2450", 1000, 300, 1150, 0, 1900,
     600, "道路", 600, "完成31.6%", "31.6%", "2026年10月底", "平江县政府", "无"],
    ["二、污水管网(1)", *[None] * 6, 18000, 2000, 2000, 0, 14000, 8000, 1500, None, 6200],
    [3, "丙片区污水管网提质工程(二期)", "2020-430602-48-01-012345", "续建", "经开区", "管网31.6公里", "2024-2026", "18000", 2000, 2000, 0,
     14000, 8000, 1500, "管网", 6200, "累计11.3公里", 18.75, 46326, "经开区管委会", "征拆未完成"],
    ["三、教育(1)", *[None] * 6, 7000, 500, 0, 6500, 0, 3000, 300, None, 800],
    [4, "丁小学改扩建项目", None, "改扩建", "平江县", "学位540个", "2025年9月-2026年8月", "7000", 500, 0, 6500, 0, 3000, 300, "主体", 800,
     "基础完成", "10%", "2026.8", "平江县教育局", None],
]  # fmt: skip
FOOT = [[None], ["注:1.金额单位为万元;2.数据截至2026年3月31日。"], ["填报人:某某  联系电话:0730-8000000"]]
MERGED = ["A1:U1", "I3:L3", "M3:O3", *[f"{letter}3:{letter}4" for letter in "ABCDEFGHPQRSTU"], "A2:H2"]


@pytest.fixture
def ledger(tmp_path: Path, city: dict[str, AreaUnit]) -> Callable[..., Path]:
    """A 台账 like those that offices send; rows may be changed."""

    def make(*, rows: list[list[Any]] = ROWS, total: list[Any] = TOTAL, name: str = "ledger.xlsx") -> Path:
        return workbook(tmp_path / name, {"附件1": [*HEAD, total, *rows, *FOOT]}, {"附件1": MERGED})

    return make


def test_four_projects_come_out_of_titles_sections_totals_and_footers(ledger: Callable[..., Path]) -> None:
    result = import_file(ledger(), "projects")
    assert (result.batch.state, result.counts) == ("committed", {"new": 4}), result.messages
    assert all(total["agrees"] for total in result.batch.control_totals)
    declared = next(t for t in result.batch.control_totals if t["title"] == "合计" and t["column"] == "总投资")
    assert Decimal(declared["declared"]) == Decimal("314305000")
    first = Project.objects.get(name__startswith="甲路片区")
    assert first.project_code == "2512-430602-04-01-100017"
    assert first.total_investment == Decimal("39805000.00")
    assert first.category.code == "01"
    assert first.management_unit.code == "430602"
    assert first.serial_no == "YYMS-2026-0001"
    assert (first.planned_start_on, first.planned_start_precision) == (date(2025, 12, 1), "month")
    assert (first.planned_end_on, first.planned_end_precision) == (date(2026, 11, 30), "month")


def test_dates_and_units_are_read_as_their_writers_meant_them(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    sewer = Project.objects.get(name__startswith="丙片区")
    assert sewer.planned_start_on == date(2024, 1, 1)
    assert sewer.planned_end_on == date(2026, 10, 31)  # the serial 46326
    assert sewer.nature == ""
    assert sewer.management_unit.code == "ZONE_YYJKQ"
    assert sewer.category.code == "03"
    plan = PlanYear.objects.get(project=sewer)
    assert (plan.year, plan.planned_amount, plan.carryover) == (2026, Decimal("80000000.00"), True)
    school = Project.objects.get(name__startswith="丁小学")
    assert school.project_code is None
    assert school.nature == "renovation"
    village = Project.objects.get(name__startswith="乙新村")
    assert village.planned_end_on == date(2026, 10, 31)
    assert village.problems == ""


def test_progress_in_money_becomes_the_report_of_the_headers_months(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    report = PeriodReport.objects.get(project__name__startswith="乙新村")
    assert (report.period_start, report.period_end, report.state) == (date(2026, 3, 1), date(2026, 3, 31), "approved")
    assert report.invested_year == report.invested_cumulative == Decimal("6000000.00")
    assert report.physical_pct == Decimal("31.6")  # 完成31.6% says the whole; 完成雨污管网62% does not
    assert PeriodReport.objects.get(project__name__startswith="甲路").physical_pct is None


def test_sources_of_money_become_the_financing_plan(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    plans = FundingPlan.objects.filter(project__name__startswith="丙片区").values_list("source__code", "amount")
    assert dict(plans) == {
        "central_budget": Decimal("20000000.00"),
        "provincial": Decimal("20000000.00"),
        "special_bond": Decimal("140000000.00"),
    }


def test_a_ledger_sent_again_adds_no_broad_source_to_a_detailed_plan(
    ledger: Callable[..., Path], tmp_path: Path
) -> None:
    import_file(ledger(), "projects")
    project = Project.objects.get(name__startswith="丙片区")
    rows = [
        ["平台编号", "资金来源", "金额（万元）"],
        [project.serial_no, "超长期特别国债", 2000],
        [project.serial_no, "专项债券", 16000],
    ]
    import_file(workbook(tmp_path / "plan.xlsx", {"资金筹措": rows}), "budget")
    detailed = {"ultra_long_bond": Decimal("20000000.00"), "special_bond": Decimal("160000000.00")}
    plans = FundingPlan.objects.filter(project=project)
    assert dict(plans.values_list("source__code", "amount")) == detailed
    assert import_file(ledger(name="again.xlsx"), "projects").counts == {"unchanged": 4}
    assert dict(plans.values_list("source__code", "amount")) == detailed


def test_the_first_responsible_body_leads(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    parties = Project.objects.get(name__startswith="甲路").parties.values_list("role", "organisation__name")
    assert set(parties) == {
        ("lead_unit", "市住建局"),
        ("responsible_unit", "市住建局"),
        ("responsible_unit", "岳阳楼区政府"),
    }
    assert Organisation.objects.get(name="岳阳楼区政府").kind == "county_gov"


def test_without_a_status_money_spent_means_under_construction_and_that_is_said(ledger: Callable[..., Path]) -> None:
    result = import_file(ledger(), "projects")
    project = Project.objects.get(name__startswith="甲路")
    assert (project.status, project.stage) == ("under_construction", "construction")
    history = project.status_changes.values_list("effective_on", "status")
    assert list(history) == [(date(2025, 12, 1), "not_started"), (date(2026, 3, 31), "under_construction")]
    assert any("记为“在建”" in message for message in result.messages)


def test_a_second_import_changes_nothing(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    before = list(Project.objects.values_list("pk", "version", "updated_at"))
    counted = [
        model.objects.count() for model in (PlanYear, PeriodReport, FundingPlan, StatusChange, InvestmentApproval)
    ]
    assert import_file(ledger(name="again.xlsx"), "projects").counts == {"unchanged": 4}
    assert list(Project.objects.values_list("pk", "version", "updated_at")) == before
    assert counted == [
        model.objects.count() for model in (PlanYear, PeriodReport, FundingPlan, StatusChange, InvestmentApproval)
    ]


def test_a_changed_cell_changes_one_project_and_keeps_its_past(ledger: Callable[..., Path]) -> None:
    import_file(ledger(), "projects")
    rows = [list(row) for row in ROWS]
    rows[2][7], rows[2][15] = "2500", 700
    result = import_file(ledger(rows=rows, total=[], name="new.xlsx"), "projects")
    assert result.counts == {"changed": 1, "unchanged": 3}
    fields = {change["field"] for change in result.batch.changes[0]["fields"]}
    assert fields == {"总投资(元)", "2026-03进展"}
    project = Project.objects.get(name__startswith="乙新村")
    assert project.version == 2
    amounts = project.investment_approvals.order_by("id").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("24500000.00"), Decimal("25000000.00")]
    versions = project.reports.order_by("version").values_list("version", "invested_cumulative")
    assert list(versions) == [(1, Decimal("6000000.00")), (2, Decimal("7000000.00"))]


def test_a_total_that_does_not_add_up_is_said(ledger: Callable[..., Path]) -> None:
    total = [*TOTAL]
    total[7] = 31430.6
    result = import_file(ledger(total=total), "projects")
    assert result.batch.state == "committed"
    assert any("合计" in message for message in result.messages)
    assert not all(total["agrees"] for total in result.batch.control_totals)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (2, "2512-430602-04-01-10001", "24位"),
        (4, "市本级", "属地管理单位"),
        (6, "2026.11-2025.12", "早于"),
        (7, "待定", "数字"),
        (18, "2020.1", "早于"),
    ],
)
def test_a_bad_cell_refuses_its_row_with_a_sentence_and_nothing_is_written(
    ledger: Callable[..., Path], column: int, value: object, sentence: str
) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][column] = value
    if column == 4:
        rows[1][19] = "市住建局"
    result = import_file(ledger(rows=rows, total=[]), "projects")
    assert result.batch.state == "refused"
    assert sentence in "".join(result.refusals)
    assert not Project.objects.exists()
    result = import_file(ledger(rows=rows, total=[]), "projects", skip_refused=True)
    assert (result.batch.state, result.counts) == ("committed", {"new": 3, "refused": 1})


def test_two_rows_with_one_code_are_refused(ledger: Callable[..., Path]) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][2] = rows[1][2]
    result = import_file(ledger(rows=rows, total=[]), "projects")
    assert "重复" in "".join(result.refusals)


PLAIN = ("平台编号", "上级项目", "项目名称", "项目类别", "计划年度", "属地管理单位", "总投资(万元)", "施工状态", "建设阶段", "实际开工",
    "停工原因", "停工日期", "公开级别", "公开几何", "别名", "数据截止")  # fmt: skip


def plain_book(path: Path, rows: list[tuple[Any, ...]], **sheets: list[list[Any]]) -> Path:
    return workbook(path, {"台账": [list(PLAIN), *map(list, rows)], **sheets})


BUNDLE = [
    ("YYMS-2026-0007", None, "示例打包项目", "老旧小区改造", 2026, "楼区", 900, "停工", "施工", date(2026, 1, 5), "资金未到位",
     date(2026, 3, 1), "公开", "中心点", "示例小区;示例里", date(2026, 3, 31)),
    ("YYMS-2026-0008", "YYMS-2026-0007", "甲点位", "加装电梯", 2026, "岳阳楼区", None, "在建", "施工", date(2026, 2, 1), None, None,
     "内部", None, None, date(2026, 3, 31)),
    ("YYMS-2026-0009", "YYMS-2026-0007", "甲点位", "加装电梯", 2026, "岳阳楼区", None, "前期", "设计", None, None, None, None, None,
     None, date(2026, 3, 31)),
]  # fmt: skip


def test_a_bundle_keeps_parts_of_one_name_apart(tmp_path: Path, city: dict[str, AreaUnit]) -> None:
    city["430602"].aliases = ["楼区"]
    city["430602"].save()
    result = import_file(plain_book(tmp_path / "a.xlsx", BUNDLE[::-1]), "projects")
    assert result.counts == {"new": 3}, result.messages
    bundle = Project.objects.get(serial_no="YYMS-2026-0007")
    assert bundle.parts.count() == 2
    assert bundle.aliases == ["示例小区", "示例里"]
    assert (bundle.disclosure, bundle.public_geometry) == ("public", "centroid")
    assert bundle.actual_start_on == date(2026, 1, 5)
    history = list(bundle.status_changes.values_list("effective_on", "status", "reason"))
    assert history == [
        (date(2026, 1, 1), "not_started", ""),
        (date(2026, 1, 5), "under_construction", ""),
        (date(2026, 3, 1), "suspended", "资金未到位"),
    ]
    part = Project.objects.get(serial_no="YYMS-2026-0009")
    assert list(part.status_changes.values_list("effective_on", "status", "stage")) == [
        (date(2026, 1, 1), "preliminary", "design")
    ]
    assert import_file(plain_book(tmp_path / "b.xlsx", BUNDLE), "projects").counts == {"unchanged": 3}


def test_a_later_status_is_a_dated_change(tmp_path: Path, city: dict[str, AreaUnit]) -> None:
    row = list(BUNDLE[0])
    row[5] = "岳阳楼区"
    import_file(plain_book(tmp_path / "a.xlsx", [tuple(row)]), "projects")
    row[5], row[7], row[10], row[11], row[15] = "岳阳楼区", "在建", None, None, date(2026, 4, 6)
    result = import_file(plain_book(tmp_path / "b.xlsx", [tuple(row)]), "projects")
    assert result.counts == {"changed": 1}, result.messages
    bundle = Project.objects.get(serial_no="YYMS-2026-0007")
    assert bundle.status == "under_construction"
    last = bundle.status_changes.last()
    assert last is not None
    assert (last.effective_on, last.from_status, last.is_backward) == (date(2026, 4, 6), "suspended", False)


def test_an_accepted_project_cannot_go_back_to_construction(tmp_path: Path, city: dict[str, AreaUnit]) -> None:
    done = list(BUNDLE[0])
    done[5], done[7], done[8], done[10], done[11] = "岳阳楼区", "竣工", "竣工验收", None, None
    import_file(plain_book(tmp_path / "a.xlsx", [tuple(done)]), "projects")
    back = list(done)
    back[7], back[8] = "在建", "施工"
    result = import_file(plain_book(tmp_path / "b.xlsx", [tuple(back)]), "projects")
    assert result.batch.state == "refused"
    assert "不能从“竣工”变为“在建”" in "".join(result.refusals)


def test_the_sheets_of_statuses_and_yearly_tasks_refer_to_projects_of_the_same_file(
    tmp_path: Path, city: dict[str, AreaUnit]
) -> None:
    statuses = [
        ["平台编号", "原状态", "新状态", "生效日期", "阶段", "原因", "文号", "停工类型", "预计复工"],
        ["YYMS-2026-0008", None, "前期", date(2025, 6, 1), "立项", None, None, None, None],
        ["YYMS-2026-0008", "前期", "未开工", date(2025, 12, 1), "开工准备", None, None, None, None],
        ["YYMS-2026-0008", "未开工", "在建", date(2026, 2, 1), "施工", None, None, None, None],
        [
            "YYMS-2026-0008",
            "在建",
            "停工",
            date(2026, 3, 2),
            "施工",
            "迁改",
            "示〔2026〕1号",
            "报备停工",
            "2026年4月底",
        ],
    ]
    tasks = [
        ["年度", "层级", "序号", "实事名称", "指标", "单位", "年任务", "完成数", "牵头单位", "关联项目"],
        [2026, "市级", 1, "老旧小区改造", "改造小区", "个", 12, 5, "市住建局", "YYMS-2026-0007;YYMS-2026-0008"],
        [2026, "省级", 2, "低保标准", "月人均标准", "元", "不低于60元", None, "市民政局", None],
    ]
    rows = [(*BUNDLE[0][:5], "岳阳楼区", *BUNDLE[0][6:]), BUNDLE[1]]
    sheets = {"状态变更": statuses, "民生实事": tasks}
    result = import_file(plain_book(tmp_path / "a.xlsx", rows, **sheets), "projects")
    assert result.counts == {"new": 8}, result.messages
    part = Project.objects.get(serial_no="YYMS-2026-0008")
    assert (part.status, part.actual_start_on) == ("suspended", date(2026, 2, 1))
    stop = part.status_changes.get(status="suspended")
    assert (stop.suspension_kind, stop.expected_resume_on, stop.from_status) == (
        "reported",
        date(2026, 4, 30),
        "under_construction",
    )
    assert part.status_changes.count() == 4  # nothing derived beside the sheet
    task = LivelihoodTask.objects.get(seq_no=1)
    assert task.target_quantity == 12
    assert task.contributions.count() == 2
    assert (part.is_livelihood_task, part.task_level) == (True, "municipal")
    threshold = LivelihoodTask.objects.get(seq_no=2)
    assert (threshold.indicator_kind, threshold.target_quantity, threshold.target_text) == (
        "threshold",
        None,
        "不低于60元",
    )
    again = import_file(plain_book(tmp_path / "b.xlsx", rows, **sheets), "projects")
    assert again.counts == {"unchanged": 8}, again.batch.changes


def test_an_impossible_history_is_refused(tmp_path: Path, city: dict[str, AreaUnit]) -> None:
    import_file(plain_book(tmp_path / "a.xlsx", [(*BUNDLE[1][:1], None, *BUNDLE[1][2:])]), "projects")
    statuses = [
        ["平台编号", "原状态", "新状态", "生效日期"],
        ["YYMS-2026-0008", "在建", "竣工", date(2026, 3, 1)],
        ["YYMS-2026-0008", None, "在建", date(2026, 3, 20)],
    ]
    result = import_file(workbook(tmp_path / "b.xlsx", {"状态变更": statuses}), "projects")
    assert result.batch.state == "refused"
    assert "不能从竣工变为在建" in "".join(result.refusals)
    assert StatusChange.objects.filter(status="accepted").count() == 0


def test_queries_do_not_grow_with_the_rows(
    tmp_path: Path, city: dict[str, AreaUnit], categories: dict[str, Category]
) -> None:
    def queries(count: int, year: int) -> int:
        rows = [
            (
                f"YYMS-{year}-{n:04d}",
                None,
                f"项目{n}",
                "01",
                year,
                "岳阳楼区",
                100 + n,
                "在建",
                "施工",
                date(year, 2, 1),
                *[None] * 6,
            )
            for n in range(1, count + 1)
        ]
        path = plain_book(tmp_path / f"{year}.xlsx", rows)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert import_file(path, "projects").counts == {"new": count}
        return len(captured)

    few = queries(10, 2024)
    assert queries(200, 2025) <= few + 4
    assert few < 60


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs the shared sample")
def test_the_shared_sample_gives_its_expected_result(city: dict[str, AreaUnit]) -> None:
    AreaUnit.objects.create(code="430603", kind="county", name="云溪区", parent=city["430600"], official_order=2)
    result = import_file(SAMPLE, "projects")
    assert (result.batch.state, result.counts) == ("committed", {"new": 4}), result.messages
    assert all(total["agrees"] for total in result.batch.control_totals)
    totals = Project.objects.order_by("serial_no").values_list("total_investment", flat=True)
    assert list(totals) == [Decimal(39805000), Decimal(24500000), Decimal(180000000), Decimal(70000000)]
    assert sum(totals) == Decimal("314305000")
    ends = list(Project.objects.order_by("serial_no").values_list("planned_end_on", flat=True))
    assert ends == [date(2026, 11, 30), date(2026, 10, 31), date(2026, 10, 31), date(2026, 8, 31)]
    assert import_file(SAMPLE, "projects").counts == {"unchanged": 4}
