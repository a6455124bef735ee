"""Payment lists into the ledger: the treasury's layout, other ledgers by mapping, and nothing twice."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.models import Batch
from geodata.funding.models import BudgetProjectMap, Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.projects.models import Project
from tests.geodata.exchange.sheets import save

HEADER = [
    "序号",
    "支付凭证号",
    "支付日期",
    "预算单位编码",
    "预算单位",
    "支付方式",
    "资金性质",
    "指标文号",
    "预算项目编码",
    "功能分类",
    "收款人全称",
    "收款人账号",
    "摘要（用途）",
    "支付金额（元）",
    "状态",
    "备注",
]
UNIT = ["306001", "示例市住建局"]
BODY = "湖南示例建设集团有限公司"
SAMPLE = [
    [
        1,
        "ZF2026030100012",
        20260305,
        *UNIT,
        "直接支付",
        "一般公共预算",
        "示财建指〔2026〕12号",
        "4306002600000123",
        "2210108 老旧小区改造",
        BODY,
        "43050166XXXX00001234",
        "第2期工程进度款",
        "3,265,920.00",
        "已清算",
        None,
    ],
    [
        2,
        "ZF2026030100013",
        "2026-03-05",
        *UNIT,
        "直接支付",
        "一般公共预算",
        "同上",
        "同上",
        "2210108",
        f"{BODY}农民工工资专用账户",
        "18000000XXXX5678",
        "3月人工费",
        "816480.00",
        "已清算",
        None,
    ],
    [
        3,
        "ZF2026031800201",
        "2026/3/18",
        *UNIT,
        "直接支付",
        "政府性基金",
        "示财建指〔2026〕31号",
        "4306002600000222",
        "2121302",
        "湖南样例市政工程有限公司",
        "43001566XXXX9999",
        "工程进度款",
        "15,000,000.00",
        "已清算",
        None,
    ],
    [
        4,
        "ZF2026032000207",
        "2026/3/20",
        *UNIT,
        "直接支付",
        "政府性基金",
        "同上",
        "同上",
        "2121302",
        "同上",
        "43001566XXXX9999",
        "退回:账号错误",
        "-15,000,000.00",
        "已退回",
        "冲销ZF2026031800201",
    ],
]
TOTAL = ["合计", *[None] * 12, "4082400.00", None, None]


def payments(path: Path, rows: list[list[Any]], *, header: list[Any] | None = None) -> Path:
    return save(path, {"国库集中支付明细": [["示例市国库集中支付明细表"], header or HEADER, *rows]})


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return payments(tmp_path / "payments.xlsx", [*SAMPLE, TOTAL])


def test_the_treasurys_list_comes_in_to_the_fen(sample: Path, bring_in: Callable[..., Batch]) -> None:
    batch = bring_in(sample, "disbursements")
    assert batch.state == Batch.State.COMMITTED
    assert batch.counts["new"] == 4
    assert batch.control_totals[0]["agrees"]
    lines = list(Disbursement.objects.order_by("voucher_no"))
    assert sum(line.amount for line in lines) == Decimal("4082400.00")
    assert lines[3].reverses == lines[2]
    assert lines[3].payee_name == "湖南样例市政工程有限公司"
    assert [line.payee_account_tail for line in lines] == ["1234", "5678", "9999", "9999"]
    assert [line.purpose for line in lines] == ["progress", "labour", "progress", "other"]
    assert lines[1].functional_class == lines[0].functional_class == "2210108"
    assert [status.status for status in DisbursementStatus.objects.order_by("disbursement__voucher_no")] == [
        "cleared",
        "cleared",
        "cleared",
        "returned",
    ]


def test_the_same_file_again_changes_nothing_and_says_so(sample: Path, bring_in: Callable[..., Batch]) -> None:
    first = bring_in(sample, "disbursements")
    again = bring_in(sample, "disbursements")
    assert again.state == Batch.State.COMMITTED
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 4)
    assert Disbursement.objects.count() == DisbursementStatus.objects.count() == 4
    assert f"批次 {first.pk}" in again.issues.first().message


def test_the_same_rows_in_another_file_and_order_change_nothing(
    sample: Path, tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    bring_in(sample, "disbursements")
    mixed = [SAMPLE[2], SAMPLE[0]]
    again = bring_in(payments(tmp_path / "other.xlsx", mixed), "disbursements")
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 2)


def test_another_amount_for_a_recorded_voucher_is_refused_with_row_and_column(
    sample: Path, tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    bring_in(sample, "disbursements")
    row = [*SAMPLE[0]]
    row[13] = "3,265,921.00"
    batch = bring_in(payments(tmp_path / "b.xlsx", [row]), "disbursements")
    issue = batch.issues.get(severity="error")
    assert batch.state == Batch.State.REFUSED
    assert (issue.row, issue.column) == (3, "支付凭证号")
    assert "账不能改" in issue.message
    assert Disbursement.objects.count() == 4


def test_a_status_moves_on_and_never_back(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    pending = [[*SAMPLE[0][:14], "待清算", None]]
    bring_in(payments(tmp_path / "a.xlsx", pending), "disbursements")
    moved = bring_in(payments(tmp_path / "b.xlsx", [SAMPLE[0]]), "disbursements")
    assert moved.counts["changed"] == 1
    assert moved.changes[0]["fields"] == [{"field": "状态", "old": "待清算", "new": "已清算"}]
    back = bring_in(payments(tmp_path / "a.xlsx", pending), "disbursements")
    assert (back.counts["changed"], back.counts["unchanged"]) == (0, 1)
    assert "较旧" in back.issues.get(severity="warning").message
    assert list(DisbursementStatus.objects.values_list("status", flat=True).order_by("id")) == ["pending", "cleared"]


def test_a_payment_finds_its_project_by_number_or_by_the_treasurys_code(
    tmp_path: Path, bring_in: Callable[..., Batch], make_project: Callable[..., Project]
) -> None:
    named, coded = make_project(), make_project()
    BudgetProjectMap.objects.create(budget_project_code="4306002600000222", project=coded)
    header = [*HEADER, "平台编号"]
    rows = [[*SAMPLE[0], named.serial_no], [*SAMPLE[1], None], [*SAMPLE[2], None]]
    rows[1][8] = "无"
    rows[2][7] = "示财建指〔2026〕31号"
    batch = bring_in(payments(tmp_path / "p.xlsx", rows, header=header), "disbursements")
    assert batch.counts["new"] == 3
    held = DisbursementAssignment.objects.values_list("disbursement__voucher_no", "project_id")
    assert dict(held) == {"ZF2026030100012": named.pk, "ZF2026031800201": coded.pk}


def test_an_unknown_platform_number_is_refused(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    rows = [[*SAMPLE[0], "YYMS-2026-9999"]]
    batch = bring_in(payments(tmp_path / "p.xlsx", rows, header=[*HEADER, "平台编号"]), "disbursements")
    issue = batch.issues.get(severity="error")
    assert (issue.row, issue.column, issue.value) == (3, "平台编号", "YYMS-2026-9999")


def test_one_bad_row_of_a_thousand_keeps_everything_out(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    rows = [
        [n, f"ZF{n:08d}", 20260305, *UNIT, None, None, None, None, None, BODY, None, "款", n, "已清算", None]
        for n in range(1, 1001)
    ]
    rows[998][13] = "一千元"
    path = payments(tmp_path / "many.xlsx", rows)
    batch = bring_in(path, "disbursements")
    issue = batch.issues.get(severity="error")
    assert batch.state == Batch.State.REFUSED
    assert (issue.row, issue.column, issue.value) == (1001, "支付金额", "一千元")
    assert Disbursement.objects.count() == 0
    kept = bring_in(path, "disbursements", skip_refused=True)
    assert (kept.state, kept.counts["new"], kept.counts["refused"]) == (Batch.State.COMMITTED, 999, 1)
    assert Disbursement.objects.count() == 999


def test_two_equal_rows_are_one_payment_until_somebody_numbers_them(
    tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    twice = bring_in(payments(tmp_path / "a.xlsx", [SAMPLE[0], SAMPLE[0]]), "disbursements")
    assert "完全相同" in twice.issues.get(severity="error").message
    rows = [[*SAMPLE[0], 1], [*SAMPLE[0], 2]]
    numbered = bring_in(payments(tmp_path / "b.xlsx", rows, header=[*HEADER, "行号"]), "disbursements")
    assert numbered.counts["new"] == 2


def test_two_lines_of_a_voucher_without_numbers_keep_their_lines(
    tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    second = [*SAMPLE[0]]
    second[13] = "100.00"
    bring_in(payments(tmp_path / "a.xlsx", [SAMPLE[0], second]), "disbursements")
    again = bring_in(payments(tmp_path / "b.xlsx", [second, SAMPLE[0]]), "disbursements")
    assert again.counts["unchanged"] == 2
    assert sorted(Disbursement.objects.values_list("line_no", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("payee", "person"),
    [
        (BODY, False),
        (f"{BODY}农民工工资专用账户", False),
        ("李四", True),
        ("欧阳建国", True),
        ("示例街道办事处", False),
    ],
)
def test_a_payee_is_a_body_by_its_name_or_counts_as_a_person(
    payee: str, person: bool, tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    row = [*SAMPLE[0]]
    row[10] = payee
    bring_in(payments(tmp_path / "p.xlsx", [row]), "disbursements")
    assert Disbursement.objects.get().payee_is_person is person


def test_a_positive_row_marked_returned_is_refused(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    row = [*SAMPLE[0]]
    row[14] = "已退回"
    batch = bring_in(payments(tmp_path / "p.xlsx", [row]), "disbursements")
    assert "负数" in batch.issues.get(severity="error").message


def test_a_payment_is_reversed_once(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    again = [*SAMPLE[3]]
    again[1], again[10] = "ZF2026032000208", "湖南样例市政工程有限公司"
    rows = [[*SAMPLE[2]], [*SAMPLE[3]], again]
    rows[0][7] = rows[1][7] = again[7] = "示财建指〔2026〕31号"
    rows[0][8] = rows[1][8] = again[8] = None
    batch = bring_in(payments(tmp_path / "p.xlsx", rows), "disbursements", skip_refused=True)
    assert "已被冲销过" in batch.issues.get(severity="error").message
    assert batch.counts["new"] == 2
    assert sum(Disbursement.objects.values_list("amount", flat=True)) == 0


FOREIGN = """Body,Date,Transaction Number,Invoice Number,Amount,Supplier Name,Expense Type
18,01/12/2011,FIN1,A1,1681.02,BIDNA HOUSE LTD,Support
18,05/12/2011,FIN2,B2,6.82121E-13,REDACTED,Support
18,07/12/2011,FIN3,C3,638.875,CAFÉ £ SERVICES,Staff
18,21/12/2011,FIN4,D4,-24.50,GLEN COMPANY LTD,Cleaning
18,21/12/2011,FIN4,D4,98.09,GLEN COMPANY LTD,Cleaning
,,,,,,
,,,,,,
"""


def foreign_mapping(**options: Any) -> ColumnMapping:
    return ColumnMapping(
        columns={
            "Body": "",
            "Date": "pay_date",
            "Transaction Number": "voucher_no",
            "Invoice Number": "note",
            "Amount": "amount",
            "Supplier Name": "payee",
            "Expense Type": "purpose",
        },
        constants={"budget_unit_code": "18", "status": "已清算"},
        options=Options(date_format="%d/%m/%Y", unit="元", encoding="cp1252", **options),
    )


def test_a_foreign_ledger_comes_in_through_a_mapping(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(FOREIGN.encode("cp1252"))
    refused = bring_in(path, "disbursements", mapping=foreign_mapping())
    assert refused.state == Batch.State.REFUSED
    assert [(i.row, i.column) for i in refused.issues.filter(severity="error")] == [(3, "amount"), (4, "amount")]
    batch = bring_in(path, "disbursements", mapping=foreign_mapping(round="fen"))
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("row", "message"))
    assert (batch.counts["new"], batch.counts["skipped"], batch.counts["blank"]) == (4, 1, 2)
    assert sum(Disbursement.objects.values_list("amount", flat=True)) == Decimal("2393.49")
    assert Disbursement.objects.get(voucher_no="FIN3").payee_name == "CAFÉ £ SERVICES"
    again = bring_in(path, "disbursements", mapping=foreign_mapping(round="fen"))
    assert (again.counts["new"], again.counts["unchanged"], again.counts["skipped"]) == (0, 4, 1)


def test_a_ledger_without_voucher_numbers_gets_them_from_its_key(
    tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(
        "日期,收款人,金额,用途,凭证号\n2026-03-01,示例公司,5.00,款,x\n2026-03-02,示例公司,5.00,款,x\n", encoding="utf-8"
    )
    mapping = ColumnMapping(options=Options(key=("pay_date", "payee", "amount")))
    bring_in(path, "disbursements", mapping=mapping)
    numbers = set(Disbursement.objects.values_list("voucher_no", flat=True))
    assert len(numbers) == 2
    assert all(number.startswith("K") for number in numbers)
