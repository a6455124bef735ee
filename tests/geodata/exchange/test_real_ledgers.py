"""Two months of a real council's payments through a mapping file; skipped where the files are not at hand."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from geodata.exchange.datasets.disbursements import PAYMENTS
from geodata.exchange.mappings import read_mapping
from geodata.exchange.models import Batch
from geodata.funding.models import Disbursement

LEDGERS = Path(__file__).parents[4] / "shared" / "data" / "ledgers"
MAPPING = """
[columns]
"Body" = "budget_unit_code"
"Name of Body" = "budget_unit"
"Date" = "pay_date"
"Transaction Number" = "voucher_no"
"Invoice Number" = "note"
"Amount" = "amount"
"Supplier Name" = "payee"
"Supplier ID" = ""
"VAT Reg no" = ""
"Expense Area" = ""
"Expense Type" = "purpose"
"Expense Code" = "functional_class"
"Creditor Type" = ""
[options]
date_format = "%d/%m/%Y"
unit = "yuan"
encoding = "{encoding}"
round = "fen"
"""

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not LEDGERS.is_dir(), reason="the real ledgers are not here"),
]


@pytest.mark.parametrize(
    ("name", "encoding", "payments", "negative", "total"),
    [
        # rows of 0 and of 6.8E-13 are no payments, they are reported; one amount ends in half a fen and is rounded
        ("DCCSpendingOver500_201112.csv", "cp1252", 5669, 101, Decimal("21142890.57")),
        ("DCCSpendingOver500_201406.csv", "utf-8", 3134, 24, Decimal("13346068.70")),
    ],
)
def test_a_month_of_a_real_ledger_comes_in_to_the_exact_sum(
    name: str,
    encoding: str,
    payments: int,
    negative: int,
    total: Decimal,
    tmp_path: Path,
    bring_in: Callable[..., Batch],
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(MAPPING.format(encoding=encoding), encoding="utf-8")
    mapping = read_mapping(path, [PAYMENTS])
    batch = bring_in(LEDGERS / name, "disbursements", mapping=mapping)
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("row", "message")[:5])
    amounts = list(Disbursement.objects.values_list("amount", flat=True))
    assert (len(amounts), sum(amount < 0 for amount in amounts), sum(amounts)) == (payments, negative, total)
    again = bring_in(LEDGERS / name, "disbursements", mapping=mapping)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, payments)
