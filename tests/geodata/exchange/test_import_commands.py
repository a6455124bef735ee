"""The import commands: exit codes, the JSON report, the error workbook, dry runs."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from geodata.exchange.models import Batch
from geodata.funding.models import Disbursement
from geodata.stewards.models import User
from tests.geodata.exchange.sheets import save

HEADER = ["支付凭证号", "支付日期", "预算单位编码", "收款人全称", "摘要", "支付金额（元）"]
GOOD = ["ZF001", "2026-03-05", "306001", "湖南示例建设集团有限公司", "进度款", 100]
BAD = ["ZF002", "2026年13月", "306001", "示例公司", "进度款", "一百"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    return save(tmp_path / "payments.xlsx", {"支付明细": [["支付明细表"], HEADER, GOOD, BAD]})


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return save(tmp_path / "good.xlsx", {"支付明细": [HEADER, GOOD]})


def run(path: Path, *arguments: str, command: str = "import_disbursements") -> tuple[int, str]:
    """Exit code and what was said."""
    out = StringIO()
    try:
        call_command(command, str(path), *arguments, stdout=out, stderr=StringIO())
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def report_of(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_good_file_exits_with_0_and_a_second_time_says_that_nothing_changed(good: Path, tmp_path: Path) -> None:
    assert run(good)[0] == 0
    code, said = run(good, "--report", str(tmp_path / "r.json"))
    assert code == 0
    assert "没有改动" in said
    report = report_of(tmp_path / "r.json")
    assert report["counts"] | {"new": 0, "unchanged": 1, "written": 0} == report["counts"]
    assert report["already_imported_in_batch"] == Batch.objects.order_by("id").first().pk


def test_a_bad_row_exits_with_1_and_the_report_names_row_and_column(mixed: Path, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    code, said = run(mixed, "--report", str(report))
    assert code == 1
    assert "没有写入任何数据" in said
    assert not Disbursement.objects.exists()
    held = report_of(report)
    assert held["result"] == "refused"
    places = [(i["file"], i["sheet"], i["row"], i["column"], i["severity"]) for i in held["issues"]]
    assert places == [
        ("payments.xlsx", "支付明细", 4, "支付日期", "error"),
        ("payments.xlsx", "支付明细", 4, "支付金额", "error"),
    ]
    assert all(issue["message"] for issue in held["issues"])


def test_skipping_exits_with_3_and_writes_the_error_workbook(mixed: Path, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    code, _ = run(mixed, "--skip-refused", "--report", str(report))
    assert code == 3
    assert list(Disbursement.objects.values_list("voucher_no", flat=True)) == ["ZF001"]
    book = load_workbook(tmp_path / report_of(report)["error_workbook"])
    sheet = book["支付明细"]
    assert sheet["A4"].value == "ZF002"
    assert "日期" in sheet["B4"].comment.text
    assert sheet["F4"].fill.fgColor.rgb.endswith("FFC7CE")
    assert sheet["A3"].comment is None
    assert book["问题清单"]["B2"].value == 4


def test_a_text_that_looks_like_a_formula_stays_a_text_in_the_error_workbook(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"{','.join(HEADER)}\nZF1,2026-03-05,18,=1+1,款,很多\n", encoding="utf-8")
    assert run(path, "--report", str(tmp_path / "r.json"))[0] == 1
    cell = load_workbook(tmp_path / "r-错误.xlsx")["数据1"]["D2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_dry_run_writes_not_even_a_batch(good: Path, mixed: Path) -> None:
    assert run(good, "--dry-run")[0] == 0
    assert run(mixed, "--dry-run")[0] == 1
    assert not Disbursement.objects.exists()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [["--user", "nobody"], ["--crs", "EPSG:nonsense"], ["--mapping", "/no/such.toml"]],
)
def test_wrong_usage_exits_with_2(good: Path, arguments: list[str]) -> None:
    assert run(good, *arguments)[0] == 2


def test_a_file_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "none.xlsx")[0] == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[columns]\n"Supplier" = "nothing_of_ours"', "不存在的列"),
        ("[options]\nrounding = 1", "不认识"),
        ('[options]\nunit = "dollar"', "金额单位"),
        ("[strange]\na = 1", "不认识的部分"),
        ("columns = [", "TOML"),
    ],
)
def test_a_wrong_mapping_file_is_named_and_exits_with_2(good: Path, tmp_path: Path, text: str, word: str) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(text, encoding="utf-8")
    code, said = run(good, "--mapping", str(mapping))
    assert code == 2
    assert word in said


def test_a_file_of_another_kind_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    path = save(tmp_path / "x.xlsx", {"表": [["甲", "乙"], [1, 2]]})
    code, said = run(path)
    assert code == 1
    assert "支付凭证号" in said
    assert Batch.objects.get().state == Batch.State.REFUSED


def test_rubbish_under_a_good_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no workbook at all")
    code, said = run(path)
    assert code == 1
    assert "错误" in said


def test_hidden_sheets_are_reported_and_not_read(tmp_path: Path) -> None:
    path = save(
        tmp_path / "x.xlsx", {"支付明细": [HEADER, GOOD], "支付明细旧": [HEADER, [*GOOD[:0], "ZF009", *GOOD[1:]]]}
    )
    book = load_workbook(path)
    book["支付明细旧"].sheet_state = "hidden"
    book.save(path)
    code, said = run(path)
    assert code == 0
    assert "隐藏的工作表" in said
    assert Disbursement.objects.count() == 1
    assert run(path, "--sheet", "支付明细旧")[0] == 0
    assert Disbursement.objects.count() == 2


def test_the_batch_remembers_who_imported(good: Path, steward: User) -> None:
    assert run(good, "--user", steward.username)[0] == 0
    batch = Batch.objects.get()
    assert batch.user == steward
    assert Disbursement.objects.get().recorded_by == steward
    assert Disbursement.objects.get().batch == batch.pk


def test_a_mapping_file_brings_in_a_foreign_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    ledger.write_text('Ref,When,Paid to,Sum\nA1,03/04/2014,Example Ltd,"1,234.50"\n', encoding="utf-8")
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\n"Ref" = "voucher_no"\n"When" = "pay_date"\n"Paid to" = "收款人全称"\n"Sum" = "amount"\n'
        '[constants]\nbudget_unit_code = "18"\n[options]\ndate_format = "%d/%m/%Y"\nunit = "yuan"\n',
        encoding="utf-8",
    )
    assert run(ledger, "--mapping", str(mapping))[0] == 0
    line = Disbursement.objects.get()
    assert (line.payee_name, str(line.amount), str(line.paid_on)) == ("Example Ltd", "1234.50", "2014-04-03")
