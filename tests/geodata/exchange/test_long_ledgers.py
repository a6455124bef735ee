"""Files with very many rows: read, planned and written some at a time, with the result of a file held as a whole."""

import csv
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from geodata.exchange.datasets import ledger_rows
from geodata.exchange.models import Batch
from geodata.exchange.tables import stored_rows
from geodata.exchange.tables.reading import Row
from geodata.exchange.tables.stored_rows import StoredRows
from geodata.figures import DatedValue, Precision
from geodata.funding.models import Disbursement
from geodata.funding.services import ledger
from geodata.sandbox import door
from geodata.sandbox.blocks import ROWS_AT_ONCE
from ops.paths import ROOT

TITLES = ("支付凭证号", "支付日期", "预算单位编码", "收款人全称", "支付金额", "摘要", "备注", "状态")
MOST_MEGABYTES = 1_500  # that the process may hold


def rows_of(count: int) -> list[tuple[str, ...]]:
    """Vouchers of one to three lines in no order, some taken back, some written twice, some that cannot be read."""
    dice = random.Random(11)
    found: list[tuple[str, ...]] = []
    for number in range(count):
        voucher, day = f"ZF{number % (count * 2 // 3):07d}", date(2026, 1, 5) + timedelta(days=number % 60)
        amount = Decimal(dice.randrange(100, 9_000_000)) / 100
        found.append(
            (voucher, f"{day}", "306001", f"示例公司{number % 17}", f"{amount}", f"第{number}笔", "", "已清算")
        )
        if number % 20 == 3:
            found.append((*found[-1],))
        if number % 25 == 7:
            found.append(
                (f"CX{number:07d}", "2026-03-20", "306001", found[-1][3], f"-{amount}", "退", f"冲销{voucher}", "")
            )
        if number % 30 == 9:
            found.append((f"XX{number:07d}", "没有日期", "306001", "示例公司", "1.00", "", "", ""))
    dice.shuffle(found)
    return found


def write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([TITLES, *rows])
    return path


def result(batch: Batch) -> tuple[Any, ...]:
    """What an import did, but for the numbers that the database gives."""
    vouchers = dict(Disbursement.objects.values_list("id", "voucher_no"))
    lines = Disbursement.objects.order_by("fiscal_year", "budget_unit_code", "voucher_no", "line_no").values_list(
        "voucher_no", "line_no", "amount", "payee_name", "summary", "row_no", "reverses_id"
    )
    issues = batch.issues.values_list("severity", "row", "column", "message").order_by("row", "message")
    held = [(*line[:-1], vouchers.get(line[-1])) for line in lines]
    return batch.state, batch.counts, list(issues), held


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def cut() -> None:
        monkeypatch.setattr(stored_rows, "IN_MEMORY", 30)
        monkeypatch.setattr(stored_rows, "BLOCK", 7)
        monkeypatch.setattr(ledger_rows, "ROWS_AT_ONCE", 11)
        monkeypatch.setattr(ledger, "_BLOCK", 13)

    return cut


def test_a_file_in_small_pieces_gives_what_it_gives_as_a_whole(
    tmp_path: Path, bring_in: Callable[..., Batch], sources: None, in_small_pieces: Callable[[], None]
) -> None:
    path = write(tmp_path / "支付明细.csv", rows_of(300))
    with transaction.atomic():
        whole = result(bring_in(path, "disbursements", skip_refused=True))
        transaction.set_rollback(True)
    assert whole[1]["refused"] > 20
    assert whole[1]["new"] > 250
    assert any(line[-1] for line in whole[3])
    in_small_pieces()
    assert result(bring_in(path, "disbursements", skip_refused=True)) == whole
    again = bring_in(path, "disbursements", skip_refused=True)
    assert again.counts == {**whole[1], "new": 0, "unchanged": whole[1]["new"]}


def test_the_child_sends_a_long_table_in_several_lines(tmp_path: Path) -> None:
    rows = [("甲", str(number)) for number in range(ROWS_AT_ONCE * 2 + 5)]
    path = tmp_path / "long.csv"
    path.write_text("".join(f"{name},{number}\n" for name, number in rows), encoding="gb18030")
    table = door.read_text_table(path)
    assert (len(table.rows), table.encoding) == (len(rows), "gb18030")
    assert [tuple(row) for row in table.rows] == rows
    assert list(table.line_numbers) == list(range(1, len(rows) + 1))
    for index in (0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, len(rows) - 1, 3, -1):
        assert tuple(table.rows[index]) == rows[index]
    assert [tuple(row) for row in table.rows[ROWS_AT_ONCE - 1 : ROWS_AT_ONCE + 1]] == rows[1999:2001]


def test_rows_come_back_as_they_went_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_rows, "IN_MEMORY", 3)
    monkeypatch.setattr(stored_rows, "BLOCK", 2)
    blank = {"name": "", "amount": None, "day": None, "bodies": (), "flag": None, "count": None, "period": None}
    day = DatedValue(date(2026, 3, 1), Precision.MONTH)
    said: list[dict[str, Any]] = [
        {},
        {"name": "示例", "amount": Decimal("0.10"), "day": day},
        {"bodies": ("甲局", "乙局"), "flag": False, "count": 0},
        {"period": (day, day), "amount": Decimal("-1E+2"), "flag": True},
    ]
    rows = [
        Row(
            sheet="表",
            number=number,
            section="一、示例",
            values={**blank, **said[number % 4]},
            approximate=frozenset(("amount",) if number % 3 else ()),
            ok=number % 5 > 0,
        )
        for number in range(1, 12)
    ]
    stored = StoredRows("表", blank)
    for row in rows:
        stored.append(row)
    assert len(stored) == len(rows)
    assert list(stored) == rows
    assert [stored[index] for index in range(len(rows))] == rows
    assert stored[2:9:3] == rows[2:9:3]
    assert stored[-1] == rows[-1]


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_a_million_payments_come_in_at_one_go(tmp_path: Path) -> None:
    """Less than 1.5 GB, and the bar moves. ONEMAP_PROVE_ROWS rows (a million)."""
    count = int(os.environ.get("ONEMAP_PROVE_ROWS", "1000000"))
    path = tmp_path / "支付明细.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(TITLES)
        for number in range(count):
            day = date(2024, 1, 2) + timedelta(days=number % 800)
            amount = f"{number % 977_777}.{number % 100:02d}" if number % 977_777 else "1.00"
            payee = f"湖南示例建设{number % 500}有限公司"
            writer.writerow([f"ZF{number:08d}", day, "306001", payee, amount, f"第{number % 12}期进度款", "", "已清算"])
    held = connections["default"].settings_dict
    place = f"postgresql://{held['USER']}@{held['HOST'].replace('/', '%2F')}/{held['NAME']}"
    measured = (
        "import resource, sys; from django.core.management import execute_from_command_line as run;"
        " run(['manage.py', 'import_disbursements', sys.argv[1]]);"
        " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    environment = {**os.environ, "ONEMAP_DATABASE_URL": place, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", measured, str(path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes = int(done.stdout.split()[-1])
    steps = done.stderr.count("%")
    sys.stdout.write(f"\n{count} payments: {megabytes} MB at most, the bar moved {steps} times\n")
    assert Disbursement.objects.count() == count
    assert megabytes < MOST_MEGABYTES
    assert steps >= count // 20_000
