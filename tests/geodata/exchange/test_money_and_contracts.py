"""资金 and 合同: three sheets each, in one file, each sheet leaning on the one before."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from geodata.exchange.models import Batch
from geodata.funding.models import (
    BudgetLine,
    BudgetProjectMap,
    Contract,
    ContractChange,
    Disbursement,
    DisbursementAssignment,
    FundArrival,
    FundingPlan,
    FundingSource,
    Measurement,
)
from geodata.organisations.models import Organisation
from geodata.projects.models import Project
from tests.geodata.exchange.sheets import save

PLAN_HEAD = ["平台编号", "资金来源", "金额（万元）"]
LINE_HEAD = [
    "指标文号",
    "平台编号",
    "年度",
    "资金来源",
    "金额（元）",
    "下达日期",
    "功能分类",
    "预算项目编码",
    "预算项目名称",
    "资金性质",
]
ARRIVAL_HEAD = ["指标文号", "平台编号", "到位日期", "金额（元）", "收款账户"]
CONTRACT_HEAD = [
    "合同编号",
    "平台编号",
    "合同类型",
    "合同名称",
    "承包单位",
    "统一社会信用代码",
    "合同价(元)",
    "签订日期",
    "开始日期",
    "结束日期",
    "预付款比例(%)",
    "进度款比例(%)",
    "质保金比例(%)",
    "人工费比例(%)",
]
CHANGE_HEAD = ["合同编号", "变更编号", "变更类别", "原因", "内容", "变更金额（元）", "批准单位", "批准日期"]
MEASURE_HEAD = ["合同编号", "期次", "计量截止日", "本期确认产值(元)", "累计确认产值(元)", "监理单位", "审核单位"]
BODY = "湖南示例建设集团有限公司"

pytestmark = pytest.mark.usefixtures("sources")


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()


def money(path: Path, serial: str, **replaced: list[list[Any]]) -> Path:
    sheets = {
        "资金筹措": [PLAN_HEAD, [serial, "中央预算内投资", 400], [serial, "市级资金", "600"]],
        "预算指标": [
            LINE_HEAD,
            [
                "示财建指〔2026〕12号",
                serial,
                2026,
                "中央",
                "4,000,000.00",
                "2026-02-10",
                "2210108",
                "430600260001",
                "示例",
                "一般公共预算",
            ],
            [
                "示财建指〔2026〕12号",
                serial,
                2026,
                "市级",
                1000000,
                "2026-02-10",
                "2210108",
                None,
                None,
                "一般公共预算",
            ],
        ],
        "资金到位": [ARRIVAL_HEAD, ["示财建指〔2026〕12号", serial, "2026-03-01", 3000000, "6217000011112222"]],
    }
    sheets["资金到位"] = [[*ARRIVAL_HEAD, "资金来源"], [*sheets["资金到位"][1], "中央"]]
    return save(path, {**sheets, **replaced})


def test_plans_lines_and_arrivals_of_one_file_come_in_once(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    path = money(tmp_path / "budget.xlsx", project.serial_no)
    batch = bring_in(path, "budget")
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("sheet", "row", "message"))
    assert batch.counts["new"] == 5
    assert not batch.issues.exists()
    assert sum(FundingPlan.objects.values_list("amount", flat=True)) == 10_000_000
    assert sum(BudgetLine.objects.values_list("amount", flat=True)) == 5_000_000
    arrival = FundArrival.objects.get()
    assert (arrival.amount, arrival.budget_line.source.code, arrival.account_tail) == (
        3_000_000,
        "central_budget",
        "2222",
    )
    assert arrival.project == project
    again = bring_in(path, "budget")
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 5)


def test_a_budget_file_teaches_the_treasurys_code(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    bring_in(money(tmp_path / "budget.xlsx", project.serial_no), "budget")
    assert BudgetProjectMap.objects.get().project == project
    head = ["支付凭证号", "支付日期", "预算项目编码", "收款人", "金额"]
    paid = save(tmp_path / "p.xlsx", {"支付明细": [head, ["ZF1", "2026-03-02", "430600260001", BODY, 5]]})
    bring_in(paid, "disbursements")
    assert DisbursementAssignment.objects.get().project == project
    assert Disbursement.objects.get().amount == 5


def test_sources_that_do_not_make_the_total_are_a_warning(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    plans = [PLAN_HEAD, [project.serial_no, "中央", 400]]
    batch = bring_in(money(tmp_path / "b.xlsx", project.serial_no, 资金筹措=plans), "budget")
    assert batch.state == Batch.State.COMMITTED
    assert "资金来源不平衡" in batch.issues.get(severity="warning").message


def test_more_money_than_was_issued_is_a_warning(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    arrivals = [
        [*ARRIVAL_HEAD, "资金来源"],
        ["示财建指〔2026〕12号", project.serial_no, "2026-03-01", 4000001, None, "中央"],
    ]
    batch = bring_in(money(tmp_path / "b.xlsx", project.serial_no, 资金到位=arrivals), "budget")
    assert "超过下达" in batch.issues.get(severity="warning").message


@pytest.mark.parametrize(
    ("sheet", "row", "column"),
    [
        ("资金筹措", [PLAN_HEAD, ["YYMS-2026-9999", "中央", 1]], "平台编号"),
        ("资金筹措", [PLAN_HEAD, ["{serial}", "天上", 1]], "资金来源"),
        ("资金到位", [ARRIVAL_HEAD, ["示财建指〔2026〕99号", "{serial}", "2026-03-01", 1, None]], "指标文号"),
        ("资金到位", [ARRIVAL_HEAD, ["示财建指〔2026〕12号", "{serial}", "2026-03-01", 1, None]], "指标文号"),
    ],
)
def test_what_a_row_names_must_exist_and_be_one(
    sheet: str, row: list[list[Any]], column: str, tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    filled = [
        [cell.format(serial=project.serial_no) if isinstance(cell, str) else cell for cell in line] for line in row
    ]
    batch = bring_in(money(tmp_path / "b.xlsx", project.serial_no, **{sheet: filled}), "budget")
    issue = batch.issues.get(severity="error")
    assert (batch.state, issue.sheet, issue.row, issue.column) == (Batch.State.REFUSED, sheet, 2, column)
    assert not BudgetLine.objects.exists()


def test_a_changed_amount_is_shown_old_and_new(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    bring_in(money(tmp_path / "a.xlsx", project.serial_no), "budget")
    plans = [PLAN_HEAD, [project.serial_no, "中央", 400], [project.serial_no, "市级", 601]]
    batch = bring_in(money(tmp_path / "b.xlsx", project.serial_no, 资金筹措=plans), "budget")
    assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, 4)
    assert batch.changes[0]["fields"] == [{"field": "金额", "old": "6,000,000.00", "new": "6,010,000.00"}]


def planned(project: Project) -> dict[str, Decimal]:
    return dict(FundingPlan.objects.filter(project=project).values_list("source__code", "amount"))


def test_a_financing_sheet_replaces_the_broad_sources_of_a_ledger(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    for code, amount in (("county", "7000000"), ("central_budget", "3000000")):
        source = FundingSource.objects.get(code=code)
        FundingPlan.objects.create(project=project, source=source, amount=Decimal(amount))
    other = FundingPlan.objects.create(
        project=Project.objects.create(
            serial_no="YYMS-2026-0900",
            name="别的项目",
            name_key="别的项目",
            category=project.category,
            plan_year=2026,
            management_unit=project.management_unit,
        ),
        source=FundingSource.objects.get(code="county"),
        amount=Decimal(5),
    )
    path = money(tmp_path / "b.xlsx", project.serial_no)
    batch = bring_in(path, "budget")
    assert planned(project) == {"central_budget": Decimal(4000000), "municipal": Decimal(6000000)}
    warning = batch.issues.get(severity="warning")
    assert "县区级资金 7,000,000.00 元不在表中" in warning.message
    assert FundingPlan.objects.filter(pk=other.pk).exists()
    again = bring_in(path, "budget")
    assert (again.counts["changed"], again.counts["unchanged"]) == (0, 5)
    known = again.issues.get()  # nothing but that the file is known
    assert known.severity == "notice"
    assert "相同的行不会重复入库" in known.message


def test_a_source_is_taken_out_even_when_the_named_ones_stay_as_they_were(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    bring_in(money(tmp_path / "a.xlsx", project.serial_no), "budget")
    plans = [PLAN_HEAD, [project.serial_no, "中央", 400]]
    batch = bring_in(money(tmp_path / "b.xlsx", project.serial_no, 资金筹措=plans), "budget")
    assert planned(project) == {"central_budget": Decimal(4000000)}
    assert batch.changes[0]["fields"] == [{"field": "市级资金", "old": "6,000,000.00", "new": "—"}]


def test_nothing_is_taken_out_while_a_row_of_the_project_is_in_doubt(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    bring_in(money(tmp_path / "a.xlsx", project.serial_no), "budget")
    plans = [PLAN_HEAD, [project.serial_no, "中央", 500], [project.serial_no, "天上", 1]]
    bring_in(money(tmp_path / "b.xlsx", project.serial_no, 资金筹措=plans), "budget", skip_refused=True)
    assert planned(project) == {"central_budget": Decimal(5000000), "municipal": Decimal(6000000)}


def contract(serial: str, retention: object = 3, **replaced: object) -> list[object]:
    row = dict(
        zip(
            CONTRACT_HEAD,
            [
                "HT-2026-001",
                serial,
                "施工",
                "示例路改造施工",
                BODY,
                None,
                8000000,
                "2026-01-10",
                "2026.2",
                "2026.11",
                10,
                80,
                retention,
                20,
            ],
            strict=True,
        )
    )
    return list((row | replaced).values())


def contracts(path: Path, rows: list[list[object]], **more: list[list[Any]]) -> Path:
    return save(path, {"合同": [CONTRACT_HEAD, *rows], **more})


def test_contracts_changes_and_measurements_come_in_once(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    more = {
        "变更": [CHANGE_HEAD, ["HT-2026-001", "BG-01", "一般", "管线迁改", "改线", -12000.5, "市住建局", "2026-03-01"]],
        "计量": [
            MEASURE_HEAD,
            ["HT-2026-001", 1, "2026-02", 1000000, 1000000, "示例监理", None],
            ["HT-2026-001", 2, "2026-03", 500000, 1500000, "示例监理", None],
        ],
    }
    path = contracts(tmp_path / "c.xlsx", [contract(project.serial_no)], **more)
    batch = bring_in(path, "contracts")
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("sheet", "row", "message"))
    assert not batch.issues.exists()
    held = Contract.objects.get()
    assert (held.retention_pct, held.progress_pct, held.advance_pct) == (
        Decimal("3.00"),
        Decimal("80.00"),
        Decimal("10.00"),
    )
    assert (str(held.starts_on), str(held.ends_on)) == ("2026-02-01", "2026-11-30")
    assert held.contractor.name == BODY
    assert Organisation.objects.get().kind == "contractor"
    assert ContractChange.objects.get().amount_delta == Decimal("-12000.50")
    assert [str(one.measured_to) for one in Measurement.objects.all()] == ["2026-02-28", "2026-03-31"]
    again = bring_in(path, "contracts")
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 4)


@pytest.mark.parametrize(("retention", "accepted"), [(3, True), ("3.0%", True), (3.1, False), ("3.1%", False)])
def test_retention_above_three_percent_is_refused(
    retention: object, accepted: bool, tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    batch = bring_in(contracts(tmp_path / "c.xlsx", [contract(project.serial_no, retention)]), "contracts")
    assert Contract.objects.exists() is accepted
    if not accepted:
        issue = batch.issues.get(severity="error")
        assert (issue.row, issue.column) == (2, "质保金比例")
        assert "3.1% 超过 3%" in issue.message


def test_children_of_a_refused_contract_are_refused_with_it(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    change = [CHANGE_HEAD, ["HT-2026-001", "BG-01", "一般", "x", "y", 1, None, None]]
    good = contract(project.serial_no, 合同编号="HT-2026-002")
    path = contracts(tmp_path / "c.xlsx", [contract(project.serial_no, 5), good], 变更=change)
    batch = bring_in(path, "contracts", skip_refused=True)
    assert (batch.state, batch.counts["new"], batch.counts["refused"]) == (Batch.State.COMMITTED, 1, 2)
    assert Contract.objects.get().number == "HT-2026-002"


def test_a_cumulative_sum_that_falls_is_refused(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    measured = [
        MEASURE_HEAD,
        ["HT-2026-001", 1, "2026-02", 1000000, 1000000, None, None],
        ["HT-2026-001", 2, "2026-03", 500000, 900000, None, None],
    ]
    batch = bring_in(contracts(tmp_path / "c.xlsx", [contract(project.serial_no)], 计量=measured), "contracts")
    issue = batch.issues.get(severity="error")
    assert (issue.sheet, issue.row, issue.column) == ("计量", 3, "累计确认产值")


def test_low_progress_payments_and_wrong_credit_codes_are_warnings(
    tmp_path: Path, bring_in: Callable[..., Batch], project: Project
) -> None:
    row = contract(project.serial_no, **{"进度款比例(%)": 70, "统一社会信用代码": "9135"})
    batch = bring_in(contracts(tmp_path / "c.xlsx", [row]), "contracts")
    assert batch.state == Batch.State.COMMITTED
    assert {issue.column for issue in batch.issues.filter(severity="warning")} == {"进度款比例", "统一社会信用代码"}


def test_a_contract_never_moves_to_another_project(
    tmp_path: Path, bring_in: Callable[..., Batch], make_project: Callable[..., Project]
) -> None:
    first, second = make_project(), make_project()
    bring_in(contracts(tmp_path / "a.xlsx", [contract(first.serial_no)]), "contracts")
    batch = bring_in(contracts(tmp_path / "b.xlsx", [contract(second.serial_no)]), "contracts")
    assert first.serial_no in batch.issues.get(severity="error").message
